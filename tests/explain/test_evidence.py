"""Rows and assumptions as a reader sees them: every unit in words."""

from __future__ import annotations

import pytest

from rekening import Scenario
from rekening.explain.evidence import assumed
from rekening.explain.numbers import Lang, Style

SCENARIO = Scenario.load()


@pytest.mark.parametrize(("name", "nl", "en"), [
    ("accelerators_per_rack", "72 chips", "72 chips"),
    ("unread_maturity_shift", "0 maanden", "0 months"),
    ("tax_life_equipment", "5 jaar", "5 years"),
    ("days_to_prepare_a_move", "90 dagen", "90 days"),
    ("coreweave_cloud_share_of_revenue", "100%", "100%"),
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
