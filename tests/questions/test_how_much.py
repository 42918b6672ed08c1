"""How much is needed: years that add up, each asset once, nothing published later, definitions kept apart."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening import Facts, Grade, Scenario
from rekening.explain import Answer
from rekening.explain.numbers import Style
from rekening.explain.write import write_page_text
from rekening.facts import Figure
from rekening.firms.buildout import capex_by_year, guidance
from rekening.payers.scopes import BUILDERS
from rekening.questions import Case, Outcome, Table, question
from rekening.questions.how_much import spent_by

FULL = Facts.load(as_of="2026-06-20")
BASELINE = Scenario.load()


@cache
def _asked(when: str | date, firm: str = "meta") -> Outcome:
    return question("how_much")(Case(facts=FULL.known_on(when), scenario=BASELINE, firm=firm, paths=400))


def _table(outcome: Outcome, name: str) -> Table:
    return next(table for table in outcome.tables if table.name == f"table.{name}")


def _figure(cell: object) -> Figure:
    assert isinstance(cell, Figure)
    return cell


def _amount(cell: object) -> float:
    return _figure(cell).central


def test_reported_years_are_the_statements() -> None:
    """Purchases of property of the calendar year 2024, in millions, as filed."""
    years = capex_by_year(FULL.known_on("2025-11-03"), BASELINE, BUILDERS, [2024], lambda _: {})
    found = {year.firm: year.total.central / 1e6 for year in years if not year.total.missing}
    assert found == {
        "meta": 37_256,
        "alphabet": 52_535,
        "microsoft": 10_952 + 13_873 + 14_923 + 15_804,
        "amazon": 82_999,
        "coreweave": pytest.approx(8_702, abs=0.1),
    }


@pytest.mark.parametrize("when", ["2024-06-30", "2025-11-03", "2026-06-20"])
@pytest.mark.parametrize("firm", ["meta", "coreweave"])
def test_every_year_adds_up_the_same_firms_or_names_who_is_missing(when: str, firm: str) -> None:
    outcome = _asked(when, firm)
    firms, years = _table(outcome, "firms"), _table(outcome, "years")
    counted = set(outcome.groups["counted"])
    for row in years.rows:
        total = row["total"]
        assert isinstance(total, Figure)
        own = {
            str(each["firm"]): each["total"]
            for each in firms.rows
            if each["year"] == row["year"] and each["firm"] in counted
        }
        assert total.draws == pytest.approx(
            sum(cell.draws for cell in own.values() if isinstance(cell, Figure))
        )
        parts = [row[part] for part in ("reported", "guided", "estimated")]
        assert total.draws == pytest.approx(sum(cell.draws for cell in parts if isinstance(cell, Figure)))
        absent = [FULL.firms[name].name for name in outcome.groups["counted"] if name not in own]
        assert (row.get("without") or "") == ", ".join(absent)
        assert not absent or row["claim_share"] is None


def test_years_are_compared_over_the_same_firms() -> None:
    """Oracle's quarters of 2024 are not known: 2024 against 2025 is about the other four."""
    outcome = _asked("2025-11-03")
    assert list(outcome.groups["counted"]) == ["meta", "alphabet", "microsoft", "amazon", "oracle"]
    assert list(outcome.groups["same"]) == ["meta", "alphabet", "microsoft", "amazon"]
    assert list(outcome.groups["absent"]) == ["oracle"]
    assert "coreweave" in outcome.groups["left_out"]
    assert "last_year" not in outcome.values
    years = {str(row["year"]): row["total"] for row in _table(outcome, "years").rows}
    assert _amount(years["2024"]) == pytest.approx(outcome.values["same_last_year"].central)
    rows = {(row["firm"], row["year"]): row["total"] for row in _table(outcome, "firms").rows}
    assert outcome.values["this_year"].central == pytest.approx(
        (outcome.values["same_this_year"] + _figure(rows["oracle", "2025"])).central
    )


def test_the_chart_names_only_the_firms_it_draws() -> None:
    drawn = {row["firm"] for row in _asked("2025-11-03").chart if row["kind"] == "bar"}
    assert drawn == set(_asked("2025-11-03").groups["counted"])
    svg = Answer(_asked("2025-11-03")).svg("en")
    assert "Oracle" in svg
    assert "CoreWeave" not in svg
    assert "228*" in svg


def test_on_the_day_of_the_loan() -> None:
    values = _asked("2025-11-03").values
    assert values["claim"].central == 500e9
    assert values["claim"].grade is Grade.ESTIMATED
    assert values["this_year"].central < values["claim"].central < values["next_year"].central
    assert values["this_year_reported"].central == pytest.approx(280.9e9, rel=0.001)
    assert values["need_mckinsey"].central == pytest.approx(6_700e9 / 6)
    assert 0.5 < values["chance_next_year"].central < 1


def test_what_building_asks_is_met_to_the_dollar_in_every_future() -> None:
    needs = _table(_asked("2025-11-03"), "needs")
    assert [row["year"] for row in needs.rows] == ["2026", "2027", "2028", "2029", "2030"]
    for row in needs.rows:
        parts = [_figure(row[name]).draws for name in needs.columns[2:]]
        np.testing.assert_allclose(sum(parts), _figure(row["need"]).draws, rtol=1e-9)
    years = {row["year"]: _figure(row["total"]) for row in _table(_asked("2025-11-03"), "years").rows}
    for row in needs.rows:
        paid = _figure(row["need"]).draws - _figure(row["others"]).draws
        np.testing.assert_allclose(paid, years[row["year"]].draws, rtol=1e-9)


