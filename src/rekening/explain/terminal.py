"""Answers on a terminal: short, aligned, with the evidence of each number beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from rekening.explain.markdown import blocks
from rekening.explain.numbers import show_day
from rekening.explain.report import Report
from rekening.explain.sections import Cell, Section, TableView
from rekening.explain.slots import Slot, fill, plain
from rekening.explain.words import words
from rekening.facts import Grade

__all__ = ["evidence_view", "report_view", "section_view", "table_view"]

_ACCENT = "bold red"
_ROWS = 12
_ALL = 10_000


def _marked(slot: Slot) -> str:
    return slot.full if slot.grade is None else f"{slot.full}\N{NO-BREAK SPACE}{Grade(slot.grade).mark}"


def _words(text: str, slots: Sequence[Slot], style: str = "") -> Text:
    """Running text: numbers with the mark of their grade; Markdown's own marks taken out."""
    bare = text.replace("**", "").replace("*", "").replace("`", "")
    return Text(fill(bare, slots, _marked), style)


def table_view(table: TableView, most: int = _ROWS) -> Table:
    """A table for the terminal; rows past `most` are left out and counted below."""
    columns = [
        Column(title, justify="right" if table.numeric(place) else "left", overflow="fold")
        for place, title in enumerate(table.columns)
    ]
    view = Table(*columns, title=table.title, title_justify="left", title_style="bold", box=None,
                 header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))  # fmt: skip
    for row in table.rows[:most]:
        view.add_row(*map(_written, row))
    if len(table.rows) > most:
        view.add_row(Text(f"+ {len(table.rows) - most}", "dim"), *[""] * (len(columns) - 1))
    return view


def _written(cell: Cell) -> Text:
    """A cell; the interval of a number stands below it."""
    if cell.grade is None:
        return Text(cell.full)
    text = Text(f"{cell.text} {Grade(cell.grade).mark}")
    return text.append(f"\n{cell.span}", "dim") if cell.span else text


def section_view(section: Section, lang: str, *, body: bool = False) -> RenderableType:
    """One question: title, answer, number, first table; with `body` also the explanation and every table."""
    return Padding(Group(*_parts(section, lang, body=body)), (0, 0, 1, 0), expand=False)


def _parts(section: Section, lang: str, *, body: bool) -> Iterator[RenderableType]:
    say = words(lang)
    yield _words(section.title, section.slots, _ACCENT)
    yield _words(section.answer, section.slots)
    yield Text()
    yield Padding(_words(section.number, section.slots, "bold"), (0, 0, 0, 2), expand=False)
    if body:
        for block in blocks(section.body):
            yield Text()
            text = _words(block.text, section.slots)
            if block.box:
                yield Padding(Group(Text(say[f"box.{block.box}"], "bold"), text), (0, 0, 0, 2), expand=False)
            else:
                yield text
    for table in section.tables if body else section.tables[:1]:
        yield Text()
        yield Padding(table_view(table, len(table.rows) if body else _ROWS), (0, 0, 0, 2), expand=False)
    if section.missing:
        yield Text()
        yield Text(f"{say['not_published']}:", "dim")
        yield from (Text(f"- {plain(sentence, section.slots)}", "dim") for sentence in section.missing)


def report_view(report: Report) -> RenderableType:
    """Every question of a report; a single question with its explanation, firms side by side in tables."""
    say = words(report.lang)
    known = say["known_on"].format(show_day(date.fromisoformat(report.as_of), report.lang))
    parts: list[RenderableType] = [Text(f"Rekening · {known}", "dim"), Text()]
    if report.head:
        head = report.head
        parts += [_words(head.title, head.slots, "bold"), _words(head.answer, head.slots), Text()]
        if head.number:
            parts.append(Padding(_words(head.number, head.slots, _ACCENT), (0, 0, 1, 2), expand=False))
    for chapter in report.chapters:
        first = chapter.then[0]
        if chapter.comparison is None:
            parts.append(section_view(first, report.lang, body=report.head is None))
        else:
            parts += [_words(first.title, first.slots, _ACCENT), table_view(chapter.comparison, _ALL), Text()]
    signs = "  ".join(_grade(grade, report.lang) for grade in Grade)
    return Group(*parts, Text(signs, "dim"), Text(say["advice"], "dim"))


def evidence_view(report: Report) -> RenderableType:
    """The rows and assumptions that the answers rest on."""
    say = words(report.lang)
    columns = [say[f"source.{key}"] for key in ("about", "value", "published", "grade", "where")]
    facts = _list(say["sources"], ["fact_id", *columns])
    for row in report.sources.values():
        grade = _grade(row.grade, report.lang)
        facts.add_row(*map(Text, (row.fact_id, row.about, row.value, row.published, grade, row.url)))
    columns = [say["source.value"], say["assumption.sentence"], say["assumption.reason"]]
    assumptions = _list(say["assumptions"], [say["assumption.name"], *columns])
    for name, each in report.assumptions.items():
        assumptions.add_row(*map(Text, (name, each.value, each.sentence, each.reason)))
    return Group(facts, Text(), assumptions)


def _list(title: str, columns: Sequence[str]) -> Table:
    return Table(*(Column(column, overflow="fold") for column in columns), title=title, title_justify="left",
                 title_style="bold", box=None, header_style="dim", pad_edge=False)  # fmt: skip


def _grade(grade: int, lang: str) -> str:
    return f"{Grade(grade).mark} {Grade(grade).word(lang)}"
