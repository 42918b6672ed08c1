"""Investment by quarter, what of it is in service, depreciation by vintage, and what a useful life does.

Spending falls in the middle of its quarter. Each asset counts once, in the books of the firm that bought
it or took it on a finance lease; a plain lease is the financing of somebody else's asset.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from rekening.facts import Fact, Facts, Figure, FloatArray, Quarter
from rekening.numerics import DAYS_A_YEAR

__all__ = [
    "ages",
    "depreciation",
    "in_service",
    "investment",
    "lost_at_once",
    "profit_effect",
    "quarterly",
    "share_in_service",
    "tells_leases",
    "written_off",
]

_INVESTMENT = ("capex_plus_finance_lease_additions", "capex")
"""Widest first: purchases with assets taken on finance leases, where a firm tells them by quarter."""


def quarterly(facts: Facts, firm: str, concept: str) -> dict[Quarter, Figure]:
    """A flow quarter by quarter; longer periods are spread evenly over the quarters not told on their own."""
    best: dict[str, Fact] = {}
    for fact in facts.find(firm, concept):
        if fact.start is not None and not fact.figure().missing:
            best.setdefault(fact.period, fact)
    told: dict[Quarter, Figure] = {}
    for fact in sorted(best.values(), key=_length):
        span = _quarters(fact)
        unknown = [quarter for quarter in span if quarter not in told]
        if not unknown:
            continue
        rest = Figure.total([fact.figure(), *(-told[quarter] for quarter in span if quarter in told)])
        told.update(
            dict.fromkeys(unknown, rest / Figure.of(len(unknown)) if len(span) > 1 else fact.figure())
        )
    return dict(sorted(told.items()))


def _length(fact: Fact) -> int:
    assert fact.start is not None
    assert fact.end is not None
    return (fact.end - fact.start).days


def _quarters(fact: Fact) -> list[Quarter]:
    assert fact.start is not None
    assert fact.end is not None
    count = round(4 * (_length(fact) + 1) / DAYS_A_YEAR)
    if count < 1:
        return []
    last = Quarter.of(fact.start + (fact.end - fact.start) * (2 * count - 1) / (2 * count))
    return [last + step for step in range(1 - count, 1)]


def investment(facts: Facts, firm: str) -> dict[Quarter, Figure]:
    """Dollars put into property each quarter: purchases, and finance leases where told beside them."""
    found: dict[Quarter, Figure] = {}
    for concept in reversed(_INVESTMENT):
        found |= quarterly(facts, firm, concept)
    return dict(sorted(found.items()))


def tells_leases(facts: Facts, firm: str) -> bool:
    """True where `investment` holds finance leases: the firm told them beside its newest purchases."""
    return bool(quarterly(facts, firm, _INVESTMENT[0]))


def ages(quarters: list[Quarter], when: date) -> FloatArray:
    """Years between the middle of each quarter and a day."""
    middles = [quarter.start + (quarter.end - quarter.start) / 2 for quarter in quarters]
    return np.asarray([(when - middle).days / DAYS_A_YEAR for middle in middles])


def share_in_service(age: FloatArray, lag: FloatArray, life: FloatArray) -> FloatArray:
    """One for what has been put to use and is not past its life, else zero.

    Parameters
    ----------
    age
        Years since the money was spent; shape (vintages,).
    lag, life
        Years from spending to use, and years of use; shape () or (n,).

    Returns
    -------
    FloatArray
        Shape (vintages,) or (vintages, n).
    """
    years = age[:, np.newaxis] if np.ndim(lag) or np.ndim(life) else age
    return np.asarray((years >= lag) & (years < lag + life), dtype=np.float64)


def in_service(spending: dict[Quarter, Figure], when: date, lag: Figure, life: Figure) -> Figure:
    """Dollars, at cost, of the assets in service on a day."""
    if not spending:
        return Figure.unknown("USD")
    age = ages(list(spending), when)

    def working(lag_years: FloatArray, years: FloatArray, *dollars: FloatArray) -> FloatArray:
        live = share_in_service(age, lag_years, years)
        return np.asarray(
            sum(each * share for each, share in zip(dollars, live, strict=True)), dtype=np.float64
        )

    return Figure.combine(working, lag.to("year"), life.to("year"), *spending.values(), unit="USD")


def depreciation(
    spending: FloatArray, life: FloatArray | float, start: FloatArray, at: FloatArray
) -> FloatArray:
    """Straight-line depreciation per year, by vintage, at points in time.

    Parameters
    ----------
    spending
        Dollars by vintage; shape (vintages,).
    life
        Years; a number or shape (vintages,).
    start
        When each vintage came into use, in years; shape (vintages,).
    at
        Points in time, in years; shape (times,).

    Returns
    -------
    FloatArray
        Dollars per year; shape (times, vintages).
    """
    life = np.broadcast_to(np.asarray(life, np.float64), np.shape(spending))
    age = np.asarray(at)[:, np.newaxis] - np.asarray(start)
    return np.where((age >= 0) & (age < life), spending / life, 0)


def written_off(spending: FloatArray, life: FloatArray | float, elapsed: FloatArray) -> FloatArray:
    """Dollars written off in a straight line by points in time, all vintages together.

    Parameters
    ----------
    spending
        Dollars by vintage; shape (vintages, 1) or (vintages, n).
    life
        Years; a number or shape (n,).
    elapsed
        Years since each vintage came into use, below 0 before; shape (times, vintages).

    Returns
    -------
    FloatArray
        Shape (times, 1) or (times, n).
    """
    used = np.maximum(elapsed, 0)
    if np.max(used) <= np.min(life):
        # nothing is past its life yet: then no array of all three dimensions is needed
        return np.asarray(used @ spending / life)
    share = used[..., np.newaxis] / life
    np.minimum(share, 1, out=share)
    return np.asarray(np.einsum("tvn,vn->tn", share, spending))


def profit_effect(
    spending: FloatArray,
    start: FloatArray,
    at: FloatArray,
    *,
    old_life: float,
    new_life: float,
    change: float,
) -> FloatArray:
    """What a change of useful life does to profit before tax, per year, at points in time.

    The change is prospective, as accounting rules ask: what is left of each vintage's book value at the
    moment of change is written off over what is then left of its life. Of assets past the new life only
    the charge that ends is part of this: what is left of them goes at once (`lost_at_once`).

    Parameters
    ----------
    spending, start
        Dollars by vintage, and when each came into use, in years; shape (vintages,).
    old_life, new_life
        Years.
    change
        When the new life begins to count, in years.
    at
        Points in time, in years, not before the change; shape (times,).

    Returns
    -------
    FloatArray
        Dollars per year, positive where profit rises; shape (times,).
    """
    spending, start, at = (np.asarray(each, np.float64) for each in (spending, start, at))
    before = depreciation(spending, old_life, start, at)
    elapsed = np.maximum(change - start, 0)
    book = spending * np.maximum(1 - elapsed / old_life, 0)
    left = new_life - elapsed
    since = at[:, np.newaxis] - np.maximum(start, change)
    running = (since >= 0) & (since < left)
    after = np.where(running, book / np.where(left > 0, left, 1), 0)
    return np.asarray(np.sum(before - after, axis=1))


def lost_at_once(
    spending: FloatArray, start: FloatArray, *, old_life: float, new_life: float, change: float
) -> float:
    """Book value, when the life changes, of the assets that are past their new life; dollars.

    Parameters as of `profit_effect`.
    """
    elapsed = np.maximum(change - np.asarray(start, np.float64), 0)
    book = np.asarray(spending, np.float64) * np.maximum(1 - elapsed / old_life, 0)
    return float(np.sum(book[elapsed >= new_life]))
