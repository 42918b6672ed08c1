"""What a firm builds by quarter: dollars by class, chips, megawatts, electricity and water."""

from __future__ import annotations

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.explain.answer import Answer
from rekening.facts import Facts, Figure, Grade
from rekening.questions import Case, question
from rekening.questions.building import BOUGHT, Building
from rekening.sites import CLASSES, data_center_share

PATHS = 400
SCENARIO = Scenario.load()


def ask(firm: str = "meta", as_of: str = "2025-11-03", name: str = "what_is_built"):
    case = Case(facts=Facts.load(as_of), scenario=SCENARIO, firm=firm, paths=PATHS)
    return question(name)(case)


@pytest.fixture(scope="module")
def meta():
    return ask()


def rows_of(outcome, name="quarters"):
    return next(table for table in outcome.tables if table.name == name).rows


def test_quarters_run_from_the_last_four_reported_to_the_last_simulated_without_a_gap(meta):
    quarters = [row["quarter"] for row in rows_of(meta)]
    assert quarters == [f"{2024 + (3 + n) // 4}Q{(3 + n) % 4 + 1}" for n in range(25)]
    assert quarters[0] == "2024Q4"
    assert quarters[-1] == "2030Q4"


def test_what_was_reported_stands_as_reported(meta):
    row = rows_of(meta)[3]
    assert row["invested"].central == meta.case.facts.get("meta", "capex", "2025Q3").value
    assert row["invested"].certain
    assert row["invested"].grade is not Grade.ASSUMED


def test_classes_add_up_to_the_part_for_data_centers_in_every_quarter(meta):
    for row in rows_of(meta):
        classes = sum(row[f"to_{name}"].draws for name in CLASSES)
        np.testing.assert_allclose(classes, row["money"].draws)
        assert np.all(row["money"].draws < row["invested"].draws)


def test_units_are_those_that_people_use(meta):
    units = {name: rows_of(meta)[10][name].unit for name in BOUGHT}
    assert units == {
        "money": "USD", "accelerators": "chip", "facility_power": "MW",
        "it_power": "MW", "energy": "TWh", "water": "m3",
    }  # fmt: skip


def test_power_energy_and_water_follow_each_other_in_every_future(meta):
    for row in rows_of(meta):
        hours = row["energy"].to("MWh").draws / row["it_power"].draws
        assert np.all((hours > 0) & (hours < 8766 * 1.5))
        assert np.all(row["facility_power"].draws > row["it_power"].draws)
        assert np.all(row["water"].draws > 0)


def test_every_simulated_number_has_an_interval_and_rests_on_rows_and_assumptions(meta):
    for row in rows_of(meta)[4:]:
        for name in ("invested", *BOUGHT):
            low, high = row[name].interval()
            assert low < high, name
            assert row[name].lineage.facts, name
            assert row[name].lineage.parameters, name


def test_years_on_the_page_are_the_quarters_added_up(meta):
    quarters = rows_of(meta)
    years = rows_of(ask(name="what_it_buys"), "ahead")
    assert [row["year"] for row in years] == ["2026", "2027", "2028", "2029", "2030", "all_years"]
    for year in years[:-1]:
        for name in years[0].keys() & BOUGHT:
            parts = [row[name].draws for row in quarters if row["quarter"].startswith(year["year"])]
            np.testing.assert_allclose(sum(parts), year[name].draws)


def test_builders_stand_side_by_side_and_add_up(meta):
    outcome = ask(name="what_it_buys")
    *firms, together = rows_of(outcome, "ahead_by_firm")
    assert [row["firm"] for row in firms] == ["meta", "alphabet", "microsoft", "amazon", "oracle"]
    for name in together.keys() & BOUGHT:
        np.testing.assert_allclose(sum(row[name].draws for row in firms), together[name].draws)
    assert outcome.groups["builders"] == [row["firm"] for row in firms]


def test_a_firm_that_takes_assets_on_finance_leases_counts_them():
    case = ask("microsoft").case
    own = Building(case, "microsoft")
    quarter = max(own.told)
    assert own.spent(quarter).central > case.facts.get("microsoft", "capex", str(quarter)).value


@pytest.mark.parametrize(("firm", "counted"), [("microsoft", True), ("meta", False)])
def test_the_text_says_whether_finance_leases_are_in(firm, counted):
    outcome = ask(firm)
    assert outcome.flags["leases"] is counted
    body = Answer(outcome).section("en").body
    assert ("is in there too" in body) is counted
    assert ("is not in there" in body) is not counted


def test_twice_the_money_buys_twice_as_much():
    own = Building(ask("amazon").case, "amazon")
    once, twice = own.buys(Figure.of(1e9, "USD")), own.buys(Figure.of(2e9, "USD"))
    for name in BOUGHT:
        np.testing.assert_allclose(2 * once[name].draws, twice[name].draws)
    part = data_center_share(SCENARIO, "amazon")
    assert once["money"].central == pytest.approx(1e9 * part.central)


def test_a_firm_that_cannot_be_simulated_shows_what_it_reported():
    outcome = ask("coreweave")
    assert "futures" in outcome.missing
    assert len(rows_of(outcome)) == 4
    assert not ask("nvidia").tables


@pytest.mark.parametrize("firm", ["meta", "coreweave", "nvidia"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_key_has_its_words_and_what_is_known_is_drawn(firm, lang):
    outcome = ask(firm)
    section = Answer(outcome).section(lang)
    assert section.answer
    assert section.unlabelled == ()
    assert Answer(outcome).svg(lang).startswith("<svg") == bool(outcome.tables)
