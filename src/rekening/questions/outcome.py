"""What a question gives back: numbers with their evidence, tables, the data of a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, Lineage
from rekening.numerics import DRAWS

__all__ = ["Case", "Cell", "ChartRow", "Found", "Outcome", "Table"]

Cell: TypeAlias = Figure | str | tuple[str, ...] | date | Scenario | None
"""A cell of a table: a number with its evidence, a label key, several, a day, a scenario, or nothing."""

ChartRow: TypeAlias = Mapping[str, float | str | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """What a question is asked about; compared by identity, so that what it takes long to find can be kept.

    Attributes
    ----------
    facts
        As known on the day of the question.
    firm
        Slug of the firm.
    paths, seed
        Number of futures, which is also that of the draws of a figure, and their seed.
    """

    facts: Facts
    scenario: Scenario
    firm: str
    paths: int = DRAWS
    seed: int = 1

    @property
    def as_of(self) -> date:
        """Day of the question; nothing later is known."""
        return self.facts.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows for people who want to look closer.

    Attributes
    ----------
    name
        Key of the title; labels of columns and of text cells stand in the texts of the question.
    columns
        Keys, in order.
    formats
        How a column's figures are shown: "money", "percent", "basis_points", "number", "years", "power",
        "energy", "price", "chance". Text and days need none.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Cell]]
    formats: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What the parts of a question have found so far; they add to it in turn."""

    values: dict[str, Figure] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    chart: list[ChartRow] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a question found.

    Attributes
    ----------
    question
        Id of the question.
    values
        Named numbers; the texts are written over these names.
    tables
        Closer looks, the most telling first.
    chart
        Rows of plain numbers for the chart of this question, in the unit that the chart shows.
    missing
        What nobody had published by this day, as keys of the texts of the question.
    flags
        Yes-or-no findings the texts branch on.
    groups
        Named sets of firms, by slug, that the texts name.
    """

    question: str
    case: Case
    values: Mapping[str, Figure]
    tables: Sequence[Table] = ()
    chart: Sequence[ChartRow] = ()
    missing: Sequence[str] = ()
    flags: Mapping[str, bool] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def lineage(self) -> Lineage:
        """Everything that the values and tables rest on."""
        cells = [cell for table in self.tables for row in table.rows for cell in row.values()]
        figures = [*self.values.values(), *(cell for cell in cells if isinstance(cell, Figure))]
        return Lineage.union(figure.lineage for figure in figures)
