"""Lock-in against logit demand written out customer by customer, and at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.market.lock_in import conduct_under_lock_in, kept_by_cost, rivalry_left

EXACT = 1e-9
STEP = 1e-5
concentration = st.floats(0.02, 1)
elasticity = st.floats(0.1, 5)
cost = st.floats(0, 2)


def sales(price, sellers, spread, moving):
    """Share of a seller that asks `price` where the others ask 1; customers are spread evenly at first."""

    def choose(own):
        worth = np.asarray([-price, *[-1.0] * (sellers - 1)]) / spread
        worth[own] += moving / spread
        return np.exp(worth[0]) / np.exp(worth).sum()

    return np.mean([choose(own) for own in range(sellers)])


@pytest.mark.parametrize("sellers", [2, 4, 7])
@pytest.mark.parametrize("moving", [0.0, 0.05, 0.3])
def test_elasticity_is_that_of_logit_demand_with_a_cost_of_switching(sellers, moving):
    market, share = 1.5, 1 / sellers
    spread = share / market
    slope = (sales(1 + STEP, sellers, spread, moving) - sales(1 - STEP, sellers, spread, moving)) / (2 * STEP)
    rivalry = rivalry_left(share, kept_by_cost(share, market, moving))
    conduct = conduct_under_lock_in(share, rivalry)
    assert float(market / conduct - market) == pytest.approx(-slope / share, rel=1e-6)


@given(concentration, elasticity)
def test_without_a_cost_of_moving_conduct_is_the_concentration(share, demand):
    kept = kept_by_cost(share, demand, 0.0)
    assert float(kept) == pytest.approx(share, rel=EXACT)
    assert float(conduct_under_lock_in(share, rivalry_left(share, kept))) == pytest.approx(share, rel=EXACT)


@given(concentration)
def test_where_all_are_held_each_seller_is_a_monopolist(share):
    assert float(conduct_under_lock_in(share, rivalry_left(share, 1.0))) == pytest.approx(1, rel=EXACT)


@given(concentration, elasticity, cost, cost)
def test_dearer_moves_never_leave_more_rivalry(share, demand, one, other):
    low, high = sorted((one, other))
    less, more = (rivalry_left(share, kept_by_cost(share, demand, each)) for each in (high, low))
    assert 0 <= less <= more + EXACT
    assert share <= conduct_under_lock_in(share, more) + EXACT
    assert conduct_under_lock_in(share, less) <= 1 + EXACT


def test_arrays_of_draws_pass_through():
    share = np.asarray([0.1, 0.5, 1.0])
    kept = kept_by_cost(share, np.asarray([1.0, 2.0, 3.0]), 0.2)
    assert conduct_under_lock_in(share, rivalry_left(share, kept)).shape == (3,)
    assert float(rivalry_left(1.0, 1.0)) == 1
