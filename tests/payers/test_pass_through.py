"""Weyl and Fabinger's pass-through against closed forms and against markets solved by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from rekening.errors import InputError
from rekening.payers.pass_through import (
    cournot_conduct,
    inverse_marginal_surplus_constant_elasticity,
    inverse_marginal_surplus_linear,
    pass_through,
)

EXACT = 1e-12
elasticity = st.floats(0.05, 8)


@given(elasticity, elasticity)
def test_perfect_competition(demand, supply):
    found = float(pass_through(demand, supply, 0.0, np.inf))
    assert found == pytest.approx(supply / (supply + demand), rel=EXACT)


@given(elasticity)
def test_monopoly_with_linear_demand_passes_on_half(demand):
    curvature = inverse_marginal_surplus_linear(demand)
    assert float(pass_through(demand, np.inf, 1.0, curvature)) == pytest.approx(1 / 2, rel=EXACT)


@given(st.floats(1.05, 20))
def test_monopoly_with_constant_elasticity_passes_on_more_than_all(demand):
    curvature = inverse_marginal_surplus_constant_elasticity(demand)
    expected = demand / (demand - 1)
    assert float(pass_through(demand, np.inf, 1.0, curvature)) == pytest.approx(expected, rel=EXACT)


@given(st.integers(1, 50), elasticity)
def test_cournot_with_linear_demand(firms, demand):
    found = pass_through(demand, np.inf, cournot_conduct(firms), inverse_marginal_surplus_linear(demand))
    assert float(found) == pytest.approx(firms / (firms + 1), rel=EXACT)


@given(st.integers(2, 50), st.floats(1.05, 20))
def test_cournot_with_constant_elasticity(firms, demand):
    curvature = inverse_marginal_surplus_constant_elasticity(demand)
    found = pass_through(demand, np.inf, cournot_conduct(firms), curvature)
    assert float(found) == pytest.approx(firms * demand / (firms * demand - 1), rel=EXACT)


def test_monopoly_with_linear_demand_and_rising_marginal_cost_solved_by_hand():
    # p = a - b q, marginal cost c + s q + t: q = (a - c - t) / (2 b + s), so dp/dt = b / (2 b + s).
    a, b, c, slope = 10.0, 1.0, 2.0, 0.5
    quantity = (a - c) / (2 * b + slope)
    demand_elasticity = (a - b * quantity) / (b * quantity)
    supply_elasticity = (c + slope * quantity) / (slope * quantity)
    found = float(pass_through(demand_elasticity, supply_elasticity, 1.0, 1.0))
    assert found == pytest.approx(b / (2 * b + slope), rel=EXACT)


def test_cournot_market_solved_numerically_agrees():
    firms, demand, cost, step = 5, 3.0, 1.0, 1e-6

    def price(unit_cost):
        # Symmetric first-order condition with p = Q**(-1/e): p (1 - 1/(n e)) = cost.
        return brentq(lambda p: p * (1 - 1 / (firms * demand)) - unit_cost, 0.1, 10)

    slope = (price(cost + step) - price(cost - step)) / (2 * step)
    curvature = inverse_marginal_surplus_constant_elasticity(demand)
    assert float(pass_through(demand, np.inf, cournot_conduct(firms), curvature)) == pytest.approx(
        slope, rel=1e-6
    )


def test_an_unstable_market_is_refused():
    with pytest.raises(InputError, match="stable"):
        pass_through(0.9, np.inf, 1.0, inverse_marginal_surplus_constant_elasticity(0.9))
