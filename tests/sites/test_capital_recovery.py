"""Capital recovery, annuities, levelised cost and user cost."""

from __future__ import annotations

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.errors import InputError
from rekening.sites.recovery import (
    annuity_factor,
    capital_recovery_factor,
    depreciation_allowance,
    levelised_cost,
    user_cost_factor,
)

rates = st.floats(-0.5, 1.0)
lives = st.floats(0.1, 60)


def test_agrees_with_numpy_financial_on_a_thousand_random_cases():
    random = np.random.default_rng(1)
    rate, life = random.uniform(-0.2, 0.4, 1000), random.integers(1, 50, 1000)
    np.testing.assert_allclose(capital_recovery_factor(rate, life), -npf.pmt(rate, life, 1.0), rtol=1e-12)
    np.testing.assert_allclose(annuity_factor(rate, life), -npf.pv(rate, life, 1.0), rtol=1e-12)


def test_levelised_cost_agrees_with_numpy_financial_on_a_thousand_random_cases():
    random = np.random.default_rng(2)
    for _ in range(1000):
        years, rate = random.integers(2, 40), random.uniform(-0.05, 0.3)
        costs, outputs = random.uniform(0, 100, years), random.uniform(1, 50, years)
        expected = npf.npv(rate, costs) / npf.npv(rate, outputs)
        assert levelised_cost(costs, outputs, rate) == pytest.approx(expected, rel=1e-12)


def test_levelised_cost_of_an_asset_is_its_capital_recovery_when_output_is_level():
    years, rate = 20, 0.07
    costs, outputs = np.zeros(years + 1), np.ones(years + 1)
    costs[0], outputs[0] = 1000, 0
    assert levelised_cost(costs, outputs, rate) == pytest.approx(1000 * capital_recovery_factor(rate, years))


def test_special_cases():
    assert capital_recovery_factor(0.0, 8) == 1 / 8
    assert capital_recovery_factor(0.06, np.inf) == pytest.approx(0.06)
    assert depreciation_allowance(0.0, 5) == 1
    assert user_cost_factor(0.09, 5, 0.25, 1.0) == pytest.approx(capital_recovery_factor(0.09, 5))


def test_near_zero_rates_are_continuous():
    assert annuity_factor(1e-12, 30) == pytest.approx(30, rel=1e-9)


@given(rates, lives)
def test_recovery_pays_back_exactly(rate, life):
    assert float(annuity_factor(rate, life) * capital_recovery_factor(rate, life)) == pytest.approx(1)


@given(st.floats(-0.2, 0.5), st.floats(0.001, 0.2), lives)
def test_a_higher_rate_costs_more_and_a_longer_life_less(rate, step, life):
    assert capital_recovery_factor(rate + step, life) > capital_recovery_factor(rate, life)
    assert capital_recovery_factor(rate, life + step) < capital_recovery_factor(rate, life)


@given(st.floats(0.01, 0.3), st.floats(2, 30), st.floats(0.05, 0.5))
def test_user_cost_at_economic_depreciation_is_recovery_plus_tax_on_the_return(rate, life, tax):
    recovery = capital_recovery_factor(rate, life)
    expected = recovery + tax / (1 - tax) * (recovery - 1 / life)
    found = user_cost_factor(rate, life, tax, depreciation_allowance(rate, life))
    assert float(found) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(
    ("rate", "life", "word"),
    [(-1.0, 5, "rate"), (0.05, 0.0, "life"), (0.05, -1.0, "life"), (0.0, np.inf, "endless")],
)
def test_bad_rates_and_lives_are_named(rate, life, word):
    with pytest.raises(InputError, match=word):
        annuity_factor(rate, life)


def test_nothing_produced_has_no_levelised_cost():
    with pytest.raises(InputError, match="output"):
        levelised_cost(np.ones(3), np.zeros(3), 0.05)


def test_a_tax_on_all_profit_is_refused():
    with pytest.raises(InputError, match="tax rate"):
        user_cost_factor(0.05, 5, 1.0, 1.0)
