"""What is measured: the concepts of the statements, and those that are sums of others."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from rekening.facts.rows import Fact
from rekening.facts.units import MONEY
from rekening.files import read_yaml

__all__ = ["Concept", "Definition", "Known", "concepts", "definitions"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that firms report.

    Attributes
    ----------
    kind
        "flow" over a period, "balance" on a day, "guidance", "growth", "rate", "count" or "term".
    sign
        "out" and "in" for cash that only goes one way and is never negative, "net out" and "net in" for
        cash that may go both ways, "positive" for what is never negative, "any" else.
    """

    name: str
    kind: str
    unit: str
    sign: str
    meaning: str


Definition: TypeAlias = tuple[tuple[int, str], ...]
"""A concept as a sum of others: sign and concept of each part."""


@cache
def concepts() -> Mapping[str, Concept]:
    """Concepts of the statements of firms, by name."""
    with (_HERE / "concepts.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {row[0]: Concept(*row) for row in rows}


@cache
def definitions() -> Mapping[str, tuple[Definition, ...]]:
    """Concepts that are sums of others, by name; the first sum whose parts are all known counts."""
    entries = read_yaml(_HERE / "definitions.yaml")
    return {
        name: tuple(
            (*((1, part) for part in sums["add"]), *((-1, part) for part in sums.get("less", ())))
            for sums in listed
        )
        for name, listed in entries.items()
    }


@dataclass(frozen=True, slots=True)
class Known:
    """Names and units that a user's rows are held against.

    Attributes
    ----------
    concepts
        Units by concept, as declared and as used in the facts.
    """

    entities: frozenset[str]
    concepts: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Known:
        """Collect what the facts use, beside what is declared."""
        units = {concept.name: {concept.unit} for concept in concepts().values()}
        entities = set()
        for fact in facts:
            entities.add(fact.entity)
            units.setdefault(fact.concept, set()).add(fact.unit)
        return cls(frozenset(entities), {name: frozenset(found) for name, found in units.items()})

    def units(self, concept: str) -> frozenset[str]:
        """Units a concept may be given in; money may be in any currency. Empty for an unknown concept."""
        found = self.concepts.get(concept, frozenset())
        money = {unit.partition("/") for unit in found if unit.partition("/")[0] in MONEY}
        return found | {f"{currency}{slash}{per}" for _, slash, per in money for currency in MONEY}
