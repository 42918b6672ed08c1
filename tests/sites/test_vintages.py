"""Investment by quarter, what is in service, depreciation and a change of useful life."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.facts import Facts, Figure, Quarter
from rekening.sites.vintages import (
    ages,
    depreciation,
    in_service,
    investment,
    lost_at_once,
    profit_effect,
    quarterly,
    share_in_service,
    written_off,
)


@pytest.fixture(scope="module")
def facts():
    return Facts.load("2025-11-03")


def year(figure: float) -> Figure:
    return Figure.of(figure, "year")


@pytest.mark.parametrize(("firm", "label"), [("alphabet", "2022"), ("alphabet", "2024"), ("amazon", "2023")])
def test_quarters_sum_to_the_year_that_the_firm_told(facts, firm, label):
    found = quarterly(facts, firm, "capex")
    total = sum(found[Quarter(int(label), number)].central for number in range(1, 5))
    told = facts.get(firm, "capex", label).value
    assert total == pytest.approx(told, rel=1e-9)


def test_fiscal_years_land_in_the_quarters_that_hold_most_of_their_days(facts):
    found = quarterly(facts, "oracle", "capex")
    fiscal = [Quarter(2024, 3), Quarter(2024, 4), Quarter(2025, 1), Quarter(2025, 2)]
    assert sum(found[quarter].central for quarter in fiscal) == pytest.approx(21_215e6, rel=1e-3)


def test_nothing_from_the_future_enters(facts):
    assert max(investment(facts, "meta")) == Quarter(2025, 3)


def test_microsofts_finance_leases_count_as_its_assets(facts):
    assert (
        investment(facts, "microsoft")[Quarter(2025, 3)].central
        > quarterly(facts, "microsoft", "capex")[Quarter(2025, 3)].central
    )


@given(st.floats(0.01, 2), st.floats(0.5, 8))
def test_an_asset_is_in_service_from_its_lag_to_the_end_of_its_life(lag, life):
    age = np.asarray([lag / 2, lag, lag + life / 2, lag + life * 1.001])
    np.testing.assert_array_equal(share_in_service(age, np.asarray(lag), np.asarray(life)), [0, 1, 1, 0])


def test_dollars_in_service_of_two_vintages():
    spending = {Quarter(2020, 1): Figure.of(8.0, "USD"), Quarter(2024, 1): Figure.of(5.0, "USD")}
    now = date(2024, 12, 31)
    assert in_service(spending, now, year(0.25), year(10)).central == 13
    assert in_service(spending, now, year(0.25), year(4)).central == 5
    assert in_service(spending, now, year(2), year(10)).central == 8
    assert in_service({}, now, year(1), year(1)).missing
    assert ages([Quarter(2024, 1)], now)[0] == pytest.approx(0.874, abs=0.01)


@given(st.lists(st.floats(1, 100), min_size=1, max_size=6), st.floats(1, 8))
def test_depreciation_over_a_whole_life_gives_back_the_cost(spending, life):
    start = np.arange(len(spending), dtype=float)
    at = np.linspace(0, len(spending) + life, 4001)
    charged = depreciation(np.asarray(spending), life, start, at)
    total = np.sum((charged[1:] + charged[:-1]) / 2 * np.diff(at)[:, None], axis=0)
    np.testing.assert_allclose(total, spending, rtol=0.01)


def test_a_longer_life_lifts_profit_now_and_lowers_it_later_by_as_much():
    spending, start = np.asarray([100.0]), np.asarray([0.0])
    at = np.linspace(2, 8, 60_001)
    effect = profit_effect(spending, start, at, old_life=4, new_life=6, change=2.0)
    # Half is written off; the other half now takes four years instead of two: 25 becomes 12.5 a year.
    assert effect[0] == pytest.approx(12.5)
    assert effect[30_000] == pytest.approx(-12.5)
    assert np.trapezoid(effect, at) == pytest.approx(0, abs=0.01)


def test_an_unchanged_life_changes_nothing():
    effect = profit_effect(
        np.asarray([10.0, 20.0]),
        np.asarray([0.0, 1.0]),
        np.asarray([2.0, 3.0]),
        old_life=5,
        new_life=5,
        change=2,
    )
    np.testing.assert_allclose(effect, 0, atol=1e-12)


@given(
    st.lists(st.floats(1, 100), min_size=1, max_size=5),
    st.lists(st.floats(0.5, 30), min_size=3, max_size=3),
    st.floats(-2, 12),
)
def test_what_is_written_off_is_the_integral_of_depreciation(spending, lives, when):
    """Whether or not a vintage is past its life, and life by life."""
    start = np.arange(len(spending), dtype=float)
    elapsed = when - start[np.newaxis]
    found = written_off(np.asarray(spending)[:, np.newaxis], np.asarray(lives), elapsed)
    for place, life in enumerate(lives):
        by_hand = sum(s * min(max(when - b, 0) / life, 1) for s, b in zip(spending, start, strict=True))
        assert found[0, place] == pytest.approx(by_hand, rel=1e-12, abs=1e-12)


def test_what_is_past_its_new_life_is_lost_at_once_and_the_rest_is_not():
    spending, start = np.asarray([100.0, 100.0, 100.0]), np.asarray([-4.0, -2.0, 1.0])
    # of the first, four years old, a fifth is left after four of five years; the second goes on
    assert lost_at_once(spending, start, old_life=5, new_life=3, change=0) == pytest.approx(20)
    assert lost_at_once(spending, start, old_life=5, new_life=6, change=0) == 0


def test_a_life_cut_short_costs_in_all_what_was_left():
    """Effects over all years and what is lost at once add up to nothing gained: the dollar counts once."""
    spending, start = np.asarray([60.0, 100.0]), np.asarray([-4.0, -1.0])
    at = np.linspace(0, 10, 100_001)
    effect = profit_effect(spending, start, at, old_life=5, new_life=3, change=0)
    lost = lost_at_once(spending, start, old_life=5, new_life=3, change=0)
    assert np.trapezoid(effect, at) - lost == pytest.approx(0, abs=0.01)
