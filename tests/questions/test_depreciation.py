"""Depreciation by year of purchase, and what another useful life does to profit."""

from __future__ import annotations

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.explain.answer import Answer
from rekening.facts import Facts, Figure
from rekening.questions import Case, question

PATHS = 400
SCENARIO = Scenario.load()


def ask(firm: str = "meta", as_of: str = "2025-11-03", scenario: Scenario = SCENARIO):
    return question("earn_back")(Case(facts=Facts.load(as_of), scenario=scenario, firm=firm, paths=PATHS))


@pytest.fixture(scope="module")
def meta():
    return ask()


def rows_of(outcome, name: str):
    found = [table.rows for table in outcome.tables if table.name == name]
    return found[0] if found else []


def vintages(outcome):
    return {row["bought_in"]: row for row in rows_of(outcome, "vintages")}


YEARS = ("2024", "2025", "2026", "2027")


def test_every_purchase_comes_off_profit_once(meta):
    """What is bought in a year that is shown = what comes off in the years shown + what is left."""
    rows = vintages(meta)
    for bought in YEARS:
        charged = sum(rows[bought][year].draws for year in YEARS if year >= bought)
        np.testing.assert_allclose(charged + rows[bought]["later"].draws, rows[bought]["dollars"].draws)


def test_nothing_comes_off_before_it_was_bought(meta):
    for bought, row in vintages(meta).items():
        if bought.isdigit():
            assert all(year not in row for year in YEARS if year < bought)


def test_years_add_up_over_the_years_of_purchase(meta):
    rows = vintages(meta)
    for column in ("dollars", *YEARS, "later"):
        parts = [row[column].draws for bought, row in rows.items() if bought.isdigit() and column in row]
        np.testing.assert_allclose(sum(parts), rows["together"][column].draws)


def test_the_gap_with_the_books_is_said_and_is_what_is_not_in_the_table(meta):
    rows = vintages(meta)
    told = meta.case.facts.get("meta", "depreciation_amortization", "2024").value
    assert rows["reported"]["2024"].central == told
    np.testing.assert_allclose(rows["gap"]["2024"].draws, told - rows["together"]["2024"].draws)
    assert np.all(rows["gap"]["2024"].draws > 0)


@pytest.mark.parametrize("firm", ["meta", "alphabet", "microsoft", "amazon", "oracle"])
def test_what_the_facts_reach_explains_no_more_than_was_reported_and_more_each_year(firm):
    """Older things leave the books, so that the part explained grows; it is never above the whole."""
    values = ask(firm, "2026-06-20").values
    later = values["charge_first"].central / values["charge_reported"].central
    assert 0.2 < later < 1
    values = ask(firm).values
    if "charge_reported" in values:
        assert values["charge_first"].central / values["charge_reported"].central < later


def test_still_to_come_leaves_out_what_is_bought_later(meta):
    known = vintages(meta)
    bought = sum(known[year]["dollars"].central for year in ("2022", "2023", "2024", "2025"))
    assert 0 < meta.values["still_to_come"].central < bought


def test_a_shorter_life_costs_profit_and_a_longer_one_lifts_it(meta):
    effects = {row["life"]: row["next_year"].central for row in rows_of(meta, "lives")}
    assert effects["life.3"] < effects["life.5"] < 0 < effects["life.6"]


def test_only_machines_past_the_new_life_are_lost_at_once(meta):
    at_once = {row["life"]: row["at_once"] for row in rows_of(meta, "lives")}
    assert at_once["life.3"].central > 0
    assert at_once["life.5"] is None
    assert at_once["life.6"] is None


def test_the_life_that_a_firm_uses_is_no_change_and_is_left_out():
    lives = [row["life"] for row in rows_of(ask("alphabet"), "lives")]
    assert lives == ["life.3", "life.5"]


def test_a_life_assumed_of_sites_moves_what_comes_off(tmp_path, meta):
    path = tmp_path / "short.yaml"
    path.write_text("extends: baseline\nparameters: {power_life_years: 5}\n", encoding="utf-8")
    shorter = ask(scenario=Scenario.load(path))
    assert shorter.values["charge_last"].central > meta.values["charge_last"].central


def test_every_number_has_an_interval_and_rests_on_something(meta):
    for row in rows_of(meta, "vintages"):
        for column, cell in row.items():
            if isinstance(cell, Figure):
                assert cell.lineage.facts, column
                assert row["bought_in"] == "reported" or cell.interval()[0] < cell.interval()[1]


@pytest.mark.parametrize(
    ("firm", "as_of"), [("coreweave", "2025-11-03"), ("nvidia", "2026-06-20"), ("meta", "2022-06-01")]
)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_firms_of_which_little_is_known_get_a_text_without_a_key_left_over(firm, as_of, lang):
    outcome = ask(firm, as_of)
    assert Answer(outcome).section(lang).unlabelled == ()
    assert bool(rows_of(outcome, "vintages")) == outcome.flags["has_vintages"]
    assert bool(rows_of(outcome, "lives")) >= outcome.flags["has_lives"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_years_head_their_columns(meta, lang):
    section = Answer(meta).section(lang)
    table = next(view for view in section.tables if view.name == "vintages")
    assert table.columns[2:6] == YEARS
