"""Leases, guarantees and contracts for computing: what is promised without being called debt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from rekening.claims.flows import CashFlows, months_later, payment_days, period_fractions
from rekening.claims.schedule import Floats, thirty_360
from rekening.errors import InputError

__all__ = ["ComputeContract", "Lease", "ResidualValueGuarantee"]


@dataclass(frozen=True, kw_only=True)
class ResidualValueGuarantee:
    """A tenant's promise about what a building will be worth when it leaves.

    Attributes
    ----------
    start, years
        From when, and for how long, it holds.
    initial, final
        Guaranteed value at the start and at the end (which may be draws, in a shape that broadcasts against
        market values); in between it falls along a straight line (the pace is
        not public).
    cap
        Most that is ever paid.
    """

    start: date
    years: float
    initial: float
    final: float | Floats
    cap: float

    def guaranteed(self, years: Any) -> Floats:
        """Return the guaranteed value some years after the start; 0 once the guarantee is over."""
        time = np.asarray(years, dtype=np.float64)
        value = self.initial + (self.final - self.initial) * time / self.years
        return np.where((time >= 0) & (time <= self.years), value, 0.0)

    def payment(self, years: Any, market_value: Any) -> Floats:
        """Return what is owed on leaving: guaranteed less market value, not below 0, up to the cap."""
        gap = self.guaranteed(years) - np.asarray(market_value, dtype=np.float64)
        return np.clip(gap, 0.0, self.cap)


@dataclass(frozen=True, kw_only=True)
class Lease:
    """Rent for a first term, with options to extend, and perhaps a guarantee to be paid on leaving.

    Attributes
    ----------
    yearly_rent
        Level, paid at the end of each quarter (the days are not public).
    start
        Day the lease commences.
    first_term_years, extension_years, longest_years
        The tenant is bound for the first term; at its end, and at the end of each extension, it may leave.
    guarantee
        Owed on leaving, if any.
    """

    yearly_rent: float
    start: date
    first_term_years: int
    extension_years: int
    longest_years: int
    guarantee: ResidualValueGuarantee | None = None
    currency: str = "USD"

    def __post_init__(self) -> None:
        if not 0 < self.first_term_years <= self.longest_years or self.extension_years <= 0:
            raise InputError(
                f"lease: found terms of {self.first_term_years}, {self.extension_years} and "
                f"{self.longest_years} years, expected terms above 0, the first no longer than all together"
            )
        if not (np.isfinite(self.yearly_rent) and self.yearly_rent >= 0):
            raise InputError(f"yearly_rent: found {self.yearly_rent:g}, expected an amount not below 0")

    @property
    def principal(self) -> float:
        """Rent of the first term: what the tenant is bound to, not discounted."""
        return self.yearly_rent * self.first_term_years

    @property
    def option_years(self) -> tuple[int, ...]:
        """Years after commencement at which the tenant may leave, the end of the longest term last."""
        inner = range(self.first_term_years, self.longest_years, self.extension_years)
        return (*inner, self.longest_years)

    def cashflows(self, years: int | None = None) -> CashFlows:
        """Return the rents if the tenant stays some years; the first term only, when left out.

        Raises
        ------
        InputError
            If the tenant cannot leave after so many years.
        """
        stay = self.first_term_years if years is None else years
        if stay not in self.option_years:
            allowed = ", ".join(map(str, self.option_years))
            raise InputError(f"years: found {stay}, the lease can be left after {allowed} years")
        days = payment_days(self.start, months_later(self.start, 12 * stay), 4)
        rent = np.full(len(days), self.yearly_rent / 4)
        return CashFlows.of(days, rent, np.zeros(len(days)))

    def owed_on_leaving(self, years: int, market_value: Any) -> Floats:
        """Return what the guarantee costs when the tenant leaves after some years, by market value."""
        self.cashflows(years)
        if self.guarantee is None:
            return np.zeros_like(np.asarray(market_value, dtype=np.float64))
        ends = np.array([self.guarantee.start, months_later(self.start, 12 * years)], dtype="datetime64[D]")
        first, last = ends.astype(np.float64)
        held = thirty_360(np.asarray(first), np.asarray(last), us=True)
        return self.guarantee.payment(held, market_value)


@dataclass(frozen=True, kw_only=True)
class ComputeContract:
    """A promise to buy computing.

    Simplification: spent evenly from start to end, at the end of each quarter.

    Attributes
    ----------
    total
        Over the whole term.
    take_or_pay
        True: the buyer owes the money whether it uses the capacity or not, and the supplier loses only what
        the buyer cannot pay. False: the buyer may stop, and the supplier loses what it cannot sell to others.
    """

    total: float
    start: date
    end: date
    take_or_pay: bool
    currency: str = "USD"

    def __post_init__(self) -> None:
        if not (np.isfinite(self.total) and self.total >= 0):
            raise InputError(f"total: found {self.total:g}, expected an amount not below 0")
        if self.end <= self.start:
            raise InputError(f"end: found {self.end}, expected a day after {self.start}")

    @property
    def principal(self) -> float:
        """The whole amount, not discounted."""
        return self.total

    def cashflows(self) -> CashFlows:
        """Return the payments, if the contract is honoured."""
        days = payment_days(self.start, self.end, 4)
        fractions = period_fractions(self.start, days, 4)
        return CashFlows.of(days, self.total * fractions / fractions.sum(), np.zeros(len(days)))

    def owed_if_stopped(self, day: date) -> float:
        """Return what a buyer that stops still owes: all that is left under take-or-pay, else 0."""
        return float(self.cashflows().after(day).amounts.sum()) if self.take_or_pay else 0.0
