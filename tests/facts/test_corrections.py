"""The corrections ledger: applied with lineage kept, and guarded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rekening import Facts
from rekening.errors import InputErrors
from rekening.facts.corrections import corrected, corrections
from rekening.facts.read import DATA, read_bundle


def test_corrections_reach_the_facts_and_keep_their_ids() -> None:
    facts = Facts.load("2026-06-20")
    for entry in corrections():
        row = facts.row(entry.fact_id)
        assert getattr(row, entry.column) == entry.use
        assert row.corrected == entry.reason  # type: ignore[union-attr]


def test_amazons_own_free_cash_flow_is_told_under_its_own_name() -> None:
    facts = Facts.load("2026-06-20")
    assert facts.get("amazon", "free_cash_flow_net_of_incentives", "TTM@2026-03-31").value == 1.2e9
    assert facts.get("amazon", "free_cash_flow", "TTM@2026-03-31").value == pytest.approx(-2.47e9, rel=0.01)


def test_a_number_left_out_is_not_found() -> None:
    assert Facts.load("2026-06-20").get("hyperscalers_4", "capex", "2025").value == 410e9


def test_the_guard_fails_once_the_source_is_mended() -> None:
    facts, _ = read_bundle(DATA)
    entry = corrections()[1]
    mended = tuple(replace(fact, value=4e11) if fact.fact_id == entry.fact_id else fact for fact in facts)
    with pytest.raises(InputErrors, match="source was mended"):
        corrected(mended, [entry])
    with pytest.raises(InputErrors, match="source was mended"):
        corrected(tuple(fact for fact in facts if fact.fact_id != entry.fact_id), [entry])
    assert corrected(facts, [entry]) != facts
