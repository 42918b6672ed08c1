"""The facts as known on a day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from rekening.errors import InputError, nearest
from rekening.facts.concepts import definitions
from rekening.facts.derive import Subject, combined, precedence
from rekening.facts.firms import FISCAL_YEAR_END, Firm, firms, fiscal_year_ends
from rekening.facts.periods import check_period, day, span_kind
from rekening.facts.read import bundled, read_own
from rekening.facts.rows import Fact, Record

__all__ = ["Facts"]

_OPERATING = ("operating_cash_flow", FISCAL_YEAR_END)


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
    year_ends
        Month in which the fiscal year of a user's own firm ends, where a row says so, whatever its day.
    """

    as_of: date
    rows: tuple[Fact, ...]
    records: tuple[Record, ...]
    year_ends: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, as_of: str | date | None = None, extra: str | Path | Sequence[str | Path] = ()) -> Facts:
        """Read the bundled facts and the user's own files, as known on a day.

        Parameters
        ----------
        as_of
            ISO date or date; today if left out.
        extra
            CSV file or files of the same form, added to the bundled rows.

        Raises
        ------
        InputError
            If the day lies before the first fact or after today, or a file is wrong.
        """
        facts, records = bundled()
        today = date.today()
        when = day(as_of, "as-of date") if as_of is not None else today
        first = min(fact.published for fact in facts)
        if not first <= when <= today:
            raise InputError(f"as-of date {when} is outside what can be known; allowed: {first} to {today}")
        own = [extra] if isinstance(extra, str | Path) else extra
        return cls(today, facts, records).add(*own).known_on(when)

    def add(self, *paths: str | Path) -> Facts:
        """These facts with a user's own files of the same form, as known on the same day.

        Raises
        ------
        InputErrors
            With every problem of every file.
        """
        if not paths:
            return self
        facts, records = read_own([Path(path) for path in paths], self.rows, self.records)
        year_ends = {
            fact.entity: int(fact.value)
            for fact in facts
            if fact.concept == FISCAL_YEAR_END and fact.value is not None
        }
        whole = Facts(
            self.as_of, (*self.rows, *facts), (*self.records, *records), {**self.year_ends, **year_ends}
        )
        return whole.known_on(self.as_of)

    def known_on(self, when: str | date) -> Facts:
        """The same facts, cut at an earlier day."""
        cut = day(when, "as-of date")
        return Facts(
            cut,
            tuple(fact for fact in self.rows if fact.published <= cut),
            tuple(record for record in self.records if record.published <= cut),
            self.year_ends,
        )

    @cached_property
    def newest(self) -> date:
        """Day on which the newest visible row became public."""
        return max(fact.published for fact in self.rows)

    @property
    def age(self) -> int:
        """Days between the newest visible row and the as-of date."""
        return (self.as_of - self.newest).days

    @cached_property
    def firms(self) -> Mapping[str, Firm]:
        """Firms with statements: those of the bundled facts, and a user's own."""
        own = {
            fact.entity: Firm(
                slug=fact.entity,
                name=fact.entity.replace("_", " ").title(),
                fiscal_year_ends=self._year_ends(fact.entity),
            )
            for fact in self.rows
            if fact.concept in _OPERATING and fact.entity not in firms()
        }
        return firms() | own

    def firm(self, slug: str) -> Firm:
        """Look a firm up, a user's own among them.

        Raises
        ------
        InputError
            With the nearest name, if there is no such firm.
        """
        if slug not in self.firms:
            hint = nearest(slug, self.firms) or f"; known: {', '.join(self.firms)}"
            raise InputError(f"firm {slug!r} is not known{hint}")
        return self.firms[slug]

    def _year_ends(self, entity: str) -> int:
        return self.year_ends.get(entity) or fiscal_year_ends(entity)

    @cached_property
    def _by_concept(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.rows:
            found.setdefault(fact.concept, []).append(fact)
        return found

    @cached_property
    def _by_table(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self.records:
            found.setdefault(record.table, []).append(record)
        return found

    @cached_property
    def _by_subject(self) -> Mapping[tuple[str, str], list[Fact]]:
        index: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in self.rows:
            index[fact.entity, fact.concept].append(fact)
        return index

    @cached_property
    def _by_id(self) -> Mapping[str, Fact | Record]:
        rows: list[Fact | Record] = [*self.rows, *self.records]
        return {row.fact_id: row for row in rows}

    @cached_property
    def _subjects(self) -> dict[tuple[str, str, bool], Subject]:
        return {}

    def _subject(self, entity: str, concept: str, first: bool = False) -> Subject:
        key = entity, concept, first
        if key not in self._subjects:
            rows = tuple(self._by_subject.get((entity, concept), ()))
            self._subjects[key] = Subject(rows, self._year_ends(entity), first)
        return self._subjects[key]

    def get(self, entity: str, concept: str, period: str, *, first: bool = False) -> Fact:
        """Look a number up; one that nobody published is a missing fact, not zero.

        What no row tells is worked out where it follows from others: a quarter from year-to-date figures,
        a year from its quarters, a trailing year, and the concepts of `definitions.yaml` (liquidity, free
        cash flow, ...) from their parts. Such a fact rests on several rows and is derived at best.

        Parameters
        ----------
        period
            "2025Q3", "2025Q1..2025Q3", "2025", "FY2026", "2025-09-30", "TTM@2025-09-30" or "TTM@2025Q3".
            For a balance a quarter or a year means its last day.
        first
            True for the number as first told, False for it as last restated.

        Raises
        ------
        InputError
            If the period is written in another way.
        """
        check_period(period)
        found = self._subject(entity, concept, first).get(period)
        if found is None and concept in definitions():
            found = self._sum(entity, concept, period, first)
        return found if found is not None else self._missing(entity, concept, period)

    def _sum(self, entity: str, concept: str, period: str, first: bool) -> Fact | None:
        for definition in definitions()[concept]:
            terms = [(sign, self.get(entity, part, period, first=first)) for sign, part in definition]
            parts = [fact for _, fact in terms]
            known = all(fact.value is not None for fact in parts)
            if known and len({(fact.unit, fact.start, fact.end) for fact in parts}) == 1:
                return combined(terms, parts[0].start, parts[0].end, self._year_ends(entity), concept)
        return None

    def _missing(self, entity: str, concept: str, period: str) -> Fact:
        units = Counter(fact.unit for fact in self._by_subject.get((entity, concept), ()))
        return Fact(
            fact_id="",
            entity=entity,
            concept=concept,
            start=None,
            end=None,
            value=None,
            unit=next(iter(units)) if len(units) == 1 else "1",
            published=self.as_of,
            status="missing",
            period=period,
        )

    def find(self, entity: str | None = None, concept: str | None = None) -> list[Fact]:
        """All visible rows of an entity, a concept, or both, by period and then by precedence."""
        if entity is not None and concept is not None:
            rows: Iterable[Fact] = self._by_subject.get((entity, concept), ())
        elif concept is not None:
            rows = self._by_concept.get(concept, ())
        else:
            rows = (fact for fact in self.rows if entity in (None, fact.entity))
        return sorted(rows, key=lambda fact: (_last_day(fact), fact.period, precedence(fact)))

    def series(self, entity: str, concept: str, kind: str = "quarter") -> dict[str, Fact]:
        """The number period by period, in order of time: the best row each, else what follows from rows.

        Parameters
        ----------
        kind
            "quarter", "year" (as the firm counts years) or "point". Balances are found by quarter too.
        """
        found = {}
        for name in self._periods(entity, concept):
            fact = self.get(entity, concept, name)
            if not fact.missing and _matches(fact, name, kind):
                found[name] = fact
        return dict(sorted(found.items(), key=lambda item: (_last_day(item[1]), item[0])))

    def _periods(self, entity: str, concept: str) -> frozenset[str]:
        """Names of periods for which the number is told, or may follow from what is told."""
        parts = {name for definition in definitions().get(concept, ()) for _, name in definition}
        return self._subject(entity, concept).periods.union(*(self._periods(entity, name) for name in parts))

    def latest(self, entity: str, concept: str) -> Fact:
        """The row with the latest end, best precedence first, else the newest sum; else missing."""
        rows = [fact for fact in self._by_subject.get((entity, concept), ()) if not fact.missing]
        if not rows:
            sums = (self.get(entity, concept, name) for name in sorted(self._periods(entity, concept)))
            known = [fact for fact in sums if not fact.missing]
            return max(known, key=_last_day, default=self._missing(entity, concept, "latest"))
        last = max(map(_last_day, rows))
        return min((fact for fact in rows if _last_day(fact) == last), key=precedence)

    def table(self, name: str) -> list[Record]:
        """Visible rows of a table with columns of its own, in the order of the file."""
        return list(self._by_table.get(name, ()))

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


def _matches(fact: Fact, name: str, kind: str) -> bool:
    actual = span_kind(fact.start, fact.end)
    if actual == "point":
        return kind == "quarter" if "Q" in name else kind == "point" and name == fact.period
    named = name == fact.period and not name.startswith("TTM")
    fiscal = kind != "year" or any(each.startswith("FY") for each in (fact.period, *fact.other_names))
    return actual == kind and named and fiscal
