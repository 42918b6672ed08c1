"""An answer in one language as plain data: texts, numbers as written, tables, chart, evidence.

Page, terminal, Markdown, JSON and Excel are all made of this, and it can be stored as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass

from rekening.explain.slots import Slot, with_span

__all__ = ["Basis", "Cell", "Section", "TableView", "Value"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What numbers rest on: rows by id and parameters by name."""

    facts: tuple[str, ...]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: as written, and for a number also its size and evidence."""

    text: str
    span: str = ""
    central: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    grade: int | None = None
    basis: int | None = None

    @property
    def full(self) -> str:
        """As written, with its interval."""
        return with_span(self.text, self.span)


@dataclass(frozen=True, slots=True)
class TableView:
    """A table with its words; `keys` are the names of the columns in the code."""

    name: str
    title: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def numeric(self, column: int) -> bool:
        """True where the column holds numbers, to be set flush right."""
        return any(row[column].grade is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Value:
    """A named number of the answer with its words.

    Attributes
    ----------
    told
        The text or a table shows it, so that its form is known.
    """

    name: str
    label: str
    cell: Cell
    told: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """One question, answered for one firm and day, in one language.

    Attributes
    ----------
    title, answer, number, chart_title, chart_note, body
        Markdown with slots.
    missing
        Sentences on what had not been published.
    unlabelled
        Keys without a label; none in a finished text.
    """

    question: str
    firm: str
    firm_name: str
    as_of: str
    title: str
    answer: str
    number: str
    chart_title: str
    chart_note: str
    body: str
    slots: tuple[Slot, ...]
    tables: tuple[TableView, ...]
    values: tuple[Value, ...]
    bases: tuple[Basis, ...]
    missing: tuple[str, ...]
    unlabelled: tuple[str, ...]
