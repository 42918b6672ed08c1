"""Numbers that follow from rows: quarters from year-to-date figures, years from quarters, trailing years.

Rows of a flow are steps between days: a row from January to September is a step of nine months. A period
that no row covers is a shortest path from its first day to the day after its last, where a step taken
backwards subtracts. So a fourth quarter is the year less nine months, a trailing year is the last year plus
the year to date less the year to date of a year ago, and four quarters make a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from rekening.facts.grades import Grade, weakest
from rekening.facts.periods import label, other_names, span_kind
from rekening.facts.rows import Fact
from rekening.facts.units import MONEY

__all__ = ["Subject", "combined", "precedence"]

_MOST_STEPS = 4
_LONGEST = timedelta(days=380)
_ONE_DAY = timedelta(days=1)
_UPPER_BOUND = "upper_bound"
_STATUS = {
    Grade.DERIVED: "derived",
    Grade.GUIDED: "guided",
    Grade.ESTIMATED: "estimated",
    Grade.ASSUMED: "assumed",
}


def precedence(fact: Fact) -> tuple[int, int]:
    """Sort key: best grade first, then the newest."""
    return int(fact.grade), -fact.published.toordinal()


def _as_first_told(fact: Fact) -> tuple[int, int]:
    return fact.published.toordinal(), int(fact.grade)


_Steps: TypeAlias = dict[date, list[tuple[date, int, Fact]]]
"""From a day, the days that one row leads to, whether by adding or subtracting it."""


def _step(value: float) -> float:
    """Size of the last digit that is not zero: 100 million for 109.9 billion."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(int(exponent)))


def _repeats(rounded: Fact, exact: Fact) -> bool:
    """Tell whether a row only repeats another of the same grade in fewer digits: no restatement."""
    if rounded.value is None or exact.value is None or not rounded.value or not exact.value:
        return False
    step = _step(rounded.value)
    return (
        (rounded.grade, rounded.unit) == (exact.grade, exact.unit)
        and _step(exact.value) < step
        and abs(rounded.value - exact.value) <= step / 2
    )


@dataclass(frozen=True)
class Subject:
    """The visible rows about one concept of one entity.

    Attributes
    ----------
    year_ends
        Month in which the entity's fiscal year ends.
    first
        True to read each period as it was first told, not as it was last restated.
    """

    rows: tuple[Fact, ...]
    year_ends: int
    first: bool = False

    @cached_property
    def by_period(self) -> Mapping[str, Fact]:
        """The row that counts, by every name of its period; a period's own name comes before other names.

        A later row that repeats an earlier one in fewer digits does not replace it.
        """
        told = sorted(
            (fact for fact in self.rows if not fact.missing), key=_as_first_told if self.first else precedence
        )
        found: dict[str, Fact] = {}
        for fact in told:
            before = found.setdefault(fact.period, fact)
            if not self.first and before is not fact and _repeats(before, fact):
                found[fact.period] = fact
        for fact in list(found.values()):
            for name in fact.other_names:
                found.setdefault(name, fact)
        return found

    @cached_property
    def periods(self) -> frozenset[str]:
        """Names of periods that a row tells, and of quarters and years that may follow from rows."""
        may_follow = (
            name
            for name, spans in self._wanted.items()
            for start, after in spans
            if span_kind(start, after - _ONE_DAY) in ("quarter", "year")
            and name == label(start, after - _ONE_DAY, self.year_ends)
        )
        return frozenset(self.by_period) | frozenset(may_follow)

    @cached_property
    def _derived(self) -> dict[str, Fact | None]:
        return {}

    def get(self, period: str) -> Fact | None:
        """The row of a period, else what follows from other rows, else None."""
        if period in self.by_period:
            return self.by_period[period]
        if period not in self._derived:
            self._derived[period] = self._derive(period)
        return self._derived[period]

    @cached_property
    def _spans(self) -> Mapping[tuple[date, date], Fact]:
        """Rows that can be added and subtracted, by first day and by the day after the last."""
        found: dict[tuple[date, date], Fact] = {}
        for fact in sorted(self.by_period.values(), key=precedence):
            if fact.start and fact.end and fact.value is not None and fact.unit in MONEY and not fact.extra:
                found.setdefault((fact.start, fact.end + _ONE_DAY), fact)
        return found if len({fact.unit for fact in found.values()}) == 1 else {}

    @cached_property
    def _wanted(self) -> Mapping[str, list[tuple[date, date]]]:
        """Periods between any two days at which a row begins or ends, by their names."""
        days = sorted({day for span in self._spans for day in span})
        found: dict[str, list[tuple[date, date]]] = {}
        for at, start in enumerate(days):
            for after in days[at + 1 :]:
                end = after - _ONE_DAY
                if end - start > _LONGEST:
                    break
                names = (label(start, end, self.year_ends), *other_names(start, end, self.year_ends))
                for name in names:
                    found.setdefault(name, []).append((start, after))
        return found

    def _derive(self, period: str) -> Fact | None:
        for start, after in self._wanted.get(period, ()):
            for steps in self._steps(after):
                path = _shortest(steps, start, after)
                if path is not None:
                    return combined(path, start, after - _ONE_DAY, self.year_ends)
        return None

    def _steps(self, until: date) -> Iterator[_Steps]:
        """Steps to walk by: strong evidence before weak, and rows that end in time before later ones.

        So a trailing year is made of what was known when it ended, where that suffices, and does not change
        when the year it lies in is complete.
        """
        for grade in sorted({max(fact.grade, Grade.DERIVED) for fact in self._spans.values()}):
            for latest in (until, date.max):
                steps: _Steps = {}
                for (start, after), fact in self._spans.items():
                    if fact.grade <= grade and after <= latest:
                        steps.setdefault(start, []).append((after, 1, fact))
                        steps.setdefault(after, []).append((start, -1, fact))
                yield steps


def _shortest(steps: _Steps, start: date, goal: date) -> list[tuple[int, Fact]] | None:
    """Fewest rows that lead from one day to another, breadth first."""
    paths: dict[date, list[tuple[int, Fact]]] = {start: []}
    edge = [start]
    for _ in range(_MOST_STEPS):
        ahead: list[date] = []
        for at in edge:
            for to, sign, fact in steps.get(at, ()):
                if to not in paths:
                    paths[to] = [*paths[at], (sign, fact)]
                    ahead.append(to)
        if goal in paths:
            return paths[goal]
        edge = ahead
    return None


def combined(
    terms: Iterable[tuple[int, Fact]], start: date | None, end: date | None, year_ends: int, concept: str = ""
) -> Fact:
    """Add rows up, or subtract them, into one that says what it rests on.

    It is as known as its latest part, and graded by its weakest, derived at best.
    """
    parts = list(terms)
    facts = [fact for _, fact in parts]
    grade = weakest(*(fact.grade for fact in facts))
    words = " ".join(f"{'+' if sign > 0 else '-'} {fact.concept} {fact.period}" for sign, fact in parts)
    return Fact(
        fact_id="",
        entity=facts[0].entity,
        concept=concept or facts[0].concept,
        start=start,
        end=end,
        value=sum(sign * fact.value for sign, fact in parts if fact.value is not None),
        unit=facts[0].unit,
        published=max(fact.published for fact in facts),
        published_precision=_UPPER_BOUND
        if any(fact.published_precision == _UPPER_BOUND for fact in facts)
        else "day",
        status=_STATUS[grade],
        period=label(start, end, year_ends),
        other_names=other_names(start, end, year_ends),
        note=words.removeprefix("+ "),
        rests_on=tuple(row for fact in facts for row in (fact.rests_on or (fact.fact_id,))),
    )
