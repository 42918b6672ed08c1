"""Names of firms and the months in which their fiscal years end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MINYEAR, date
from functools import cache
from pathlib import Path

from rekening.facts.periods import Quarter
from rekening.files import read_yaml

__all__ = ["FISCAL_YEAR_END", "Firm", "closing_quarter", "firms", "fiscal_year_ends"]

FISCAL_YEAR_END = "fiscal_year_end_month"
"""Concept by which a user's own firm says when its fiscal year ends."""

_DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm that the facts are about.

    Attributes
    ----------
    slug
        Name in the facts and on the command line.
    cik
        Number of the firm at the US securities regulator.
    """

    slug: str
    name: str
    fiscal_year_ends: int = _DECEMBER
    cik: int | None = None


@cache
def firms() -> dict[str, Firm]:
    """Firms with statements in the bundled facts, by slug."""
    entries = read_yaml(Path(__file__).with_name("firms.yaml"))
    return {slug: Firm(slug=slug, **entry) for slug, entry in entries.items()}


def fiscal_year_ends(entity: str) -> int:
    """Month in which the fiscal year of an entity ends; December for those not listed."""
    known = firms().get(entity)
    return known.fiscal_year_ends if known else _DECEMBER


def closing_quarter(entity: str) -> int:
    """Number of the calendar quarter that holds most of the last three months of an entity's fiscal year."""
    middle = (fiscal_year_ends(entity) - 2) % _DECEMBER + 1
    return Quarter.of(date(MINYEAR, middle, 1)).number
