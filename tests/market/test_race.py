"""The race against closed forms, and its defining property: nobody gains by deviating."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.market.race import equilibrium, implied_prize, joint_scale, profit, reaction, shares

building = st.lists(st.floats(1, 100), min_size=2, max_size=6).map(np.asarray)
decisiveness = st.floats(0.1, 1.0).map(lambda r: np.asarray([r]))
elasticity = st.floats(0.05, 0.9).map(lambda b: np.asarray([b]))


@pytest.mark.parametrize("firms", [2, 3, 5, 10])
def test_tullock_contest_with_a_fixed_prize(firms: int) -> None:
    """Tullock (1980): n equal firms and a fixed prize V spend r V (n - 1) / n**2 each; here b is almost 0."""
    r, prize = 0.8, 100.0
    expected = r * prize * (firms - 1) / firms**2
    found = equilibrium(
        np.full(firms, 7.0),
        np.full(firms, prize),
        np.asarray([r]),
        np.asarray([1e-12]),
        np.zeros(firms, bool),
    )
    assert found == pytest.approx(expected, rel=1e-8)


@given(building, decisiveness, elasticity)
def test_what_firms_build_is_the_equilibrium_of_the_prizes_it_implies(
    k: np.ndarray, r: np.ndarray, b: np.ndarray
) -> None:
    prize = implied_prize(k, r, b)
    assert equilibrium(k * 1.2, prize, r, b, np.zeros(len(k), bool)) == pytest.approx(k, rel=1e-6)


@given(building, decisiveness, elasticity)
def test_nobody_gains_by_deviating(k: np.ndarray, r: np.ndarray, b: np.ndarray) -> None:
    prize = implied_prize(k, r, b)
    best = profit(k, prize, r, b)
    for firm in range(len(k)):
        for factor in (0.01, 0.3, 0.9, 1.1, 2.0, 10.0):
            other = k.copy()
            other[firm] *= factor
            assert profit(other, prize, r, b)[firm] <= best[firm] + 1e-9 * abs(best[firm])


@given(building, decisiveness, elasticity)
def test_joint_scale_is_the_best_common_scale(k: np.ndarray, r: np.ndarray, b: np.ndarray) -> None:
    prize = implied_prize(k, r, b)
    scale = float(joint_scale(k, prize, r, b))
    best = profit(k * scale, prize, r, b).sum()
    for factor in (0.5, 0.9, 1.1, 2.0):
        assert profit(k * scale * factor, prize, r, b).sum() <= best + 1e-9 * abs(best)


@given(st.integers(2, 8), decisiveness, elasticity)
def test_equal_firms_build_too_much_if_winning_a_share_pays_more_than_growing_the_prize(
    firms: int, r: np.ndarray, b: np.ndarray
) -> None:
    k = np.full(firms, 5.0)
    scale = float(joint_scale(k, implied_prize(k, r, b), r, b))
    assert np.sign(np.round(scale - 1, 9)) == np.sign(np.round(b - r, 9))[0]


@given(building, decisiveness, elasticity)
def test_reaction_agrees_with_solving_again(k: np.ndarray, r: np.ndarray, b: np.ndarray) -> None:
    prize = implied_prize(k, r, b)
    step = 1e-4
    for follower in range(1, len(k)):
        moved = k.copy()
        moved[0] *= 1 + step
        frozen = np.ones(len(k), bool)
        frozen[follower] = False
        answer = equilibrium(moved, prize, r, b, frozen)[follower]
        slope = np.log(answer / k[follower]) / np.log(1 + step)
        assert reaction(k, prize, r, b, 0)[follower] == pytest.approx(slope, rel=0.01, abs=2e-4)


@pytest.mark.parametrize("decisiveness", [0.7, 1.0])
def test_a_firm_that_stops_wins_nothing_and_the_others_share_the_prize(decisiveness: float) -> None:
    k, r, b = np.asarray([40.0, 30.0, 20.0]), np.asarray([decisiveness]), np.asarray([0.4])
    prize = implied_prize(k, r, b)
    stopped = equilibrium(k * [0, 1, 1], prize, r, b, np.asarray([True, False, False]))
    assert stopped[0] == 0
    assert shares(stopped, r)[0] == 0
    assert shares(stopped, r).sum() == pytest.approx(1)


def test_draws_on_the_first_axis() -> None:
    k = np.asarray([40.0, 30.0, 20.0])
    r, b = np.asarray([[0.4], [0.9]]), np.asarray([[0.2], [0.5]])
    prize = implied_prize(np.broadcast_to(k, (2, 3)), r, b)
    together = equilibrium(np.broadcast_to(k * 1.5, (2, 3)), prize, r, b, np.zeros(3, bool))
    assert together == pytest.approx(np.broadcast_to(k, (2, 3)), rel=1e-8)
