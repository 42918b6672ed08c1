"""The bill: what the data-center assets built for AI cost per year, whoever pays.

Bill = (yearly cost of the assets in service - yearly cost of those that would have been in service anyway)
x the share of this difference that is for AI. It comes in three scopes: the loan, the firm, the firms
together. It is worked out twice, as user cost of capital and line by line, and the two must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TypeAlias

import numpy as np

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Facts, Figure, Quarter, quarter_range
from rekening.facts.units import ONE
from rekening.firms.buildout import Ahead
from rekening.numerics import DAYS_A_YEAR
from rekening.payers.conservation import adds_up
from rekening.sites import (
    CLASSES,
    EQUIPMENT,
    LIVES,
    CostOfCapital,
    build,
    cost_of_capital,
    cost_shares,
    data_center_share,
    in_service,
    investment,
)
from rekening.sites.hour import electricity_price, tax_allowance
from rekening.sites.recovery import capital_recovery_factor, depreciation_allowance, user_cost_factor

__all__ = [
    "CASH",
    "LATER",
    "LINES",
    "NOW",
    "Asset",
    "Bill",
    "Bills",
    "bill_of",
    "bills_by_firm",
    "firm_bill",
    "for_ai",
    "loan_bill",
    "together",
]

LINES = (
    "energy",
    "grid_costs_of_others",
    "operations",
    "return_of_capital",
    "interest",
    "profit_tax",
    "return_to_shareholders",
)
"""Lines of the bill. The last is no payment: it is what shareholders could have had elsewhere."""

NOW, LATER = "now", "later"
"""Who pays now, and who pays once subsidies have ended, prices have settled and what is planned runs."""

CASH = LINES[:-1]


@dataclass(frozen=True, slots=True)
class Asset:
    """A thing in service, or to be; a lease or a loan on it is its financing, not a second thing.

    Attributes
    ----------
    asset_id
        The same for everybody who has a part in it.
    dollars
        What it cost its owner, by asset class.
    """

    asset_id: str
    dollars: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars per year.

    Attributes
    ----------
    lines
        By name, as in `LINES`.
    user_cost
        The same total by the other route: Hall-Jorgenson user cost of each asset class plus running cost.
    tax_deferral
        Part of ``profit_tax`` that the state lends by letting equipment be written off early.
    debt_share
        Part of the capital that lenders fund.
    capital
        Dollars of assets that the bill is about, at cost.
    assets
        Their ids; bills that share one cannot be added.
    """

    lines: Mapping[str, Figure]
    user_cost: Figure
    tax_deferral: Figure
    debt_share: Figure
    capital: Figure
    assets: frozenset[str]

    def __post_init__(self) -> None:
        if not adds_up((self.lines[name] for name in LINES), self.user_cost):
            raise InputError("the lines of the bill do not add up to the user cost of its assets")

    @property
    def total(self) -> Figure:
        """The bill."""
        return Figure.total(self.lines[name] for name in LINES)

    @property
    def cash(self) -> Figure:
        """What is paid: running cost, interest, return of capital, tax."""
        return Figure.total(self.lines[name] for name in CASH)

    @property
    def forgone(self) -> Figure:
        """Return that shareholders could have had elsewhere; nobody pays it."""
        return self.lines["return_to_shareholders"]

    @property
    def with_use(self) -> Figure:
        """The part that comes with use, and so can pass into prices by theory: energy and operations."""
        return Figure.total(self.lines[name] for name in ("energy", "grid_costs_of_others", "operations"))

    @property
    def sunk(self) -> Figure:
        """The part that is there whether or not anybody uses it."""
        return self.total - self.with_use

    def times(self, share: Figure) -> Bill:
        """The same bill, scaled."""
        return Bill(
            {name: line * share for name, line in self.lines.items()},
            self.user_cost * share,
            self.tax_deferral * share,
            self.debt_share,
            self.capital * share,
            self.assets,
        )

    def __add__(self, other: Bill) -> Bill:
        """Bills of different assets together.

        Raises
        ------
        InputError
            If an asset stands in both, for instance as a vehicle's building and as its tenant's lease.
        """
        twice = self.assets & other.assets
        if twice:
            raise InputError(
                f"asset counted twice: {', '.join(sorted(twice))}; a lease is not a second asset"
            )
        capital = self.capital + other.capital
        share = Figure.combine(
            lambda a, x, b, y: np.where(x + y == 0, 0, (a * x + b * y) / np.where(x + y == 0, 1, x + y)),
            self.debt_share, self.capital, other.debt_share, other.capital, unit=ONE,
        )  # fmt: skip
        return Bill(
            {name: line + other.lines[name] for name, line in self.lines.items()},
            self.user_cost + other.user_cost,
            self.tax_deferral + other.tax_deferral,
            share,
            capital,
            self.assets | other.assets,
        )


