"""Which assumptions move a result most: the share of its variance that each explains on its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Figure, FloatArray, uniform_draws
from rekening.numerics import SENSITIVITY_BINS

__all__ = ["Spread", "drivers", "noise_floor"]


class Spread:
    """How results vary, ready to be set beside one cause after another.

    Parameters
    ----------
    results
        Draws of one result or of several; shape (..., n).
    """

    def __init__(self, results: FloatArray) -> None:
        self._centred = results - np.mean(results, axis=-1, keepdims=True)
        self._total = np.sum(self._centred**2, axis=-1)

    def first_order_share(self, probabilities: FloatArray, bins: int = SENSITIVITY_BINS) -> FloatArray:
        """First-order variance share of a cause, from draws alone (Plischke et al. 2013).

        The draws are put into bins of equal probability; the variance of the means over the bins, less what
        chance alone gives, is compared with the variance of the result.

        Parameters
        ----------
        probabilities
            That the cause lies below each of its draws, which belong together with those of the results;
            shape (n,), from 0 to below 1.

        Returns
        -------
        Shape (...), between 0 and 1; 0 where the result does not vary.
        """
        count, total = len(probabilities), self._total
        where = (probabilities * bins).astype(np.int64)
        sizes = np.bincount(where)
        filled = np.count_nonzero(sizes)
        rows = self._centred.reshape(-1, count)
        sums = np.asarray([np.bincount(where, weights=row) for row in rows]).reshape(*total.shape, -1)
        between = np.sum(sums**2 / np.maximum(sizes, 1), axis=-1)
        chance = (total - between) * (filled - 1) / (count - filled)
        shares = np.divide(between - chance, total, out=np.zeros(total.shape), where=total > 0)
        return np.asarray(np.clip(shares, 0, 1))


def noise_floor(draws: int, bins: int = SENSITIVITY_BINS) -> float:
    """Share that a cause without effect passes by chance one time in six: one standard deviation."""
    return float(np.sqrt(2 * (bins - 1)) / draws)


def drivers(results: Mapping[str, Figure], scenario: Scenario) -> dict[str, dict[str, Figure]]:
    """Shares of the variance of results that parameters explain, most first; none below the noise floor.

    A share speaks of the model's own spread; it says nothing about what the model leaves out.

    Parameters
    ----------
    results
        By name; they carry the same number of draws.

    Returns
    -------
    By name of the result, then of the parameter; nothing for a result without a spread, or with so few draws
    that a bin would hold one.
    """
    spread = {
        name: each
        for name, each in results.items()
        if not (each.certain or each.missing) and len(each.draws) >= 2 * SENSITIVITY_BINS
    }
    found: dict[str, dict[str, Figure]] = {name: {} for name in results}
    if not spread:
        return found
    stacked = np.stack([each.draws for each in spread.values()])
    together, floor = Spread(stacked), noise_floor(stacked.shape[-1])
    for parameter in sorted(set().union(*(each.lineage.parameters for each in spread.values()))):
        if scenario[parameter].distribution.certain:
            continue
        explained = together.first_order_share(uniform_draws(parameter))
        for (name, each), share in zip(spread.items(), explained, strict=True):
            if share > floor and parameter in each.lineage.parameters:
                found[name][parameter] = Figure.of(float(share), grade=each.grade, lineage=each.lineage)
    return {
        name: dict(sorted(shares.items(), key=lambda pair: -pair[1].central))
        for name, shares in found.items()
    }
