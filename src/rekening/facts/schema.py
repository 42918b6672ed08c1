"""The form of every file of facts: its columns, their kinds, units and meaning.

The table of columns itself is `columns.csv` beside this file; the reader, the templates and the reference
page are all made from it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

__all__ = ["LONG", "PRICED", "TABLES", "Column", "Table", "is_name"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*", re.ASCII)

PRICED = ("product", "plan", "region", "currency")
"""Columns of the long form that say what a price is the price of."""


def is_name(text: str) -> bool:
    """Tell whether a text can name an entity or a concept: small letters, digits, _, - and a dot."""
    return bool(_NAME.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file.

    Attributes
    ----------
    kind
        "text", "name", "day", "year", "unit", "address", "number", "amount" (a number not below zero),
        "positive" (one above zero), or the words allowed, separated by "|".
    unit
        Unit of a number in a table with columns of its own.
    needed
        "filled" where every row must fill it, "column" where the header must have it, else empty.
    """

    name: str
    kind: str
    unit: str
    needed: str
    meaning: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The words allowed; empty for other kinds."""
        return tuple(self.kind.split("|")) if "|" in self.kind else ()


@dataclass(frozen=True)
class Table:
    """A kind of file.

    Attributes
    ----------
    published
        Column that says when the row became public; empty for lists without a date.
    status
        Status of rows whose file has no status column of its own.
    status_column
        Column that holds the status, if any.
    order
        Pairs of columns whose days must follow each other.
    """

    name: str
    columns: Mapping[str, Column]
    published: str = "published"
    status: str = "reported"
    status_column: str = ""
    order: tuple[tuple[str, str], ...] = ()

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Unit of each numeric column that has one."""
        return {column.name: column.unit for column in self.columns.values() if column.unit}

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Columns that the header must have."""
        return tuple(column.name for column in self.columns.values() if column.needed)


def _columns() -> dict[str, dict[str, Column]]:
    tables: dict[str, dict[str, Column]] = {}
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for table, name, kind, unit, needed, meaning in rows:
            tables.setdefault(table, {})[name] = Column(name, kind, unit, needed, meaning)
    return tables


_COLUMNS = _columns()

LONG = Table("long", _COLUMNS["long"], status_column="status")
"""The long form: one number a row."""

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            Table(
                "bonds",
                _COLUMNS["bonds"],
                order=(
                    ("announced", "maturity"),
                    ("settled", "maturity"),
                    ("settled", "first_coupon_date"),
                    ("first_coupon_date", "maturity"),
                ),
            ),
            Table("curves", _COLUMNS["curves"]),
            Table("cds", _COLUMNS["cds"]),
            Table("ratings", _COLUMNS["ratings"]),
            Table("deals", _COLUMNS["deals"], status="announced"),
            Table("deal_events", _COLUMNS["deal_events"], published="date", status="announced"),
            Table(
                "exposures",
                _COLUMNS["exposures"],
                status_column="status",
                order=(("as_of_or_start", "last_contract_end"),),
            ),
            Table("parties", _COLUMNS["parties"], published=""),
            Table("sites", _COLUMNS["sites"], status="estimated"),
            Table(
                "chips",
                _COLUMNS["chips"],
                status="estimated",
                order=(("quarter_start", "quarter_end"),),
            ),
        )
    }
)
"""Files with columns of their own, by name of the file; every other file is of the long form."""
