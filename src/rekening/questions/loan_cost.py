"""What does the loan cost? Tranche by tranche and whole, beside the same money through a vehicle.

The loan is valued on the day its money came in, so that its cost does not change as time goes on; debts that
fall due later are set against the rates of the day of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rekening.assumptions import Scenario
from rekening.assumptions.distributions import Fixed
from rekening.claims import FixedRateBond, ZeroCurve
from rekening.claims.batch import many_prices
from rekening.claims.claim import Claim, LeftOut, bond_of, compute_contracts
from rekening.claims.cost import internal_rate
from rekening.claims.flows import CashFlows
from rekening.claims.ladder import Ladder
from rekening.claims.vehicle import Vehicle
from rekening.facts import Figure, FloatArray, Grade, Lineage, Record, uniform_draws, weakest
from rekening.facts.units import ONE
from rekening.numerics import WALL_YEARS
from rekening.questions.loan import Loan, loan_of, principal_of
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.questions.owed import owed, wall

__all__ = ["loan_cost"]

_DOLLAR = "USD"
_YEARS = "year"
_BILLION = "gigaUSD"
_SHIFT = "unread_maturity_shift"
_HABIT = "unread_maturity_day"
_EARLIER = "unread_maturity_earlier"
_LAG = "unread_settlement_lag"


def loan_cost(case: Case) -> Outcome:
    """Work out what the firm's latest dollar loan costs, and what else it owes."""
    if not case.facts.table("curves"):
        return Outcome(question="loan_cost", case=case, values={}, missing=("curve",), flags=_flags())
    loan = loan_of(case.facts, case.firm)
    curve = ZeroCurve.of_treasuries(case.facts)
    ladder = Ladder.of(case.facts, case.scenario, case.firm, curve)
    vehicle = Vehicle.of(case.facts, case.firm)
    priced = _priced(case, loan) if loan is not None and not loan.pending else ()
    values: dict[str, Figure] = {}
    missing: list[str] = []
    if loan is None:
        missing.append("loan")
    else:
        values["principal"] = loan.principal
        if loan.pending:
            missing.append("tranches")
        elif not priced:
            missing.append("terms")
    if priced:
        assert loan is not None
        values |= _whole(case, loan, priced) | _if_earlier(priced)
        missing += _not_public(loan, priced)
    values |= _against_cash_flow(case, values.get("yearly_interest"))
    if "operating_cash_flow" not in values:
        missing.append("cash_flow")
    values |= owed(ladder, curve, values.get("treasury_spread"))
    tables = _tranche_tables(priced, values) if priced else []
    if vehicle is not None:
        found, rows = _vehicle(case, vehicle, priced)
        values |= found
        if rows:
            tables.append(_off_balance_table(rows))
        else:
            missing.append("own_rate")
    if ladder.claims:
        tables += [_promises(case, vehicle, ladder), _due_table(values)]
        tables.append(wall(ladder))
    else:
        missing.append("debt")
    return Outcome(
        question="loan_cost",
        case=case,
        values=values,
        tables=tables,
        chart=_chart(priced),
        missing=tuple(missing),
        flags=_flags(
            today=loan is not None and loan.announced == case.as_of,
            loan=loan,
            priced=priced,
            values=values,
            claims=ladder.claims,
            vehicle=vehicle,
        ),
    )


