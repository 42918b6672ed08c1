"""What a source got wrong, and what we use in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rekening.errors import InputErrors
from rekening.facts.rows import Fact
from rekening.files import read_yaml

__all__ = ["Correction", "corrected", "corrections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One wrong number of a source.

    Attributes
    ----------
    column
        What is wrong: "value", "low", "high", "start", "end", "published" or "unit".
    expect
        What the row says now; once it says something else the correction has had its day and must go.
    use
        What we use; None for a number that is left out.
    reason
        How we know.
    source_url
        Where the right number stands.
    """

    fact_id: str
    column: str
    expect: float | str | date
    use: float | str | date | None
    reason: str
    source_url: str


@cache
def corrections() -> tuple[Correction, ...]:
    """The ledger of corrections, in the order of its file."""
    entries = read_yaml(Path(__file__).with_name("corrections.yaml"))
    return tuple(Correction(**entry) for entry in entries)


def corrected(facts: Sequence[Fact], ledger: Iterable[Correction]) -> tuple[Fact, ...]:
    """Mend the rows named in the ledger; ids, and so lineage, stay.

    Raises
    ------
    InputErrors
        If a row has gone, or no longer says what the correction expects.
    """
    mended: dict[str, Fact] = {}
    by_id: Mapping[str, Fact] = {fact.fact_id: fact for fact in facts}
    problems = []
    for entry in ledger:
        fact = mended.get(entry.fact_id) or by_id.get(entry.fact_id)
        found = getattr(fact, entry.column) if fact else None
        if fact is None or found != entry.expect:
            problems.append(
                f"corrections.yaml: {entry.fact_id}: column {entry.column!r}: found {found!r}, expected "
                f"{entry.expect!r}; the source was mended, so take the correction out"
            )
            continue
        change: dict[str, Any] = {entry.column: entry.use}
        mended[entry.fact_id] = replace(fact, corrected=entry.reason, **change)
    if problems:
        raise InputErrors(problems)
    return tuple(mended.get(fact.fact_id, fact) for fact in facts)
