"""The credit question: agencies' own figures, what was known when, and what is said where facts lack."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tools.readability import reading, running_text

from rekening import Facts, Scenario
from rekening.explain import Answer
from rekening.questions import Case, Outcome
from rekening.questions.credit import credit

FIRMS = ["meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave", "nvidia"]


@cache
def ask(as_of: str, firm: str) -> Outcome:
    return credit(Case(facts=Facts.load(as_of=as_of), scenario=Scenario.load(), firm=firm, paths=2_000))


def rows(outcome: Outcome, name: str) -> list[dict[str, object]]:
    return [dict(row) for table in outcome.tables if table.name == name for row in table.rows]


def test_meta_is_what_its_reports_say() -> None:
    found = ask("2025-11-03", "meta")
    debt = 28.8e9 + 0.709e9 + 22.22e9
    assert found.values["adjusted_debt"].central == pytest.approx(debt, rel=1e-3)
    assert found.values["leverage"].central == pytest.approx(debt / (81.895e9 + 17.665e9), rel=1e-3)
    assert found.values["agreed_since"].central == 30e9
    assert found.values["promises"].central == 27.3e9
    assert not found.flags["opinion"]
    assert "triggers" in found.missing


def test_an_opinion_of_february_is_not_known_in_november() -> None:
    for day, known in (("2025-11-03", False), ("2026-03-01", True)):
        found = ask(day, "meta")
        assert found.flags["opinion"] is known
        assert ("counts rent" in Answer(found).text("en")) is known


def test_oracle_has_the_newest_line_of_sp() -> None:
    assert ask("2025-09-10", "oracle").values["trigger"].central == 3.5
    found = ask("2025-11-03", "oracle")
    assert found.values["trigger"].central == 4.0
    assert {"cons-2b8f6e2f7a"} <= found.values["trigger_within_2"].lineage.facts
    chances = [found.values[f"trigger_within_{years}"].central for years in ("1", "2", "all")]
    assert 0 < chances[0] < chances[1] < chances[2] <= 1


def test_leases_that_nobody_published_make_debt_a_lower_bound() -> None:
    found = ask("2025-11-03", "oracle")
    assert found.flags["at_least"]
    assert "finance_lease_liabilities" in found.missing
    assert "at least" in Answer(found).text("en")


def test_the_agencies_own_figures_stand_beside_ours() -> None:
    told = rows(ask("2025-11-03", "oracle"), "told")
    theirs = {row["agency"]: (row["theirs"], row["ours"]) for row in told}
    for agency, (given, ours) in theirs.items():
        assert ours.central == pytest.approx(given.central, rel=0.12), agency  # type: ignore[attr-defined]


def test_who_was_right_is_counted_over_what_was_reported() -> None:
    early, late = ask("2025-11-03", "oracle"), ask("2026-06-20", "oracle")
    assert 0 <= early.values["compared"].central < late.values["compared"].central
    checked = rows(late, "table.checked_money")
    capex = [row for row in checked if row["what"] == "measure.capex" and row["period"] == "FY2026"]
    assert [row["house"] for row in capex] == ["house.sp", "house.sp"]
    assert [row["came"].central for row in capex] == pytest.approx([55.664e9] * 2, rel=1e-3)  # type: ignore[attr-defined]
    assert late.values["model_nearer"].central <= late.values["compared"].central


@pytest.mark.parametrize("firm", FIRMS)
@pytest.mark.parametrize("as_of", ["2022-03-01", "2025-11-03", "2026-06-20"])
def test_nothing_rests_on_a_later_fact_and_every_key_has_its_words(as_of: str, firm: str) -> None:
    found = ask(as_of, firm)
    facts = found.case.facts
    assert all(facts.row(fact_id).published <= facts.as_of for fact_id in found.lineage.facts)
    assert found.values or found.missing
    for name, figure in found.values.items():
        assert figure.missing or np.isfinite(figure.central), name
    for lang in ("nl", "en"):
        section = Answer(found).section(lang)
        assert section.unlabelled == ()
        assert section.title
        assert section.answer


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("firm", ["meta", "oracle", "nvidia"])
def test_it_reads_easily(firm: str, lang: str) -> None:
    section = Answer(ask("2026-06-20", firm)).section(lang)  # type: ignore[arg-type]
    found = reading(running_text(section), lang)  # type: ignore[arg-type]
    assert found.passes(lang), str(found)  # type: ignore[arg-type]


def test_there_is_a_chart_in_both_languages() -> None:
    for lang in ("nl", "en"):
        drawing = Answer(ask("2025-11-03", "oracle")).drawing(lang)  # type: ignore[arg-type]
        assert b"Moody" in drawing
