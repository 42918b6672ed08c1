"""What a firm's credit adds to an hour of computing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.facts.units import ONE
from rekening.sites import CostOfCapital, accelerator_hour, cost_of_capital
from rekening.sites.capital import risk_free_rate

__all__ = ["Moat", "as_anybodys", "moat"]


@dataclass(frozen=True, slots=True)
class Moat:
    """An hour of the same chip in the hands of one firm, its site funded as anybody's would be.

    Attributes
    ----------
    debt
        Interest that the firm pays on its newest bonds.
    hour
        Cost of an hour in use.
    extra
        Above that of the firm that borrows most cheaply.
    """

    firm: str
    debt: Figure
    hour: Figure
    extra: Figure


def as_anybodys(facts: Facts, scenario: Scenario, own: CostOfCapital) -> CostOfCapital:
    """A site's funding as anybody's would be, but for what lenders ask of this firm."""
    owners = (
        risk_free_rate(facts, scenario)
        + scenario["asset_beta"].figure() * scenario["equity_premium"].figure()
    )
    share = scenario["site_debt_share"].figure()
    required = Figure.combine(
        lambda rd, re, w, t: w * rd * (1 - t) + (1 - w) * re,
        own.debt, owners, share, own.tax_rate, unit=ONE,
    )  # fmt: skip
    return CostOfCapital(required, own.debt, share, own.tax_rate)


def moat(facts: Facts, scenario: Scenario, firms: Sequence[str], chip: str) -> list[Moat]:
    """Cost of an hour by firm when only what lenders ask differs, cheapest first.

    Every site is that of the firm that borrows most cheaply, funded with the same part of debt and the same
    return to owners, that of an asset of this kind without debt. Firms whose own bonds are not in the facts
    are left out.
    """
    issuers = {row.text("issuer") for row in facts.table("bonds") if row.number("coupon_percent") is not None}
    own = {firm: cost_of_capital(facts, scenario, firm) for firm in firms if firm in issuers}
    ranked = sorted(own, key=lambda firm: own[firm].debt.central)
    hours = {
        firm: accelerator_hour(
            facts, scenario, ranked[0], as_anybodys(facts, scenario, own[firm]), chip=chip
        ).total
        for firm in ranked
    }
    return [
        Moat(firm, own[firm].debt, hours[firm], hours[firm] - hours[ranked[0]])
        for firm in ranked
        if not hours[firm].missing
    ]
