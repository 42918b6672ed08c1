"""Answers on a terminal: short, aligned, with the evidence of each number beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from rekening.explain.markdown import blocks
from rekening.explain.numbers import Lang, show_day
from rekening.explain.report import Report
from rekening.explain.sections import Cell, Section, TableView
from rekening.explain.slots import Slot, fill, plain
from rekening.explain.words import words
from rekening.facts import Grade

__all__ = ["evidence_view", "report_view", "section_view", "table_view"]

_ACCENT = "bold red"
_ROWS = 8
_FEW = 3
_GAP = 2
_ALL = 10_000


def _marked(slot: Slot) -> str:
    return slot.full if slot.grade is None else f"{slot.full}\N{NO-BREAK SPACE}{Grade(slot.grade).mark}"


def _words(text: str, slots: Sequence[Slot], style: str = "") -> Text:
    """Running text: numbers with the mark of their grade, bold and headings kept, other marks taken out."""
    lines = [f"**{line.lstrip('# ')}**" if line.startswith("#") else line for line in text.splitlines()]
    written = Text(style=style)
    for place, part in enumerate("\n".join(lines).split("**")):
        bare = part.replace("*", "").replace("`", "")
        written.append(fill(bare, slots, _marked), "bold" if place % 2 else None)
    return written


@dataclass(frozen=True)
class _Fitting:
    """A table as wide as the terminal; where that is too narrow it folds, with its first column repeated."""

    view: TableView
    lang: Lang
    most: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for place, part in enumerate(_folded(self.view, options.max_width)):
            if place:
                yield Text()
            yield self.part(part, options.max_width, title=None if place else Text(part.title))

    def part(self, view: TableView, room: int, title: Text | None) -> Table:
        """One part of the table; the first bears the title."""
        columns = [
            Column(Text(title), width=width, justify="right" if view.numeric(place) else "left")
            for place, (title, width) in enumerate(zip(view.columns, _widths(view, room), strict=True))
        ]
        table = Table(*columns, title=title, title_justify="left", title_style="bold", box=None,
                      header_style="dim", pad_edge=False, padding=(0, _GAP, 0, 0))  # fmt: skip
        left_out = len(view.rows) - self.most
        shown = self.most if left_out > _FEW else len(view.rows)
        for row in view.rows[:shown]:
            table.add_row(*map(_written, row))
        if shown < len(view.rows):
            table.add_row(Text(words(self.lang)["rows_left_out"].format(left_out), "dim"))
        return table


def table_view(table: TableView, lang: Lang, most: int = _ROWS) -> RenderableType:
    """A table for the terminal; rows past `most` are left out and counted, unless few."""
    return _Fitting(table, lang, most)


def _folded(table: TableView, room: int) -> list[TableView]:
    """Parts of a table that fit: its first column with as many of the others as there is room for."""
    needs = [_needs(table, place)[0] for place in range(len(table.columns))]
    parts: list[list[int]] = []
    for place in range(1, len(needs)):
        if not parts or needs[0] + sum(_GAP + needs[other] for other in (*parts[-1], place)) > room:
            parts.append([])
        parts[-1].append(place)
    return [_chosen(table, [0, *part]) for part in parts] or [table]


def _chosen(table: TableView, places: Sequence[int]) -> TableView:
    return replace(
        table,
        keys=tuple(table.keys[place] for place in places),
        columns=tuple(table.columns[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in table.rows),
    )


def _widths(table: TableView, room: int) -> list[int]:
    """Widths of the columns: numbers whole, texts broken at spaces, wider where there is room."""
    least, full = zip(*(_needs(table, place) for place in range(len(table.columns))), strict=True)
    spare = room - sum(least) - _GAP * (len(least) - 1)
    widths = list(least)
    for place in sorted(
        range(len(least)), key=lambda place: (table.numeric(place), full[place] - least[place])
    ):
        extra = max(0, min(full[place] - least[place], spare))
        widths[place] += extra
        spare -= extra
    return widths


def _needs(table: TableView, place: int) -> tuple[int, int]:
    """Least width of a column, and the width at which nothing breaks."""
    cells = [row[place] for row in table.rows]
    title = table.columns[place]
    if table.numeric(place):
        numbers = [max(len(cell.text) + len(" ●"), len(cell.span)) for cell in cells]
        least = max(*numbers, *map(len, title.split(" ")))
        return least, max(least, len(title))
    texts = [title, *(cell.text for cell in cells)]
    return max(len(word) for text in texts for word in text.split(" ")), max(map(len, texts))


def _written(cell: Cell) -> Text:
    """A cell; the interval of a number stands below it."""
    if cell.grade is None:
        return Text(cell.full)
    text = Text(f"{cell.text} {Grade(cell.grade).mark}")
    return text.append(f"\n{cell.span}", "dim") if cell.span else text


def section_view(section: Section, lang: Lang, *, body: bool = False) -> RenderableType:
    """One question: title, answer, number, first table; with `body` also the explanation and every table."""
    return Padding(Group(*_parts(section, lang, body=body)), (0, 0, 1, 0), expand=False)


def _parts(section: Section, lang: Lang, *, body: bool) -> Iterator[RenderableType]:
    say = words(lang)
    yield _words(section.title, section.slots, _ACCENT)
    yield _words(section.answer, section.slots)
    if section.number:
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
        yield Padding(table_view(table, lang, len(table.rows) if body else _ROWS), (0, 0, 0, 2), expand=False)
    if section.missing:
        yield Text()
        yield Text(f"{say['not_published']}:", "dim")
        yield from (Text(f"- {plain(sentence, section.slots)}", "dim") for sentence in section.missing)


def report_view(report: Report) -> RenderableType:
    """Every question of a report; a single question with its explanation, firms side by side in tables."""
    say = words(report.lang)
    known = say["known_on"].format(show_day(date.fromisoformat(report.as_of), report.lang))
    if report.newest != report.as_of:
        known += " " + say["newest_fact"].format(show_day(date.fromisoformat(report.newest), report.lang))
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
            parts.append(Text(chapter.title(report.lang), _ACCENT))
            for names, each in chapter.voices(report.lang):
                parts += [Text(), Text(names, "bold"), _words(each.answer, each.slots)]
            table = table_view(chapter.comparison, report.lang, _ALL)
            parts += [Text(), Padding(table, (0, 0, 1, 2), expand=False)]
    signs = "  ".join(_grade(grade, report.lang) for grade in Grade)
    return Group(*parts, Text(signs, "dim"), Text(say["advice"], "dim"))


def evidence_view(report: Report) -> RenderableType:
    """The rows and assumptions that the answers rest on, each with its place in the files."""
    say = words(report.lang)
    lines: list[RenderableType] = [Text(say["sources"], "bold")]
    for row in report.sources.values():
        said = f"{row.about}: {row.value}" if row.value else row.about
        known = f"{_grade(row.grade, report.lang)}, {say['source.published'].lower()} {row.published}"
        lines.append(Text.assemble((f"{row.fact_id}  ", "dim"), said, (f"  {known}", "dim")))
        lines.append(Text(f"    {row.file}  {row.url}", "dim"))
    lines += [Text(), Text(say["assumptions"], "bold")]
    for name, each in report.assumptions.items():
        lines.append(Text.assemble((f"{name}  ", "dim"), f"{each.sentence} {each.value}"))
        lines.append(Text(f"    {each.reason} {' '.join(each.sources)}".rstrip(), "dim"))
    return Group(*lines)


def _grade(grade: int, lang: str) -> str:
    return f"{Grade(grade).mark} {Grade(grade).word(lang)}"
