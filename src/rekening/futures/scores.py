"""How good a forecast was that came as a distribution.

A forecast is a set of equally likely values; what came is one number. See Gneiting and
Raftery (2007), "Strictly proper scoring rules, prediction, and estimation", for the score, and Künsch (1989)
for the bootstrap.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rekening.facts import FloatArray
from rekening.numerics import INTERVAL, RESAMPLES

__all__ = [
    "central_interval",
    "continuous_ranked_probability_score",
    "probability_integral_transform",
    "skill",
]


def continuous_ranked_probability_score(sample: FloatArray, outcome: FloatArray) -> FloatArray:
    """Mean distance to what came, less half the mean distance between two draws; 0 is perfect.

    Parameters
    ----------
    sample
        Shape (..., n): n equally likely values a forecast, in the unit of the outcome.
    outcome
        Shape (...).

    Returns
    -------
    Shape (...), in the unit of the outcome. For a forecast of one value it is the absolute error.
    """
    ordered = np.sort(sample, axis=-1)
    count = ordered.shape[-1]
    distance = np.abs(ordered - np.asarray(outcome)[..., None]).mean(axis=-1)
    weights = 2 * np.arange(1, count + 1) - count - 1
    half_spread = (ordered * weights).sum(axis=-1) / count**2
    return np.asarray(distance - half_spread)


def probability_integral_transform(sample: FloatArray, outcome: FloatArray) -> FloatArray:
    """Share of the draws below what came, ties counted half; uniform on (0, 1) for a calibrated forecast."""
    outcome = np.asarray(outcome)[..., None]
    return np.asarray(((sample < outcome).mean(axis=-1) + (sample <= outcome).mean(axis=-1)) / 2)


def central_interval(sample: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Ends of the central interval that holds `level` of the draws; each of shape (...)."""
    tail = (1 - level) / 2
    low, high = np.quantile(sample, [tail, 1 - tail], axis=-1)
    return low, high


def skill(
    score: FloatArray, rival: FloatArray, block: NDArray[np.int64], level: float = INTERVAL, seed: int = 1
) -> tuple[float, float, float]:
    """Share by which a score is below that of a rival, with an interval from a block bootstrap.

    Parameters
    ----------
    score, rival
        Shape (n,), on a common scale; smaller is better.
    block
        Shape (n,): cases of one block (such as a quarter of origin) share their shocks, so whole blocks
        are drawn again with replacement.
    level
        Probability mass of the interval.

    Returns
    -------
    Skill and both ends of its interval. Above 0 the forecast beats the rival.
    """
    _, member = np.unique(block, return_inverse=True)
    ours, theirs = np.bincount(member, weights=score), np.bincount(member, weights=rival)
    picks = np.random.default_rng(seed).integers(0, len(ours), size=(RESAMPLES, len(ours)))
    resampled = 1 - ours[picks].sum(axis=1) / theirs[picks].sum(axis=1)
    low, high = central_interval(resampled, level)
    return float(1 - ours.sum() / theirs.sum()), float(low), float(high)
