"""Chances over a finite number of futures: Wilson's interval, and nothing where there is no count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from rekening.facts import Grade, Lineage, Plan, planned
from rekening.futures.chances import chance, wilson

Z95 = 1.959963984540054
NOTHING = Lineage()


@pytest.mark.parametrize(
    ("happened", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_intervals(happened, count, low, high):
    """Newcombe 1998, Statistics in Medicine 17:857, table I, method 3."""
    found = wilson(happened / count, count, np.asarray([-Z95, Z95]))
    assert found.round(4).tolist() == [low, high]


@given(st.integers(1, 20_000), st.floats(0, 1), st.sampled_from([0.5, 0.8, 0.95]))
def test_every_interval_of_the_draws_is_wilsons(count, part, level):
    happened = round(part * count)
    found = chance(np.arange(count) < happened, NOTHING)
    expected = binomtest(happened, count).proportion_ci(level, "wilson")
    assert found.interval(level) == pytest.approx((expected.low, expected.high), abs=1e-4)
    assert found.central == pytest.approx(happened / count, abs=1e-7)


def test_an_interval_holds_the_true_chance_as_often_as_it_says():
    truth, count, rounds = 0.03, 1_000, 2_000
    happened = np.random.default_rng(1).binomial(count, truth, rounds) / count
    ends = [chance_interval(share, count) for share in happened]
    assert np.mean([low <= truth <= high for low, high in ends]) == pytest.approx(0.8, abs=0.03)


def chance_interval(share, count):
    return wilson(share, count, np.asarray([-1.2815515655446004, 1.2815515655446004]))


def test_parts_of_futures_have_an_interval_that_is_wide_enough():
    parts = np.random.default_rng(1).uniform(0.1, 0.3, 4_000)
    low, high = chance(parts, NOTHING).interval()
    assert high - low > 2 * 1.28 * parts.std() / np.sqrt(len(parts))


def test_where_nothing_is_counted_there_is_no_interval():
    assert chance(True, NOTHING).certain
    with planned(Plan(count=8)):
        assert chance(np.arange(8) < 2, NOTHING).certain
        assert chance(np.arange(8) < 2, NOTHING).central == 0.25


def test_what_a_chance_rests_on_is_kept():
    lineage = Lineage(facts=frozenset({"a"}))
    found = chance(np.asarray([True, False]), lineage, Grade.DERIVED)
    assert found.lineage == lineage
    assert found.grade is Grade.DERIVED
