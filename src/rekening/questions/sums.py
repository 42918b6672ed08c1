"""Sums of figures of which some may be absent."""

from __future__ import annotations

from collections.abc import Iterable

from rekening.facts import Figure

__all__ = ["add_up", "grounded"]

_DOLLAR = "USD"


def add_up(amounts: Iterable[Figure]) -> Figure:
    """Add dollars up; nothing adds up to nothing, and one missing part makes the sum missing."""
    return Figure.total([Figure.of(0, _DOLLAR), *amounts])


def grounded(figure: Figure) -> bool:
    """True where the number rests on a row or a parameter: an empty sum does not, and is not shown."""
    return bool(figure.lineage.facts or figure.lineage.parameters)
