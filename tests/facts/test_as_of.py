"""Hindsight: nothing published later reaches a view, and later rows change no earlier view."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts
from rekening.facts.concepts import definitions
from rekening.facts.rows import Fact

FIRST, LAST = date(2022, 6, 1), date(2026, 6, 20)
FIRMS = ("meta", "alphabet", "microsoft", "oracle")
CONCEPTS = ("revenue", "capex", "operating_cash_flow", "cash_and_equivalents", *definitions())
PERIODS = (
    "2022",
    "2024",
    "FY2025",
    "2025Q2",
    "2025Q3",
    "TTM@2025Q3",
    "TTM@2024-12-31",
    "2025-09-30",
    "FY2026",
)

days = st.dates(FIRST, LAST)
asked = st.tuples(st.sampled_from(FIRMS), st.sampled_from(CONCEPTS), st.sampled_from(PERIODS), st.booleans())


@cache
def everything() -> Facts:
    return Facts.load(LAST)


def told(facts: Facts, question: tuple[str, str, str, bool]) -> tuple[object, ...]:
    """All that a view says about a number, derived ones among it."""
    entity, concept, period, first = question
    fact = facts.get(entity, concept, period, first=first)
    series = facts.series(entity, concept)
    return fact, facts.latest(entity, concept), tuple(series.items()), facts.find(entity, concept)


@given(days, asked)
def test_what_follows_from_rows_is_known_no_earlier_than_they_are(
    when: date, question: tuple[str, str, str, bool]
) -> None:
    facts = everything().known_on(when)
    for fact in (facts.get(*question[:3], first=question[3]), *facts.series(*question[:2]).values()):
        if fact.missing:
            continue
        assert fact.published <= when
        parts = [facts.row(fact_id) for fact_id in fact.rests_on]
        if parts:
            assert fact.published == max(part.published for part in parts)
            assert fact.grade >= max(part.grade for part in parts)


@given(days, asked, st.lists(st.tuples(st.integers(1, 400), st.integers(0, 2**40)), min_size=1, max_size=5))
def test_later_rows_change_no_earlier_view(
    when: date, question: tuple[str, str, str, bool], later: list[tuple[int, int]]
) -> None:
    facts = everything()
    entity, concept, *_ = question
    old: list[Fact] = [fact for fact in facts.rows if (fact.entity, fact.concept) == (entity, concept)]
    new = tuple(
        replace(row, fact_id=f"new-{n}", value=float(value), published=when + timedelta(days=wait))
        for n, ((wait, value), row) in enumerate(zip(later, old, strict=False))
    )
    added = Facts(LAST + timedelta(days=800), (*facts.rows, *new), facts.records)
    assert told(added.known_on(when), question) == told(facts.known_on(when), question)


@given(days)
def test_tables_and_rows_are_cut_at_the_day(when: date) -> None:
    facts = everything().known_on(when)
    assert all(row.published <= when for row in (*facts.rows, *facts.records))
    assert facts.newest <= facts.as_of == when
    assert facts.age == (when - facts.newest).days
