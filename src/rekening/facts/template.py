"""A file to fill in for a firm of one's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from rekening.errors import InputError, nearest
from rekening.facts.concepts import concepts
from rekening.facts.firms import FISCAL_YEAR_END
from rekening.facts.periods import day
from rekening.facts.schema import LONG, TABLES, is_name

__all__ = ["OPENING", "STATEMENT", "csv_text", "template_text"]

_SHORTEST_MONTH = 28

STATEMENT = (
    "revenue", "operating_income", "net_income", "interest_expense", "operating_cash_flow", "capex",
    "depreciation_amortization", "finance_lease_principal", "share_repurchases", "dividends_paid",
    "debt_issued", "debt_repaid", "cash_and_equivalents", "marketable_securities",
    "property_and_equipment_net", "total_debt", "finance_lease_liabilities", "operating_lease_liabilities",
)  # fmt: skip
"""Concepts that the first answers rest on; rows about what the firm does not tell are taken out."""

OPENING = ("cash_and_equivalents", "marketable_securities")
"""Balances that are asked for at the start of the year too: without them no sum of cash closes."""


def template_text(firm: str, year_end: str | date, table: str = "facts") -> str:
    """A CSV file with one row a concept for a fiscal year: values, days and sources are to be filled in.

    Parameters
    ----------
    year_end
        Last day of the fiscal year.
    table
        "facts", or a table with columns of its own, of which only the header is given.

    Raises
    ------
    InputError
        If the name of the firm or of the table cannot be used.
    """
    if not is_name(firm):
        raise InputError(
            f"firm {firm!r}: write its name in small letters, digits, _, - and ., such as acme_cloud"
        )
    if table not in ("facts", *TABLES):
        raise InputError(
            f"--table: {table!r} is not known{nearest(table, TABLES)}; allowed: facts, {', '.join(TABLES)}"
        )
    if table != "facts":
        return csv_text(TABLES[table].columns, ())
    return csv_text(LONG.columns, _rows(firm, day(year_end, "--year-end")))


def csv_text(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as the text of a CSV file; cells that a row lacks stay empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _rows(firm: str, end: date) -> list[dict[str, str]]:
    after = end + timedelta(days=1)
    start = date(after.year - 1, after.month, min(after.day, _SHORTEST_MONTH))
    empty = {"entity": firm, "published": "", "status": "reported", "via": "primary", "source_url": ""}
    month = empty | {"concept": FISCAL_YEAR_END, "end": str(end), "value": str(end.month), "unit": "count"}
    rows = [month]
    for name in STATEMENT:
        concept = concepts()[name]
        period = {"start": str(start), "end": str(end)} if concept.kind == "flow" else {"end": str(end)}
        rows.append(empty | period | {"concept": name, "unit": concept.unit, "note": concept.meaning})
    before = str(start - timedelta(days=1))
    for name in OPENING:
        concept = concepts()[name]
        said = {"note": f"At the start of the year. {concept.meaning}"}
        rows.append(empty | {"end": before, "concept": name, "unit": concept.unit} | said)
    return rows
