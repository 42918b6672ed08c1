"""From CSV files to rows; every problem of a file is found and reported at once."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from rekening.errors import InputError, InputErrors, nearest
from rekening.facts.firms import fiscal_year_ends
from rekening.facts.grades import STATUSES
from rekening.facts.periods import label
from rekening.facts.rows import Cell, Fact, Record
from rekening.facts.schema import LONG_COLUMNS, LONG_OPTIONAL, TABLES, VIA, Table
from rekening.facts.units import known

__all__ = ["bundled", "read_file"]

DATA = Path(__file__).with_name("data")
_BEFORE_ALL = date.min


@cache
def bundled() -> tuple[tuple[Fact, ...], tuple[Record, ...]]:
    """All rows that come with the package, whatever their date."""
    facts: list[Fact] = []
    records: list[Record] = []
    for path in sorted(DATA.glob("*.csv")):
        found, kept = read_file(path)
        facts += found
        records += kept
    return tuple(facts), tuple(records)


def read_file(path: Path) -> tuple[list[Fact], list[Record]]:
    """Read one file of facts; its name decides whether it is a table with columns of its own.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    InputErrors
        With one message for every wrong cell: file, line, column, what was found, what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    rows = csv.DictReader(text.splitlines(), strict=True)
    table = TABLES.get(path.stem)
    problems: list[str] = []
    facts: list[Fact] = []
    records: list[Record] = []
    if table is None:
        problems += _header(path, rows.fieldnames or [])
    if problems:
        raise InputErrors(problems)
    for number, row in enumerate(rows, start=2):
        where = f"{path.name}:{number}"
        cells = _Cells(where, {k: v or "" for k, v in row.items() if k is not None}, problems)
        if table is None:
            facts.append(_fact(path.name, number, cells))
        else:
            records.append(_record(path.name, number, path.stem, table, cells))
    if problems:
        raise InputErrors(problems)
    return facts, records


def _header(path: Path, found: Sequence[str]) -> list[str]:
    columns = list(found)
    allowed = (*LONG_COLUMNS, *LONG_OPTIONAL)
    return [f"{path.name}:1: column {name!r} is missing" for name in LONG_COLUMNS if name not in columns] + [
        f"{path.name}:1: column {name!r} is not known{nearest(name, allowed)}"
        for name in columns
        if name not in allowed
    ]


class _Cells:
    """One row while it is read: collects problems instead of stopping at the first."""

    def __init__(self, where: str, row: Mapping[str, str], problems: list[str]) -> None:
        self.where, self.row, self.problems = where, row, problems

    def text(self, column: str) -> str:
        return self.row.get(column, "").strip()

    def number(self, column: str) -> float | None:
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.problems.append(f"{self.where}: column {column!r}: {text!r} is not a finite number")
            return None
        return value

    def day(self, column: str) -> date | None:
        text = self.text(column)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.problems.append(f"{self.where}: column {column!r}: {text!r} is not a date like 2025-11-03")
            return None

    def one_of(self, column: str, allowed: Mapping[str, object] | tuple[str, ...]) -> str:
        text = self.text(column)
        if text not in allowed:
            hint = nearest(text, allowed) or f"; allowed: {', '.join(sorted(filter(None, allowed)))}"
            self.problems.append(f"{self.where}: column {column!r}: {text!r} is not allowed{hint}")
        return text


def _fact(file: str, line: int, cells: _Cells) -> Fact:
    entity, unit = cells.text("entity"), cells.text("unit")
    start, end, published = cells.day("start"), cells.day("end"), cells.day("published")
    if published is None:
        cells.problems.append(f"{cells.where}: column 'published' is empty; a fact needs its day")
    if not known(unit):
        cells.problems.append(f"{cells.where}: column 'unit': {unit!r} is not known")
    extra = {name: text for name in ("product", "plan", "region", "currency") if (text := cells.text(name))}
    status = cells.one_of("status", STATUSES)
    return Fact(
        fact_id=cells.text("fact_id"),
        entity=entity,
        concept=cells.text("concept"),
        start=start,
        end=end,
        value=cells.number("value"),
        low=cells.number("low"),
        high=cells.number("high"),
        unit=unit,
        published=published or _BEFORE_ALL,
        published_precision=cells.text("published_precision") or "day",
        status=status,
        period=label(start, end, fiscal_year_ends(entity)),
        via=cells.one_of("via", VIA),
        hedge=cells.text("hedge"),
        source_url=cells.text("source_url"),
        source_title=cells.text("source_title"),
        note=cells.text("note"),
        file=file,
        line=line,
        extra=extra,
    )


def _record(file: str, line: int, name: str, table: Table, cells: _Cells) -> Record:
    fields: dict[str, Cell] = {}
    for column in cells.row:
        if column in table.numbers:
            fields[column] = cells.number(column)
        elif column in table.days:
            fields[column] = cells.day(column)
        else:
            fields[column] = cells.text(column)
    published = cells.day(table.published) if table.published else _BEFORE_ALL
    if published is None:
        cells.problems.append(f"{cells.where}: column {table.published!r} is empty; a row needs its day")
    status = cells.one_of(table.status_column, STATUSES) if table.status_column else table.status
    return Record(
        fact_id=cells.text("fact_id"),
        table=name,
        published=published or _BEFORE_ALL,
        status=status,
        fields=fields,
        file=file,
        line=line,
    )
