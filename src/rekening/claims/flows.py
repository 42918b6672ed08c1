"""Dated payments as arrays: what every claim gives, and what a ladder adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from rekening.claims.schedule import Dates, Floats, thirty_360
from rekening.facts import Quarter

__all__ = [
    "CashFlow",
    "CashFlows",
    "months_later",
    "outstanding",
    "payment_days",
    "period_fractions",
    "quarter_places",
]

_MONTHS_A_QUARTER = 12 // 4


class CashFlow(NamedTuple):
    """What is paid on one day."""

    date: date
    interest: float
    principal: float

    @property
    def amount(self) -> float:
        """Interest and principal together."""
        return self.interest + self.principal


@dataclass(frozen=True, eq=False)
class CashFlows:
    """Dated payments, as arrays of one length, dates rising; iterating gives a ``CashFlow`` for each day.

    Attributes
    ----------
    dates
        ``datetime64[D]``.
    interest, principal
        In the currency of the claim. Rent and the price of computing stand under interest: they pay for use
        and repay nothing.
    """

    dates: Dates
    interest: Floats
    principal: Floats

    @classmethod
    def of(cls, dates: Sequence[date], interest: Floats, principal: Floats) -> Self:
        """Make flows of a list of days."""
        return cls(np.array(dates, dtype="datetime64[D]"), interest, principal)

    @property
    def amounts(self) -> Floats:
        """Interest and principal together, shape (flows,)."""
        return self.interest + self.principal

    def after(self, day: date) -> CashFlows:
        """Return what is paid after a day."""
        later = self.dates > np.datetime64(day, "D")
        return CashFlows(self.dates[later], self.interest[later], self.principal[later])

    def times(self, factor: float) -> CashFlows:
        """Return the same days with every amount multiplied."""
        return CashFlows(self.dates, factor * self.interest, factor * self.principal)

    def years(self, day: date) -> Floats:
        """Return the time from a day to each payment, in years of 30/360; shape (flows,)."""
        start = np.asarray(np.datetime64(day, "D")).astype(np.float64)
        return thirty_360(start, self.dates.astype(np.float64), us=True)

    def average_life(self, day: date) -> float:
        """Return the time to repayment, weighted by principal, years of 30/360 from a day; NaN if none."""
        left = self.after(day)
        if not left.principal.sum():
            return float("nan")
        return float(left.years(day) @ left.principal / left.principal.sum())

    def __len__(self) -> int:
        return int(self.dates.size)

    def __iter__(self) -> Iterator[CashFlow]:
        rows = zip(self.dates.tolist(), self.interest.tolist(), self.principal.tolist(), strict=True)
        return (CashFlow(*row) for row in rows)


def outstanding(principal: float, repaid: Floats) -> Floats:
    """Return what is owed in each period, before its repayment; shape as ``repaid``."""
    return principal - np.concatenate(([0.0], np.cumsum(repaid)[:-1]))


def quarter_places(dates: Dates, first: Quarter) -> npt.NDArray[np.int64]:
    """Return how many quarters after ``first`` each date falls; negative before it."""
    months = dates.astype("datetime64[M]").astype(np.int64)
    start = np.datetime64(first.start, "M").astype(np.int64)
    return np.asarray((months - start) // _MONTHS_A_QUARTER)


def months_later(day: date, months: int) -> date:
    """Return the same day of a later (or earlier) month, or its last day if it is shorter."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (following - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))


def payment_days(start: date, end: date, frequency: int) -> list[date]:
    """Return payment days back from the end, the last being the end; none on or before the start."""
    step, days = 12 // frequency, [end]
    while (earlier := months_later(end, -step * len(days))) > start:
        days.append(earlier)
    return days[::-1]


def period_fractions(start: date, days: Sequence[date], frequency: int) -> Floats:
    """Return the periods before payment days in years: the first by 30/360, the others whole."""
    ends = np.array([start, *days], dtype="datetime64[D]").astype(np.float64)
    fractions = np.full(len(days), 1 / frequency)
    fractions[:1] = thirty_360(ends[:1], ends[1:2], us=True)
    return fractions
