"""The rows: a fact, and a record of a table with columns of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from rekening.facts.draws import uniform_draws
from rekening.facts.figure import Figure, Lineage
from rekening.facts.grades import Grade
from rekening.facts.schema import TABLES
from rekening.facts.units import scale
from rekening.numerics import MEDIAN

__all__ = ["Cell", "Fact", "Record"]

Cell: TypeAlias = str | float | date | None
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A sourced number.

    Attributes
    ----------
    value, low, high
        The source's own figure and its bounds; a range has bounds and no value. A missing fact has none.
    period, other_names
        Name of the period as readers write it, and other names it answers to (`rekening.facts.periods`).
    rests_on
        For a number computed from other rows (trailing years, differences): their ids.
    corrected
        Why the row does not say what its source says (`corrections.yaml`); empty for nearly all.
    """

    fact_id: str
    entity: str
    concept: str
    start: date | None
    end: date | None
    value: float | None
    unit: str
    published: date
    status: str
    period: str
    low: float | None = None
    high: float | None = None
    source_url: str = ""
    source_title: str = ""
    note: str = ""
    via: str = ""
    published_precision: str = "day"
    hedge: str = ""
    file: str = ""
    line: int = 0
    extra: Mapping[str, str] = field(default_factory=lambda: _NOTHING, compare=False)
    rests_on: tuple[str, ...] = ()
    other_names: tuple[str, ...] = field(default=(), compare=False)
    corrected: str = ""

    @property
    def grade(self) -> Grade:
        """Evidence, from the status."""
        return Grade.of_status(self.status)

    @property
    def lineage(self) -> Lineage:
        """The row itself, or the rows it was computed from."""
        return Lineage(frozenset(self.rests_on or ((self.fact_id,) if self.fact_id else ())))

    @property
    def missing(self) -> bool:
        """True where nothing was found."""
        return self.value is None and self.low is None and self.high is None

    def figure(self, count: int | None = None) -> Figure:
        """Turn the row into a number to compute with; percentages and basis points become decimals.

        A value stands for itself. A range without a value is taken as equally likely between its bounds,
        and its draws belong to the row's ``fact_id``. A single bound is no number to compute with: unknown.
        """
        factor, unit = scale(self.unit)
        if self.value is not None:
            return Figure.of(self.value * factor, unit, self.grade, self.lineage)
        if self.low is None or self.high is None:
            return Figure.unknown(unit, self.lineage)
        draws = self.low + (self.high - self.low) * uniform_draws(self.fact_id, count)
        return Figure.of(draws * factor, unit, self.grade, self.lineage)

    def midpoint(self) -> float | None:
        """The value, else the middle of the bounds, in the row's own unit."""
        if self.value is not None or self.low is None or self.high is None:
            return self.value
        return self.low + (self.high - self.low) * MEDIAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row of a table with its own columns (bonds, curves, deals, sites, ...)."""

    fact_id: str
    table: str
    published: date
    status: str
    fields: Mapping[str, Cell]
    file: str = ""
    line: int = 0

    def __getitem__(self, column: str) -> Cell:
        return self.fields[column]

    def number(self, column: str) -> float | None:
        """A column known to hold numbers; None where the cell is empty."""
        cell = self.fields[column]
        if cell is None or isinstance(cell, float):
            return cell
        raise TypeError(f"column {column!r} of {self.table} holds no numbers")

    def text(self, column: str) -> str:
        """A column as text; empty where the cell is."""
        cell = self.fields[column]
        return "" if cell is None else str(cell)

    def day(self, column: str) -> date | None:
        """A column known to hold days; None where the cell is empty."""
        cell = self.fields[column]
        if cell is None or isinstance(cell, date):
            return cell
        raise TypeError(f"column {column!r} of {self.table} holds no days")

    @property
    def grade(self) -> Grade:
        """Evidence, from the status of the table or the row."""
        return Grade.of_status(self.status)

    @property
    def via(self) -> str:
        """How the row was read: "primary", "copy", "aggregator" or "secondary"; empty where not stated."""
        return str(self.fields.get("via") or "")

    @property
    def source_url(self) -> str:
        """Address of the source; empty for tables without one."""
        return str(self.fields.get("source_url") or "")

    def figure(self, column: str) -> Figure:
        """A numeric column as a figure; the unit is in the table's schema."""
        value = self.number(column)
        factor, unit = scale(TABLES[self.table].units.get(column, "1"))
        lineage = Lineage(frozenset({self.fact_id}))
        if value is None:
            return Figure.unknown(unit, lineage)
        return Figure.of(value * factor, unit, self.grade, lineage)
