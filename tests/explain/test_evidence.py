"""Rows and assumptions as a reader sees them: every unit in words."""

from __future__ import annotations

import pytest

from rekening import Facts, Scenario
from rekening.explain.evidence import assumed, source
from rekening.explain.numbers import Lang, Style
from rekening.explain.words import labels
from rekening.facts import Fact
from rekening.questions import QUESTIONS, Case, question

SCENARIO = Scenario.load()


@pytest.mark.parametrize(("name", "nl", "en"), [
    ("accelerators_per_rack", "72 chips", "72 chips"),
    ("unread_maturity_shift", "0 maanden", "0 months"),
    ("tax_life_equipment", "5 jaar", "5 years"),
    ("days_to_prepare_a_move", "90 dagen", "90 days"),
    ("cloud_share_of_revenue_coreweave", "100%", "100%"),
])  # fmt: skip
def test_a_certain_assumption(name: str, nl: str, en: str) -> None:
    assert assumed(SCENARIO[name], Style("nl"), changed=False).value.replace("\N{NO-BREAK SPACE}", " ") == nl
    assert assumed(SCENARIO[name], Style("en"), changed=False).value.replace("\N{NO-BREAK SPACE}", " ") == en


@pytest.mark.parametrize(("name", "start", "within"), [
    ("equity_premium", "4,", "% ("),
    ("default_chance_investment_grade", "0,0", "% ("),
    ("households_rest_of_world", "2,0", " miljard huishoudens ("),
    ("vehicle_equity", "2,", " miljard dollar ("),
    ("counterfactual_growth", "", "% per jaar ("),
    ("egress_price", "$", " per gigabyte ("),
    ("chip_it_power_otherwise", "1,", " kilowatt ("),
])  # fmt: skip
def test_an_uncertain_assumption(name: str, start: str, within: str) -> None:
    value = assumed(SCENARIO[name], Style("nl"), changed=False).value.replace("\N{NO-BREAK SPACE}", " ")
    assert value.startswith(start)
    assert within in value
    assert value.endswith(")")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_unit_is_spelled_as_in_the_files(lang: Lang) -> None:
    for parameter in SCENARIO.parameters.values():
        value = assumed(parameter, Style(lang), changed=False).value
        assert "/" not in value, parameter.name
        assert not any(word in value.split() for word in ("chip", "household", "gigaUSD", "day", "month"))


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_names_of_firms_are_theirs(lang: Lang) -> None:
    sentences = " ".join(parameter.sentence[lang] for parameter in SCENARIO.parameters.values())
    assert "Coreweave" not in sentences
    assert "CoreWeave" in sentences


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_words_for_rows_are_about_rows_that_there_are(lang: Lang) -> None:
    facts = Facts.load()
    known = {f"concept.{fact.concept}" for fact in facts.rows} | {
        f"entity.{fact.entity}" for fact in facts.rows
    }
    known |= {f"table.{record.table}" for record in facts.records} | {"concept.liquidity"}
    assert labels("rows", lang).keys() <= known


def test_rows_of_the_answer_are_told_in_dutch() -> None:
    case = Case(facts=Facts.load("2025-11-03"), scenario=Scenario.load(), firm="meta", paths=20)
    words = labels("rows", "nl")
    for name in QUESTIONS:
        for fact_id in question(name)(case).lineage.facts:
            row = case.facts.row(fact_id)
            key = f"concept.{row.concept}" if isinstance(row, Fact) else f"table.{row.table}"
            assert key in words, f"{name} rests on {fact_id}"


def test_a_row_is_told_with_whom_what_and_when() -> None:
    facts = Facts.load("2025-11-03")
    fact = facts.get("meta", "operating_cash_flow", "2025Q3")
    about = source(facts.row(min(fact.rests_on or (fact.fact_id,))), Style("nl"), {"meta": "Meta"}).about
    assert about.startswith("Meta: opbrengst van het werk, ")
    curve = source(facts.table("curves")[0], Style("nl"), {})
    assert curve.about == "Rente van de Amerikaanse staat: 31 maart 2022"
    assert curve.value.replace("\N{NO-BREAK SPACE}", " ") == "0,25 jaar, 0,52%"
    (bond,) = [row for row in facts.table("bonds") if row["bond_id"] == "meta-2022-08-2027"]
    assert source(bond, Style("en", short=True), {}).value == "$2.75bn, 3.5%"
