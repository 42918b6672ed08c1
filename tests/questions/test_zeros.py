"""A zero that a question cannot divide by is named: the row or the assumption, with its place."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from rekening import Facts, InputError, Scenario
from rekening.explain.answer import Answer
from rekening.facts.periods import Quarter
from rekening.questions import FURTHER, QUESTIONS, Case, question

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


def test_a_row_that_is_zero_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"acme\.csv:\d+: acme revenue 202\dQ\d is 0; earn_back divides by it"
    ):
        question("earn_back")(acme(tmp_path, "revenue"))


@pytest.mark.parametrize(
    "zero", ["total_debt", "interest_expense", "operating_income", "cash_and_equivalents"]
)
def test_what_a_sound_firm_may_not_have_is_no_fault(tmp_path: Path, zero: str) -> None:
    case = acme(tmp_path, zero)
    with warnings.catch_warnings(action="error"):
        for name in (*QUESTIONS, *FURTHER):
            answer = Answer(question(name)(case))
            assert answer.text("nl")
            assert answer.text("en")
