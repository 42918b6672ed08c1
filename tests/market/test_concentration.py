"""Concentration from incomplete shares, and what credit adds to an hour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.assumptions import Scenario
from rekening.facts import Facts
from rekening.market.concentration import MARKETS, concentration, cr_bounds, hhi_bounds, latest_by_market
from rekening.market.moat import moat

NO_GROUPS = np.zeros(0)


@pytest.fixture(scope="module")
def newest():
    return Facts.load("2026-06-20")


def test_complete_shares_leave_no_doubt():
    low, high = hhi_bounds(np.asarray([0.5, 0.3, 0.2]), NO_GROUPS)
    assert float(low) == pytest.approx(3800)
    assert float(high) == pytest.approx(3800, abs=1e-6)
    assert [float(end) for end in cr_bounds(np.asarray([0.5, 0.3, 0.2]), NO_GROUPS)] == pytest.approx([1, 1])


def test_a_monopoly_and_equal_sellers():
    assert float(hhi_bounds(np.asarray([1.0]), NO_GROUPS)[0]) == 10_000
    assert float(hhi_bounds(np.full(20, 0.05), NO_GROUPS)[0]) == pytest.approx(500)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=10), st.lists(st.floats(0.01, 1), max_size=10))
def test_the_truth_lies_within_the_bounds_when_the_largest_are_named(large, small):
    sizes = np.asarray(sorted([*large, *small], reverse=True))
    shares = sizes / sizes.sum()
    named = shares[: len(large)]
    low, high = hhi_bounds(named, NO_GROUPS)
    assert low - 1e-6 <= 10_000 * np.sum(shares**2) <= high + 1e-6
    least, most = cr_bounds(named, NO_GROUPS)
    assert least - 1e-9 <= shares[:4].sum() <= most + 1e-9


def test_bounds_of_the_facts_are_reproduced(newest):
    """The data set derives two of these by hand; the ranges must overlap with it."""
    for concept, entity, market, period in (
        ("hhi_cloud_infrastructure_world", "world", "cloud_infrastructure_world", "2023Q1"),
        ("hhi_ai_accelerators_revenue", "world", "ai_accelerators_revenue", "2026"),
        ("hhi_cloud_iaas_uk", "uk", "cloud_iaas_uk", "2024"),
    ):
        fact = newest.get(entity, concept, period)
        found = next(each for each in concentration(newest, market) if each.period == period)
        low, high = found.hhi.draws.min(), found.hhi.draws.max()
        assert low <= (fact.high or fact.value) * 1.01
        assert high >= (fact.low or fact.value) * 0.99


def test_a_quarter_of_which_only_a_small_seller_is_told_is_left_out():
    then = Facts.load("2025-11-03")
    periods = [each.period for each in concentration(then, "cloud_infrastructure_world")]
    assert "2025Q3" not in periods
    assert periods[-1] == "2025Q2"


def test_every_market_is_found_in_the_newest_facts(newest):
    assert {each.market for each in latest_by_market(newest)} == set(MARKETS)
    for each in latest_by_market(newest):
        assert 0 < each.hhi.central <= 10_000
        assert each.shares[each.leader].central <= each.cr4.central + 1e-9


def test_dearer_loans_make_dearer_hours(newest):
    found = moat(newest, Scenario.load(), ("meta", "amazon", "coreweave", "nvidia"), "nvidia_h100")
    assert found[-1].firm == "coreweave"
    rates = [each.debt.central for each in found]
    assert rates == sorted(rates)
    assert found[0].extra.central == 0
    low, high = found[-1].extra.interval()
    assert 0 < low < high < 1