def _flags(
    *,
    today: bool = False,
    loan: Loan | None = None,
    priced: Sequence[_Tranche] = (),
    values: Mapping[str, Figure] = MappingProxyType({}),
    claims: Sequence[Claim] = (),
    vehicle: Vehicle | None = None,
) -> dict[str, bool]:
    """Return the yes-or-no findings; all are no where nothing was found."""
    pending = loan is not None and loan.pending
    off_balance, dearer = values.get("off_balance_yearly"), values.get("refinancing_cost")
    return {
        "loan": loan is not None,
        "pending": pending,
        "announced_today": pending and today,
        "priced": bool(priced),
        "price_assumed": any(not one.price_stated for one in priced),
        "maturity_assumed": any(_HABIT in one.used for one in priced),
        "vehicle": vehicle is not None,
        "off_balance": off_balance is not None,
        "off_balance_dearer": off_balance is not None and off_balance.interval()[0] > 0,
        "cash_flow": "interest_share" in values,
        "debt": bool(claims),
        "unlisted": any(claim.kind == "unlisted_debt" for claim in claims),
        "wall_dearer": dearer is not None and dearer.central > 0,
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class _Tranche:
    """A fixed-rate tranche on the day its money came in; figures per tranche, US dollars.

    Attributes
    ----------
    bond, other
        Its terms, and those by the other habit of issuers; the same where the day of maturity is known.
    earlier
        Whether the other habit holds, by draw; none where the day is known.
    """

    row: Record
    bond: FixedRateBond
    other: FixedRateBond
    earlier: NDArray[np.bool_] | None
    used: frozenset[str]
    price_stated: bool
    curve: ZeroCurve
    price: Figure
    rate: Figure
    duration: Figure

    @property
    def lineage(self) -> Lineage:
        """Row and parameters; prices and curve come on top."""
        return Lineage(frozenset({self.row.fact_id}), self.used)

    @property
    def grade(self) -> Grade:
        """Assumed where a parameter stands for what was not public."""
        return Grade.ASSUMED if self.used else weakest(self.row.grade)

    @property
    def principal(self) -> Figure:
        """Amount borrowed, as the row says."""
        return principal_of(self.row)

    def figure(self, work: Callable[[FixedRateBond], float], unit: str, *, curved: bool = False) -> Figure:
        """Work a number out of the terms, by either habit; it rests on the curve too if that was used."""
        lineage = self.lineage | Lineage(frozenset(self.curve.facts)) if curved else self.lineage
        value: float | FloatArray = work(self.bond)
        if self.earlier is not None:
            value = np.where(self.earlier, work(self.other), value)
        return Figure.of(value, unit, self.grade, lineage)

    @property
    def life(self) -> float:
        """Years from payment to maturity."""
        return _life(self.bond)

    def interest(self) -> Figure:
        """All coupons, not discounted."""
        return self.figure(_interest, _DOLLAR)

    def proceeds(self) -> Figure:
        """What the lenders paid."""
        return self.principal * self.price

    def present_value(self, part: str) -> Figure:
        """Coupons ("interest") or repayment ("principal") valued on the Treasury curve."""

        def worth(bond: FixedRateBond) -> float:
            flows = bond.cashflows()
            return self.curve.present_value(flows.dates, getattr(flows, part), on=bond.issued)

        return self.figure(worth, _DOLLAR, curved=True)

    def spread(self) -> Figure:
        """Yield over the Treasury par yield of the same life."""
        return self.rate - self.figure(lambda bond: self.curve.par_yield(_life(bond)), ONE, curved=True)


def _interest(bond: FixedRateBond) -> float:
    return float(bond.cashflows().interest.sum())


def _life(bond: FixedRateBond) -> float:
    return bond.cashflows().average_life(bond.issued)


def _priced(case: Case, loan: Loan) -> tuple[_Tranche, ...]:
    """Return the loan's fixed-rate tranches with price, yield and duration."""
    found = []
    chance, other_habit = case.scenario[_EARLIER].figure(), _half_a_year_earlier(case.scenario)
    for row in loan.tranches:
        made = bond_of(row, case.scenario)
        if isinstance(made, LeftOut):
            continue
        bond, used = made
        other, earlier = bond, None
        if _SHIFT in used:
            moved = bond_of(row, other_habit)
            if not isinstance(moved, LeftOut):
                other, used = moved[0], used | {_EARLIER}
                # one draw for all tranches: a firm's habit is the same for each part of a loan
                earlier = uniform_draws("habit of maturity") < chance.draws
        curve = ZeroCurve.of_treasuries(case.facts.known_on(min(bond.issued, case.as_of)))
        stated = row["price_to_public_percent"] is not None
        price = (
            row.figure("price_to_public_percent")
            if stated
            else _par() - case.scenario["issue_discount"].figure()
        )
        rates, durations = _quoted(bond, price)
        if earlier is not None:
            moved_rates, moved_durations = _quoted(other, price)
            rates = np.where(earlier, moved_rates, rates)
            durations = np.where(earlier, moved_durations, durations)
        lineage = Lineage(frozenset({row.fact_id}), used) | price.lineage
        grade = weakest(Grade.ASSUMED if used else row.grade, price.grade)
        found.append(
            _Tranche(
                row=row,
                bond=bond,
                other=other,
                earlier=earlier,
                used=used,
                price_stated=stated,
                curve=curve,
                price=price,
                rate=Figure.of(rates, ONE, grade, lineage),
                duration=Figure.of(durations, _YEARS, grade, lineage),
            )
        )
    return tuple(found)


def _quoted(bond: FixedRateBond, price: Figure) -> tuple[FloatArray, FloatArray]:
    """Return yield and modified duration at the price of issue, by draw."""
    rates, risk = many_prices(bond, 100 * price.draws, bond.issued)
    return rates, risk.modified


def _par() -> Figure:
    return Figure.of(1.0, ONE)


def _whole(case: Case, loan: Loan, priced: Sequence[_Tranche]) -> dict[str, Figure]:
    """Return the loan as one: the sums over its fixed-rate tranches."""
    total = Figure.total
    after_tax = _par() - case.scenario["interest_tax_rate"].figure()
    principal = total(one.principal for one in priced)
    interest, proceeds = total(one.interest() for one in priced), total(one.proceeds() for one in priced)
    interest_now = total(one.present_value("interest") for one in priced)
    repayment_now = total(one.present_value("principal") for one in priced)
    over = interest_now + repayment_now - proceeds
    longest = max(priced, key=lambda one: one.bond.maturity)
    return {
        "proceeds": proceeds,
        "yearly_interest": loan.yearly_interest,
        "average_coupon": loan.yearly_interest / principal,
        "interest_over_life": interest,
        "interest_over_life_after_tax": interest * after_tax,
        "interest_per_dollar": interest / principal,
        "longest_interest": longest.interest() / longest.principal,
        "interest_present_value": interest_now,
        "interest_present_value_after_tax": interest_now * after_tax,
        "present_value": interest_now + repayment_now,
        "over_the_state": over,
        "over_the_state_after_tax": over * after_tax,
        "yield": _whole_rate(priced, proceeds),
        "treasury_spread": _weighted(priced, [one.spread() for one in priced]),
        "duration": _weighted(priced, [one.duration for one in priced]),
        "average_life": _weighted(priced, [one.figure(_life, _YEARS) for one in priced]),
    }


def _weighted(priced: Sequence[_Tranche], figures: Sequence[Figure]) -> Figure:
    """Return the mean over the tranches, weighted by principal."""
    whole = sum(one.bond.principal for one in priced)
    return Figure.total(
        figure * (one.bond.principal / whole) for one, figure in zip(priced, figures, strict=True)
    )


def _together(bonds: Sequence[FixedRateBond]) -> CashFlows:
    """Return the payments of all bonds, one sum a day."""
    flows = [bond.cashflows() for bond in bonds]
    dates, place = np.unique(np.concatenate([flow.dates for flow in flows]), return_inverse=True)

    def summed(parts: list[FloatArray]) -> FloatArray:
        return np.asarray(np.bincount(place, weights=np.concatenate(parts)), dtype=np.float64)

    return CashFlows(
        dates, summed([flow.interest for flow in flows]), summed([flow.principal for flow in flows])
    )


def _whole_rate(priced: Sequence[_Tranche], proceeds: Figure) -> Figure:
    """Return the yearly cost of all tranches as one, by either habit."""
    start = min(one.bond.issued for one in priced)
    usual = _together([one.bond for one in priced])
    other = _together([one.other for one in priced])
    earlier = next((one.earlier for one in priced if one.earlier is not None), None)

    def rate(value: FloatArray) -> FloatArray:
        found = internal_rate(usual, value, start)
        return found if earlier is None else np.where(earlier, internal_rate(other, value, start), found)

    grade = weakest(proceeds.grade, *(one.grade for one in priced))
    lineage = proceeds.lineage | Lineage.union(one.lineage for one in priced)
    return Figure.of(rate(proceeds.draws), ONE, grade, lineage)


def _half_a_year_earlier(scenario: Scenario) -> Scenario:
    """Return the scenario in which unread days of maturity follow the other habit of issuers."""
    parameter = scenario[_SHIFT]
    earlier = replace(parameter, distribution=Fixed(parameter.central - 12 // 2))
    return replace(scenario, parameters={**scenario.parameters, _SHIFT: earlier})


def _if_earlier(priced: Sequence[_Tranche]) -> dict[str, Figure]:
    """Return the interest if unread days of maturity lie half a year earlier."""
    if all(one.earlier is None for one in priced):
        return {}
    return {
        "interest_if_half_a_year_earlier": Figure.total(
            Figure.of(_interest(one.other), _DOLLAR, one.grade, one.lineage) for one in priced
        )
    }


def _not_public(loan: Loan, priced: Sequence[_Tranche]) -> list[str]:
    missing = []
    if any(not one.price_stated for one in priced):
        missing.append("prices")
    if any(_HABIT in one.used for one in priced):
        missing.append("maturity_days")
    if any(_LAG in one.used for one in priced):
        missing.append("issue_days")
    if len(priced) < len(loan.tranches):
        missing.append("other_tranches")
    return missing


def _against_cash_flow(case: Case, yearly: Figure | None) -> dict[str, Figure]:
    newest = case.facts.latest(case.firm, "operating_cash_flow")
    if newest.end is None:
        return {}
    flow = case.facts.get(case.firm, "operating_cash_flow", f"TTM@{newest.end}").figure()
    if flow.missing:
        return {}
    found = {"operating_cash_flow": flow}
    return found if yearly is None else found | {"interest_share": yearly / flow}


def _own_rate(priced: Sequence[_Tranche], life: float) -> Figure | None:
    """Return what the firm itself pays for an average life, between the tranches on either side of it."""
    ordered = sorted(priced, key=lambda one: one.life)
    lives = [one.life for one in ordered]
    if not ordered or not lives[0] <= life <= lives[-1]:
        return None
    above = min(int(np.searchsorted(lives, life)), len(lives) - 1)
    if above == 0:
        return ordered[0].rate
    share = (life - lives[above - 1]) / (lives[above] - lives[above - 1])
    return ordered[above - 1].rate * (1 - share) + ordered[above].rate * share


def _vehicle(
    case: Case, vehicle: Vehicle, priced: Sequence[_Tranche]
) -> tuple[dict[str, Figure], list[dict[str, Cell]]]:
    """Return what borrowing through the vehicle costs beside the loan, and the parts of it as rows."""
    life = vehicle.average_life()
    found = {
        "vehicle_notes": vehicle.principal,
        "vehicle_rate": vehicle.rate,
        "vehicle_life": Figure.of(life, _YEARS, Grade.DERIVED, vehicle.lineage),
        "vehicle_rent": vehicle.rent,
        "lease_bound": vehicle.commitment,
        "guarantee": vehicle.guarantee,
        "rent_serves": vehicle.rent_serves(),
    }
    own = _own_rate(priced, life)
    cost = None if own is None else vehicle.cost(case.scenario, own)
    if own is None or cost is None:
        return found, []
    draws, lineage, grade = cost

    def figure(value: FloatArray, unit: str) -> Figure:
        return Figure.of(value, unit, grade, lineage)

    yearly = draws.yearly / draws.total
    parts = {
        "notes": draws.notes, "equity": draws.equity, "leaving": -draws.leaving,
        "construction": -draws.construction, "total": draws.total,
    }  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {"part": name, "present_value": figure(part, _DOLLAR), "yearly": figure(part * yearly, ONE)}
        for name, part in parts.items()
    ]
    found |= {
        "own_rate": own,
        "rate_difference": vehicle.rate - own,
        "off_balance_notes": figure(draws.notes, _DOLLAR),
        "off_balance_equity": figure(draws.equity, _DOLLAR),
        "off_balance_leaving": figure(draws.leaving, _DOLLAR),
        "off_balance_construction": figure(draws.construction, _DOLLAR),
        "off_balance_cost": figure(draws.total, _DOLLAR),
        "off_balance_yearly": figure(draws.yearly, ONE),
        "off_balance_same_money": figure(draws.yearly, ONE) * Figure.total(one.principal for one in priced),
    }
    return found, rows


def _tranche_tables(priced: Sequence[_Tranche], values: Mapping[str, Figure]) -> list[Table]:
    """Return amounts and rates of each tranche, and of the whole."""
    whole: Mapping[str, Cell] = {
        "due": "whole",
        "principal": Figure.total(one.principal for one in priced),
        "coupon": values["average_coupon"],
        "interest": values["interest_over_life"],
        "present_value": values["present_value"],
        "yield": values["yield"],
        "treasury_spread": values["treasury_spread"],
        "duration": values["duration"],
    }
    rows: list[Mapping[str, Cell]] = [
        {
            # the assumed day within a year would read as if it were known
            "due": one.bond.maturity if one.earlier is None else str(one.bond.maturity.year),
            "principal": one.principal,
            "coupon": one.row.figure("coupon_percent"),
            "interest": one.interest(),
            "present_value": one.present_value("interest") + one.present_value("principal"),
            "discount": _par() - one.price,
            "yield": one.rate,
            "treasury_spread": one.spread(),
            "duration": one.duration,
        }
        for one in priced
    ]
    amounts = Table(
        name="tranches",
        columns=("due", "principal", "coupon", "interest", "present_value"),
        rows=[*rows, whole],
        formats={
            "principal": "money", "coupon": "percent", "interest": "money", "present_value": "money",
        },
    )  # fmt: skip
    rates = Table(
        name="yields",
        columns=("due", "discount", "yield", "treasury_spread", "duration"),
        rows=[*rows, whole],
        formats={
            "discount": "percent", "yield": "percent", "treasury_spread": "basis_points", "duration": "years",
        },
    )  # fmt: skip
    return [amounts, rates]


def _due_table(values: Mapping[str, Figure]) -> Table:
    """Return what falls due within the horizons of the wall."""
    rows: list[Mapping[str, Cell]] = [
        {
            "within": f"within_{years}",
            "share": values[f"due_within_{years}"],
            "amount": values[f"due_within_{years}"] * values["total_debt"],
        }
        for years in WALL_YEARS
    ]
    formats = {"share": "percent", "amount": "money"}
    return Table(name="due_soon", columns=("within", "share", "amount"), rows=rows, formats=formats)


def _off_balance_table(rows: Sequence[dict[str, Cell]]) -> Table:
    return Table(
        name="off_balance",
        columns=("part", "present_value", "yearly"),
        rows=rows,
        formats={"present_value": "money", "yearly": "percent"},
    )


def _promises(case: Case, vehicle: Vehicle | None, ladder: Ladder) -> Table:
    """Return what the firm owes and promised, and its debt with a vehicle's notes counted as its own."""
    own = Figure.of(ladder.total(), _DOLLAR, ladder.grade, ladder.lineage)
    rows: list[dict[str, Cell]] = [{"promise": "own_debt", "amount": own}]
    contracts = compute_contracts(case.facts, case.scenario, case.firm)
    if contracts:
        left = sum(claim.flows().after(case.as_of).amounts.sum() for claim in contracts)
        grade = weakest(*(claim.grade for claim in contracts))
        lineage = Lineage.union(claim.lineage for claim in contracts)
        rows.append(
            {"promise": "compute_contracts", "amount": Figure.of(float(left), _DOLLAR, grade, lineage)}
        )
    if vehicle is not None:
        rows += [
            {"promise": "lease_bound", "amount": vehicle.commitment},
            {"promise": "guarantee", "amount": vehicle.guarantee},
            {"promise": "vehicle_notes", "amount": vehicle.principal},
            {"promise": "debt_with_vehicle", "amount": own + vehicle.principal},
        ]
    return Table(name="promises", columns=("promise", "amount"), rows=rows, formats={"amount": "money"})


def _chart(priced: Sequence[_Tranche]) -> list[ChartRow]:
    return [
        {
            "due": str(one.bond.maturity.year),
            "borrowed": one.bond.principal / _scale(),
            "interest": one.interest().to(_BILLION).central,
        }
        for one in priced
    ]


def _scale() -> float:
    return Figure.of(1.0, _BILLION).to(_DOLLAR).central
