"""Fixed-rate bonds: cash flows, price and yield, duration, spread to a curve."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rekening.claims import batch
from rekening.claims.flows import CashFlows
from rekening.claims.schedule import (
    FREQUENCIES,
    as_dates,
    as_day,
    as_number,
    coupon_schedule,
)
from rekening.errors import InputError

if TYPE_CHECKING:
    from rekening.claims.curve import ZeroCurve


@dataclass(frozen=True, slots=True)
class FixedRateBond:
    """A bond that pays a fixed coupon and its principal at maturity.

    Parameters
    ----------
    principal
        Amount borrowed, in whole units of ``currency``; above 0.
    coupon
        Interest a year as a decimal of principal (0.042 is 4.2%); from 0 to below 1.
    issued
        Day from which interest runs, ISO string or date.
    maturity
        Day of repayment.
    first_coupon
        Day of the first coupon. None: a regular schedule back from maturity, in which a first period under
        30 days joins the next one.
    frequency
        Coupons a year: 1, 2, 4 or 12.
    day_count
        "30/360 US", "30E/360", "Actual/360", "Actual/365 Fixed" or "Actual/Actual ICMA".
    currency
        Three capitals, such as USD.
    end_of_month
        Whether coupons of a bond that matures at the end of a month fall at the ends of months.

    Raises
    ------
    InputError
        If any of these is not so; the message names the field, what was found and what is allowed.

    Notes
    -----
    Dates are not moved for weekends and holidays. Prices are per 100 of principal; yields are decimals per
    year, compounded ``frequency`` times (street convention; see ``rekening.claims.batch``).

    Examples
    --------
    >>> bond = FixedRateBond(principal=1e9, coupon=0.043, issued="2024-08-09", maturity="2029-08-15")
    >>> round(bond.yield_to_maturity(clean_price=99.807, settlement="2024-08-09"), 5)
    0.04343
    """

    principal: float
    coupon: float
    issued: date
    maturity: date
    first_coupon: date | None = None
    frequency: int = 2
    day_count: str = "30/360 US"
    currency: str = "USD"
    end_of_month: bool = False
    record: bytes = field(init=False, repr=False, compare=False)

    def __init__(  # noqa: PLR0917  # order of the documented signature
        self,
        principal: float,
        coupon: float,
        issued: str | date,
        maturity: str | date,
        first_coupon: str | date | None = None,
        frequency: int = 2,
        day_count: str = "30/360 US",
        currency: str = "USD",
        end_of_month: bool = False,
    ) -> None:
        principal = as_number(principal, "principal", "an amount above 0")
        coupon = as_number(coupon, "coupon", "a decimal such as 0.042")
        if principal <= 0:
            raise InputError(f"principal: found {principal:g}, expected an amount above 0")
        if not 0 <= coupon < 1:
            raise InputError(
                f"coupon: found {coupon:g}, expected a decimal from 0 to below 1 (4.2% is 0.042)"
            )
        if isinstance(frequency, bool) or frequency not in FREQUENCIES:
            raise InputError(f"frequency: found {frequency!r}, allowed are 1, 2, 4 and 12 coupons a year")
        if not (
            isinstance(currency, str) and currency.isascii() and currency.isalpha() and currency.isupper()
        ):
            raise InputError(f"currency: found {currency!r}, expected three capitals such as USD")
        if len(currency) != len("USD"):
            raise InputError(f"currency: found {currency!r}, expected three capitals such as USD")
        if not isinstance(end_of_month, bool):
            raise InputError(f"end_of_month: found {end_of_month!r}, expected True or False")
        start, end = as_day(issued, "issued"), as_day(maturity, "maturity")
        if end <= start:
            raise InputError(f"maturity: found {end}, expected a day after the issue on {start}")
        first = None if first_coupon is None else as_day(first_coupon, "first_coupon")
        if first is not None and not start < first <= end:
            raise InputError(f"first_coupon: found {first}, allowed is after {start} up to {end}")
        schedule = coupon_schedule(
            start,
            end,
            first_coupon=first,
            frequency=int(frequency),
            day_count_name=day_count,
            end_of_month=end_of_month,
        )
        for name, value in {
            "principal": principal,
            "coupon": coupon,
            "issued": start,
            "maturity": end,
            "first_coupon": first,
            "frequency": int(frequency),
            "day_count": day_count,
            "currency": currency,
            "end_of_month": end_of_month,
            "record": batch.record(coupon, frequency, day_count, schedule),
        }.items():
            object.__setattr__(self, name, value)

    def cashflows(self) -> CashFlows:
        """Return every coupon and the repayment, in money."""
        days, fractions = batch.schedule_of(self.record)
        interest = self.principal * self.coupon * fractions
        principal = np.zeros(fractions.size)
        principal[-1] = self.principal
        return CashFlows(as_dates(days[1:]), interest, principal)

    def accrued_interest(self, settlement: str | date) -> float:
        """Return interest earned since the last coupon and not yet paid, per 100 of principal."""
        return float(batch.risks([self], self.coupon, settlement).accrued[0])

    def clean_price(self, yield_to_maturity: float, settlement: str | date) -> float:
        """Return the quoted price per 100, without accrued interest."""
        return float(
            batch.risks([self], as_number(yield_to_maturity, "yield_to_maturity"), settlement).clean[0]
        )

    def dirty_price(self, yield_to_maturity: float, settlement: str | date) -> float:
        """Return what a buyer pays per 100: the clean price and the accrued interest."""
        return float(
            batch.risks([self], as_number(yield_to_maturity, "yield_to_maturity"), settlement).dirty[0]
        )

    def yield_to_maturity(self, clean_price: float, settlement: str | date) -> float:
        """Return the yield at which the flows after settlement are worth the clean price plus accrued."""
        price = as_number(clean_price, "clean_price", "a price per 100 of principal")
        return float(batch.yields_to_maturity([self], price, settlement)[0])

    def duration(self, yield_to_maturity: float, settlement: str | date, kind: str = "modified") -> float:
        """Return a duration in years.

        Parameters
        ----------
        yield_to_maturity, settlement
            As in ``clean_price``.
        kind
            "modified": relative fall of the dirty price for a rise of the yield by 1. "macaulay": average
            time of the flows, weighted by their present values.
        """
        if kind not in {"modified", "macaulay"}:
            raise InputError(f"kind: found {kind!r}, allowed are 'modified' and 'macaulay'")
        risk = batch.risks([self], as_number(yield_to_maturity, "yield_to_maturity"), settlement)
        return float(getattr(risk, kind)[0])

    def convexity(self, yield_to_maturity: float, settlement: str | date) -> float:
        """Return the second derivative of the dirty price in the yield, relative to the price."""
        risk = batch.risks([self], as_number(yield_to_maturity, "yield_to_maturity"), settlement)
        return float(risk.convexity[0])

    def clean_price_on(self, curve: ZeroCurve, settlement: str | date, spread: float = 0.0) -> float:
        """Return the clean price per 100 with every flow valued on a curve.

        Parameters
        ----------
        curve
            Its day 0 must not lie after settlement.
        spread
            Added to every zero rate, compounded twice a year; decimal.
        """
        day, flows = as_day(settlement, "settlement"), self.cashflows()
        worth = curve.present_value(flows.dates, flows.amounts, on=day, spread=spread)
        return 100 * worth / self.principal - self.accrued_interest(day)

    def z_spread(self, curve: ZeroCurve, clean_price: float, settlement: str | date) -> float:
        """Return what must be added to every zero rate of a curve to give the clean price (decimal)."""
        day, flows = as_day(settlement, "settlement"), self.cashflows()
        dirty = as_number(clean_price, "clean_price") + self.accrued_interest(day)
        return curve.spread(flows.dates, flows.amounts, dirty * self.principal / 100, on=day)

    def treasury_spread(self, curve: ZeroCurve, clean_price: float, settlement: str | date) -> float:
        """Return the yield less the curve's par yield of the same remaining life (decimal; "G-spread").

        Both are compounded twice a year if ``frequency`` is 2.
        """
        ends = np.array([as_day(settlement, "settlement"), self.maturity], dtype="datetime64[D]")
        (years,) = np.diff(curve.years(ends))
        return self.yield_to_maturity(clean_price, settlement) - curve.par_yield(float(years))
