"""The facts as known on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from rekening.errors import InputError
from rekening.facts.firms import fiscal_year_ends
from rekening.facts.periods import day, quarter_of_balance, span_kind
from rekening.facts.read import bundled, read_file
from rekening.facts.rows import Fact, Record

__all__ = ["Facts"]


@dataclass(frozen=True, eq=False)
class Facts:
    """Sourced numbers, cut at a day: nothing published later is visible.

    Use `Facts.load`. Where several rows tell the same number, the best grade wins, then the newest.

    Attributes
    ----------
    as_of
        The day, inclusive.
    rows
        Visible facts of the long form.
    records
        Visible rows of the tables with columns of their own.
    """

    as_of: date
    rows: tuple[Fact, ...]
    records: tuple[Record, ...]

    @classmethod
    def load(cls, as_of: str | date | None = None, extra: Sequence[str | Path] = ()) -> Facts:
        """Read the bundled facts and the user's own files, as known on a day.

        Parameters
        ----------
        as_of
            ISO date or date; today if left out.
        extra
            CSV files of the same form, added to the bundled rows.

        Raises
        ------
        InputError
            If the day lies before the first fact or after today, or a file is wrong.
        """
        facts, records = bundled()
        for path in extra:
            more_facts, more_records = read_file(Path(path))
            facts, records = (*facts, *more_facts), (*records, *more_records)
        today = date.today()
        when = day(as_of, "as-of date") if as_of is not None else today
        first = min(fact.published for fact in facts)
        if not first <= when <= today:
            raise InputError(f"as-of date {when} is outside what can be known; allowed: {first} to {today}")
        return cls(today, tuple(facts), tuple(records)).known_on(when)

    def known_on(self, when: str | date) -> Facts:
        """The same facts, cut at an earlier day."""
        cut = day(when, "as-of date")
        return Facts(
            cut,
            tuple(fact for fact in self.rows if fact.published <= cut),
            tuple(record for record in self.records if record.published <= cut),
        )

    @cached_property
    def newest(self) -> date:
        """Day on which the newest visible row became public."""
        return max(fact.published for fact in self.rows)

    @cached_property
    def _by_subject(self) -> dict[tuple[str, str], list[Fact]]:
        index: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in self.rows:
            index[fact.entity, fact.concept].append(fact)
        return index

    @cached_property
    def _by_id(self) -> dict[str, Fact | Record]:
        rows: list[Fact | Record] = [*self.rows, *self.records]
        return {row.fact_id: row for row in rows}

    @cached_property
    def _by_period(self) -> dict[tuple[str, str, str], Fact]:
        index: dict[tuple[str, str, str], Fact] = {}
        for fact in sorted(self.rows, key=_precedence, reverse=True):
            index[fact.entity, fact.concept, fact.period] = fact
        balances = [fact for fact in self.rows if fact.start is None and fact.end is not None]
        for fact in sorted(balances, key=_precedence, reverse=True):
            assert fact.end is not None
            quarter = quarter_of_balance(fact.end, fiscal_year_ends(fact.entity))
            if quarter is not None:
                index[fact.entity, fact.concept, str(quarter)] = fact
        return index

    def get(self, entity: str, concept: str, period: str) -> Fact:
        """Look a number up; one that nobody published is a missing fact, not zero.

        Parameters
        ----------
        period
            "2025Q3", "2025", "FY2026", "2025-09-30" or "TTM@2025-09-30". For a balance a quarter means
            its last day.
        """
        found = self._by_period.get((entity, concept, period))
        return found if found is not None else self._missing(entity, concept, period)

    def _missing(self, entity: str, concept: str, period: str) -> Fact:
        units = {fact.unit for fact in self._by_subject.get((entity, concept), ())}
        return Fact(
            fact_id="",
            entity=entity,
            concept=concept,
            start=None,
            end=None,
            value=None,
            unit=units.pop() if len(units) == 1 else "1",
            published=self.as_of,
            status="missing",
            period=period,
        )

    def find(self, entity: str | None = None, concept: str | None = None) -> list[Fact]:
        """All visible rows of an entity, a concept, or both, by period and then by precedence."""
        if entity is not None and concept is not None:
            rows: Iterable[Fact] = self._by_subject.get((entity, concept), ())
        else:
            rows = (
                fact
                for fact in self.rows
                if entity in (None, fact.entity) and concept in (None, fact.concept)
            )
        return sorted(rows, key=lambda fact: (_last_day(fact), fact.period, _precedence(fact)))

    def series(self, entity: str, concept: str, kind: str = "quarter") -> dict[str, Fact]:
        """The number period by period, best row each, in order of time.

        Parameters
        ----------
        kind
            "quarter", "year" or "point". Balances are found by quarter too.
        """
        keys = {
            (_last_day(fact), name)
            for (who, what, name), fact in self._by_period.items()
            if (who, what) == (entity, concept) and _matches(fact, name, kind)
        }
        return {name: self._by_period[entity, concept, name] for _, name in sorted(keys)}

    def latest(self, entity: str, concept: str) -> Fact:
        """The row with the latest end, best precedence first; missing if there is none."""
        rows = self._by_subject.get((entity, concept))
        if not rows:
            return self._missing(entity, concept, "latest")
        last = max(map(_last_day, rows))
        return min((fact for fact in rows if _last_day(fact) == last), key=_precedence)

    def table(self, name: str) -> list[Record]:
        """Visible rows of a table with columns of its own, in the order of the file."""
        return [record for record in self.records if record.table == name]

    def row(self, fact_id: str) -> Fact | Record:
        """The visible row with this id.

        Raises
        ------
        KeyError
            If there is none as of this day.
        """
        return self._by_id[fact_id]


def _last_day(fact: Fact) -> date:
    return fact.end or fact.start or date.min


def _precedence(fact: Fact) -> tuple[int, int]:
    return int(fact.grade), -fact.published.toordinal()


def _matches(fact: Fact, name: str, kind: str) -> bool:
    actual = span_kind(fact.start, fact.end)
    if actual == "point":
        return kind == ("quarter" if "Q" in name else "point")
    return actual == kind and not name.startswith("TTM")
