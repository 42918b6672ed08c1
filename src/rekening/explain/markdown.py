"""The texts as blocks (paragraphs and boxes), and an answer as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rekening.explain.numbers import show_day
from rekening.explain.sections import Cell, Section, TableView
from rekening.explain.slots import Slot, fill
from rekening.explain.words import words
from rekening.facts import Grade

if TYPE_CHECKING:
    from rekening.explain.evidence import Assumed, Source
    from rekening.explain.report import Report

__all__ = ["BOXES", "Block", "blocks", "markdown_table", "report_markdown", "section_markdown"]

BOXES = ("info", "context", "letop", "tip", "kortom")
_BOX = re.compile(r"^::: *(\w*) *$")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of Markdown, in a box of a kind or in none."""

    text: str
    box: str = ""


def blocks(text: str) -> Iterator[Block]:
    """Split a text at its boxes, written ``::: info`` ... ``:::``.

    Raises
    ------
    ValueError
        If a box is of no known kind, stands in another, or is not closed.
    """
    lines: list[str] = []
    box = ""
    for line in (*text.splitlines(), ""):
        found = _BOX.match(line)
        if not found:
            lines.append(line)
            continue
        kind = found[1]
        if bool(kind) == bool(box) or (kind and kind not in BOXES):
            raise ValueError(f"a box opens or closes where it cannot, or has no known kind: {line!r}")
        if content := "\n".join(lines).strip():
            yield Block(content, box)
        lines, box = [], kind
    if box:
        raise ValueError(f"the box {box!r} is not closed")
    if content := "\n".join(lines).strip():
        yield Block(content)


def escaped(text: str) -> str:
    """Text of others, so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def filled(text: str, slots: Sequence[Slot]) -> str:
    """Markdown with its slots as escaped text."""
    return fill(text, slots, lambda slot: escaped(slot.full))


def markdown_table(table: TableView) -> str:
    """A table in Markdown, numbers flush right."""

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    rule = ["---:" if table.numeric(place) else "---" for place in range(len(table.columns))]
    rows = [line([_written(cell) for cell in row]) for row in table.rows]
    return "\n".join(
        (f"**{escaped(table.title)}**", "", line([escaped(c) for c in table.columns]), line(rule), *rows)
    )


def _written(cell: Cell) -> str:
    return escaped(cell.full)


def _block(block: Block, section: Section, lang: str) -> str:
    text = filled(block.text, section.slots)
    if not block.box:
        return text
    title = words(lang)[f"box.{block.box}"]
    return "\n".join(f"> {line}".rstrip() for line in (f"**{title}**", "", *text.splitlines()))


def section_markdown(section: Section, lang: str) -> str:
    """One question as Markdown: title, answer, number, explanation, tables, what was missing."""
    say = words(lang)
    parts = [f"## {filled(section.title, section.slots)}", f"**{filled(section.answer, section.slots)}**"]
    if section.number:
        parts.append(f"> {filled(section.number, section.slots)}")
    parts += [_block(block, section, lang) for block in blocks(section.body)]
    parts += [markdown_table(table) for table in section.tables]
    if section.missing:
        parts.append(f"**{say['not_published']}**")
        parts.append("\n".join(f"- {escaped(sentence)}" for sentence in section.missing))
    return "\n\n".join(parts) + "\n"


def report_markdown(report: Report) -> str:
    """A whole report as Markdown, down to its assumptions and sources."""
    say = words(report.lang)
    parts: list[str] = []
    if report.head:
        head = report.head
        parts.append(f"# {filled(head.title, head.slots)}")
        parts += [filled(part, head.slots) for part in (head.answer, head.number) if part]
        parts += [_block(block, head, report.lang) for block in blocks(head.body)]
    for chapter in report.chapters:
        if chapter.comparison is None:
            parts.append(section_markdown(chapter.then[0], report.lang).rstrip())
            continue
        parts.append(f"## {escaped(chapter.title(report.lang))}")
        parts += [
            f"**{escaped(names)}.** {filled(each.answer, each.slots)}"
            for names, each in chapter.voices(report.lang)
        ]
        parts.append(markdown_table(chapter.comparison))
    if report.change:
        change = report.change
        parts += [f"## {say['then_now']}", filled(change.answer, change.slots)]
        parts += [_block(block, change, report.lang) for block in blocks(change.body)]
        rows = [
            (escaped(chapter.title(report.lang) + (f" {names}" if chapter.comparison else "")),
             filled(before.number, before.slots), filled(after.number, after.slots))
            for chapter in report.chapters
            for names, before, after in chapter.pairs(report.lang)
        ]  # fmt: skip
        days = (show_day(date.fromisoformat(day), report.lang) for day in (report.as_of, report.now))
        lines = [("", *days), ("---", "---", "---"), *rows]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    parts.append(f"## {filled(report.limits.title, report.limits.slots)}")
    parts += [_block(block, report.limits, report.lang) for block in blocks(report.limits.body)]
    parts += [f"## {say['assumptions']}", say["assumptions.lead"]]
    parts.append("\n".join(map(_assumed, report.assumptions.values())))
    parts.append(f"## {say['sources']}")
    parts.append("\n".join(_source(row, report.lang) for row in report.sources.values()))
    parts.append(f"*{say['advice']}*")
    return "\n\n".join(part for part in parts if part) + "\n"


def _assumed(each: Assumed) -> str:
    return f"- `{each.name}`: {escaped(each.sentence)} {escaped(each.value)}. {escaped(each.reason)}"


def _source(row: Source, lang: str) -> str:
    where = f" <{row.url}>" if row.url else ""
    grade = Grade(row.grade).word(lang)
    about = f"{escaped(row.about)}: {escaped(row.value)}" if row.value else escaped(row.about)
    return f"- `{row.fact_id}` {about}. {escaped(row.title)}, {row.published} ({grade}){where}"
