"""A firm's reported quarters as arrays, with the rows they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from rekening.facts import Fact, Facts, FloatArray
from rekening.facts.periods import Quarter, quarter_range
from rekening.firms.projection import last_reported
from rekening.numerics import OLDEST_BALANCE, QUARTERS

__all__ = ["Balance", "Reported"]

FIRST_QUARTER = "2022Q1"


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance before the run, and whether it had to be carried forward from an older one.

    Attributes
    ----------
    amount
        US dollars.
    reported_on
        Day of the balance in the facts; None where none is known.
    carried
        True where flows known since were added.
    rows
        Ids of the rows it rests on.
    """

    amount: float
    reported_on: date | None
    carried: bool = False
    rows: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reported:
    """What a firm has reported, quarter by quarter, as known on the facts' day.

    Every row that is read is remembered in ``used``.
    """

    facts: Facts
    firm: str
    used: set[str] = field(default_factory=set)

    @property
    def last(self) -> Quarter | None:
        """Newest quarter whose operating cash flow is known."""
        return last_reported(self.facts, self.firm)

    def quarters(self, last: Quarter) -> list[Quarter]:
        """All quarters of the facts up to one."""
        return quarter_range(Quarter.parse(FIRST_QUARTER), last)

    def value(self, concept: str, period: str | Quarter) -> float:
        """A number, US dollars; not a number where nobody published it."""
        fact = self.facts.get(self.firm, concept, str(period))
        return self._read(fact)

    def series(self, concept: str, last: Quarter) -> FloatArray:
        """A flow by quarter up to one; gaps are not numbers."""
        return np.asarray([self.value(concept, quarter) for quarter in self.quarters(last)])

    def filled(self, concept: str, last: Quarter) -> FloatArray:
        """A flow by quarter in which a gap takes its share of the year that contains it.

        Where no year is known either, the nearest known quarter stands in; zero if there is none at all.
        """
        quarters = self.quarters(last)
        values = self.series(concept, last)
        for year in sorted({quarter.year for quarter in quarters}):
            places = [place for place, quarter in enumerate(quarters) if quarter.year == year]
            gaps = [place for place in places if np.isnan(values[place])]
            total = self.value(concept, str(year)) if gaps and len(places) == QUARTERS else np.nan
            if gaps and not np.isnan(total):
                values[gaps] = (total - np.nansum(values[places])) / len(gaps)
        known = np.flatnonzero(~np.isnan(values))
        if not known.size:
            return np.zeros(len(quarters))
        nearest = known[np.abs(np.arange(len(quarters))[:, None] - known).argmin(axis=1)]
        return np.asarray(np.where(np.isnan(values), values[nearest], values))

    def recent(self, concept: str, last: Quarter) -> float:
        """Average quarter of the trailing year; of its known quarters where the year is not known."""
        year = self.value(concept, f"TTM@{last}")
        if not np.isnan(year):
            return year / QUARTERS
        values = [self.value(concept, last + -back) for back in range(QUARTERS)]
        known = [value for value in values if not np.isnan(value)]
        return float(np.mean(known)) if known else np.nan

    def balance(self, concept: str, last: Quarter, flows: dict[str, int]) -> Balance:
        """A balance at the end of a quarter; an older one is carried forward through the flows known since.

        Parameters
        ----------
        flows
            Concepts that move the balance, with their sign.
        """
        read = Reported(self.facts, self.firm)
        for back in range(OLDEST_BALANCE + 1):
            quarter = last + -back
            fact = self.facts.get(self.firm, concept, str(quarter))
            amount = read._read(fact)
            if np.isnan(amount):
                continue
            for step in range(1, back + 1):
                moves = [sign * read.value(name, quarter + step) for name, sign in flows.items()]
                amount += float(np.nansum(moves))
            self.used.update(read.used)
            return Balance(amount, fact.end, carried=back > 0, rows=frozenset(read.used))
        return Balance(np.nan, None)

    def _read(self, fact: Fact) -> float:
        value = fact.midpoint()
        if value is None:
            return np.nan
        self.used.update(fact.rests_on or ((fact.fact_id,) if fact.fact_id else ()))
        return float(value)
