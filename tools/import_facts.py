"""Make the bundled facts from a folder of source rows.

``python -m tools.import_facts SOURCE [--evidence DIR]``. The rows keep their ids, numbers and sources. What
is left out: words of others (quoted passages, status texts, and what repeats a run of words of the passage a
number was read in), remarks on how the rows were gathered, and tables that may not be passed on. With the
passages at hand (``--evidence``) every text column is held against them. Rows found elsewhere stand in a file
of their own, which is left alone.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from rekening.files import write_whole

TARGET = Path(__file__).parents[1] / "src" / "rekening" / "facts" / "data"

SUPPLEMENT = "supplement.csv"
"""Rows that the source does not have, each read in the source it names."""

LEFT_OUT = {"spreads"}
LEFT_OUT_CONCEPTS = {"index_oas_ice_bofa"}
"""Index data of ICE belong to ICE; what is estimated from them stands in the parameters."""

REWORDED = {
    ("deal-d2fc95bc5d", "renewal_options"): "extensions every four years, to at most 20 years in all",
    ("deal-5da1b5af79", "guarantee"): (
        "AMD shares, at most 160 million at a cent each, in steps of deliveries and share price (600 dollars)"
    ),
    ("rati-09f0aa659bxxx", "reason"): "rent owed to such vehicles counts as debt for the agency",
}
"""Cells whose meaning matters and whose words were the source's, by row and column, in our own words."""

KEPT = {"source_title", "source_url", "fact_id", "name", "place", "source_file", "hedge", "bond_id", "chips"}
"""Columns that name things and so may repeat the source's words."""

RUN = 7
"""Words in a row that make a copy."""

_QUOTED = re.compile(r"""\s?(?:"[^"]*"|“[^”]*”|„[^”“]*[”“]|(?<![\w])'[^']+'(?![\w]))""")
_OPEN_QUOTE = re.compile(r'\s?"[^"]*$')
_STATUS_TEXT = re.compile(r"\s*Status text:.*$", re.DOTALL)
_REMARK = re.compile(
    r"\bsess|\bquote|\bwording|search agent|dossier|_notes\.md|not kept|this work|\bone search\b",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(financials|bonds|payers|sites|deals)_[a-z]\.csv\b")
_CLAUSE = re.compile(r"(?<=[.;])\s+(?=[^\d\W]|[+(\d])")
_WORD = re.compile(r"\w+")


def scrub(text: str) -> str:
    """Leave out quoted passages, status texts and remarks on the gathering of rows.

    Examples
    --------
    >>> scrub('wording not kept; positive = cash out')
    'positive = cash out'
    >>> scrub('Spread not stated. Press: "well above" the rest.')
    'Spread not stated. Press: [...] the rest.'
    """
    text = _STATUS_TEXT.sub("", text)
    text = (
        _OPEN_QUOTE.sub(" [...]", _QUOTED.sub(" [...]", text))
        .replace("stored copy", "copy")
        .replace("the stored pages", "the pages read")
        .replace("is not stored", "was not read")
    )
    clauses = [
        clause
        for clause in _CLAUSE.split(_PART.sub(r"\1.csv", text))
        if not _REMARK.search(clause) and _WORD.search(clause)
    ]
    return re.sub(r"\s+", " ", " ".join(clauses).replace("([...])", "")).strip(" ;")


def copied(text: str, passage: str) -> str:
    """The first run of words of a passage that a text repeats; empty if there is none.

    Numbers and one-letter words do not count towards the run.
    """
    theirs = _words(passage)
    runs = {tuple(theirs[at : at + RUN]) for at in range(len(theirs) - RUN + 1)}
    ours = _words(text)
    for at in range(len(ours) - RUN + 1):
        run = tuple(ours[at : at + RUN])
        if run in runs:
            return " ".join(run)
    return ""


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if len(word) > 1 and not word[0].isdigit()]


def without_copies(text: str, passage: str) -> str:
    """Drop the clauses of a text that repeat a passage."""
    if not copied(text, passage):
        return text
    return " ".join(clause for clause in _CLAUSE.split(text) if not copied(clause, passage)).strip(" ;")


def rows(path: Path, passages: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Rows of a source file, fit to be passed on."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row.get("concept") in LEFT_OUT_CONCEPTS:
                continue
            passage = passages.get(row["fact_id"], "")
            yield {
                name: REWORDED.get((row["fact_id"], name))
                or (cell.strip() if name in KEPT else without_copies(scrub(cell), passage))
                for name, cell in row.items()
                if name != "quote"
            }


def resolve_overlaps(found: list[dict[str, str]]) -> None:
    """Keep only the overlaps with exposures that have a row of their own."""
    listed = {row.get("exposure_id") for row in found}
    for row in found:
        if "overlaps_with" in row:
            row["overlaps_with"] = ";".join(
                name for name in row["overlaps_with"].split(";") if name in listed
            )


def passages_of(folder: Path | None, stem: str) -> dict[str, str]:
    """The words each number was read in, by ``fact_id``."""
    path = folder / f"{stem}.csv" if folder else None
    if path is None or not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["fact_id"]: row["quote"] for row in csv.DictReader(file)}


def main() -> int:
    """Write every file anew, each only once it is whole."""
    parser = argparse.ArgumentParser(prog="python -m tools.import_facts", description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("--evidence", type=Path, help="folder with the passages that numbers were read in")
    parser.add_argument("--into", type=Path, default=TARGET)
    arguments = parser.parse_args()
    files = [path for path in sorted(arguments.source.glob("*.csv")) if path.stem not in LEFT_OUT]
    if not files:
        print(f"{arguments.source}: no CSV files there", file=sys.stderr)
        return 2
    total = 0
    for path in files:
        found = list(rows(path, passages_of(arguments.evidence, path.stem)))
        resolve_overlaps(found)
        text = io.StringIO()
        writer = csv.DictWriter(text, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
        write_whole(arguments.into / path.name, text.getvalue().encode())
        total += len(found)
    print(f"{total} rows in {len(files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
