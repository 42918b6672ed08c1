"""What the facts say about the drivers of firms: pooled estimates, shrunk toward declared priors.

Few quarters exist, so a firm's own mean counts for as much as its number of observations against the weight
of the prior, and spreads are pooled over all firms of the facts, whichever firms are run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, FloatArray
from rekening.facts.firms import closing_quarter, firms
from rekening.facts.periods import Quarter, quarter_range
from rekening.firms.guidance import guidance_concept, steady_shares, window
from rekening.firms.ladder import curve_days
from rekening.firms.projection import names_owners_and_lenders
from rekening.firms.reported import Reported
from rekening.ledger.history import BUYBACKS, CashLedger, latest_ledger, quarterly_ledgers, yearly_ledgers
from rekening.numerics import LONG_YIELD, NORMAL_QUARTILE, POOLS_KEPT, QUARTERS

__all__ = ["Estimate", "Pool", "guidance_years", "pool", "pooled_firms", "shrunk_mean", "shrunk_spread"]

_MODELLED = (
    "operating_cash_flow",
    "capex",
    "finance_lease_principal",
    *BUYBACKS,
    "dividends_paid",
    "debt_issued",
    "debt_repaid",
    "debt_net_issued",
    "equity_issued",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number learnt from the facts.

    Attributes
    ----------
    value
        Its best guess; a share, or a rate or pace as a decimal.
    deviation
        Standard deviation of the guess; 0 where the facts state the number.
    n
        Observations it rests on.
    prior
        Name of the parameter it was shrunk toward; empty if none.
    facts
        Ids of the rows it rests on.
    as_of
        The day whose knowledge it uses.
    spread
        Whether it is a spread, which varies in proportion to its prior; a mean moves as far as its prior.
    """

    name: str
    value: float
    deviation: float
    n: int
    prior: str
    facts: frozenset[str]
    as_of: date
    spread: bool = False

    def varied(self, prior: FloatArray, central: float) -> FloatArray:
        """The estimate for values of its prior, whose central value is given."""
        if not self.spread:
            return self.value + (prior - central)
        return self.value * (prior / central if central else np.ones_like(prior))


def shrunk_mean(sample: FloatArray, prior: float, weight: float) -> float:
    """Median of a sample, averaged with the prior that counts for `weight` observations.

    The median, so that one acquisition does not become a habit.
    """
    known = sample[~np.isnan(sample)]
    centre = float(np.median(known)) if known.size else 0.0
    return (known.size * centre + weight * prior) / (known.size + weight)


def shrunk_spread(errors: FloatArray, prior: float, weight: float) -> float:
    """Standard deviation about zero of errors and of `weight` observations at the prior's.

    From the median size of the errors, so that one freak quarter does not set the spread of all.
    """
    known = np.abs(errors[~np.isnan(errors)])
    robust = float(np.median(known)) / NORMAL_QUARTILE if known.size else 0.0
    return float(np.sqrt((known.size * robust**2 + weight * prior**2) / (known.size + weight)))


def pooled_firms(facts: Facts) -> tuple[str, ...]:
    """Firms over which spreads are pooled: those that report what they invest."""
    return tuple(firm for firm in firms() if facts.find(firm, "capex"))


@dataclass(frozen=True)
class Pool:
    """Estimates that all firms share."""

    estimates: Mapping[str, Estimate]

    def __getitem__(self, name: str) -> float:
        return self.estimates[name].value


