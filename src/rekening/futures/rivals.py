"""Naive forecasts that the simulation has to beat; each is a distribution with errors of its own past.

No rival reads anything published after the as-of date: its errors are those it would have made before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Protocol

import numpy as np

from rekening.facts import Facts, FloatArray, Quarter, quarter_range
from rekening.facts.periods import span_kind
from rekening.firms.guidance import guidance_concept
from rekening.numerics import QUARTERS

__all__ = ["SIGNED", "STOCKS", "Rival", "Target", "filings", "guidance", "observed", "seasonal"]

STOCKS = frozenset({"liquidity"})
"""Concepts measured at the end of a quarter; the others are flows of a quarter."""

SIGNED = frozenset({"net_debt_issued", "liquidity"})
"""Concepts that may be negative or lumpy: errors are in quarters of revenue, else in logarithms."""

_PARTS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "capex_plus_finance_lease_principal": (("capex", 1), ("finance_lease_principal", 1)),
    "net_debt_issued": (("debt_issued", 1), ("debt_repaid", -1)),
    "liquidity": (("cash_and_equivalents", 1), ("marketable_securities", 1)),
}
_GUIDED = frozenset({"alphabet", "amazon", "meta", "oracle"})
"""Firms whose yearly guidance is followed."""

_FEWEST_ERRORS = 4


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be forecast: a concept of a firm, so many quarters after the last one reported."""

    firm: str
    concept: str
    last: Quarter
    horizon: int


class Rival(Protocol):
    """A naive forecast."""

    def __call__(self, facts: Facts, target: Target, count: int) -> FloatArray | None:
        """Give draws of shape (count,), in the facts' unit; None where it has no view."""
        ...


def observed(facts: Facts, firm: str, concept: str) -> dict[Quarter, float]:
    """Visible values by calendar quarter, in the facts' unit; quarters with a missing part are left out."""
    parts = []
    for name, sign in _PARTS.get(concept, ((concept, 1),)):
        series = facts.series(firm, name, "quarter")
        parts.append(
            {Quarter.parse(q): sign * fact.value for q, fact in series.items() if fact.value is not None}
        )
    return {
        quarter: sum(part[quarter] for part in parts)
        for quarter in sorted(set.intersection(*map(set, parts)))
    }


def seasonal(facts: Facts, target: Target, count: int) -> FloatArray | None:
    """Same quarter a year ago, moved by the mean yearly change of the last four quarters.

    A stock moves from its last value by its mean quarterly change instead. Errors are pooled over firms.
    """
    values, scale = _history(facts, target.firm, target.concept, target.last)
    centre, unit = _seasonal_centre(values, scale, target.concept, target.horizon)
    errors = _seasonal_errors(facts, target.concept, target.horizon)
    if not np.isfinite(centre * unit) or len(errors) < _FEWEST_ERRORS:
        return None
    drawn = centre + unit * _spread(errors, count)
    return drawn if target.concept in SIGNED else np.asarray(np.exp(drawn))


def guidance(facts: Facts, target: Target, count: int) -> FloatArray | None:
    """Midpoint of the year's guidance, less what is spent, spread evenly over the quarters that remain.

    For capital expenditure only, and only within the guided year. What a firm guides may hold more than the
    concept (finance leases, incentives): the remainder is scaled by the share of the last year's capital
    expenditure in the last year's guided measure, where both are reported.
    """
    centre = _guided_centre(facts, target)
    if centre is None:
        return None
    errors = _guided_errors(facts)
    if len(errors) < _FEWEST_ERRORS:
        return None
    return np.asarray(centre * np.exp(_spread(errors, count)))


def _spread(errors: FloatArray, count: int) -> FloatArray:
    """Evenly spaced quantiles of past errors."""
    return np.asarray(np.quantile(errors, np.arange(1, count + 1) / (count + 1)))


def _history(facts: Facts, firm: str, concept: str, last: Quarter) -> tuple[FloatArray, FloatArray]:
    """Values in logarithms (or as they are) and the scale of errors, both by quarter up to `last`."""
    series, revenue = observed(facts, firm, concept), observed(facts, firm, "revenue")
    first = min([last, *series, *revenue])
    quarters = quarter_range(first, last)
    values = np.asarray([series.get(quarter, np.nan) for quarter in quarters])
    if concept not in SIGNED:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log(values), np.nan), np.ones(len(quarters))
    income = np.asarray([revenue.get(quarter, np.nan) for quarter in quarters])
    trailing = [np.mean(income[max(0, t + 1 - QUARTERS) : t + 1]) for t in range(len(quarters))]
    return values, np.asarray(trailing)


