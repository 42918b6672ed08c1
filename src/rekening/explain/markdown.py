"""The texts as blocks (paragraphs and boxes), and an answer as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rekening.explain.sections import Cell, Section, TableView
from rekening.explain.slots import Slot, fill
from rekening.explain.words import words

__all__ = ["BOXES", "Block", "blocks", "markdown_table", "section_markdown"]

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


def section_markdown(section: Section, lang: str) -> str:
    """One question as Markdown: title, answer, number, explanation, tables, what was missing."""
    say = words(lang)
    parts = [f"## {filled(section.title, section.slots)}", f"**{filled(section.answer, section.slots)}**"]
    parts.append(f"> {filled(section.number, section.slots)}")
    for block in blocks(section.body):
        text = filled(block.text, section.slots)
        if block.box:
            title = say[f"box.{block.box}"]
            text = "\n".join(f"> {line}".rstrip() for line in (f"**{title}**", "", *text.splitlines()))
        parts.append(text)
    parts += [markdown_table(table) for table in section.tables]
    if section.missing:
        parts.append(f"**{say['not_published']}**")
        parts.append("\n".join(f"- {escaped(sentence)}" for sentence in section.missing))
    return "\n\n".join(parts) + "\n"
