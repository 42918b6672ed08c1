"""Quantiles of more paths than fit in memory: one summary a block, merged by weight.

A block's paths are sorted and read off at evenly spaced ranks. The rank of any quantile of the merged
summaries is off by at most ``RANK_ERROR``, whatever the distribution, for each summary's step holds
1 / ``POINTS`` of its block.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rekening.facts import FloatArray
from rekening.numerics import SKETCH_POINTS

__all__ = ["RANK_ERROR", "merged_quantiles", "summary"]

POINTS = SKETCH_POINTS
RANK_ERROR = 1 / POINTS


def summary(values: FloatArray) -> FloatArray:
    """Values at `POINTS` evenly spaced ranks, those in the middle of each step.

    Parameters
    ----------
    values
        Shape (..., path).

    Returns
    -------
    array
        Shape (..., `POINTS`).
    """
    ordered = np.sort(values, axis=-1)
    ranks = (2 * np.arange(POINTS) + 1) * values.shape[-1] // (2 * POINTS)
    return np.ascontiguousarray(ordered[..., ranks])


def merged_quantiles(
    summaries: Sequence[FloatArray], counts: Sequence[int], levels: Sequence[float]
) -> FloatArray:
    """Quantiles of all paths together.

    Parameters
    ----------
    summaries
        One a block, shape (..., `POINTS`).
    counts
        Paths of each block.

    Returns
    -------
    array
        Shape (level, ...).
    """
    values = np.concatenate(summaries, axis=-1)
    weights = np.repeat(np.asarray(counts, dtype=np.float64), POINTS)
    order = np.argsort(values, axis=-1, kind="stable")
    ranks = np.cumsum(weights[order], axis=-1) / weights.sum()
    ordered = np.take_along_axis(values, order, axis=-1)
    found = [
        np.take_along_axis(ordered, np.argmax(ranks >= level, axis=-1)[..., None], axis=-1)[..., 0]
        for level in levels
    ]
    return np.stack(found)
