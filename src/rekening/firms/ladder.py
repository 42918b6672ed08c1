"""The debt a firm owes when a run begins, as dated repayments and coupons, and the issues already agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from rekening.facts import Facts, FloatArray
from rekening.facts.exchange import exchange_rate
from rekening.facts.periods import Quarter
from rekening.facts.rows import Record
from rekening.numerics import QUARTERS

__all__ = ["Ladder", "Tranche", "curve_days", "treasury_rows", "treasury_yield"]

_DOLLAR = "USD"
_NOT_DRAWN = "delayed draw"


@dataclass(frozen=True, slots=True)
class Tranche:
    """A listed bond or loan: principal in US dollars at the exchange rate of the facts' day, and its rows."""

    bond_id: str
    fact_id: str
    begins: date
    matures: Quarter
    principal: float
    coupon: float
    discount: float | None
    spread: float | None
    exchanged_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ladder:
    """Listed tranches of one firm, as known on the facts' day."""

    tranches: tuple[Tranche, ...]

    @classmethod
    def read(cls, facts: Facts, firm: str) -> Ladder:
        """Take a firm's tranches from the bonds table; credit lines that may never be drawn are left out."""
        found = []
        for record in facts.table("bonds"):
            if record["issuer"] == firm and _NOT_DRAWN not in str(record["seniority"] or ""):
                tranche = _tranche(facts, record)
                if tranche is not None:
                    found.append(tranche)
        return cls(tuple(found))

    def owed(self, on: date) -> tuple[Tranche, ...]:
        """Tranches paid out by a day and not yet due."""
        return tuple(t for t in self.tranches if t.begins <= on < t.matures.end)

    def agreed(self, since: date) -> tuple[Tranche, ...]:
        """Tranches paid out on a day or later."""
        return tuple(t for t in self.tranches if t.begins >= since)

    def newest_spread(self) -> tuple[float, tuple[str, ...]] | None:
        """Average spread over Treasury yields of the newest issue that has one, weighted by principal."""
        for begins in sorted({t.begins for t in self.tranches}, reverse=True):
            known = [t for t in self.tranches if t.begins == begins and t.spread is not None]
            if known:
                weights = [t.principal for t in known]
                spreads = [t.spread for t in known if t.spread is not None]
                return float(np.average(spreads, weights=weights)), tuple(t.fact_id for t in known)
        return None


def _tranche(facts: Facts, record: Record) -> Tranche | None:
    begins = record.day("settled") or record.day("priced") or record.published
    principal = record.number("principal")
    year = record.number("maturity_year")
    day = record.day("maturity")
    if principal is None or (year is None and day is None):
        return None
    # where only the year is known the bond falls due in the quarter of the year in which it was issued
    matures = Quarter.of(day) if day is not None else Quarter(int(year or 0), Quarter.of(begins).number)
    rate = exchange_rate(facts, record.text("currency"), _DOLLAR)
    years = (matures - Quarter.of(begins)) / QUARTERS
    treasury = treasury_yield(facts, begins, years)
    coupon, spread = record.number("coupon_percent"), record.number("spread_bp")
    if spread is not None:
        spread /= 10_000
    if coupon is not None:
        coupon /= 100
        if spread is None and record.text("currency") == _DOLLAR and treasury is not None:
            spread = coupon - treasury
    elif treasury is not None and spread is not None:
        coupon = treasury + spread
    if coupon is None or rate.missing:
        return None
    price = record.number("price_to_public_percent")
    return Tranche(
        bond_id=record.text("bond_id"),
        fact_id=record.fact_id,
        begins=begins,
        matures=matures,
        principal=principal * rate.central,
        coupon=coupon,
        discount=None if price is None else 1 - price / 100,
        spread=spread,
        exchanged_by=rate.lineage.facts,
    )


def treasury_yield(facts: Facts, on: date, years: float) -> float | None:
    """Par yield of Treasuries on the newest day of the curve by then; straight lines between tenors."""
    points = _curve(facts, on)
    if points is None:
        return None
    tenors, yields = points
    return float(np.interp(years, tenors, yields))


def treasury_rows(facts: Facts, on: date) -> set[str]:
    """Ids of the rows of the newest day of the curve by then."""
    newest = max((day for day in curve_days(facts) if day <= on), default=None)
    return {record.fact_id for record in facts.table("curves") if record.day("date") == newest}


def _curve(facts: Facts, on: date) -> tuple[FloatArray, FloatArray] | None:
    days = curve_days(facts)
    by_then = [day for day in days if day <= on]
    if not by_then:
        return None
    points = sorted(days[by_then[-1]].items())
    return np.asarray([tenor for tenor, _ in points]), np.asarray([level for _, level in points])


@lru_cache(maxsize=4)
def curve_days(facts: Facts) -> dict[date, dict[float, float]]:
    """Treasury par yields by day and tenor in years, as decimals."""
    days: dict[date, dict[float, float]] = {}
    for record in facts.table("curves"):
        day, tenor, level = record.day("date"), record.number("tenor_years"), record.number("yield_percent")
        if day is not None and tenor is not None and level is not None:
            days.setdefault(day, {})[tenor] = level / 100
    return dict(sorted(days.items()))
