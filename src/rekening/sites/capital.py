"""What a firm's funders require: the cost of capital, from its own bonds, its market value and the curve."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, Lineage, Record, weakest
from rekening.facts.units import ONE

__all__ = ["CostOfCapital", "cost_of_capital", "cost_of_debt", "risk_free_rate"]


@dataclass(frozen=True, slots=True)
class CostOfCapital:
    """Nominal rates per year, as decimals.

    Attributes
    ----------
    required
        Return after the firm's tax that all funders together require of an asset. It already holds the
        shield of interest, which counts nowhere else.
    debt
        What lenders are paid, before tax.
    debt_share
        Part of the asset that lenders fund: what the firm owes beside all it owns, since money has no colour.
    tax_rate
        On the firm's profit.
    """

    required: Figure
    debt: Figure
    debt_share: Figure
    tax_rate: Figure

    @property
    def debt_part(self) -> Figure:
        """Part of the required return that goes to lenders, interest counted after tax."""
        return Figure.combine(
            lambda r, rd, w, t: w * rd * (1 - t) / r,
            self.required,
            self.debt,
            self.debt_share,
            self.tax_rate,
            unit=ONE,
        )

    def funded_by(self, loan: Figure) -> CostOfCapital:
        """The same asset, all of it funded by one loan that pays the rate `loan`.

        What an asset must return hangs on its own risk, not on the loan behind it: shareholders carry
        what the lenders do not, and are due the difference.
        """
        return replace(self, debt=loan, debt_share=Figure.of(1))


def risk_free_rate(facts: Facts, scenario: Scenario) -> Figure:
    """Yield of the newest visible Treasury curve at the tenor that equity premiums are measured over."""
    tenor = scenario["risk_free_tenor"].central
    rows = [row for row in facts.table("curves") if row.number("tenor_years") == tenor]
    if not rows:
        return scenario["risk_free_rate_otherwise"].figure()
    return max(rows, key=lambda row: str(row["date"])).figure("yield_percent")


def cost_of_debt(rows: list[Record]) -> Figure:
    """Coupons of these bonds, weighted by principal: near their yield, since bonds are issued near par."""
    principal = np.asarray([row.number("principal") for row in rows], dtype=np.float64)
    coupons = [row.figure("coupon_percent") for row in rows]
    rate = float(np.average([each.central for each in coupons], weights=principal))
    lineage = Lineage.union(each.lineage for each in coupons)
    return Figure.of(rate, ONE, weakest(*(each.grade for each in coupons)), lineage)


def cost_of_capital(facts: Facts, scenario: Scenario, firm: str) -> CostOfCapital:
    """Cost of capital of a firm as known on the day of the facts.

    Debt costs the coupons of the firm's newest dollar bonds that are not convertible; equity the riskless
    rate plus beta times the premium (CAPM), beta being that of the assets, levered as Hamada (1972) does;
    what all funders require together weighs the two by reported debt and market value. Which part lenders are
    paid goes by the books instead: market value holds far more than the firm has built. Parameters stand in
    for what is not known.
    """
    riskless = risk_free_rate(facts, scenario)
    bonds = [
        row
        for row in facts.table("bonds")
        if row.text("issuer") == firm
        and row.text("currency") == "USD"
        and row.number("coupon_percent") is not None
        and row.number("principal") is not None
        and "convertible" not in row.text("seniority")
    ]
    if bonds:
        newest = max(str(row["announced"] or row["settled"] or "") for row in bonds)
        debt = cost_of_debt([row for row in bonds if str(row["announced"] or row["settled"] or "") == newest])
    else:
        debt = riskless + scenario["credit_spread_without_bonds"].figure()
    owed = facts.latest(firm, "total_debt").figure()
    worth = facts.latest(firm, "market_capitalisation").figure()
    owned = facts.latest(firm, "total_assets").figure()
    otherwise = scenario["debt_share_otherwise"].figure()
    share = otherwise if owed.missing or worth.missing else owed / (owed + worth)
    funded = otherwise if owed.missing or owned.missing else owed / owned
    tax = scenario["profit_tax_rate"].figure()
    beta = Figure.combine(
        lambda unlevered, t, w: unlevered * (1 + (1 - t) * w / (1 - w)),
        scenario["asset_beta"].figure(), tax, share, unit=ONE,
    )  # fmt: skip
    equity = riskless + beta * scenario["equity_premium"].figure()
    required = Figure.combine(
        lambda rd, re, w, t: w * rd * (1 - t) + (1 - w) * re, debt, equity, share, tax, unit=ONE
    )
    return CostOfCapital(required, debt, funded, tax)