def bill_of(facts: Facts, scenario: Scenario, firm: str, asset: Asset, funding: CostOfCapital) -> Bill:
    """Yearly cost of an asset in full service: capital recovery by class, and running cost.

    Profit tax is reckoned as if the tax office followed economic life; what early write-off is worth is
    told apart, as the value of deferral. Interest is counted before tax: its shield is in the required
    return, once.
    """
    back: list[Figure] = []
    returns: list[Figure] = []
    user_cost: list[Figure] = []
    deferral: list[Figure] = []
    lives = {name: scenario[LIVES[name]].figure() for name in CLASSES}
    for name, dollars in asset.dollars.items():
        life = lives[name]
        economic = Figure.combine(depreciation_allowance, funding.required, life, unit=ONE)
        recovery = dollars * Figure.combine(capital_recovery_factor, funding.required, life, unit="1/year")
        of_class = dollars * Figure.combine(
            user_cost_factor, funding.required, life, funding.tax_rate, economic, unit="1/year"
        )
        allowance = tax_allowance(scenario, funding.required, equipment=name in EQUIPMENT)
        deferral.append(
            Figure.combine(
                lambda pay, t, z, slow: pay * t * (z - slow) / (1 - t),
                recovery,
                funding.tax_rate,
                allowance,
                economic,
                unit="USD/year",
            )
        )
        user_cost.append(of_class)
        back.append((dollars / life).to("USD/year"))
        returns.append(recovery - back[-1])
    capital = Figure.total(asset.dollars.values())
    made = build(facts, scenario, firm, capital)
    energy = (made.energy * electricity_price(facts, scenario)).to("USD/year")
    grid = energy * scenario["grid_costs_of_others"].figure()
    operations = capital * scenario["operations_cost_share"].figure()
    after_tax = Figure.total(returns)
    to_lenders = after_tax * funding.debt_part
    to_shareholders = after_tax - to_lenders
    one = Figure.of(1)
    lines = {
        "energy": energy,
        "grid_costs_of_others": grid,
        "operations": operations,
        "return_of_capital": Figure.total(back),
        "interest": to_lenders / (one - funding.tax_rate),
        "profit_tax": to_shareholders * funding.tax_rate / (one - funding.tax_rate),
        "return_to_shareholders": to_shareholders,
    }
    whole = Figure.total([*user_cost, energy, grid, operations])
    return Bill(
        lines, whole, Figure.total(deferral), funding.debt_share, capital, frozenset({asset.asset_id})
    )


def _lag(name: str) -> str:
    return "compute_lag_years" if name in EQUIPMENT else "building_lag_years"


def loan_bill(facts: Facts, scenario: Scenario, firm: str, principal: Figure, coupon: Figure) -> Bill:
    """The bill of what a loan buys, in a year in which all of it runs.

    Only the part that goes into data centers counts, and of that only what would not have been built
    anyway.
    """
    spent = principal * scenario["loan_share_to_sites"].figure()
    beyond = Figure.of(1) - scenario.of_firm(firm, "loan_would_have_been_built").figure()
    dollars = {name: spent * share for name, share in cost_shares(facts, scenario).items()}
    asset = Asset(f"{firm}:loan", dollars)
    funding = cost_of_capital(facts, scenario, firm).funded_by(coupon)
    return bill_of(facts, scenario, firm, asset, funding).times(beyond * for_ai(scenario, firm))


