"""Why do they borrow: sums to the dollar, nothing published later, missing said, other firms."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rekening as rk
from rekening import Facts, Grade, Scenario
from rekening.explain import Answer
from rekening.facts import Figure
from rekening.facts.periods import Quarter
from rekening.questions import Case, Outcome, Table, question

FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")
FULL = Facts.load(as_of="2026-06-20")
BASELINE = Scenario.load()


ASK = question("why_borrow")


@cache
def _asked(firm: str, when: str | date) -> Outcome:
    return ASK(Case(facts=FULL.known_on(when), scenario=BASELINE, firm=firm, paths=400))


def _amount(cell: object) -> float:
    assert isinstance(cell, Figure)
    return cell.central


@pytest.mark.parametrize("firm", FIRMS[:-1])
@pytest.mark.parametrize("when", ["2025-11-03", "2026-06-20"])
def test_sources_and_uses_add_up_to_the_change(firm: str, when: str) -> None:
    outcome = _asked(firm, when)
    *lines, change = outcome.tables[0].rows
    assert change["line"] == "line.change"
    assert lines[-1]["line"] == "line.unexplained_cash_flow"
    assert sum(_amount(row["amount"]) for row in lines) == _amount(change["amount"])
    values = {name: figure.central for name, figure in outcome.values.items()}
    assert values["liquidity"] - values["liquidity_before"] == values["change_in_liquidity"]
    come_in = values.get("borrowed", 0) + values.get("other", 0)
    parts = come_in - values["building"] - values["owners"] - values.get("deals", 0)
    assert (
        values["operating_cash_flow"] + parts + values["unexplained_cash_flow"]
        == values["change_in_liquidity"]
    )


def test_meta_on_the_day_of_the_loan() -> None:
    values = _asked("meta", "2025-11-03").values
    assert values["liquidity"].central == (10_187 + 34_261) * 1e6
    assert values["change_in_liquidity"].central == -26_452e6
    assert values["spent"].central == 107_574e6 + 26_452e6
    assert values["stakes_balance_change"].central == 19_004e6
    gained = values["liquidity_with_loan"].draws - values["liquidity_without_loan"].draws
    assert 28.4e9 < gained.min() <= gained.max() < 30e9
    assert values["chance_below_floor"].central < values["chance_below_floor_without_loan"].central
    assert values["debt_raised"].interval()[0] > 30e9
    assert values["liquidity_without_loan"].grade is Grade.ASSUMED


def test_the_waterfall_ends_where_the_balance_sheet_does(projected: Outcome) -> None:
    steps = projected.chart
    flows = [step for step in steps if step["kind"] == "flow"]
    for before, after in itertools.pairwise(flows):
        assert before["to"] == after["from"]
    assert flows[-1]["to"] == next(step["to"] for step in steps if step["step"] == "step.now")


def test_the_quarters_ahead_carry_the_level_on(projected: Outcome) -> None:
    simulated = next(t for t in _asked("meta", "2025-11-03").tables if t.name == "table.simulated")
    _carries_on(simulated, (10_187 + 34_261) * 1e6)
    _carries_on(
        next(t for t in projected.tables if t.name == "table.next"), projected.values["liquidity"].central
    )


def _carries_on(table: Table, level: object) -> None:
    for row in table.rows:
        flows = [cell.draws for name, cell in row.items() if isinstance(cell, Figure) and name != "liquidity"]
        end = row["liquidity"]
        assert isinstance(end, Figure)
        np.testing.assert_allclose(level + sum(flows), end.draws, rtol=1e-9)
        level = end.draws


def test_fans_start_from_what_is_known_and_the_floor_is_below_them() -> None:
    chart = _asked("meta", "2025-11-03").chart
    known = [row for row in chart if row["kind"] == "known"]
    fans = [row for row in chart if row["kind"] == "fan"]
    assert known[-1]["middle"] == (10_187 + 34_261) * 1e6
    assert {row["series"] for row in fans} == {"series.with", "series.without"}
    assert all(row["low"] <= row["middle"] <= row["high"] for row in fans)
    assert next(row["when"] for row in fans if row["series"] == "series.with") == known[-1]["when"]
    assert max(row["when"] for row in fans) == 2031


def test_every_dollar_that_is_missing_is_found_by_a_lever() -> None:
    levers = next(t for t in _asked("meta", "2025-11-03").tables if t.name == "table.levers")
    assert [row["lever"] for row in levers.rows][-1] == "lever.shortfall"
    assert all(0 <= _amount(row["used"]) <= 1 for row in levers.rows)


def test_less_revenue_from_ai_leaves_less_in_hand_and_more_debt() -> None:
    facts = FULL.known_on("2025-11-03")
    asked = [
        ASK(Case(facts=facts, scenario=Scenario.load(name), firm="meta", paths=400)).values
        for name in ("baseline", "demand_disappoints")
    ]
    assert asked[1]["liquidity_with_loan"].central < asked[0]["liquidity_with_loan"].central
    assert asked[1]["debt_ahead"].central > asked[0]["debt_ahead"].central
    assert asked[1]["chance_below_floor_without_loan"].central > (
        asked[0]["chance_below_floor_without_loan"].central
    )


def test_announced_but_not_public() -> None:
    outcome = _asked("meta", "2025-10-30")
    assert outcome.values["loan"].missing
    assert outcome.values["liquidity_with_loan"].missing
    assert not outcome.values["liquidity_without_loan"].missing
    assert "loan_tranches" in outcome.missing
    loan = {bond.fact_id for bond in FULL.table("bonds") if bond.text("bond_id").startswith("meta-2025-10")}
    assert not loan & outcome.lineage.facts


def test_once_paid_out_the_loan_is_taken_out() -> None:
    outcome = _asked("meta", "2026-06-20")
    assert outcome.flags["loan_in_past"]
    assert outcome.values["liquidity_without_loan"].central < outcome.values["liquidity_with_loan"].central


def test_a_firm_whose_sums_do_not_close() -> None:
    outcome = _asked("coreweave", "2025-11-03")
    assert {"ledger", "projection", "futures"} <= set(outcome.missing)
    assert not outcome.flags["closed"]


def test_a_firm_without_bonds() -> None:
    outcome = _asked("microsoft", "2025-11-03")
    assert "loan" in outcome.missing
    assert "loan" not in outcome.values


@settings(max_examples=8)
@given(st.dates(date(2024, 3, 1), date(2026, 6, 20)), st.sampled_from(FIRMS))
def test_nothing_published_later_is_used(when: date, firm: str) -> None:
    outcome = _asked(firm, when)
    assert all(FULL.row(name).published <= when for name in outcome.lineage.facts)


@pytest.mark.parametrize("firm", FIRMS)
@pytest.mark.parametrize("when", ["2022-09-01", "2025-10-30", "2025-11-03", "2026-06-20"])
def test_every_text_can_be_written(firm: str, when: str) -> None:
    answer = Answer(_asked(firm, when))
    for lang in ("nl", "en"):
        section = answer.section(lang)
        assert section.unlabelled == ()
        assert section.answer
        assert "nan" not in answer.text(lang)
    assert answer.svg("nl").startswith("<svg") or not answer.outcome.chart


@pytest.mark.parametrize("firm", FIRMS)
def test_every_number_traces_to_rows_or_parameters(firm: str) -> None:
    outcome = _asked(firm, "2025-11-03")
    cells = [cell for table in outcome.tables for row in table.rows for cell in row.values()]
    for figure in (*outcome.values.values(), *(cell for cell in cells if isinstance(cell, Figure))):
        assert figure.lineage.facts or figure.lineage.parameters


def _own_firm(folder: Path, quarters: int) -> Facts:
    """Quarters of six lines, of a firm that only its owner knows."""
    lines = ["fact_id,entity,concept,start,end,value,unit,published,status,low,high,source_url"]
    amounts = {
        "revenue": 100, "operating_cash_flow": 40, "capex": 30, "dividends_paid": 4, "share_repurchases": 8,
    }  # fmt: skip
    level = 50
    for place in range(-1, quarters):
        quarter = Quarter(2025, 4) + (place + 1 - quarters)
        days = {"start": quarter.start.isoformat(), "end": quarter.end.isoformat()}
        told = (quarter.end + timedelta(days=30)).isoformat()
        if place >= 0:
            level += 40 - 30 - 4 - 8
            for concept, amount in amounts.items():
                lines.append(
                    f"own-{concept}-{quarter},acme,{concept},{days['start']},{days['end']},{amount}000000,USD,"
                    f"{told},reported,,,https://example.org"
                )
        for concept, amount in (("cash_and_equivalents", level), ("marketable_securities", 0)):
            lines.append(
                f"own-{concept}-{quarter},acme,{concept},,{days['end']},{amount}000000,USD,{told},reported,,,"
                "https://example.org"
            )
    path = folder / "acme.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Facts.load(as_of="2026-02-15", extra=[path])


@pytest.fixture(scope="module")
def projected(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A firm without a known debt: enough for the past and for a year ahead, too little to simulate."""
    facts = _own_firm(tmp_path_factory.mktemp("own"), 8)
    return ASK(Case(facts=facts, scenario=BASELINE, firm="acme", paths=400))


