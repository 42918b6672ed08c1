"""What a currency is worth in another: one rule, by the newest day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, Grade
from rekening.facts.exchange import exchange_rate

CURRENCIES = ("USD", "EUR", "GBP", "CHF", "JPY")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load(as_of="2025-11-03")


def test_rates_are_those_that_were_published(facts: Facts) -> None:
    """October 2025 on average: a dollar was 0.8590 euro and 151.3545 yen."""
    assert exchange_rate(facts, "USD", "EUR").central == pytest.approx(0.8590)
    assert 1 / exchange_rate(facts, "JPY", "USD").central == pytest.approx(151.3545)


def test_a_rate_of_a_day_goes_before_the_average_of_an_earlier_month() -> None:
    """The rate of 4 July 2025 is newer than the average of June."""
    rate = exchange_rate(Facts.load(as_of="2025-07-08"), "EUR", "USD")
    assert rate.central == 1.177
    assert rate.grade is Grade.REPORTED


@given(st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES))
def test_there_and_back_and_around_is_nothing_won(first: str, second: str, third: str) -> None:
    facts = Facts.load(as_of="2025-11-03")
    there = exchange_rate(facts, first, second)
    assert (there * exchange_rate(facts, second, first)).central == pytest.approx(1)
    around = there * exchange_rate(facts, second, third)
    assert around.central == pytest.approx(exchange_rate(facts, first, third).central)
    assert first == second or there.unit == f"{second}/{first}"


def test_a_computed_rate_is_derived_and_rests_on_its_rows(facts: Facts) -> None:
    rate = exchange_rate(facts, "GBP", "EUR")
    assert rate.grade is Grade.DERIVED
    assert {facts.row(name).entity for name in rate.lineage.facts} == {"uk", "euro_area"}


def test_a_rate_that_nobody_published_is_missing(facts: Facts) -> None:
    assert exchange_rate(facts, "SEK", "USD").missing
    assert exchange_rate(Facts.load(as_of="2021-06-01"), "EUR", "USD").missing