def counterfactual(
    spending: Mapping[Quarter, Figure], base_year: int, level: Figure, growth: Figure
) -> dict[Quarter, Figure]:
    """What would have been spent anyway: a share of the base year's pace, growing, never above the actual."""
    base = [figure for quarter, figure in spending.items() if quarter.year == base_year]
    if not base:
        return {}
    start = Figure.total(base) / Figure.of(len(base)) * level
    return {
        quarter: actual.minimum(
            Figure.combine(
                lambda level, g, years=quarter.year - base_year: level * (1 + g) ** max(years, 0),
                start,
                growth,
                unit="USD",
            )
        )
        for quarter, actual in spending.items()
    }


def going_on(
    spending: Mapping[Quarter, Figure], until: Quarter, ahead: Mapping[Quarter, Figure], pace: Figure
) -> dict[Quarter, Figure]:
    """Spending with the quarters to come: as simulated, else the average of the last four times a pace.

    This is the one place where the bill looks ahead.

    Parameters
    ----------
    ahead
        Simulated spending; empty for a firm that cannot be simulated.
    """
    found = dict(spending)
    if found:
        recent = list(found.values())[-4:]
        level = Figure.total(recent) / Figure.of(len(recent)) * pace
        for quarter in quarter_range(next(reversed(found)) + 1, until):
            found[quarter] = ahead.get(quarter, level)
    return found


def extra_sites(facts: Facts, scenario: Scenario, firm: str, moment: str, ahead: Ahead) -> dict[str, Figure]:
    """Data-center dollars in service at a moment beyond those of the counterfactual, by class, at cost.

    Purchases before the first quarter of the facts are in both and drop out.
    """
    spending = investment(facts, firm)
    when = facts.as_of
    if moment == LATER:
        when += timedelta(days=scenario["years_until_later"].central * DAYS_A_YEAR)
        spending = going_on(spending, Quarter.of(when), ahead(firm), scenario["spending_pace_later"].figure())
    first = min((quarter.year for quarter in spending), default=when.year)
    anyway = counterfactual(
        spending,
        max(int(scenario["counterfactual_base_year"].central), first),
        scenario.of_firm(firm, "counterfactual_level").figure(),
        scenario["counterfactual_growth"].figure(),
    )
    extra = {quarter: dollars - anyway[quarter] for quarter, dollars in spending.items() if quarter in anyway}
    part = data_center_share(scenario, firm)
    shares = cost_shares(facts, scenario)
    return {
        name: in_service(extra, when, scenario[_lag(name)].figure(), scenario[LIVES[name]].figure())
        * part
        * shares[name]
        for name in CLASSES
    }


def for_ai(scenario: Scenario, firm: str) -> Figure:
    """Part of what the firm builds beyond the counterfactual that is for AI."""
    return scenario.of_firm(firm, "ai_share").figure()


def firm_bill(facts: Facts, scenario: Scenario, firm: str, moment: str, ahead: Ahead) -> Bill:
    """The bill of a firm per year: of what runs on the day of the facts, or later, having built on.

    Parameters
    ----------
    ahead
        Gives the simulated spending of a firm by quarter; nothing for one that goes on at its pace.
    """
    funding = cost_of_capital(facts, scenario, firm)
    asset = Asset(f"{firm}:sites", extra_sites(facts, scenario, firm, moment, ahead))
    return bill_of(facts, scenario, firm, asset, funding).times(for_ai(scenario, firm))


Bills: TypeAlias = Callable[[str], Mapping[str, Bill]]
"""Gives the bills of a firm, by moment."""


def bills_by_firm(facts: Facts, scenario: Scenario, ahead: Ahead) -> Bills:
    """Gives the bills of any firm; a firm is worked out, and simulated, once it is first asked for.

    Parameters
    ----------
    ahead
        Gives the simulated spending of a firm by quarter.
    """
    return cache(lambda firm: {when: firm_bill(facts, scenario, firm, when, ahead) for when in (NOW, LATER)})


def together(bills: Iterable[Bill]) -> Bill:
    """Bills of several firms added up; an asset stands with its owner, so rents between firms drop out."""
    whole, *more = bills
    for each in more:
        whole = whole + each
    return whole
