"""Facts as known on a day."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, Grade, InputError


@given(st.dates(date(2022, 6, 1), date(2026, 6, 20)))
def test_nothing_published_later_is_visible(when: date) -> None:
    facts = Facts.load(as_of=when)
    assert all(fact.published <= when for fact in facts.rows)
    assert all(record.published <= when for record in facts.records)


def test_meta_capex_of_a_quarter() -> None:
    fact = Facts.load(as_of="2025-11-03").get("meta", "capex", "2025Q3")
    assert fact.value == 18_829_000_000
    assert fact.unit == "USD"
    assert fact.published == date(2025, 10, 30)


def test_fiscal_quarter_maps_to_the_calendar_quarter_with_most_days() -> None:
    facts = Facts.load(as_of="2025-11-03")
    assert facts.get("oracle", "cash_and_equivalents", "2025Q3").end == date(2025, 8, 31)


def test_what_nobody_published_is_missing_not_zero() -> None:
    fact = Facts.load(as_of="2025-11-03").get("meta", "ai_revenue", "2025Q3")
    assert fact.missing
    assert fact.grade is Grade.UNKNOWN
    figure = fact.figure() * 2
    assert figure.missing


@pytest.mark.parametrize("when", ["1999-01-01", "2999-01-01", "soon"])
def test_a_day_outside_what_can_be_known(when: str) -> None:
    with pytest.raises(InputError, match=when):
        Facts.load(as_of=when)


def test_a_day_may_be_text_a_date_or_a_moment() -> None:
    views = {Facts.load(when).as_of for when in ("2025-11-03", date(2025, 11, 3), datetime(2025, 11, 3, 17))}
    assert views == {date(2025, 11, 3)}


def test_a_day_after_the_newest_row_says_how_old_it_is() -> None:
    facts = Facts.load("2026-07-20")
    assert facts.newest == date(2026, 6, 20)
    assert facts.age == 30
