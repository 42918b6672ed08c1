"""From CSV files to rows; every problem of a file is found and reported at once."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rekening.errors import InputError, InputErrors, misspelt, nearest, reason
from rekening.facts.concepts import Known, concepts
from rekening.facts.corrections import corrected, corrections
from rekening.facts.firms import FISCAL_YEAR_END, firms
from rekening.facts.periods import label, other_names, parse_date
from rekening.facts.rows import Cell, Fact, Record
from rekening.facts.schema import LONG, PRICED, TABLES, Column, Table, is_name
from rekening.facts.units import known

__all__ = ["bundled", "read_bundle", "read_own"]

DATA = Path(__file__).with_name("data")

_MOST_BYTES = 16 * 2**20
_MOST_PROBLEMS = 100
_LARGEST = 1e18
_YEARS = range(1700, 2200)
_MONTHS = tuple(map(str, range(1, 13)))
_BEFORE_ALL = date.min
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ADDRESS = re.compile(r"https?://\S+")


@cache
def bundled() -> tuple[tuple[Fact, ...], tuple[Record, ...]]:
    """All rows that come with the package, whatever their date, with its corrections applied.

    Raises
    ------
    InputErrors
        Also where a correction no longer finds the mistake it mends.
    """
    facts, records = read_bundle(DATA)
    return corrected(facts, corrections()), records


def read_bundle(folder: Path) -> tuple[tuple[Fact, ...], tuple[Record, ...]]:
    """Read every file of a folder of facts, as it stands there.

    Raises
    ------
    InputErrors
        With every problem of every file.
    """
    return _read([_open(path) for path in sorted(folder.glob("*.csv"))], None, {})


def read_own(
    paths: Iterable[Path], facts: Sequence[Fact], records: Sequence[Record]
) -> tuple[tuple[Fact, ...], tuple[Record, ...]]:
    """Read a user's files, which stand beside rows that are there already.

    Concepts, units and names are held against the rows that are there. A firm of one's own needs nothing more
    than rows; one whose fiscal year does not end in December says so in a row with the concept
    ``fiscal_year_end_month``. A concept of one's own says what it means in the column ``definition``.

    Raises
    ------
    InputErrors
        With every problem of every file: file, line, column, what was found, what is allowed.
    """
    rows: list[Fact | Record] = [*facts, *records]
    ids = {row.fact_id: f"{row.file}:{row.line}" for row in rows}
    bonds = {row.text("bond_id"): f"{row.file}:{row.line}" for row in records if row.table == "bonds"}
    return _read([_open(path) for path in paths], Known.of(facts), ids, bonds)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A file as text: its table, header, and its rows with the line each begins on."""

    name: str
    table: Table
    header: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def _open(path: Path) -> _Sheet:
    own = path.parent != DATA
    name = str(path) if own else path.name
    header, rows = _cells(name, _text(path, name))
    table = TABLES.get(path.stem) or _table_with(header)
    columns = table.columns
    problems = [f"{name}:1: column {column!r} is missing" for column in table.needed if column not in header]
    problems += [
        f"{name}:1: column {column!r} is not known{nearest(column, columns)}"
        for column in header
        if column not in columns
    ]
    problems += [
        f"{name}:1: column {column!r} stands here twice"
        for at, column in enumerate(header)
        if column in header[:at]
    ]
    for sign, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and sign in header[0]:
            problems = [f"{name}:1: cells are separated by {called}; separate them by commas"]
    if problems:
        raise _errors(problems)
    return _Sheet(name, table, header, rows)


def _table_with(header: Sequence[str]) -> Table:
    """The long form, unless the header names the columns of another table and not those of the long form."""
    if "concept" in header:
        return LONG
    fitting = [table for table in TABLES.values() if set(table.needed) <= set(header) <= set(table.columns)]
    return fitting[0] if fitting else LONG


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be read ({reason(error)})") from error
    if len(data) > _MOST_BYTES:
        raise InputError(f"{name}: larger than {_MOST_BYTES // 2**20} MB, the most that is read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise InputError(
            f"{name}:{line}: control character U+{ord(found[0]):04X} is not allowed in a text file"
        )
    return text


