"""Shocks: published values of the generator, quality, and that a shock belongs to its address alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy.special import ndtri
from scipy.stats import kstest

from rekening.futures.draws import DrawCache, normals
from rekening.numerics import LANES
from rekening.vector import exp, log, normal_quantile_central, normal_quantile_tail, philox

QUARTERS = np.arange(8103, 8124)


@njit
def _philox(counter, key):
    return philox(
        np.uint64(counter[0]), np.uint64(counter[1]), np.uint64(counter[2]), np.uint64(counter[3]),
        np.uint64(key[0]), np.uint64(key[1]),
    )  # fmt: skip


# Known-answer vectors of the authors' Random123 library, kat_vectors, philox4x32 with 10 rounds.
@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0xFFFFFFFF,) * 4,
            (0xFFFFFFFF,) * 2,
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_generator_gives_the_published_words(counter, key, words):
    assert tuple(int(word) for word in _philox(counter, key)) == words


@njit(error_model="numpy")
def _functions(x, u):
    quantile = np.empty(u.size)
    for k in range(u.size):
        z, w = normal_quantile_central(u[k])
        quantile[k] = z if w < 6.25 else normal_quantile_tail(u[k])
    exponential, logarithm = np.empty(x.size), np.empty(x.size)
    for k in range(x.size):
        exponential[k] = exp(x[k])
        logarithm[k] = log(exp(x[k]))
    return exponential, logarithm, quantile


def test_functions_are_exact_to_a_few_units_in_the_last_place():
    x = np.linspace(-30, 30, 20_001)
    u = np.concatenate(
        [2.0 ** -np.arange(2, 53), 1 - 2.0 ** -np.arange(2, 53), np.linspace(1e-6, 0.4999, 999)]
    )
    exponential, logarithm, quantile = _functions(x, u)
    np.testing.assert_allclose(exponential, np.exp(x), rtol=5e-16)
    np.testing.assert_allclose(logarithm, x, rtol=1e-15, atol=1e-15)
    np.testing.assert_allclose(quantile, ndtri(u), rtol=5e-15)


@given(
    first=st.integers(0, 5_000),
    paths=st.integers(1, 700),
    quarters=st.integers(1, 21),
    shocks=st.integers(1, 6),
)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_shock_belongs_to_its_address(first, paths, quarters, shocks):
    whole = normals(7, "meta", QUARTERS, 6, 0, 6_000)
    part = normals(7, "meta", QUARTERS[:quarters], shocks, first, paths)
    assert np.array_equal(part, whole[:quarters, :shocks, first : first + paths])


def test_seed_and_entity_change_every_shock():
    one = normals(1, "meta", QUARTERS, 5, 0, 500)
    for other in (normals(2, "meta", QUARTERS, 5, 0, 500), normals(1, "oracle", QUARTERS, 5, 0, 500)):
        assert not np.any(one == other)


def test_shocks_look_standard_normal_and_unrelated():
    z = normals(11, "alphabet", QUARTERS, 5, 0, 40_000)
    flat = z.reshape(-1, 40_000)
    assert abs(z.mean()) < 4 / np.sqrt(z.size)
    assert abs(z.std() - 1) < 4 / np.sqrt(2 * z.size)
    assert abs((z**4).mean() - 3) < 4 * np.sqrt(96 / z.size)
    assert kstest(z.ravel()[::7], "norm").pvalue > 1e-3
    correlation = np.corrcoef(flat)
    assert np.abs(correlation - np.eye(len(flat))).max() < 5 / np.sqrt(40_000)
    neighbours = np.corrcoef(flat[0][:-1], flat[0][1:])[0, 1]
    assert abs(neighbours) < 4 / np.sqrt(40_000)
    tail = (np.abs(z) > ndtri(0.9995)).mean()
    assert abs(tail - 0.001) < 5 * np.sqrt(0.001 / z.size)


def test_cache_gives_the_same_shocks_and_forgets_the_oldest():
    cache = DrawCache(limit=3 * 21 * 5 * LANES * 8)
    drawn = cache.normal_tiles(1, "meta", QUARTERS, 5, 0, 1)
    assert np.shares_memory(cache.normal_tiles(1, "meta", QUARTERS, 5, 0, 1), drawn)
    assert np.array_equal(drawn[0], normals(1, "meta", QUARTERS, 5, 0, LANES))
    with pytest.raises(ValueError, match="read-only"):
        drawn[0, 0, 0, 0] = 1
    for first in (LANES, 2 * LANES, 3 * LANES):
        cache.normal_tiles(1, "meta", QUARTERS, 5, first, 1)
    assert not np.shares_memory(cache.normal_tiles(1, "meta", QUARTERS, 5, 0, 1), drawn)


def test_cache_gives_a_later_start_as_a_part_and_draws_an_earlier_one():
    cache = DrawCache()
    cache.normal_tiles(1, "meta", QUARTERS[2:10], 5, 0, 2)
    for quarters in (QUARTERS[4:9], QUARTERS[:5], QUARTERS[8:]):
        found = cache.normal_tiles(1, "meta", quarters, 5, 0, 2)
        assert not found.flags.writeable
        whole = np.moveaxis(found, 0, 2).reshape(len(quarters), 5, -1)
        assert np.array_equal(whole, normals(1, "meta", quarters, 5, 0, 2 * LANES))
