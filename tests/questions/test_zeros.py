"""Zeros and other ends: answers stand them, or name the row or the assumption with its place."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from rekening import Facts, Figure, InputError, Scenario
from rekening.assumptions.distributions import Fixed
from rekening.explain.answer import Answer
from rekening.facts.periods import Quarter
from rekening.questions import FURTHER, QUESTIONS, Case, Outcome, question, why_now

HEADER = "entity,concept,start,end,value,unit,published,status,source_title"
FLOWS = ("revenue", "operating_cash_flow", "capex", "interest_expense", "operating_income")
STOCKS = ("cash_and_equivalents", "marketable_securities", "total_debt", "property_and_equipment_net")


def acme(folder: Path, *zeros: str) -> Case:
    """A firm of one's own for which some numbers are always 0."""
    quarters = [Quarter(2023, 1) + step for step in range(10)]
    rows = [
        f"acme,{name},{quarter.start if name in FLOWS else ''},{quarter.end},{0 if name in zeros else 1e9},"
        f"USD,{(quarter + 1).end},reported,report"
        for name in (*FLOWS, *STOCKS)
        for quarter in quarters
    ]
    path = folder / "acme.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return Case(facts=Facts.load("2025-11-03", extra=[path]), scenario=Scenario.load(), firm="acme", paths=50)


def test_a_row_that_is_zero_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def divides(case: Case) -> Outcome:
        sales = case.facts.get("acme", "revenue", "TTM@2025Q2").figure()
        return Outcome(question="why_now", case=case, values={"x": Figure.of(1) / sales})

    monkeypatch.setattr(why_now, "why_now", divides)
    with pytest.raises(
        InputError,
        match=r"acme\.csv:\d+: acme revenue 202\dQ\d is 0; why_now divides by it \(and by 3 more\)",
    ):
        question("why_now")(acme(tmp_path, "revenue"))


@pytest.mark.parametrize(
    "zeros",
    [
        ["total_debt"],
        ["interest_expense"],
        ["operating_income", "operating_cash_flow"],
        ["cash_and_equivalents"],
        ["capex"],
        ["revenue"],
        [*FLOWS, *STOCKS],
    ],
)
def test_zeros_of_a_firm_of_ones_own_are_no_fault(tmp_path: Path, zeros: list[str]) -> None:
    case = acme(tmp_path, *zeros)
    with warnings.catch_warnings(action="error"):
        for name in (*QUESTIONS, *FURTHER):
            answer = Answer(question(name)(case))
            assert answer.text("nl")
            assert answer.text("en")


def assumed(name: str, value: float) -> Case:
    """Meta where one assumption stands at an end of what is allowed."""
    baseline = Scenario.load()
    parameter = baseline[name].with_distribution(Fixed(value), "mine.yaml:2")
    scenario = replace(baseline, parameters={**baseline.parameters, name: parameter})
    return Case(facts=Facts.load("2025-11-03"), scenario=scenario, firm="meta", paths=50)


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        ("race_decisiveness", 1, "why_now"),
        ("lease_rate", 0, "credit"),
        ("rate_shift", -1000, "credit"),
        ("ai_sales_other_costs", 1, "who_pays"),
        ("ads_share_of_revenue_amazon", 0, "who_pays"),
    ],
)
def test_an_assumption_may_stand_at_the_end_of_what_is_allowed(name: str, value: float, asked: str) -> None:
    with warnings.catch_warnings(action="error"):
        assert Answer(question(asked)(assumed(name, value))).text("en")


def test_a_race_that_does_not_settle_is_told() -> None:
    with pytest.raises(InputError, match="race_prize_elasticity are so high that the race does not settle"):
        question("why_now")(assumed("race_prize_elasticity", 0.99))