def _seasonal_centre(
    values: FloatArray, scale: FloatArray, concept: str, horizon: int
) -> tuple[float, float]:
    stock = concept in STOCKS
    step = 1 if stock else QUARTERS
    recent = values[step:][-QUARTERS:] - values[:-step][-QUARTERS:]
    recent = recent[np.isfinite(recent)]
    base = -1 if stock else horizon - 1 - QUARTERS
    if not len(recent) or len(values) < -base:
        return np.nan, np.nan
    return float(values[base] + recent.mean() * (horizon if stock else 1)), float(scale[-1])


@cache
def _seasonal_errors(facts: Facts, concept: str, horizon: int) -> FloatArray:
    """Errors it would have made at every earlier quarter of every firm, in its own scale."""
    errors = []
    for firm in _firms(facts):
        series = observed(facts, firm, concept)
        if not series:
            continue
        values, scale = _history(facts, firm, concept, max(series))
        for end in range(1, len(values) - horizon + 1):
            centre, unit = _seasonal_centre(values[:end], scale[:end], concept, horizon)
            errors.append((values[end - 1 + horizon] - centre) / unit)
    found = np.asarray(errors, dtype=np.float64)
    return np.asarray(found[np.isfinite(found)])


def _firms(facts: Facts) -> list[str]:
    return sorted({fact.entity for fact in facts.find(concept="capex")})


def _guided_centre(facts: Facts, target: Target) -> float | None:
    if target.concept != "capex" or target.firm not in _GUIDED:
        return None
    forecast = target.last + target.horizon
    middle = forecast.start + (forecast.end - forecast.start) / 2
    guided = [
        fact
        for fact in facts.find(target.firm, "capex_guidance")
        if fact.start is not None
        and fact.end is not None
        and fact.start <= middle <= fact.end
        and span_kind(fact.start, fact.end) == "year"
        and fact.midpoint() is not None
    ]
    if not guided:
        return None
    newest = max(guided, key=lambda fact: fact.published)
    midpoint, begin = newest.midpoint(), newest.start
    if midpoint is None or begin is None:
        return None
    first = Quarter.of(begin + (forecast.end - forecast.start) / 2)
    reported, capex = (
        observed(facts, target.firm, guidance_concept(target.firm)),
        observed(facts, target.firm, "capex"),
    )
    spent = [reported.get(quarter, np.nan) for quarter in quarter_range(first, target.last)]
    recent = quarter_range(target.last + (1 - QUARTERS), target.last)
    shared = [quarter for quarter in recent if quarter in reported and quarter in capex]
    if not shared:
        return None
    share = sum(capex[quarter] for quarter in shared) / sum(reported[quarter] for quarter in shared)
    centre = (midpoint - sum(spent)) * share / (QUARTERS - len(spent))
    return centre if centre > 0 else None


@cache
def _guided_errors(facts: Facts) -> FloatArray:
    """Logarithms of what came over what was guided, at every earlier day of publication."""
    errors = []
    for firm in _firms(facts):
        capex = observed(facts, firm, "capex")
        for last, published in filings(facts, firm):
            then = facts.known_on(published)
            for horizon in range(1, QUARTERS + 1):
                came = capex.get(last + horizon, np.nan)
                centre = _guided_centre(then, Target(firm, "capex", last, horizon))
                if centre is not None and came > 0:
                    errors.append(np.log(came / centre))
    return np.asarray(errors)


def filings(facts: Facts, firm: str) -> list[tuple[Quarter, date]]:
    """Quarters of a firm with the day on which their revenue was first published, in order of time.

    A quarter that came out together with a later one is left out: by then it was no longer the last.
    """
    first: dict[Quarter, date] = {}
    for fact in facts.find(firm, "revenue"):
        if span_kind(fact.start, fact.end) == "quarter":
            quarter = Quarter.parse(fact.period)
            first[quarter] = min(fact.published, first.get(quarter, fact.published))
    told = sorted(first.items())
    return [
        (quarter, published)
        for place, (quarter, published) in enumerate(told)
        if all(later > published for _, later in told[place + 1 :])
    ]
