"""Lanes do what NumPy does with arrays, bit for bit, and look nowhere but where they are told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numba import TypingError, njit

from rekening.lanes import every, floor, look_back, put, put_back, row, rows_of, sums_across, take, where
from rekening.numerics import LANES
from rekening.vector import exp, log

NUMBERS = arrays(np.float64, LANES, elements=st.floats(-1e9, 1e9, allow_subnormal=False))
NAMES = tuple(f"quantity_{number}" for number in range(LANES))
_rows = rows_of(NAMES)


@njit(error_model="numpy")
def _all_operations(a, b, out):
    x, y = take(a, 0), take(b, 0)
    larger = where((x > y) | (y >= 1e8), x, y)
    put(out, 0, (x + 2) * y - x / (abs(y) + 1))
    put(out, LANES, max(x, y) + min(-x, 0.5))
    put(out, 2 * LANES, where(x <= y, larger, every(3.0)))
    put(out, 3 * LANES, floor(x))


@settings(max_examples=200, deadline=None)
@given(NUMBERS, NUMBERS)
def test_arithmetic_is_numpys(a, b):
    out = np.zeros(4 * LANES)
    _all_operations(a, b, out)
    larger = np.where((a > b) | (b >= 1e8), a, b)
    expected = [
        (a + 2) * b - a / (np.abs(b) + 1),
        np.maximum(a, b) + np.minimum(-a, 0.5),
        np.where(a <= b, larger, 3.0),
        np.floor(a),
    ]
    assert np.array_equal(out, np.concatenate(expected))


@njit(error_model="numpy")
def _functions(a, out):
    x = take(a, 0)
    put(out, 0, exp(x))
    put(out, LANES, log(exp(x)))
    for lane in range(LANES):
        out[2 * LANES + lane] = exp(a[lane])
        out[3 * LANES + lane] = log(exp(a[lane]))


@settings(max_examples=200, deadline=None)
@given(arrays(np.float64, LANES, elements=st.floats(-700, 700)))
def test_exp_and_log_give_the_bits_of_plain_numbers(a):
    out = np.zeros(4 * LANES)
    _functions(a, out)
    assert np.array_equal(out[: 2 * LANES], out[2 * LANES :])
    np.testing.assert_allclose(out[:LANES], np.exp(a), rtol=5e-16)


@njit(error_model="numpy")
def _rows_by_name(array):
    path = _rows(array, 0)
    path.quantity_1 += path.quantity_0
    path.quantity_2 = row(path, 1) * 2
    return 0


def test_a_row_goes_by_its_name_or_its_number():
    array = np.arange(float(LANES * LANES))
    before = array.reshape(LANES, LANES).copy()
    _rows_by_name(array)
    after = array.reshape(LANES, LANES)
    assert np.array_equal(after[1], before[0] + before[1])
    assert np.array_equal(after[2], 2 * after[1])
    assert np.array_equal(after[[0, *range(3, LANES)]], before[[0, *range(3, LANES)]])


def test_a_name_that_is_not_there_is_refused():
    @njit
    def wrong(array):
        return take(array, 0) + _rows(array, 0).quantity_x

    with pytest.raises(TypingError, match="quantity_x"):
        wrong(np.zeros(LANES * LANES))


@njit(error_model="numpy")
def _look(ring, rows, out):
    offsets = np.zeros(LANES, np.int64)
    put_back(offsets, 0, take(rows, 0))
    for here in range(ring.size // LANES - LANES, ring.size // LANES):
        put(out, here * LANES, look_back(ring, here * LANES, offsets, 0))


@given(st.lists(st.integers(0, LANES), min_size=LANES, max_size=LANES))
def test_each_lane_looks_back_as_far_as_it_should(back):
    ring = np.arange(float(2 * LANES * LANES))
    out = np.zeros_like(ring)
    _look(ring, np.asarray(back, dtype=np.float64), out)
    table = ring.reshape(-1, LANES)
    for here in range(LANES, 2 * LANES):
        expected = [table[here - back[lane], lane] for lane in range(LANES)]
        assert np.array_equal(out.reshape(-1, LANES)[here], expected)


@njit(error_model="numpy")
def _sums(array, out):
    put(out, 0, sums_across(_rows(array, 0), 0))


@given(arrays(np.float64, (LANES, LANES), elements=st.floats(-1e9, 1e9)))
def test_sums_are_over_lanes_in_a_fixed_order(table):
    out = np.zeros(LANES)
    _sums(table.reshape(-1).copy(), out)
    expected = table
    while expected.shape[1] > 1:
        expected = expected[:, ::2] + expected[:, 1::2]
    assert np.array_equal(out, expected[:, 0])
