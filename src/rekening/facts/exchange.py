"""What one currency is worth in another: the one rule by which every room turns money into other money."""

from __future__ import annotations

from datetime import date

from rekening.facts.figure import NO_LINEAGE, Figure
from rekening.facts.grades import Grade, weakest
from rekening.facts.rows import Fact
from rekening.facts.store import Facts
from rekening.facts.units import ONE

__all__ = ["exchange_rate"]

_DOLLAR = "USD"
_PLACES = {"EUR": "euro_area", "GBP": "uk", "CHF": "switzerland", "JPY": "japan"}
_CONCEPTS = (
    "exchange_rate_usd_per_{}_spot",
    "exchange_rate_{}_per_usd_spot",
    "exchange_rate_{}_per_usd_month_average",
)


def exchange_rate(facts: Facts, currency: str, into: str) -> Figure:
    """Units of `into` for one of `currency`, as known on the day of the facts.

    The rate is the one whose day is the newest; the average of a month counts as of the month's last day, and
    the rate of a day goes before it. Two other currencies meet through the dollar.

    Returns
    -------
    Figure
        In `into` per `currency`, for instance "USD/EUR"; missing where no rate was published.
    """
    if currency == into:
        return Figure.of(1, ONE, Grade.REPORTED, NO_LINEAGE)
    unit = f"{into}/{currency}"
    there, back = _in_dollars(facts, currency), _in_dollars(facts, into)
    if there.missing or back.missing:
        return Figure.unknown(unit, there.lineage | back.lineage)
    return there if into == _DOLLAR else (there / back).to(unit)


def _in_dollars(facts: Facts, currency: str) -> Figure:
    """Dollars for one unit of a currency."""
    unit = f"{_DOLLAR}/{currency}"
    if currency == _DOLLAR:
        return Figure.of(1, unit, Grade.REPORTED, NO_LINEAGE)
    place = _PLACES.get(currency)
    rows = [] if place is None else [facts.latest(place, name.format(currency.lower())) for name in _CONCEPTS]
    known = [row for row in rows if not row.missing]
    if not known:
        return Figure.unknown(unit)
    newest = max(known, key=_day)
    value = newest.midpoint() or 0
    if newest.concept.startswith(f"exchange_rate_{_DOLLAR.lower()}"):
        return Figure.of(value, unit, newest.grade, newest.lineage)
    return Figure.of(1 / value, unit, weakest(newest.grade), newest.lineage)


def _day(fact: Fact) -> date:
    return fact.end or date.min
