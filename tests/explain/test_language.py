"""Plain language: short sentences and easy words, in every text, and no key of the code on a page."""

from __future__ import annotations

import re
from functools import cache

import pytest
from tools.readability import reading, running_text

from rekening.assumptions import Scenario
from rekening.explain import Answer
from rekening.explain.numbers import Lang, Style
from rekening.explain.report import Report, written
from rekening.explain.words import labels
from rekening.explain.write import value_forms
from rekening.facts import Facts
from rekening.questions import FURTHER, QUESTIONS, Case, question

ALONE = ("what_must_be_true", "credit")
"""Questions that stand on a page of their own."""

LANGS: tuple[Lang, ...] = ("nl", "en")


@cache
def answered(as_of: str, firm: str) -> list[Answer]:
    case = Case(facts=Facts.load(as_of=as_of), scenario=Scenario.load(), firm=firm)
    return [Answer(question(name)(case)) for name in QUESTIONS]


@cache
def page_texts(lang: Lang) -> Report:
    then, now = ([[answer] for answer in answered(day, "meta")] for day in ("2025-11-03", "2026-06-20"))
    return written(then, now, lang=lang, drawings=list)


@pytest.mark.parametrize("firm", ["meta", "oracle"])
def test_every_chance_that_is_shown_has_an_interval(firm: str) -> None:
    case = Case(facts=Facts.load("2025-11-03"), scenario=Scenario.load(), firm=firm)
    shown = 0
    for name in (*QUESTIONS, *ALONE):
        outcome = question(name)(case)
        forms = value_forms(outcome, Style("en"))
        chances = [outcome.values[value] for value, form in forms.items() if form == "chance"]
        for table in outcome.tables:
            columns = [column for column, form in table.formats.items() if form == "chance"]
            chances += [row[column] for row in table.rows for column in columns if column in row]
        assert not any(each.certain for each in chances if not each.missing), name
        shown += len(chances)
    assert shown > 10


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_reads_easily(name: str, lang: Lang) -> None:
    for as_of in ("2025-11-03", "2026-06-20"):
        section = answered(as_of, "meta")[QUESTIONS.index(name)].section(lang)
        found = reading(running_text(section), lang)
        assert found.passes(lang), f"{as_of}: {found}"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("part", ["head", "change", "limits"])
def test_the_page_itself_reads_easily(part: str, lang: Lang) -> None:
    found = reading(running_text(getattr(page_texts(lang), part)), lang)
    assert found.passes(lang), str(found)


@pytest.mark.parametrize("name", [*QUESTIONS, *FURTHER])
def test_the_name_of_a_value_can_be_read_alone(name: str) -> None:
    back = re.compile(r"(hetzelfde|dat|die|daarvan|the same|that|those|of which)\b", re.I)
    for lang in LANGS:
        named = [text for key, text in labels(name, lang).items() if key.startswith("values.")]
        assert [text for text in named if back.match(text)] == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_item_of_a_list_has_a_line_of_its_own(lang: Lang) -> None:
    body = page_texts(lang).limits.body
    assert body.count("- **") == sum(line.startswith("- **") for line in body.splitlines()) > 1


@pytest.mark.parametrize("firm", ["meta", "oracle", "nvidia"])
@pytest.mark.parametrize("as_of", ["2022-03-01", "2024-06-01", "2025-10-30", "2026-06-20"])
def test_every_key_has_its_words(firm: str, as_of: str) -> None:
    for answer in answered(as_of, firm):
        for lang in LANGS:
            section = answer.section(lang)
            assert section.unlabelled == (), answer.outcome.question
            assert section.title
            assert section.answer
