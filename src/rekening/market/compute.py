"""Who owns the computing power for AI: shares of owners by quarter, from chips counted by designer.

Chips of all designers are added up as H100s of equal speed, as Epoch AI estimates them. A designer that is
not counted for a quarter would make the others look larger, so only quarters with all of them are told.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rekening.facts import Facts, Figure, Quarter, Record, uniform_draws
from rekening.facts.figure import Lineage
from rekening.market.concentration import Concentration, measured

__all__ = ["MARKET", "compute_owned"]

MARKET = "compute_owned"

_NAMES = {"google": "alphabet"}
_GROUPS = ("china", "other")
"""Owners that are many, told as one."""


def _owner(record: Record) -> str:
    first = record.text("owner").split(maxsplit=1)[0].lower()
    return _NAMES.get(first, first)


def _counted(record: Record) -> Figure:
    """H100 equivalents of a row: between its bounds, as likely below its middle as above."""
    low, middle, high = (record.number(column) for column in ("h100e_low", "h100_equivalents", "h100e_high"))
    lineage = Lineage(frozenset({record.fact_id}))
    if middle is None:
        return Figure.unknown("chip", lineage)
    if low is None or high is None:
        return Figure.of(middle, "chip", record.grade, lineage)
    draws = np.interp(uniform_draws(record.fact_id), np.linspace(0, 1, 2 + 1), (low, middle, high))
    return Figure.of(draws, "chip", record.grade, lineage)


def compute_owned(facts: Facts) -> list[Concentration]:
    """Concentration of computing power for AI by quarter, those in which every designer was counted."""
    rows = [
        record
        for record in facts.table("chips")
        if record.text("measure") == "cumulative" and not record.text("incomplete")
    ]
    designers = {record.text("designer") for record in rows}
    found = []
    for end in sorted({day for record in rows if (day := record.day("quarter_end")) is not None}):
        of_quarter = [record for record in rows if record.day("quarter_end") == end]
        if {record.text("designer") for record in of_quarter} == designers:
            found.append(measured(MARKET, str(Quarter.of(end)), _shares(of_quarter), _GROUPS))
    return found


def _shares(rows: list[Record]) -> Mapping[str, Figure]:
    owned: dict[str, Figure] = {}
    for record in rows:
        owner, count = _owner(record), _counted(record)
        owned[owner] = owned[owner] + count if owner in owned else count
    whole = Figure.total(owned.values())
    return {owner: count / whole for owner, count in owned.items()}