def _cells(name: str, text: str) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    if not text.strip():
        raise InputError(f"{name}: the file is empty; its first line must name the columns")
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 0
    try:
        header = tuple(cell.strip() for cell in next(reader))
        line = reader.line_num
        for row in reader:
            if any(row):
                rows.append((line + 1, row))
            line = reader.line_num
    except csv.Error as error:
        raise InputError(
            f"{name}:{line + 1}: not a well-formed CSV row ({error}); is it cut short?"
        ) from error
    return header, rows


def _errors(problems: Sequence[str]) -> InputErrors:
    shown = list(problems[:_MOST_PROBLEMS])
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} problems more")
    return InputErrors(shown)


def _read(
    sheets: Sequence[_Sheet],
    already: Known | None,
    ids: dict[str, str],
    bonds: Mapping[str, str] = MappingProxyType({}),
) -> tuple[tuple[Fact, ...], tuple[Record, ...]]:
    problems: list[str] = []
    facts: list[Fact] = []
    records: list[Record] = []
    year_ends = {slug: firm.fiscal_year_ends for slug, firm in firms().items()} | _year_ends(sheets)
    for sheet in sheets:
        if sheet.table is LONG:
            found = _facts(sheet, year_ends, problems)
            if already is not None:
                problems += _own_problems(found, already, year_ends)
            facts += found
        else:
            found_records = _records(sheet, problems)
            if already is not None:
                problems += _own_bond_problems(found_records, already, bonds)
            records += found_records
    rows: list[Fact | Record] = [*facts, *records]
    for row in rows:
        place = f"{row.file}:{row.line}"
        if ids.setdefault(row.fact_id, place) != place:
            problems.append(f"{place}: fact_id {row.fact_id!r} is taken already, by {ids[row.fact_id]}")
    if problems:
        raise _errors(problems)
    return tuple(facts), tuple(records)


def _year_ends(sheets: Sequence[_Sheet]) -> dict[str, int]:
    """Months in which the fiscal years of firms of one's own end, from their rows."""
    found = {}
    for sheet in sheets:
        if sheet.table is LONG:
            entity, concept, value = (sheet.header.index(name) for name in ("entity", "concept", "value"))
            for _, row in sheet.rows:
                if len(row) == len(sheet.header) and row[concept].strip() == FISCAL_YEAR_END:
                    month = row[value].strip()
                    if month in _MONTHS:
                        found[row[entity].strip()] = int(month)
    return found


def _number(text: str) -> float | None:
    if not text:
        return None
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError("a finite number written like 1234.56")
    if abs(value) > _LARGEST:
        raise ValueError(f"a number up to {_LARGEST:g}")
    return value


def _amount(text: str) -> float | None:
    value = _number(text)
    if value is not None and value < 0:
        raise ValueError("a number not below zero")
    return value


def _positive(text: str) -> float | None:
    value = _number(text)
    if value is not None and value <= 0:
        raise ValueError("a number above zero")
    return value


@lru_cache(maxsize=65536)
def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text, "")
    except InputError:
        raise ValueError("a day written like 2025-11-03") from None
    if found.year not in _YEARS:
        raise ValueError(f"a day from {_YEARS[0]} to {_YEARS[-1]}")
    return found


def _year(text: str) -> float | None:
    value = _number(text)
    if value is not None and value not in _YEARS:
        raise ValueError(f"a year from {_YEARS[0]} to {_YEARS[-1]}")
    return value


def _unit(text: str) -> str:
    if not known(text):
        raise ValueError("a unit of facts/units.txt, such as USD, percent or USD/year")
    return text


def _name(text: str) -> str:
    if not is_name(text):
        raise ValueError("small letters, digits, _, - and .")
    return text


def _address(text: str) -> str:
    if text and not _ADDRESS.fullmatch(text):
        raise ValueError("an address that begins with https:// or http://")
    return text


def _choice(choices: tuple[str, ...], text: str) -> str:
    if text and text not in choices:
        raise ValueError(", ".join(choices) + nearest(text, choices))
    return text