@lru_cache(maxsize=POOLS_KEPT)
def pool(facts: Facts, scenario_key: tuple[tuple[str, float], ...]) -> Pool:
    """Estimate what firms share, from everything known.

    Parameters
    ----------
    scenario_key
        Central values of the priors, by name (hashable, so that scenarios with equal priors share the work).
    """
    prior = dict(scenario_key)
    weight = prior["prior_weight_quarters"]
    collected: dict[str, list[float]] = {
        "growth": [],
        "margin": [],
        "unexplained": [],
        "guidance": [],
        "capex": [],
        "quarter": [],
        "debt": [],
    }
    used: dict[str, set[str]] = {name: set() for name in collected}
    for firm in pooled_firms(facts):
        reported = Reported(facts, firm)
        last = reported.last
        if last is None:
            continue
        growth = yearly_growth(reported.series("revenue", last))
        collected["growth"] += list(np.diff(growth))
        margins = reported.series("operating_cash_flow", last) / reported.series("revenue", last)
        collected["margin"] += list(margin_errors(margins))
        capex = positive(reported.series("capex", last))
        pace = np.diff(np.log(capex))
        collected["capex"] += list(pace - np.nanmedian(pace) if np.isfinite(pace).any() else pace)
        collected["quarter"] += list(path_errors(capex, last, closing_quarter(firm)))
        net = reported.series("debt_issued", last) - reported.series("debt_repaid", last)
        collected["debt"] += list(net / reported.series("revenue", last))
        for name in ("growth", "margin", "capex", "quarter", "debt"):
            used[name] |= reported.used
        shares, rows = unexplained_shares(facts, firm)
        if shares.size > 1:
            collected["unexplained"] += list(
                (shares - shares.mean()) * np.sqrt(shares.size / (shares.size - 1))
            )
            used["unexplained"] |= rows
        for error, rows in guidance_years(facts, firm):
            collected["guidance"].append(error)
            used["guidance"] |= rows
    samples = {name: np.asarray(values, dtype=np.float64) for name, values in collected.items()}
    persistence = prior["growth_own_persistence"]
    # a first difference of an AR(1) with shocks of spread s has spread s * sqrt(2 / (1 + persistence))
    shocks = samples["growth"] * np.sqrt((1 + persistence) / 2)
    common = prior["growth_common_deviation"]
    own_prior = float(np.hypot(prior["growth_own_deviation"], common))
    both = shrunk_spread(shocks, own_prior, weight)
    yields = quarterly_yields(facts)
    means = {
        "capex_guidance_bias": (
            shrunk_mean(samples["guidance"], prior["capex_guidance_bias"], weight / QUARTERS),
            samples["guidance"],
            used["guidance"],
        ),
    }
    spreads = {
        "growth_own_deviation": (float(np.sqrt(max(both**2 - common**2, 0))), shocks, used["growth"]),
        "margin_deviation": (
            shrunk_spread(samples["margin"], prior["margin_deviation"], weight),
            samples["margin"],
            used["margin"],
        ),
        "unexplained_deviation": (
            shrunk_spread(samples["unexplained"], prior["unexplained_deviation"], weight),
            samples["unexplained"],
            used["unexplained"],
        ),
        "capex_guidance_deviation": (
            shrunk_spread(
                samples["guidance"] - prior["capex_guidance_bias"],
                prior["capex_guidance_deviation"],
                weight / QUARTERS,
            ),
            samples["guidance"],
            used["guidance"],
        ),
        "capex_quarter_deviation": (
            shrunk_spread(samples["quarter"], prior["capex_quarter_deviation"], weight),
            samples["quarter"],
            used["quarter"],
        ),
        "capex_beyond_deviation": (
            shrunk_spread(samples["capex"], prior["capex_beyond_deviation"], weight),
            samples["capex"],
            used["capex"],
        ),
        "short_debt_deviation": (
            shrunk_spread(samples["debt"], prior["short_debt_deviation"], weight),
            samples["debt"],
            used["debt"],
        ),
        "rate_deviation": (
            shrunk_spread(np.diff(yields), prior["rate_deviation"], weight),
            np.diff(yields),
            {
                record.fact_id
                for record in facts.table("curves")
                if record.number("tenor_years") == LONG_YIELD
            },
        ),
    }
    return Pool(
        {
            name: Estimate(
                name=name,
                value=value,
                deviation=0.0,
                n=int(np.count_nonzero(~np.isnan(sample))),
                prior=name,
                facts=frozenset(rows),
                as_of=facts.as_of,
                spread=name in spreads,
            )
            for name, (value, sample, rows) in (means | spreads).items()
        }
    )


def priors(scenario: Scenario) -> tuple[tuple[str, float], ...]:
    """Central values of the parameters that serve as priors of the pool."""
    names = (
        "prior_weight_quarters",
        "growth_own_persistence",
        "growth_own_deviation",
        "growth_common_deviation",
        "margin_deviation",
        "unexplained_deviation",
        "capex_guidance_bias",
        "capex_guidance_deviation",
        "capex_quarter_deviation",
        "capex_beyond_deviation",
        "short_debt_deviation",
        "rate_deviation",
    )
    return tuple((name, scenario[name].central) for name in names)


def yearly_growth(values: FloatArray) -> FloatArray:
    """Logarithmic growth on the same quarter a year before; shape (n - 4,)."""
    now, before = values[QUARTERS:], values[:-QUARTERS]
    usable = (now > 0) & (before > 0)
    ratio = np.divide(now, before, out=np.full(now.size, np.nan), where=usable)
    return np.asarray(np.log(ratio))


def positive(values: FloatArray) -> FloatArray:
    """The values above zero; the rest are not numbers."""
    return np.where(values > 0, values, np.nan)


def path_errors(capex: FloatArray, last: Quarter, closes: int) -> FloatArray:
    """How far the quarters of finished fiscal years lay from a steady path to what the year came to.

    In logarithms; shape (3 * years,). What a quarter leaves is spread over the rest of the year, so that the
    last one has no error of its own.

    Parameters
    ----------
    capex
        By quarter, the last one being `last`.
    closes
        Number of the calendar quarter with which a fiscal year closes.
    """
    errors: list[float] = []
    for end in range(capex.size - 1, QUARTERS - 1, -1):
        before, year = capex[end - QUARTERS], capex[end + 1 - QUARTERS : end + 1]
        if (last + (end + 1 - capex.size)).number != closes or np.isnan(before + year.sum()):
            continue
        total = year.sum()
        path = total * steady_shares(before, total, QUARTERS)
        behind = np.cumsum(path - year)
        meant = path[1:-1] + behind[:-2] / np.arange(QUARTERS - 1, 1, -1)
        errors += list(np.log(year[:-1] / positive(np.concatenate([path[:1], meant]))))
    return np.asarray(errors)


