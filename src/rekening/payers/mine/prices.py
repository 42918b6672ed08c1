"""List prices of a service on a day, those announced for later, and the rises that happened before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rekening.facts import Fact, Facts, Figure
from rekening.payers.mine.profile import Service
from rekening.payers.prices import in_force

__all__ = ["Rise", "announced", "list_price", "past_rises"]

_YEAR = 12


@dataclass(frozen=True, slots=True)
class Rise:
    """A change of a list price: the day it takes effect, and the new price over the old."""

    day: date
    ratio: Figure


def _rows(facts: Facts, service: Service) -> list[Fact]:
    rows = [
        fact
        for fact in facts.find(service.provider, "list_price")
        if (fact.extra.get("product"), fact.extra.get("plan"), fact.extra.get("region"))
        == (service.product, service.plan, service.region)
    ]
    return sorted(rows, key=lambda fact: (fact.start or date.min, fact.published))


def _monthly(fact: Fact) -> Figure:
    """Per seat per month, in the currency of the list."""
    currency, *per = fact.unit.split("/")
    months = _YEAR if per[-1] == "year" else 1
    return Figure.of(fact.midpoint() or 0, currency, fact.grade, fact.lineage) / months


def list_price(facts: Facts, service: Service, when: date) -> Figure:
    """List price per seat per month on a day; missing where none was published."""
    row = in_force(_rows(facts, service), when)
    return _monthly(row) if row is not None and row.value is not None else Figure.unknown("USD")


def announced(facts: Facts, service: Service) -> list[Rise]:
    """Changes of the list price after the day of the facts, against the price of that day."""
    today = list_price(facts, service, facts.as_of)
    if today.missing:
        return []
    later = [row for row in _rows(facts, service) if row.start is not None and row.start > facts.as_of]
    return [Rise(row.start, _monthly(row) / today) for row in later if row.start is not None]


def past_rises(facts: Facts, service: Service) -> list[Rise]:
    """Changes of the list price up to the day of the facts, each against the price before it."""
    rows = [row for row in _rows(facts, service) if row.value is not None]
    found = []
    for before, after in pairwise(rows):
        if after.start is not None and after.start <= facts.as_of and before.value != after.value:
            found.append(Rise(after.start, _monthly(after) / _monthly(before)))
    return found