_KINDS: Mapping[str, Callable[[str], Cell]] = {
    "text": str,
    "number": _number,
    "amount": _amount,
    "positive": _positive,
    "day": _day,
    "year": _year,
    "unit": _unit,
    "name": _name,
    "address": _address,
}


def _converter(column: Column) -> Callable[[str], Cell]:
    return partial(_choice, column.choices) if column.choices else _KINDS[column.kind]


def _converted(sheet: _Sheet, problems: list[str]) -> Iterable[tuple[int, dict[str, Any]]]:
    """Yield the rows of a sheet whose cells all make sense; say of the others what is wrong."""
    columns = [sheet.table.columns[name] for name in sheet.header]
    converters = [_converter(column) for column in columns]
    filled = [at for at, column in enumerate(columns) if column.needed == "filled"]
    for line, row in sheet.rows:
        where = f"{sheet.name}:{line}"
        if len(row) != len(columns):
            problems.append(f"{where}: {len(row)} cells, the header has {len(columns)}; is it cut short?")
            continue
        cells = [cell.strip() for cell in row]
        good = True
        for at in filled:
            if not cells[at]:
                problems.append(f"{where}: column {columns[at].name!r} is empty; {columns[at].meaning}")
                good = False
        try:
            values = [convert(cell) for convert, cell in zip(converters, cells, strict=True)]
        except ValueError:
            for column, convert, cell in zip(columns, converters, cells, strict=True):
                try:
                    convert(cell)
                except ValueError as error:
                    if cell or column.needed != "filled":
                        problems.append(
                            f"{where}: column {column.name!r}: found {cell[:80]!r}; allowed: {error}"
                        )
            continue
        if good:
            yield line, dict(zip(sheet.header, values, strict=True))


def _facts(sheet: _Sheet, year_ends: Mapping[str, int], problems: list[str]) -> list[Fact]:
    facts: list[Fact] = []
    extras = [name for name in (*PRICED, "definition") if name in sheet.header]
    for line, cell in _converted(sheet, problems):
        start, end, year_end = cell["start"], cell["end"], year_ends.get(str(cell["entity"]), 12)
        extra = {name: cell[name] for name in extras if cell[name]}
        if not cell.get("fact_id"):
            cell["fact_id"] = _own_id(cell, extra)
        fact = Fact(
            **{name: value for name, value in cell.items() if name in _FACT_FIELDS},
            period=label(start, end, year_end),
            other_names=other_names(start, end, year_end),
            file=sheet.name,
            line=line,
            extra=extra,
        )
        wrong = _contradictions(fact)
        problems += [f"{sheet.name}:{line}: {each}" for each in wrong]
        if not wrong:
            facts.append(fact)
    return facts


_FACT_FIELDS = frozenset(LONG.columns) - {*PRICED, "definition"}


def _own_id(cell: Mapping[str, Cell], extra: Mapping[str, Cell]) -> str:
    subject = [cell[name] for name in ("entity", "concept", "start", "end", "published", "status")]
    return "own-" + blake2b(repr((subject, sorted(extra.items()))).encode(), digest_size=5).hexdigest()


def _contradictions(fact: Fact) -> Iterable[str]:
    """What cannot be true of a row, whatever it is about."""
    found = []
    low, high, value = fact.low, fact.high, fact.value
    if fact.missing:
        found.append("columns 'value', 'low' and 'high' are empty; leave out a row about nothing")
    if low is not None and high is not None and low > high:
        found.append(f"column 'low': found {low:g}, above 'high' {high:g}")
    elif value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        found.append(f"column 'value': found {value:g}, outside 'low' {low} and 'high' {high}")
    if fact.start and fact.end and fact.start > fact.end:
        found.append(f"column 'end': found {fact.end}, before 'start' {fact.start}")
    if not (fact.source_url or fact.source_title):
        found.append("columns 'source_url' and 'source_title' are empty; a fact needs its source")
    if (
        fact.status == "reported"
        and fact.end
        and fact.published < fact.end
        and fact.start
        and fact.concept in concepts()
        and concepts()[fact.concept].kind == "flow"
    ):
        found.append(
            f"column 'published': found {fact.published}, before the period ends on {fact.end}; what is "
            "known before the end is guided or estimated"
        )
    return found