def seasonal_shape(margins: FloatArray, last: Quarter, weight: float) -> tuple[float, FloatArray]:
    """Level of the newest four quarters and, by quarter of the year, the shrunk deviation from a year's mean.

    Parameters
    ----------
    margins
        By quarter, the last one being `last`.
    weight
        Years of a zero deviation that the prior counts for.
    """
    recent = margins[-QUARTERS:]
    level = float(np.nanmean(recent)) if not np.isnan(recent).all() else np.nan
    seasons = np.zeros(QUARTERS)
    centred = margins - trailing_mean(margins)
    numbers = np.asarray([(last + (place + 1 - margins.size)).number for place in range(margins.size)])
    for number in range(1, QUARTERS + 1):
        sample = centred[(numbers == number) & ~np.isnan(centred)]
        seasons[number - 1] = sample.sum() / (sample.size + weight)
    return level, seasons - seasons.mean()


def trailing_mean(values: FloatArray) -> FloatArray:
    """Mean of each quarter with the three before; not a number in the first three."""
    result = np.full(values.size, np.nan)
    for place in range(QUARTERS - 1, values.size):
        result[place] = values[place + 1 - QUARTERS : place + 1].mean()
    return result


def margin_errors(margins: FloatArray) -> FloatArray:
    """Change of a margin on the same quarter a year before, scaled to the spread of one quarter."""
    if margins.size <= QUARTERS:
        return np.empty(0)
    return np.asarray((margins[QUARTERS:] - margins[:-QUARTERS]) / np.sqrt(2))


def unexplained_shares(facts: Facts, firm: str, *, recurring: bool = False) -> tuple[FloatArray, set[str]]:
    """Cash that the futures' named flows do not explain, as a share of revenue, by reported quarter.

    From quarters whose main lines are known; where there are fewer than four, from years, each quarter of
    which counts with the year's share.

    Parameters
    ----------
    recurring
        Leave out acquisitions, which are decided one by one: none of them is a habit.
    """
    named = (*_MODELLED, "acquisitions") if recurring else _MODELLED
    ledgers = [ledger for ledger in quarterly_ledgers(facts, firm) if _whole(ledger)]
    if len(ledgers) < QUARTERS:
        ledgers = [ledger for ledger in yearly_ledgers(facts, firm) if _whole(ledger)]
        latest = latest_ledger(facts, firm)
        ledgers += [latest] if latest is not None and _whole(latest) else []
    shares: list[float] = []
    used: set[str] = set()
    for ledger in ledgers:
        period = str(ledger.last) if ledger.first == ledger.last else f"TTM@{ledger.last}"
        revenue = facts.get(firm, "revenue", period).figure()
        if revenue.missing or revenue.central <= 0:
            continue
        known = sum(amount.central for kind, amount in ledger.amounts.items() if kind in named)
        share = (ledger.change.central - known) / revenue.central
        shares += [share] * len(ledger.quarters)
        used |= ledger.change.lineage.facts | revenue.lineage.facts
    return np.asarray(shares), used


def _whole(ledger: CashLedger) -> bool:
    """Tell whether a ledger names the main lines, and buybacks apart from what else may be in their line."""
    return names_owners_and_lenders(ledger) and any(kind in ledger.amounts for kind in BUYBACKS)


def guidance_years(facts: Facts, firm: str) -> list[tuple[float, set[str]]]:
    """Log of spent over guided, scaled to a year ahead, for every finished year and guidance given in it."""
    found: list[tuple[float, set[str]]] = []
    for fact in facts.find(firm, "capex_guidance"):
        guided = fact.midpoint()
        if guided is None or fact.start is None or fact.end is None or fact.end > facts.as_of:
            continue
        first, last = window(fact)
        if last - first + 1 != QUARTERS:
            continue
        reported = Reported(facts, firm)
        actual = reported.value(guidance_concept(firm), f"TTM@{last}")
        told = Quarter.of(fact.published)
        ahead = [quarter for quarter in quarter_range(first, last) if quarter >= told]
        if np.isnan(actual) or actual <= 0 or not ahead:
            continue
        horizon = len(ahead) / QUARTERS
        found.append(
            (float(np.log(actual / guided)) / float(np.sqrt(horizon)), reported.used | {fact.fact_id})
        )
    return found


def quarterly_yields(facts: Facts) -> FloatArray:
    """Ten-year Treasury yield at the last day of the curve in each quarter."""
    by_quarter: dict[Quarter, float] = {}
    for day, points in curve_days(facts).items():
        if LONG_YIELD in points:
            by_quarter[Quarter.of(day)] = points[LONG_YIELD]
    return np.asarray(list(by_quarter.values()))
