"""Scores of distributions against closed forms and their defining properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from rekening.futures.scores import (
    central_interval,
    continuous_ranked_probability_score,
    probability_integral_transform,
    skill,
)


@pytest.mark.parametrize("outcome", [-2.0, 0.0, 0.7, 3.0])
def test_normal_forecast_has_its_closed_form(outcome: float) -> None:
    """Gneiting and Raftery (2007), equation 21, with mean 0 and standard deviation 1."""
    sample = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    closed = outcome * (2 * norm.cdf(outcome) - 1) + 2 * norm.pdf(outcome) - 1 / np.sqrt(np.pi)
    score = continuous_ranked_probability_score(sample, np.asarray(outcome))
    assert float(score) == pytest.approx(closed, abs=1e-3)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(-1e6, 1e6))
def test_score_equals_its_definition(values: list[float], outcome: float) -> None:
    sample = np.asarray(values)
    pairs = np.abs(sample[:, None] - sample[None, :]).mean()
    expected = np.abs(sample - outcome).mean() - pairs / 2
    score = float(continuous_ranked_probability_score(sample, np.asarray(outcome)))
    assert score == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert score >= -1e-6


def test_one_value_scores_its_absolute_error() -> None:
    score = continuous_ranked_probability_score(np.asarray([[3.0], [5.0]]), np.asarray([4.0, 9.0]))
    assert score == pytest.approx([1, 4])


def test_transform_is_uniform_for_a_calibrated_forecast() -> None:
    rng = np.random.default_rng(7)
    transform = probability_integral_transform(rng.normal(size=(2_000, 500)), rng.normal(size=2_000))
    assert np.histogram(transform, bins=4, range=(0, 1))[0] / 2_000 == pytest.approx(0.25, abs=0.05)


def test_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(8)
    low, high = central_interval(rng.normal(size=(2_000, 500)), 0.8)
    outcome = rng.normal(size=2_000)
    assert np.mean((low <= outcome) & (outcome <= high)) == pytest.approx(0.8, abs=0.03)


def test_skill_of_half_the_score_is_a_half_and_blocks_widen_the_interval() -> None:
    rng = np.random.default_rng(9)
    shared = np.repeat(rng.gamma(2.0, size=10), 20)
    rival, block = 1 + rng.random(200), np.repeat(np.arange(10), 20)
    assert skill(rival / 2, rival, block)[0] == pytest.approx(0.5)
    by_block, by_case = skill(shared, rival, block), skill(shared, rival, np.arange(200))
    assert by_block[2] - by_block[1] > by_case[2] - by_case[1]
