"""How concentrated a market is, when only some of its sellers are named.

Sources name the largest sellers and leave a rest. What the rest adds lies between two bounds: it may be split
over very many, or it may be as concentrated as it can be without anybody unnamed being larger than the
smallest seller named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rekening.facts import Fact, Facts, Figure, FloatArray, Grade, uniform_draws
from rekening.facts.units import ONE

__all__ = [
    "MARKETS", "Concentration", "concentration", "cr_bounds", "hhi_bounds", "latest_by_market",
    "measured",
]  # fmt: skip

MARKETS = (
    "cloud_infrastructure_world",
    "cloud_iaas_uk",
    "ai_accelerators_revenue",
    "ai_chatbot_web_traffic_world",
    "search_world",
    "search_text_ads_us",
)
"""Markets whose sellers the facts name one by one, as in the concepts ``market_share_...``."""

_PREFIX = "market_share_"
_GROUPS = ("custom_silicon",)
"""Sellers that are told as one though they are several: their number is not known."""
_OVERLAPS = ("top3_cloud", "microsoft_amazon")
"""Totals that hold sellers named beside them."""
_LARGEST = 4
Bounds: TypeAlias = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


def hhi_bounds(named: FloatArray, groups: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and largest Herfindahl-Hirschman index that the named shares allow, on the scale of 0 to 10,000.

    Parameters
    ----------
    named
        Shares of single sellers, decimals; shape (sellers, ...), at least one.
    groups
        Shares of groups of unknown number; shape (groups, ...), none of whose sellers is named.

    Examples
    --------
    >>> low, high = hhi_bounds(np.asarray([0.5, 0.3]), np.zeros(0))
    >>> round(float(low)), round(float(high))
    (3400, 3800)
    """
    of_named = np.sum(np.square(named), axis=0)
    rest = np.clip(1 - np.sum(named, axis=0) - np.sum(groups, axis=0), 0, None)
    smallest = np.min(named, axis=0)
    whole = np.floor(rest / smallest)
    of_rest = whole * smallest**2 + (rest - whole * smallest) ** 2
    return 10_000 * of_named, 10_000 * (of_named + np.sum(np.square(groups), axis=0) + of_rest)


def cr_bounds(named: FloatArray, groups: FloatArray, count: int = _LARGEST) -> tuple[FloatArray, FloatArray]:
    """Least and largest joint share of the `count` largest sellers that the named shares allow.

    Parameters and shapes as for `hhi_bounds`; a group may be one seller.
    """
    ordered = np.sort(named, axis=0)[::-1]
    rest = np.clip(1 - np.sum(named, axis=0) - np.sum(groups, axis=0), 0, None)
    least = np.sum(ordered[:count], axis=0)
    candidates = np.sort(np.concatenate([named, groups]), axis=0)[::-1][:count]
    open_places = count - len(candidates)
    most = np.sum(candidates, axis=0) + np.minimum(rest, open_places * np.min(named, axis=0))
    return least, np.minimum(np.maximum(most, least), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """A market at a moment.

    Attributes
    ----------
    shares
        Of the sellers named one by one.
    hhi, cr4
        With the interval that comes from rounded shares and from the unnamed rest.
    """

    market: str
    period: str
    shares: Mapping[str, Figure]
    hhi: Figure
    cr4: Figure

    @property
    def leader(self) -> str:
        """The largest seller named."""
        return max(self.shares, key=lambda name: self.shares[name].central)


def concentration(facts: Facts, market: str) -> list[Concentration]:
    """The market over time, one entry a period for which the sellers named hold at least half of it.

    With less than that the largest may be among those not told yet, and the bounds would not hold.
    """
    periods: dict[str, dict[str, Fact]] = {}
    for fact in facts.find(concept=_PREFIX + market):
        if fact.entity not in _OVERLAPS and not fact.figure().missing:
            periods.setdefault(fact.period, {}).setdefault(fact.entity, fact)
    found = [
        measured(market, period, {name: _share(fact) for name, fact in told.items()}, _GROUPS)
        for period, told in periods.items()
        if any(name not in _GROUPS for name in told)
    ]
    return [each for each in found if 2 * Figure.total(each.shares.values()).central >= 1]


def latest_by_market(facts: Facts) -> list[Concentration]:
    """The newest period of each market of which anything is known."""
    return [found[-1] for market in MARKETS if (found := concentration(facts, market))]


def measured(market: str, period: str, shares: Mapping[str, Figure], groups: Sequence[str]) -> Concentration:
    """Concentration of a market at a moment, within the bounds that its shares allow.

    Parameters
    ----------
    shares
        By seller, decimals; together at most one.
    groups
        Those of the sellers that are several told as one.
    """
    named = {name: share for name, share in shares.items() if name not in groups}
    rest = Figure.of(uniform_draws(f"rest of {market} {period}"), ONE, Grade.DERIVED)

    ordered = [*named.values(), *(share for name, share in shares.items() if name in groups)]

    def within(bounds: Bounds) -> Figure:
        def between(place: FloatArray, *sizes: FloatArray) -> FloatArray:
            stacked = np.stack([np.broadcast_to(size, np.shape(place)) for size in sizes])
            low, high = bounds(stacked[: len(named)], stacked[len(named) :])
            return low + (high - low) * place

        return Figure.combine(between, rest, *ordered, unit=ONE)

    return Concentration(
        market=market, period=period, shares=named, hhi=within(hhi_bounds), cr4=within(cr_bounds)
    )


def _share(fact: Fact) -> Figure:
    """A share with the bounds that the source gives it; equally likely between them."""
    figure = fact.figure()
    if fact.low is None or fact.high is None or fact.low == fact.high:
        return figure
    scale = (fact.high - fact.low) / 100 * uniform_draws(fact.fact_id)
    return Figure.of(fact.low / 100 + scale, ONE, fact.grade, figure.lineage)
