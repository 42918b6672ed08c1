"""Sums of figures of which some may be absent, and the chance that one is below zero."""

from __future__ import annotations

from collections.abc import Iterable

from rekening.facts import Figure
from rekening.facts.units import ONE
from rekening.futures.chances import chance

__all__ = ["add_up", "chance_below_zero", "grounded"]

_DOLLAR = "USD"


def add_up(amounts: Iterable[Figure]) -> Figure:
    """Add dollars up; nothing adds up to nothing, and one missing part makes the sum missing."""
    return Figure.total([Figure.of(0, _DOLLAR), *amounts])


def grounded(figure: Figure) -> bool:
    """True where the number rests on a row or a parameter: an empty sum does not, and is not shown."""
    return bool(figure.lineage.facts or figure.lineage.parameters)


def chance_below_zero(amount: Figure) -> Figure:
    """Chance that an amount is below zero, as a number of its own; missing where the amount is."""
    if amount.missing:
        return Figure.unknown(ONE, amount.lineage)
    return chance(amount.draws < 0, amount.lineage, amount.grade)
