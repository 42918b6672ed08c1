"""Tables on a terminal: nothing is left out for want of room."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from rekening.explain.answer import Answer
from rekening.explain.numbers import Lang
from rekening.explain.sections import Cell, TableView
from rekening.explain.terminal import table_view
from rekening.questions import Outcome, Table


def shown(view: TableView, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(table_view(view, "en", len(view.rows)))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def bill(columns: int) -> TableView:
    names = tuple(f"c{place}" for place in range(columns))
    cells = tuple(
        Cell(f"{place}{place}.5bn", "(1.25 to 3.75)", 1, 1, 1, "USD", 4, 0) for place in range(columns)
    )
    return TableView("bill", "The bill", ("line", *names), ("Line", *names), ((Cell("Power"), *cells),))


@given(st.integers(1, 8), st.integers(40, 120))
def test_every_number_stands_whole_and_no_line_is_too_long(columns: int, width: int) -> None:
    view = bill(columns)
    text = shown(view, width)
    assert all(len(line) <= width for line in text.splitlines())
    for cell in view.rows[0]:
        assert cell.text in text
    assert text.count("(1.25 to 3.75)") == columns
    assert text.count("The bill") == 1


def test_a_table_that_fits_is_one_table() -> None:
    assert shown(bill(2), 80).count("Power") == 1


def test_a_wide_table_folds_with_its_first_column_repeated() -> None:
    assert shown(bill(6), 80).count("Power") > 1


@pytest.mark.parametrize(("lang", "said"), [("nl", "en nog 4"), ("en", "and 4 more")])
def test_rows_left_out_are_counted_in_words(lang: Lang, said: str) -> None:
    view = bill(1)
    console = Console(file=io.StringIO(), width=80, color_system=None)
    console.print(table_view(replace(view, rows=view.rows * 12), lang, 8))
    assert said in " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]


@pytest.fixture
def sparse(texts: object, made: Callable[..., Outcome]) -> Answer:
    rows = [{"when": "2025Q3", "note": None}, {"when": "2025Q4"}]
    tables = [
        Table(name="balances", columns=["when", "amount"], rows=[]),
        Table(name="balances", columns=["when", "amount", "note"], rows=rows),
    ]
    return Answer(made(tables=tables))


def test_no_empty_table_and_no_empty_column_is_shown(sparse: Answer) -> None:
    (view,) = sparse.section("en").tables
    assert view.keys == ("when",)
