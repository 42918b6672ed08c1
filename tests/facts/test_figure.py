"""Figures: units, evidence, lineage and dependence survive arithmetic."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Figure, Grade, InputError
from rekening.facts import Lineage, drawn, kept, quantiles, uniform_draws

numbers = st.floats(-1e12, 1e12)


def uncertain(name: str, unit: str = "USD", grade: Grade = Grade.ASSUMED) -> Figure:
    return Figure.of(uniform_draws(name), unit, grade, Lineage(parameters=frozenset({name})))


def test_difference_with_itself_is_zero_with_no_width() -> None:
    figure = uncertain("price")
    assert (figure - figure).interval() == (0, 0)


def test_draws_belong_to_the_name_and_a_shorter_run_is_a_prefix() -> None:
    assert np.array_equal(uniform_draws("a", 10), uniform_draws("a", 100)[:10])
    assert not np.array_equal(uniform_draws("a", 10), uniform_draws("b", 10))
    assert np.array_equal(uniform_draws("a", 10, 7), uniform_draws("a", 100)[7:17])
    assert not np.array_equal(uniform_draws("a", 10), uniform_draws("a", 10, seed=2))


def test_all_figures_have_as_many_draws_as_is_asked():
    before = uniform_draws("a")
    with drawn(20, 1):
        assert np.array_equal(uniform_draws("a"), before[:20])
    with drawn(20, 2):
        assert np.array_equal(uniform_draws("a"), uniform_draws("a", 20, seed=2))
    assert uniform_draws("a") is before


def test_draws_of_different_names_are_unrelated() -> None:
    draws = np.vstack([uniform_draws(f"parameter_{number}") for number in range(30)])
    correlation = np.corrcoef(draws) - np.eye(30)
    assert np.abs(correlation).max() < 5 / np.sqrt(draws.shape[1])


@given(st.sampled_from(list(Grade)[:-1]), st.sampled_from(list(Grade)[:-1]))
def test_grade_of_a_result_is_the_weakest_and_never_reported(left: Grade, right: Grade) -> None:
    result = Figure.of(1, "USD", left) + Figure.of(2, "USD", right)
    assert result.grade is max(left, right, Grade.DERIVED)


@given(numbers, numbers)
def test_lineage_is_merged(left: float, right: float) -> None:
    a = Figure.of(left, "USD", Grade.REPORTED, Lineage(facts=frozenset({"a"})))
    b = Figure.of(right, "USD", Grade.REPORTED, Lineage(facts=frozenset({"b"}), parameters=frozenset({"p"})))
    for result in (a + b, a - b, a * b, a.maximum(b), Figure.total([a, b])):
        assert result.lineage == Lineage(frozenset({"a", "b"}), frozenset({"p"}))


@given(numbers)
def test_a_missing_input_makes_the_result_missing(value: float) -> None:
    known, unknown = Figure.of(value, "USD"), Figure.unknown("USD")
    for result in (known + unknown, unknown - known, known * unknown, unknown.minimum(known)):
        assert result.missing
        assert np.isnan(result.central)


def test_units_multiply_and_cancel() -> None:
    power, hours, price = Figure.of(100, "MW"), Figure.of(8766, "hour"), Figure.of(0.05, "USD/kWh")
    cost = (power * hours * price).to("USD")
    assert cost.central == pytest.approx(100e3 * 8766 * 0.05)
    assert (cost / cost).unit == "1"


def test_dollars_and_euros_do_not_add() -> None:
    with pytest.raises(InputError, match="measure different things"):
        Figure.of(1, "USD") + Figure.of(1, "EUR")


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(InputError, match="division by zero"):
        Figure.of(1, "USD") / Figure.of(0, "USD")


def test_beside_what_may_be_nothing_a_size_is_unknown() -> None:
    sales = Figure.of(np.array([0.0, 2.0]), "USD")
    assert Figure.of(1, "USD").over(sales).missing
    assert Figure.of(1, "USD").over(Figure.of(2, "USD")).central == 0.5


def test_draws_without_end_have_no_number_between_them() -> None:
    with warnings.catch_warnings(action="error"):
        assert Figure.of(np.array([1.0, 2.0, np.inf]), "1").central == 2
        endless = Figure.of(np.array([1.0, 2.0, np.inf, np.inf]), "1")
        assert not np.isfinite([endless.central, endless.interval()[1]]).any()


def test_interval_of_a_uniform() -> None:
    low, high = uncertain("wide").interval()
    assert (low, high) == pytest.approx((0.1, 0.9), abs=0.02)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.lists(st.floats(0, 1), min_size=1, max_size=4)
)
def test_quantiles_are_those_of_numpy(draws, levels):
    found = quantiles(np.asarray(draws), levels)
    np.testing.assert_allclose(found, np.quantile(draws, levels), rtol=1e-12, atol=1e-9)


def test_quantiles_of_what_is_partly_unknown_are_unknown():
    draws = np.asarray([[1.0, 1.0], [2.0, np.nan], [4.0, 3.0]])
    np.testing.assert_array_equal(quantiles(draws, (0.5, 0.75)), [[2, np.nan], [3, np.nan]])


def test_two_threads_that_ask_for_the_same_share_the_work():
    begun, done = [], Event()

    @kept(4)
    def slow(name: str) -> str:
        begun.append(name)
        done.wait(5)
        return name * 2

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(slow, "a") for _ in range(2)]
        done.set()
        assert [each.result() for each in asked] == ["aa", "aa"]
    assert begun == ["a"]
