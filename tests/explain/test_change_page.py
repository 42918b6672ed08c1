"""What changed between two days, as a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tools.readability import reading, running_text

from rekening import Facts, Scenario
from rekening.explain.answer import Answer
from rekening.explain.change import causes_of, change_cells, change_report
from rekening.explain.numbers import Lang, Style
from rekening.explain.page import page
from rekening.explain.replay import CAUSES, Bundle, Change, Split, split, split_kept
from rekening.explain.words import words
from rekening.facts import Figure
from rekening.questions import FURTHER, QUESTIONS, Case, question, why_now

ASKED = ("why_now", "how_dependent")


@cache
def changed() -> Mapping[str, Split]:
    before, after = (
        Case(facts=Facts.load(as_of=day), scenario=Scenario.load(), firm="meta")
        for day in ("2025-11-03", "2026-06-20")
    )
    return {name: split(name, before, after) for name in ASKED}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_holds_both_days_and_links_that_lead_somewhere(lang: Lang) -> None:
    html = page(change_report(changed(), lang))
    assert ("On 3 November 2025" if lang == "en" else "Op 3 november 2025") in html
    targets = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= targets
    assert "values." not in html
    assert re.search(r"\d\.\d{3} nieuwe regels" if lang == "nl" else r"\d,\d{3} new rows", html)


def test_every_change_stands_in_its_table() -> None:
    report = change_report(changed(), "en")
    for chapter, each in zip(report.chapters, changed().values(), strict=True):
        table = chapter.then[0].tables[0]
        assert len(table.rows) == len(each.moved) > 0
        assert table.keys == ("value", "before", "after", *causes_of(each.moved))
        assert "new_facts" in table.keys


def test_new_rows_came_out_between_the_days() -> None:
    report = change_report(changed(), "en")
    for chapter, each in zip(report.chapters, changed().values(), strict=True):
        fresh = next(table for table in chapter.then[0].tables if table.name == "new_rows")
        rows = map(each.after.case.facts.row, each.after.lineage.facts)
        assert len(fresh.rows) == sum(row.published > each.before.case.as_of for row in rows) > 0


def test_where_nothing_changed_the_page_says_so() -> None:
    case = Case(facts=Facts.load(as_of="2025-11-03"), scenario=Scenario.load(), firm="meta")
    report = change_report({"why_now": split("why_now", case, replace(case))}, "en")
    assert report.chapters[0].then[0].tables == ()
    assert "No number changed" in page(report)


def test_other_assumptions_are_a_cause_of_their_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters: {race_decisiveness: 0.9}\n", encoding="utf-8")
    case = Case(facts=Facts.load(as_of="2025-11-03"), scenario=Scenario.load(), firm="meta")
    found = split("why_now", case, replace(case, scenario=Scenario.load(mine)))
    assert causes_of(found.moved) == ["assumptions"]
    told = page(change_report({"why_now": found}, "en"))
    assert "Last come other assumptions" in told
    assert "Nothing changed by the way" in told


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_was_kept_is_told_as_it_was_said(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(facts=Facts.load(as_of="2025-11-03"), scenario=Scenario.load(), firm="meta")
    bundle = Bundle.of(Answer(question("why_now")(case)))
    prize = why_now.implied_prize
    monkeypatch.setattr(why_now, "implied_prize", lambda *given: 2 * prize(*given))
    found = split_kept(bundle, case)
    assert causes_of(found.moved) == ["model"]
    report = change_report({"why_now": found}, lang)
    assert bundle.said[lang] in [slot.text for slot in report.chapters[0].then[0].slots]
    assert report.head is not None
    assert reading(running_text(report.head), lang).passes(lang)
    assert {"en": "First comes the model", "nl": "Eerst komt onze rekenwijze"}[lang] in page(report)


def test_parts_of_a_percentage_are_points() -> None:
    change = Change(
        "share",
        Figure.of(0.40),
        Figure.of(0.43),
        {"model": 0.0, "restated": 0.0, "new_facts": 0.03, "assumptions": 0.0},
        [],
        "percent",
    )
    assert change_cells(change, ["restated", "new_facts"], Style("en", short=True)) == [
        "40%",
        "43%",
        "·",
        "3 points",
    ]


def test_a_change_that_nobody_sees_is_not_listed() -> None:
    wide = Figure.of(np.linspace(0.02, 0.06, 101))
    parts = {"model": 0.0, "restated": 0.0, "new_facts": 1e-6, "assumptions": 0.0}
    assert not Change("share", wide, wide + Figure.of(1e-6), parts, [], "percent").moved
    assert Change("share", wide, wide + Figure.of(1e-2), parts, [], "percent").moved
    assert Change("share", wide, Figure.unknown(), parts, [], "percent").moved


def test_a_value_that_came_in_says_by_which_cause() -> None:
    parts = dict.fromkeys(CAUSES, 0.0) | {"model": None}
    change = Change("share", Figure.unknown(), Figure.of(0.4), parts, [], "percent", {"model": "came"})
    assert causes_of([change]) == ["model"]
    assert change_cells(change, CAUSES, Style("nl", short=True)) == ["onbekend", "40%", "kwam erbij", *"···"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_opening_reads_easily(lang: Lang) -> None:
    head = change_report(changed(), lang).head
    assert head is not None
    found = reading(running_text(head), lang)
    assert found.passes(lang), str(found)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_question_has_a_name(lang: Lang) -> None:
    assert all(f"question.{name}" in words(lang) for name in (*QUESTIONS, *FURTHER))
