"""Debts that are not plain bonds: floaters, term loans, amortising notes, preferred shares.

Each states what it leaves out. Convertible bonds are ``FixedRateBond``s: what they owe if nobody converts;
the right to take shares instead, which holders use only when it is worth more, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from rekening.claims.curve import ZeroCurve
from rekening.claims.flows import CashFlows, outstanding, payment_days, period_fractions
from rekening.claims.schedule import as_dates, coupon_schedule
from rekening.errors import InputError

__all__ = ["AmortisingNote", "FloatingRateNote", "PreferredShares", "TermLoan"]


def _check(principal: float, start: date, end: date) -> None:
    if not (np.isfinite(principal) and principal > 0):
        raise InputError(f"principal: found {principal:g}, expected an amount above 0")
    if end <= start:
        raise InputError(f"maturity: found {end}, expected a day after {start}")


@dataclass(frozen=True, kw_only=True)
class FloatingRateNote:
    """A note that pays a short rate plus a margin.

    Simplification: the short rate of each period is the forward rate of the Treasury curve, in place of
    compounded SOFR, which runs a little above or below it; periods that began before the curve take its
    shortest rate.

    Attributes
    ----------
    principal
        Above 0.
    margin
        Over the short rate, decimal per year.
    issued, maturity, first_coupon, frequency, day_count
        As in ``FixedRateBond``.
    curve
        From which forward rates are read.
    """

    principal: float
    margin: float
    issued: date
    maturity: date
    curve: ZeroCurve
    first_coupon: date | None = None
    frequency: int = 4
    day_count: str = "Actual/360"
    currency: str = "USD"

    def __post_init__(self) -> None:
        _check(self.principal, self.issued, self.maturity)

    def cashflows(self) -> CashFlows:
        """Return projected coupons and the repayment."""
        schedule = coupon_schedule(
            self.issued,
            self.maturity,
            first_coupon=self.first_coupon,
            frequency=self.frequency,
            day_count_name=self.day_count,
            end_of_month=False,
        )
        dates = as_dates(schedule.days)
        years = np.maximum(self.curve.years(dates), 0.0)
        rates = np.full(years.size - 1, self.curve.par_yields[0])
        ahead = years[1:] > years[:-1]
        rates[ahead] = self.curve.forward_rates(years[:-1][ahead], years[1:][ahead])
        interest = self.principal * (rates + self.margin) * schedule.fractions
        principal = np.zeros(interest.size)
        principal[-1] = self.principal
        return CashFlows(dates[1:], interest, principal)


@dataclass(frozen=True, kw_only=True)
class TermLoan:
    """A loan repaid in equal parts of principal from its first payment on.

    Simplification: one rate over its life (for a floating loan the forward rate to maturity plus the margin),
    drawn in full on day one, no prepayment and no cash sweep.

    Attributes
    ----------
    principal
        Above 0.
    rate
        Decimal per year, simple within a period.
    drawn, maturity
        From when interest runs, and the last repayment.
    frequency
        Payments a year.
    """

    principal: float
    rate: float
    drawn: date
    maturity: date
    frequency: int = 4
    currency: str = "USD"

    def __post_init__(self) -> None:
        _check(self.principal, self.drawn, self.maturity)

    def cashflows(self) -> CashFlows:
        """Return interest and repayments."""
        days = payment_days(self.drawn, self.maturity, self.frequency)
        repaid = np.full(len(days), self.principal / len(days))
        fractions = period_fractions(self.drawn, days, self.frequency)
        return CashFlows.of(days, self.rate * fractions * outstanding(self.principal, repaid), repaid)


@dataclass(frozen=True, kw_only=True)
class AmortisingNote:
    """A note of a vehicle: interest only at first, then level payments until it is repaid.

    The payments after ``interest_only_until`` are equal, so that they can be served by a level rent.

    Attributes
    ----------
    principal, rate
        Above 0; decimal per year, compounded ``frequency`` times.
    issued, interest_only_until, maturity
        Rising days; interest only until the second (the issue date: level from the start).
    """

    principal: float
    rate: float
    issued: date
    interest_only_until: date
    maturity: date
    frequency: int = 2
    currency: str = "USD"

    def __post_init__(self) -> None:
        _check(self.principal, self.issued, self.maturity)
        if not self.issued <= self.interest_only_until < self.maturity:
            raise InputError(
                f"interest_only_until: found {self.interest_only_until}, allowed is {self.issued} to before "
                f"{self.maturity}"
            )

    @classmethod
    def served_by(
        cls,
        yearly_payment: float,
        *,
        rate: float,
        issued: date,
        interest_only_until: date,
        maturity: date,
        frequency: int = 2,
    ) -> AmortisingNote:
        """Return the note that a level payment a year (a rent) can serve: its principal is sized by it."""
        unit = cls(
            principal=1.0,
            rate=rate,
            issued=issued,
            interest_only_until=interest_only_until,
            maturity=maturity,
            frequency=frequency,
        )
        return replace(unit, principal=yearly_payment / unit.level_payment)

    @property
    def _level_periods(self) -> int:
        days = payment_days(self.issued, self.maturity, self.frequency)
        return sum(day > self.interest_only_until for day in days)

    @property
    def level_payment(self) -> float:
        """What is paid a year, interest and repayment together, once repayment has begun."""
        rate = self.rate / self.frequency
        count = self._level_periods
        annuity = -np.expm1(-count * np.log1p(rate)) / rate if rate else float(count)
        return float(self.frequency * self.principal / annuity)

    def cashflows(self) -> CashFlows:
        """Return interest and repayments."""
        days = payment_days(self.issued, self.maturity, self.frequency)
        count, rate = self._level_periods, self.rate / self.frequency
        left = np.arange(count, 0, -1)
        repaid = np.zeros(len(days))
        level = self.level_payment / self.frequency
        repaid[len(days) - count :] = level * (1 + rate) ** (-left.astype(np.float64))
        fractions = period_fractions(self.issued, days, self.frequency)
        return CashFlows.of(days, self.rate * fractions * outstanding(self.principal, repaid), repaid)


@dataclass(frozen=True, kw_only=True)
class PreferredShares:
    """Shares with a fixed dividend that stand before common shares.

    Simplification: dividends are paid in full until ``until``, the day on which a mandatory convertible turns
    into common shares or the horizon of whoever asks; nothing is repaid in cash.

    Attributes
    ----------
    principal
        Liquidation value, above 0.
    dividend
        Decimal per year of the liquidation value.
    """

    principal: float
    dividend: float
    issued: date
    until: date
    frequency: int = 4
    currency: str = "USD"

    def __post_init__(self) -> None:
        _check(self.principal, self.issued, self.until)

    def cashflows(self) -> CashFlows:
        """Return the dividends, as interest."""
        days = payment_days(self.issued, self.until, self.frequency)
        fractions = period_fractions(self.issued, days, self.frequency)
        return CashFlows.of(days, self.principal * self.dividend * fractions, np.zeros(len(days)))