def test_a_firm_of_ones_own(projected: Outcome) -> None:
    """Eight quarters of six lines are enough for the past and for the year ahead."""
    values = projected.values
    assert values["buybacks"].central == 4 * 8e6
    assert values["unexplained_cash_flow"].central == 0
    assert not values["liquidity_without_loan"].missing
    assert values["next_building"].central == pytest.approx(4 * 30e6)
    assert "futures" in projected.missing
    assert "one plain sum" in Answer(projected).text("en")


@pytest.mark.parametrize(("lang", "phrase"), [("nl", "onder de lening"), ("en", "ithout the loan")])
def test_nothing_is_told_without_a_loan_whose_size_was_not_public(lang: str, phrase: str) -> None:
    # the firm may still borrow in these futures: they are not a course without a loan
    assert phrase not in rk.ask("why_borrow", as_of="2025-10-30").text(lang)
    assert phrase in rk.ask("why_borrow", as_of="2025-11-03").text(lang)


@pytest.mark.parametrize("firm", ["meta", "oracle"])
def test_the_words_of_the_fans_stand_apart_and_above_what_is_known(firm: str) -> None:
    drawn = rk.ask("why_borrow", firm=firm).chart("en").to_dict()
    points = [point for values in drawn["datasets"].values() for point in values]
    known = max(point["middle"] for point in points if point.get("kind") == "known")
    low = min(0, *(point["low"] for point in points if "low" in point))
    words = sorted(point["middle"] for point in points if "label" in point)
    assert len(words) == 4
    assert words[0] > known
    assert min(np.diff(words)) > 0.04 * (words[-1] - low)
