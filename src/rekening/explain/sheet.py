"""The tables and sources of a report as an Excel workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

from rekening.explain.report import Report
from rekening.explain.sections import Cell, TableView
from rekening.explain.slots import plain
from rekening.explain.words import words
from rekening.facts import Grade

__all__ = ["workbook"]

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_WIDEST = 60
_Row = Sequence[str | float | None]


def workbook(report: Report) -> bytes:
    """Write a sheet of numbers a question, then every table, the sources and the assumptions.

    Text is written as text whatever it looks like, so that no formula can come in from outside.
    """
    import xlsxwriter

    say = words(report.lang)
    target = BytesIO()
    never = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    book = xlsxwriter.Workbook(target, {"in_memory": True, **dict.fromkeys(never, False)})
    styles = {"bold": book.add_format({"bold": True}), "head": book.add_format({"bold": True, "bottom": 1})}
    names: set[str] = set()

    def sheet(name: str, title: str, columns: Sequence[str], rows: Sequence[_Row]) -> None:
        page = book.add_worksheet(_unique(name, names))
        page.write_string(0, 0, title, styles["bold"])
        for place, column in enumerate(columns):
            page.write_string(2, place, column, styles["head"])
        for line, row in enumerate(rows, start=3):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(line, place, cell)
                elif cell is not None:
                    page.write_number(line, place, cell)
        page.freeze_panes(3, 1)
        for place, column in enumerate(columns):
            cells = [len(str(row[place])) for row in rows if place < len(row)]
            page.set_column(place, place, min(max([len(column), *cells]) + 2, _WIDEST))

    numbers = [*(say[f"sheet.{key}"] for key in ("central", "low", "high", "unit")), say["source.grade"]]
    for chapter in report.chapters:
        for section in chapter.then:
            case = f"({section.firm_name}, {report.as_of})"
            sheet(
                f"{chapter.question} {section.firm}",
                f"{plain(section.title, section.slots)} {case}",
                [say["comparison.value"], *numbers],
                [(value.label, *_number(value.cell, report.lang)) for value in section.values],
            )
            for table in section.tables:
                rows = [list(_cells(table, row, report.lang)) for row in table.rows]
                name = f"{chapter.question} {table.name.removeprefix('table.')}"
                sheet(name, f"{table.title} {case}", list(_columns(table, say)), rows)
    sheet(
        say["sources"],
        say["sources"],
        ["fact_id", *(say[f"source.{key}"] for key in ("about", "value", "published", "grade", "where"))],
        [
            (row.fact_id, row.about, row.value, row.published, Grade(row.grade).word(report.lang), row.url)
            for row in report.sources.values()
        ],
    )
    sheet(
        say["assumptions"],
        say["assumptions"],
        [say["assumption.name"], say["source.value"], say["assumption.sentence"], say["assumption.reason"]],
        [(name, each.value, each.sentence, each.reason) for name, each in report.assumptions.items()],
    )
    book.close()
    return target.getvalue()


def _unique(name: str, taken: set[str]) -> str:
    base = _FORBIDDEN.sub(" ", name)[:_LONGEST_NAME].strip()
    found, count = base, 1
    while found.casefold() in taken:
        count += 1
        tail = f" {count}"
        found = base[: _LONGEST_NAME - len(tail)] + tail
    taken.add(found.casefold())
    return found


def _number(cell: Cell, lang: str) -> tuple[float | None, float | None, float | None, str, str]:
    grade = "" if cell.grade is None else Grade(cell.grade).word(lang)
    return cell.central, cell.low, cell.high, cell.unit, grade


def _columns(table: TableView, say: Mapping[str, str]) -> Iterator[str]:
    for place, column in enumerate(table.columns):
        yield column
        if table.numeric(place):
            yield from (f"{column}: {say[f'sheet.{key}']}" for key in ("low", "high", "unit"))
            yield f"{column}: {say['source.grade']}"


def _cells(table: TableView, row: Sequence[Cell], lang: str) -> Iterator[str | float | None]:
    for place, cell in enumerate(row):
        if table.numeric(place):
            yield from _number(cell, lang)
        else:
            yield cell.full