def test_less_revenue_from_ai_leaves_less_to_build_with_and_more_to_borrow() -> None:
    facts = FULL.known_on("2025-11-03")
    usual, less = (
        question("how_much")(Case(facts=facts, scenario=Scenario.load(name), firm="meta", paths=400)).values
        for name in ("baseline", "demand_disappoints")
    )
    assert less["need_ahead"].central < usual["need_ahead"].central
    assert less["need_borrowed_share"].central > usual["need_borrowed_share"].central


def test_before_the_claim_was_made() -> None:
    outcome = _asked("2025-09-22")
    assert "claim" in outcome.missing
    assert "claim" not in outcome.values


def test_a_building_counts_once() -> None:
    """Hyperion is told of by its venture, its notes and its owners: 27 billion, not 81."""
    outcome = _asked("2026-06-20")
    rows = {row["asset"]: row for row in _table(outcome, "assets").rows}
    assert _amount(rows["asset.hyperion"]["amount"]) == 27e9
    total = sum(_amount(row["amount"]) for row in rows.values())
    assert outcome.values["vehicles"].central == total
    ids = {FULL.row(name).fact_id for name in outcome.values["vehicles"].lineage.facts}
    notes = next(deal for deal in FULL.table("deals") if deal["deal_id"] == "beignet_notes_2049")
    assert notes.fact_id not in ids
    lease = next(deal for deal in FULL.table("deals") if deal["deal_id"] == "meta_hyperion_lease")
    assert lease.fact_id not in outcome.lineage.facts


def test_guidance_that_compares_with_nothing_is_left_out_and_said() -> None:
    facts = FULL.known_on("2026-06-20")
    told = guidance(facts, "coreweave")
    assert told is not None
    assert not told.used
    rows = {row["firm"]: row["used"] for row in _table(_asked("2026-06-20"), "guidance").rows}
    assert rows["coreweave"] == "used.nothing"
    assert rows["microsoft"] == "used.none"
    assert rows["meta"] == "used.yes"
    assert "coreweave" in _asked("2026-06-20").groups["counted"]  # from its futures, not from its plan
    assert "firms" in _asked("2025-11-03").missing


def test_amazon_guides_net_of_incentives() -> None:
    told = guidance(FULL.known_on("2025-11-03"), "amazon")
    assert told is not None
    assert told.concept == "capex_net_of_incentives"
    assert 0.9 < told.ratio.central < 1


def test_bonds_in_other_currencies_are_in_dollars() -> None:
    rows = {row["firm"]: row for row in _table(_asked("2025-11-03"), "mix").rows}
    euros = 1.5 + 1.5 + 1.25 * 3
    dollars = 0.75 + 1.25 + 1.5 + 1.5 + 17.5
    assert _amount(rows["alphabet"]["bonds"]) > (dollars + euros) * 1e9
    assert _amount(rows["meta"]["bonds"]) == 30e9


@pytest.mark.parametrize("when", ["2025-11-03", "2026-06-20"])
def test_every_number_traces_to_rows_or_parameters(when: str) -> None:
    outcome = _asked(when)
    cells = [cell for table in outcome.tables for row in table.rows for cell in row.values()]
    for figure in (*outcome.values.values(), *(cell for cell in cells if isinstance(cell, Figure))):
        assert figure.missing or figure.lineage.facts or figure.lineage.parameters or figure.central == 1


@settings(max_examples=5)
@given(st.dates(date(2024, 6, 1), date(2026, 6, 20)))
def test_nothing_published_later_is_used(when: date) -> None:
    outcome = _asked(when)
    assert all(FULL.row(name).published <= when for name in outcome.lineage.facts)


@pytest.mark.parametrize(("firm", "when"), [
    ("meta", "2022-09-01"), ("meta", "2026-01-15"), ("oracle", "2025-11-03"), ("nvidia", "2026-06-20"),
    ("coreweave", "2024-09-01"),
])  # fmt: skip
def test_every_text_can_be_written(firm: str, when: str) -> None:
    answer = Answer(_asked(when, firm))
    for lang in ("nl", "en"):
        section = answer.section(lang)
        assert section.unlabelled == ()
        assert "nan" not in answer.text(lang)
    assert "<svg" in answer.svg("en") or not answer.outcome.chart


def test_what_came_is_told_of_the_firms_that_were_added_up_then() -> None:
    """CoreWeave joined the sums after the loan; the page still sets like beside like."""
    then, now = _asked("2025-11-03"), _asked("2026-06-20")
    firms = list(then.groups["counted"])
    assert set(now.groups["counted"]) > set(firms)
    of_year = [row for row in _table(now, "firms").rows if row["year"] == "2026" and row["firm"] in firms]
    np.testing.assert_allclose(
        spent_by(now, firms, 2026).draws, sum(_figure(row["total"]).draws for row in of_year)
    )
    assert spent_by(now, [*firms, "nvidia"], 2026).missing
    for lang, told in (("en", "the same firms come to"), ("nl", "dezelfde bedrijven")):
        text = write_page_text("then_now", [then], [now], Style(lang), firms=["meta"])
        assert told in str(text.body)