def _own_problems(facts: Sequence[Fact], already: Known, year_ends: Mapping[str, int]) -> list[str]:
    """What a row of a user's own gets wrong about concepts, units and names."""
    defined = {fact.concept for fact in facts if fact.extra.get("definition")}
    problems = []
    for fact in facts:
        where = f"{fact.file}:{fact.line}"
        hint = "" if fact.entity in already.entities else misspelt(fact.entity, firms())
        if hint and fact.entity not in year_ends:
            problems.append(
                f"{where}: column 'entity': {fact.entity!r} is not known{hint}; a firm of your own with "
                f"such a name needs a row with the concept {FISCAL_YEAR_END}"
            )
        if fact.concept in defined:
            continue
        if fact.concept == FISCAL_YEAR_END and str(fact.value).removesuffix(".0") not in _MONTHS:
            problems.append(f"{where}: column 'value': found {fact.value}; allowed: a month, 1 to 12")
        units = already.units(fact.concept)
        if not units:
            problems.append(
                f"{where}: column 'concept': {fact.concept!r} is not known"
                f"{nearest(fact.concept, already.concepts)}; a concept of your own needs a sentence in the "
                "column 'definition'"
            )
        elif fact.unit not in units:
            problems.append(
                f"{where}: column 'unit': found {fact.unit!r}; {fact.concept} is measured in "
                f"{', '.join(sorted(units))}"
            )
    return problems


def _records(sheet: _Sheet, problems: list[str]) -> list[Record]:
    table = sheet.table
    records = []
    absent = {
        name: None if column.kind in ("number", "amount", "positive", "day", "year") else ""
        for name, column in table.columns.items()
        if name not in sheet.header
    }
    for line, cell in _converted(sheet, problems):
        where = f"{sheet.name}:{line}"
        problems += [
            f"{where}: column {later!r}: found {cell[later]}, not after {earlier!r} {cell[earlier]}"
            for earlier, later in table.order
            if cell.get(earlier) and cell.get(later) and cell[earlier] >= cell[later]
        ]
        if table.name == "bonds":
            problems += [f"{where}: {wrong}" for wrong in _bond_contradictions(cell)]
        published = cell[table.published] if table.published else _BEFORE_ALL
        records.append(
            Record(
                fact_id=str(cell["fact_id"]),
                table=table.name,
                published=published,
                status=str(cell[table.status_column]) if table.status_column else table.status,
                fields=cell | absent,
                file=sheet.name,
                line=line,
            )
        )
    return records


def _bond_contradictions(cell: Mapping[str, Any]) -> Iterator[str]:
    """What cannot be true of a bond, beyond the order of its days."""
    year, maturity = cell.get("maturity_year"), cell.get("maturity")
    begins = cell.get("settled") or cell.get("priced") or cell.get("announced")
    coupon = cell.get("coupon_percent")
    if year and maturity and maturity.year != year:
        yield f"column 'maturity_year': found {year:.0f}, 'maturity' is {maturity}"
    if year and begins and year < begins.year:
        yield f"column 'maturity_year': found {year:.0f}, before the issue on {begins}"
    if coupon and coupon >= 100:  # noqa: PLR2004
        yield f"column 'coupon_percent': found {coupon:g}; allowed: below 100"


def _own_bond_problems(records: Sequence[Record], already: Known, bonds: Mapping[str, str]) -> Iterator[str]:
    """What a bond of a user's own gets wrong about names."""
    for record in records:
        if record.table != "bonds":
            continue
        where, issuer, bond = f"{record.file}:{record.line}", record.text("issuer"), record.text("bond_id")
        if bond in bonds:
            yield f"{where}: column 'bond_id': {bond!r} is taken already, by {bonds[bond]}"
        hint = "" if issuer in already.entities else misspelt(issuer, firms())
        if hint:
            yield f"{where}: column 'issuer': {issuer!r} is not known{hint}"
