"""From an outcome to its texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import TemplateError

from rekening.explain import Answer
from rekening.questions import Outcome

Make = Callable[..., Outcome]
_ = "\N{NO-BREAK SPACE}"


def test_text_in_both_languages(demo: Answer) -> None:
    english, dutch = demo.text("en").replace(_, " "), demo.text("nl").replace(_, " ")
    assert english.startswith(
        "What does Meta owe?\n\nMeta owes $28.8 billion. That is 17.5% of a year's sales."
    )
    assert "On **3 November 2025** the debt was" in english
    assert "The profit is unknown." in english
    assert dutch.startswith("Wat is Meta schuldig?\n\nMeta is schuldig: 28,8 miljard dollar.")


def test_every_key_has_its_label(demo: Answer) -> None:
    assert demo.section("nl").unlabelled == ()


def test_a_key_without_a_label_is_noted(texts: Path, made: Make) -> None:
    path = texts / "nl" / "demo.yaml"
    path.write_text(path.read_text().replace("values.share: Share of sales\n", ""))
    section = Answer(made()).section("nl")
    assert section.unlabelled == ("values.share",)


def test_numbers_know_their_evidence(demo: Answer) -> None:
    section = demo.section("en")
    by_name = {value.name: value.cell for value in section.values}
    debt = by_name["debt"]
    assert debt.basis is not None
    assert section.bases[debt.basis].facts == tuple(demo.values["debt"].lineage.facts)
    assert [cell.text.replace(_, " ") for cell in section.tables[0].rows[0]] == [
        "Q3 2025", "$28.8bn", "17.5%", "Big",
    ]  # fmt: skip
    assert by_name["profit"].central is None


def test_names_of_others_stay_text(texts: Path, made: Make) -> None:
    hostile = "<script>alert(1)</script>**x**\x1b[2J\u202e"
    table = made().tables[0]
    rows = [{**table.rows[0], "note": hostile}]
    changed = type(table)(name=table.name, columns=table.columns, rows=rows, formats=table.formats)
    answer = Answer(made(tables=[changed]))
    text = answer.markdown("en")
    assert r"\<script\>alert(1)\</script\>\*\*x\*\* \[2J" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_text_that_asks_for_what_is_not_there_fails(texts: Path, made: Make) -> None:
    path = texts / "en" / "demo.md.j2"
    path.write_text(path.read_text().replace("v.debt|money", "v.dept|money"))
    with pytest.raises((TemplateError, TypeError)):
        Answer(made()).text("en")


def test_a_number_without_a_filter_fails(texts: Path, made: Make) -> None:
    path = texts / "en" / "demo.md.j2"
    path.write_text(path.read_text().replace("v.debt|money", "v.debt"))
    with pytest.raises(TypeError, match="without a filter"):
        Answer(made()).text("en")


def test_lineage_down_to_rows(demo: Answer) -> None:
    lineage = demo.lineage()
    assert {row["fact_id"] for row in lineage["facts"]} == demo.outcome.lineage.facts
    assert all(row["published"] <= "2025-11-03" and row["source_url"] for row in lineage["facts"])
    assert lineage["parameters"] == []
