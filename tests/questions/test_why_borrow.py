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

from rekening import Facts, Grade, Scenario
from rekening.explain import Answer
from rekening.facts import Figure
from rekening.facts.periods import Quarter
from rekening.questions import Case, Outcome
from rekening.questions.why_borrow import why_borrow

FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")
FULL = Facts.load(as_of="2026-06-20")
BASELINE = Scenario.load()


@cache
def _asked(firm: str, when: str | date) -> Outcome:
    return why_borrow(Case(facts=FULL.known_on(when), scenario=BASELINE, firm=firm))


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
    assert values["liquidity_without_loan"].grade is Grade.ASSUMED


def test_the_waterfall_ends_where_the_balance_sheet_does() -> None:
    steps = _asked("meta", "2025-11-03").chart
    flows = [step for step in steps if step["kind"] == "flow"]
    for before, after in itertools.pairwise(flows):
        assert before["to"] == after["from"]
    assert flows[-1]["to"] == next(step["to"] for step in steps if step["step"] == "step.now")


def test_the_quarters_ahead_carry_the_level_on() -> None:
    table = next(table for table in _asked("meta", "2025-11-03").tables if table.name == "table.next")
    level: object = (10_187 + 34_261) * 1e6
    for row in table.rows:
        flows = [cell.draws for name, cell in row.items() if isinstance(cell, Figure) and name != "liquidity"]
        end = row["liquidity"]
        assert isinstance(end, Figure)
        np.testing.assert_allclose(level + sum(flows), end.draws, rtol=1e-9)
        level = end.draws


def test_announced_but_not_public() -> None:
    outcome = _asked("meta", "2025-10-30")
    assert outcome.values["loan"].missing
    assert outcome.values["liquidity_with_loan"].missing
    assert not outcome.values["liquidity_without_loan"].missing
    assert "loan_tranches" in outcome.missing
    assert not any(name.startswith("bond-") for name in outcome.lineage.facts)


def test_once_paid_out_the_loan_is_taken_out() -> None:
    outcome = _asked("meta", "2026-06-20")
    assert outcome.flags["loan_in_past"]
    assert outcome.values["liquidity_without_loan"].central < outcome.values["liquidity_with_loan"].central


def test_a_firm_whose_sums_do_not_close() -> None:
    outcome = _asked("coreweave", "2025-11-03")
    assert {"ledger", "projection"} <= set(outcome.missing)
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


def test_a_firm_of_ones_own(tmp_path: Path) -> None:
    """Eight quarters of six lines are enough for the past and for the year ahead."""
    lines = ["fact_id,entity,concept,start,end,value,unit,published,status,low,high,source_url"]
    amounts = {
        "revenue": 100, "operating_cash_flow": 40, "capex": 30, "dividends_paid": 4, "share_repurchases": 8,
    }  # fmt: skip
    level = 50
    for place in range(-1, 8):
        quarter = Quarter(2023, 4) + (place + 1)
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
    path = tmp_path / "acme.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    facts = Facts.load(as_of="2026-02-15", extra=[path])
    outcome = why_borrow(Case(facts=facts, scenario=BASELINE, firm="acme"))
    values = outcome.values
    assert values["buybacks"].central == 4 * 8e6
    assert values["unexplained_cash_flow"].central == 0
    assert not values["liquidity_without_loan"].missing
    assert values["next_building"].central == pytest.approx(4 * 30e6)
