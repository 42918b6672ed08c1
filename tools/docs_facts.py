"""The reference page of the facts, written from their own tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rekening.facts.check import CHECKS
from rekening.facts.concepts import concepts, definitions
from rekening.facts.corrections import corrections
from rekening.facts.edgar import tags
from rekening.facts.firms import firms
from rekening.facts.read import bundled
from rekening.facts.schema import LONG, TABLES, Table

__all__ = ["facts_reference", "table"]

_NEEDED = {"filled": "yes", "column": "column", "": ""}
_INTRODUCTION = """# Facts

The form of every file of facts, what is measured, and how it is checked. `rekening facts` prints rows; a file
of your own of the same form joins them with `--facts FILE`.

A file is CSV, UTF-8, separated by commas, with the names of its columns in the first line, at most 16 MB. A
number is written like `1234.56`, a day like `2025-11-03`. *Needed*: "yes" means that every row must fill the
column, "column" that it must be there and may be empty.
"""


def facts_reference() -> str:
    """Describe columns, concepts, definitions, firms, tags and checks."""
    return "\n".join(
        (
            _INTRODUCTION,
            "## The long form: one number a row\n",
            _columns(LONG),
            "Every file but those below is of this form.\n",
            "## Tables with columns of their own\n",
            *(f"### `{each.name}.csv`\n\n{_columns(each)}" for each in TABLES.values()),
            "## Concepts\n",
            "What firms report. A file of your own may use these, any other concept of the bundled facts, "
            "and concepts that it defines in the column `definition`. Money may be in any currency.\n",
            table(
                ("concept", "kind", "unit", "sign", "meaning"),
                ((f"`{c.name}`", c.kind, c.unit, c.sign, c.meaning) for c in concepts().values()),
            ),
            "## Sums\n",
            "Concepts worked out where no row tells them; the first line whose parts are known counts.\n",
            table(
                ("concept", "is"),
                (
                    (
                        f"`{name}`",
                        " ".join(f"{'+' if sign > 0 else '-'} `{part}`" for sign, part in definition),
                    )
                    for name, listed in definitions().items()
                    for definition in listed
                ),
            ),
            "## Firms\n",
            table(
                ("name", "firm", "fiscal year ends in month"),
                ((f"`{f.slug}`", f.name, str(f.fiscal_year_ends)) for f in firms().values()),
            ),
            "## Tags of the SEC\n",
            "What `rekening facts refresh` reads; the first tag that has a period counts.\n",
            table(
                ("concept", "tags"),
                ((f"`{name}`", ", ".join(f"`{tag}`" for tag in listed)) for name, listed in tags().items()),
            ),
            "## Checks\n",
            table(
                ("check", "what must hold"),
                ((f"`{name}`", (check.__doc__ or "").splitlines()[0]) for name, check in CHECKS.items()),
            ),
            "## Corrections\n",
            table(
                ("row", "column", "says", "we use", "why"),
                (
                    (
                        f"`{c.fact_id}`",
                        c.column,
                        str(c.expect),
                        "nothing" if c.use is None else str(c.use),
                        c.reason,
                    )
                    for c in corrections()
                ),
            ),
            "## What is bundled\n",
            _files(),
        )
    )


def _columns(described: Table) -> str:
    return table(
        ("column", "kind", "unit", "needed", "meaning"),
        (
            (f"`{c.name}`", c.kind.replace("|", ", "), c.unit, _NEEDED[c.needed], c.meaning)
            for c in described.columns.values()
        ),
    )


def _files() -> str:
    facts, records = bundled()
    rows = Counter(row.file for row in facts) + Counter(row.file for row in records)
    return table(("file", "rows"), ((f"`{name}`", f"{count:,}") for name, count in sorted(rows.items())))


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table as Markdown; whatever stands in a cell stays in it."""
    names = list(header)
    lines = [_line(names), "|" + "---|" * len(names), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
