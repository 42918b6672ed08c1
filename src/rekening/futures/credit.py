"""The futures of a firm as a credit analyst reads them: debt, earnings and cash of trailing years."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rekening.facts import Figure, FloatArray, Grade, Lineage
from rekening.facts.periods import Quarter
from rekening.facts.units import ONE
from rekening.firms.credit import Credit
from rekening.futures.chances import chance
from rekening.futures.outlook import Outlook
from rekening.numerics import QUARTERS

__all__ = ["VARIABLES", "CreditAhead", "lease_liability", "trailing"]

VARIABLES = (
    "advertising_revenue", "consumer_revenue", "business_revenue", "ai_revenue", "revenue",
    "operating_costs", "site_running_costs", "operating_cash_flow", "capex",
    "interest_paid", "finance_lease_interest", "vehicle_lease_payments", "operating_lease_payments",
    "debt_issued", "total_debt", "finance_lease_liabilities", "vehicle_funding_outstanding", "liquidity",
)  # fmt: skip
"""What a run must keep."""

_DOLLAR = "USD"


@dataclass(frozen=True)
class CreditAhead:
    """The measures of `Credit` by path, over the trailing year, from the fourth quarter ahead on.

    Debt holds that of vehicles that pay for sites from here on, whose rent then counts as interest.
    Operating leases on the balance sheet today are taken to be renewed; those that begin later are worth
    what is left of their rent. What lies between operating cash flow and EBITDA (taxes, swings in working
    capital, pay in shares) keeps its last reported share of the revenue from the business of today, and so
    does pay in shares.

    Attributes
    ----------
    outlook
        Futures that kept `VARIABLES`.
    reported
        The last reported year.
    """

    outlook: Outlook
    reported: Credit

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Last quarters of the trailing years."""
        return self.outlook.quarters[QUARTERS - 1 :]

    @property
    def lineage(self) -> Lineage:
        """Rows and parameters that the measures rest on."""
        reported = self.reported
        parts = (reported.adjusted_debt, reported.ebitda, reported.cash_flow, reported.revenue)
        return Lineage.union([self.outlook.lineage, *(part.lineage for part in parts)])

    @cached_property
    def adjusted_debt(self) -> FloatArray:
        """Debt, leases and vehicles at the end of each trailing year, US dollars: shape (path, year end)."""
        names = ("total_debt", "finance_lease_liabilities", "vehicle_funding_outstanding")
        owed = sum(self._level(name) for name in names)
        rate, years = self.outlook.model.assumed("lease_rate"), self.outlook.model.assumed("lease_term_years")
        begun = lease_liability(self.outlook.paths("operating_lease_payments"), rate, years)[
            :, QUARTERS - 1 :
        ]
        today = self.reported.debt["operating_lease_liabilities"]
        return np.asarray(owed + begun + (0 if today.missing else today.central))

    @cached_property
    def ebitda(self) -> FloatArray:
        """Operating income before depreciation of each trailing year, US dollars."""
        model = self.outlook.model
        money = max(model.estimates["base_yield"].value + model.assumed("cash_yield_spread"), 0)
        net_interest = model.opening["interest_window"] - money * model.opening["liquidity"] / QUARTERS
        today = sum(self.outlook.paths(f"{part}_revenue") for part in ("advertising", "consumer", "business"))
        today = today + self.outlook.paths("ai_revenue")[:, :1]
        reported = self.reported
        share = ((reported.ebitda - reported.cash_flow) / reported.revenue).central
        earned = self.outlook.paths("revenue") - self.outlook.paths("operating_costs")
        earned = earned - self.outlook.paths("site_running_costs") - net_interest + share * today
        return trailing(earned)

    @cached_property
    def leverage(self) -> FloatArray:
        """Adjusted debt to EBITDA; infinite where nothing is earned."""
        return _over(self.adjusted_debt, self.ebitda)

    @cached_property
    def net_leverage(self) -> FloatArray | None:
        """Adjusted debt less liquidity to EBITDA before share pay; none where share pay was not public."""
        share = self.reported.share_pay / self.reported.revenue
        if share.missing:
            return None
        earned = self.ebitda + share.central * trailing(self.outlook.paths("revenue"))
        return _over(np.maximum(self.adjusted_debt - self._level("liquidity"), 0), earned)

    @cached_property
    def funds_to_debt(self) -> FloatArray:
        """Operating cash flow of the year to adjusted debt."""
        return _over(trailing(self.outlook.paths("operating_cash_flow")), self.adjusted_debt)

    @cached_property
    def interest_cover(self) -> FloatArray:
        """EBITDA to interest, that of leases and vehicles begun since the start included."""
        names = ("interest_paid", "finance_lease_interest", "vehicle_lease_payments")
        return _over(self.ebitda, trailing(np.sum([self.outlook.paths(name) for name in names], axis=0)))

    def figure(self, measure: FloatArray, place: int, unit: str = ONE) -> Figure:
        """A measure at the end of a trailing year; its draws are the paths."""
        return Figure.of(measure[:, place], unit, Grade.ASSUMED, self.lineage)

    def chance_above(self, measure: FloatArray, level: float, years: int | None = None) -> Figure:
        """Chance that a measure exceeds a level at the end of a quarter within so many years, or at all."""
        seen = measure if years is None else measure[:, : QUARTERS * (years - 1) + 1]
        return chance((seen > level).any(axis=1), self.lineage)

    def _level(self, name: str) -> FloatArray:
        return self.outlook.paths(name)[:, QUARTERS - 1 :]


def trailing(quarters: FloatArray) -> FloatArray:
    """Sums over four quarters in a row: shape (path, quarter) to (path, quarter - 3)."""
    sums = np.cumsum(quarters, axis=1)
    sums[:, QUARTERS:] -= sums[:, :-QUARTERS].copy()
    return np.asarray(sums[:, QUARTERS - 1 :])


def lease_liability(rent: FloatArray, rate: float, years: float) -> FloatArray:
    """What is left to pay under leases begun since the start, discounted (ASC 842): shape of `rent`.

    Parameters
    ----------
    rent
        Rent by path and quarter of all leases begun so far; each runs its term, so that a rise is a lease.
    rate
        Decimal per year, compounded by quarter.
    years
        Term of a lease.
    """
    begun = np.diff(rent, axis=1, prepend=0)
    age = np.arange(rent.shape[1])
    left = np.maximum(QUARTERS * years - 1 - age, 0)
    worth = (1 - (1 + rate / QUARTERS) ** -left) / (rate / QUARTERS) if rate else left
    owed = np.zeros_like(begun)
    for start in age.tolist():
        owed[:, start:] += begun[:, [start]] * worth[: age.size - start]
    return owed


def _over(above: FloatArray, below: FloatArray) -> FloatArray:
    """A ratio; infinite where what stands below is not above 0."""
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.inf), where=below > 0))
