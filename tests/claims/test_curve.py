"""The zero curve: what always holds, and what is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, InputError
from rekening.claims import ZeroCurve

TENORS = np.array([0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30])
DAY = date(2025, 11, 3)


@given(
    st.floats(0.0, 0.08),
    st.lists(st.floats(-0.005, 0.005), min_size=TENORS.size, max_size=TENORS.size),
    st.integers(1, TENORS.size),
)
def test_par_yields_come_back(level: float, bumps: list[float], count: int) -> None:
    yields = level + np.array(bumps)[:count]
    curve = ZeroCurve(DAY, TENORS[:count], yields)
    again = [curve.par_yield(tenor) for tenor in TENORS[:count].tolist()]
    np.testing.assert_allclose(again, yields, rtol=0, atol=1e-12)


@given(st.floats(0.0001, 0.15))
def test_a_flat_curve(rate: float) -> None:
    curve = ZeroCurve(DAY, TENORS, np.full(TENORS.size, rate))
    years = np.array([0.5, 1, 5, 10, 30])
    np.testing.assert_allclose(curve.discount(years), (1 + rate / 2) ** (-2 * years), rtol=1e-12)
    np.testing.assert_allclose(curve.zero_rate(years), rate, rtol=1e-9)
    np.testing.assert_allclose(curve.forward_rates(years, years + 0.5), rate, rtol=1e-9)


def test_worth_today_and_later() -> None:
    curve = ZeroCurve(DAY, TENORS, np.linspace(0.03, 0.05, TENORS.size))
    dates = np.array(["2026-05-03", "2030-11-03", "2060-11-03"], dtype="datetime64[D]")
    amounts = np.array([10.0, 20.0, 30.0])
    assert curve.discount(0.0) == 1
    now = curve.present_value(dates, amounts)
    later = curve.present_value(dates, amounts, on=date(2026, 5, 1))
    assert later * curve.discount(178 / 360) == pytest.approx(now)
    half = curve.discount(0.5)
    assert curve.present_value(dates, amounts, on=date(2026, 5, 3)) == pytest.approx((now - 10 * half) / half)
    spread = curve.spread(dates, amounts, 0.8 * later, on=date(2026, 5, 1))
    assert curve.present_value(dates, amounts, on=date(2026, 5, 1), spread=spread) == pytest.approx(
        0.8 * later
    )


@pytest.mark.parametrize(
    ("tenors", "yields", "word"),
    [
        ([], [], "0 tenors"),
        ([1, 2], [0.03], "2 tenors and 1 yields"),
        ([2, 1], [0.03, 0.03], "rise"),
        ([0, 1], [0.03, 0.03], "above 0"),
        ([1, 2], [0.03, float("nan")], "not finite"),
        ([1, 2.3], [0.03, 0.03], "half years"),
        ([1, 30], [0.01, 3.0], "discount factor"),
    ],
)
def test_bad_curves(tenors: list[float], yields: list[float], word: str) -> None:
    with pytest.raises(InputError, match=word):
        ZeroCurve(DAY, np.array(tenors), np.array(yields))


def test_bad_questions_to_a_curve() -> None:
    curve = ZeroCurve(DAY, TENORS, np.full(TENORS.size, 0.04))
    flows = np.array(["2030-01-01"], dtype="datetime64[D]"), np.array([1.0])
    with pytest.raises(InputError, match="tenor"):
        curve.par_yield(0)
    with pytest.raises(InputError, match="day 0"):
        curve.present_value(*flows, on=date(2025, 11, 2))
    with pytest.raises(InputError, match="above 0"):
        curve.spread(*flows, -1.0)


def test_no_curve_before_the_first_day_of_the_facts() -> None:
    early = Facts.load(as_of="2021-06-30")
    with pytest.raises(InputError, match="Treasury"):
        ZeroCurve.of_treasuries(early)
