"""What is my bill? For the profile of a household or an organisation; asked without one, for an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.facts.exchange import exchange_rate
from rekening.facts.units import ONE
from rekening.futures.ahead import investment_ahead
from rekening.payers import Bills, bills_by_firm, incidence
from rekening.payers.mine import EXAMPLE, MyBill, Profile, work_out
from rekening.payers.mine.profile import name_of
from rekening.payers.scopes import MOMENTS, of_builders, recover_all
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.terms.summary import main_answers, summary

__all__ = ["bill_of_profile", "my_bill"]

_MONTHS = 12
Row: TypeAlias = Mapping[str, Cell]
_NOTICED = ("goods", "employers", "power_and_taxes")
_TO_LEAVE = (
    "auto_renewal", "unilateral_price_change", "unilateral_change_of_terms", "data_export_portability",
    "termination_suspension",
)  # fmt: skip
"""Clauses that decide how free a customer is to leave."""
_NETHERLANDS, _AMERICA = "NL", "US"
_COUNTED = {
    "netherlands": (("nl", "population"), ("nl", "households")),
    "rest_of_eu": (("eu27", "population"), ("eu27", "households")),
    "united_states": (("us", "population_in_households"), ("us", "households")),
}
"""Where the facts count people and households; the Union stands for its members without a count."""


def my_bill(case: Case) -> Outcome:
    """Work out the bill of the example, whatever the firm of the case."""
    found = bill_of_profile(Profile.load(EXAMPLE), case.facts, [case.scenario])
    return replace(found, flags=dict(found.flags) | {"example": True})


def bill_of_profile(profile: Profile, facts: Facts, scenarios: Sequence[Scenario]) -> Outcome:
    """Work out the bill of a profile under one or more scenarios; the first is told, the others stand beside.

    The same use goes on for all years: only prices move.
    """
    of_firms = [bills_by_firm(facts, each, investment_ahead(facts, each, alone=True)) for each in scenarios]
    bills = [
        work_out(profile, facts, scenario, own) for scenario, own in zip(scenarios, of_firms, strict=True)
    ]
    bill = bills[0]
    name = profile.name or profile.kind
    values = {"total": bill.total, "rise": bill.rise}
    if bill.years:
        values |= {"first_year": bill.years[0], "last_year": bill.years[-1], "now": bill.today}
        values["largest_share"] = next(iter(bill.exposure.values()))
        if profile.people and profile.kind == "organisation":
            values["per_person"] = bill.years[0] / profile.people
    if profile.kind == "household":
        values |= _unseen(profile, facts, scenarios[0], of_firms[0])
    tables = [
        _costs(bill), _by_year(bill), _lock_in(bill), _to_do(bill), _rises(bill), _rights(bill),
        _exposure(bill), _terms(bill), *([_scenarios(bills)] if len(bills) > 1 else []),
    ]  # fmt: skip
    return Outcome(
        question="my_bill",
        case=Case(facts=facts, scenario=scenarios[0], firm=name),
        values=values,
        tables=[table for table in tables if table.rows],
        chart=[_chart_row(facts.as_of, year, cost) for year, cost in enumerate(bill.years)],
        missing=("price",) if bill.unpriced else (),
        flags={
            "example": False,
            "household": profile.kind == "household",
            "announced": any(each.announced for each in bill.items),
            "locked_in": any(each.lock_in is not None for each in bill.items),
            "priced": bool(bill.years),
            "duties": bool(bill.duties),
        },
    )


def _unseen(profile: Profile, facts: Facts, scenario: Scenario, bills: Bills) -> dict[str, Figure]:
    """What a household of the country pays without a bill: in goods, through employers, power and taxes."""
    europe = profile.currency == "EUR"
    regions = {_NETHERLANDS: "netherlands", _AMERICA: "united_states"}
    region = regions.get(profile.country, "rest_of_eu" if europe else "rest_of_world")
    found = {}
    for moment in MOMENTS:
        known = of_builders(bills, moment)
        if not known:
            return {}
        borne = incidence(recover_all(facts, scenario, known, moment), facts, scenario)
        dollars = borne.per_household(region, *_NOTICED)
        rate = exchange_rate(facts, "USD", profile.currency)
        average = (dollars * rate).to(f"{profile.currency}/household/year")
        found[f"unseen_{moment}"] = average * _size(profile, facts, scenario, region)
    return found


def _size(profile: Profile, facts: Facts, scenario: Scenario, region: str) -> Figure:
    """What a household of this size spends over what an average one of the region does.

    One where the profile does not say how many they are, or nobody has counted people and households.
    """
    if profile.people is None or region not in _COUNTED:
        return Figure.of(1)
    people, homes = (facts.latest(*subject).figure() for subject in _COUNTED[region])
    if people.missing or homes.missing:
        return Figure.of(1)
    mean = people / homes
    count = profile.people
    return Figure.combine(
        lambda size, power: (count / size) ** power,
        mean,
        scenario["spending_by_household_size"].figure(),
        unit=ONE,
    )


def _costs(bill: MyBill) -> Table:
    rows: list[Row] = [
        {
            "item": each.item.name,
            "per_month": each.per_month,
            "year_last": each.years[-1] / _MONTHS if each.years else None,
            "total": Figure.total(each.years) if each.years else None,
        }
        for each in bill.items
    ]
    formats = dict.fromkeys(("per_month", "year_last", "total"), "money")
    return Table(name="costs", columns=("item", *formats), rows=rows, formats=formats)


def _by_year(bill: MyBill) -> Table:
    rows: list[Row] = [
        {"year": _span(bill.facts.as_of, year), "cost": cost} for year, cost in enumerate(bill.years)
    ]
    return Table(name="by_year", columns=("year", "cost"), rows=rows, formats={"cost": "money"})


def _span(today: date, year: int) -> str:
    return f"{today.year + year}–{today.year + year + 1}"


def _lock_in(bill: MyBill) -> Table:
    rows: list[Row] = [
        {
            "item": each.item.name,
            "learning": each.lock_in.learning,
            "moving": _amount(each.lock_in.moving),
            "contract": _amount(each.lock_in.contract),
            "break_even": each.lock_in.break_even,
        }
        for each in bill.items
        if each.lock_in is not None
    ]
    formats = {"break_even": "percent"} | dict.fromkeys(("learning", "moving", "contract"), "money")
    return Table(name="lock_in", columns=("item", *formats), rows=rows, formats=formats)


def _amount(figure: Figure) -> Figure | None:
    """An amount, or nothing where it is nothing."""
    return figure if np.any(figure.draws) else None


def _to_do(bill: MyBill) -> Table:
    rows: list[Row] = [
        {"day": duty.day, "what": f"do.{duty.kind}", "item": duty.items} for duty in bill.duties
    ]
    return Table(name="to_do", columns=("day", "what", "item"), rows=rows)


def _rises(bill: MyBill) -> Table:
    rows: list[Row] = [
        {"item": each.item.name, "day": rise.day, "change": rise.ratio - Figure.of(1, ONE), "kind": kind}
        for each in bill.items
        for kind, rises in (("to_come", each.announced), ("past", each.before))
        for rise in rises
    ]
    columns = ("item", "day", "change", "kind")
    return Table(name="rises", columns=columns, rows=rows, formats={"change": "percent"})


def _rights(bill: MyBill) -> Table:
    rows: list[Row] = [
        {
            "right": f"right.{right.name}",
            "since": right.fact.start or right.fact.end,
            "items": tuple(right.items),
        }
        for right in bill.rights
    ]
    return Table(name="rights", columns=("right", "since", "items"), rows=rows)


def _exposure(bill: MyBill) -> Table:
    rows: list[Row] = [{"provider": name_of(name), "share": share} for name, share in bill.exposure.items()]
    return Table(name="exposure", columns=("provider", "share"), rows=rows, formats={"share": "percent"})


def _terms(bill: MyBill) -> Table:
    """What the terms of a service say on leaving, of those that were read by the day of the bill."""
    read = main_answers(said for said in summary() if date.fromisoformat(said.date) <= bill.facts.as_of)
    rows: list[Row] = [
        {
            "item": each.item.name,
            "clause": f"clause.{clause}",
            "verdict": f"verdict.{said.direction}",
            "since": date.fromisoformat(said.date),
        }
        for each in bill.items
        if each.item.listed is not None
        for clause in _TO_LEAVE
        if (said := read.get((each.item.listed.terms, clause))) is not None
    ]
    return Table(name="terms", columns=("item", "clause", "verdict", "since"), rows=rows)


def _scenarios(bills: Sequence[MyBill]) -> Table:
    rows: list[Row] = [{"scenario": bill.scenario, "total": bill.total, "rise": bill.rise} for bill in bills]
    formats = {"total": "money", "rise": "percent"}
    return Table(name="scenarios", columns=("scenario", "total", "rise"), rows=rows, formats=formats)


def _chart_row(today: date, year: int, cost: Figure) -> ChartRow:
    low, high = cost.interval()
    return {
        "year": _span(today, year),
        "cost": cost.central,
        "low": low,
        "high": high,
    }
