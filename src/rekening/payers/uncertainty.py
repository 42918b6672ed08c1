"""Which assumptions move a result most: the share of its variance that each explains on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rekening.assumptions import Scenario
from rekening.facts import Figure, FloatArray, uniform_draws
from rekening.futures.chances import ranks
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

    def first_order_share(self, probabilities: FloatArray) -> FloatArray:
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
        where, sizes = _binned(probabilities)
        filled = np.count_nonzero(sizes)
        rows = self._centred.reshape(-1, count)
        sums = np.asarray([np.bincount(where, weights=row) for row in rows]).reshape(*total.shape, -1)
        between = np.sum(sums**2 / np.maximum(sizes, 1), axis=-1)
        chance = (total - between) * (filled - 1) / (count - filled)
        shares = np.divide(between - chance, total, out=np.zeros(total.shape), where=total > 0)
        return np.asarray(np.clip(shares, 0, 1))

    def standard_errors(
        self, rows: Sequence[int], probabilities: FloatArray, shares: FloatArray
    ) -> list[float]:
        """Standard deviations of first-order shares that a finite number of draws leaves.

        From what each draw adds to a share (its influence; Da Veiga and Gamboa 2013), and the noise of the
        means over bins.

        Parameters
        ----------
        rows
            Places among the results, of which there are several.
        probabilities, shares
            As given to and found by `first_order_share`.
        """
        where, sizes = _binned(probabilities)
        floor = noise_floor(len(where))
        errors = []
        for row in rows:
            firsts, seconds, thirds = (np.bincount(where, weights=power) for power in self._powers[:, row])
            means, share = firsts / np.maximum(sizes, 1), shares[row]
            # a draw y in a bin of mean m adds (2 y - m) m - share y^2 over the total: squared, summed
            squares = means**2 * (4 * seconds - 4 * means * firsts + means**2 * sizes)
            crossed = means * (2 * thirds - means * seconds)
            added = np.sum(squares - 2 * share * crossed) + share**2 * self._fourths[row]
            errors.append(float(np.sqrt(added / self._total[row] ** 2 + floor**2)))
        return errors

    @cached_property
    def _powers(self) -> FloatArray:
        """Results, their squares and their cubes; shape (power, result, n)."""
        squares = self._centred * self._centred
        return np.stack([self._centred, squares, squares * self._centred])

    @cached_property
    def _fourths(self) -> FloatArray:
        """Sums of fourth powers by result."""
        return np.asarray(np.sum(self._powers[1] ** 2, axis=-1))


def _binned(probabilities: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Bin of every draw, and how many draws each bin holds."""
    where = (probabilities * SENSITIVITY_BINS).astype(np.int64)
    return where, np.bincount(where)


def noise_floor(draws: int) -> float:
    """Share that a cause without effect passes by chance one time in six: one standard deviation."""
    return float(np.sqrt(2 * (SENSITIVITY_BINS - 1)) / draws)


def drivers(results: Mapping[str, Figure], scenario: Scenario) -> dict[str, dict[str, Figure]]:
    """Shares of the variance of results that parameters explain, most first; none below the noise floor.

    A share speaks of the model's own spread; it says nothing about what the model leaves out. Its interval
    covers that the draws are finite in number.

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
    names, stacked = list(spread), np.stack([each.draws for each in spread.values()])
    together, floor = Spread(stacked), noise_floor(stacked.shape[-1])
    explained: dict[tuple[str, str], float] = {}
    for parameter in sorted(set().union(*(each.lineage.parameters for each in spread.values()))):
        if scenario[parameter].distribution.certain:
            continue
        cause = uniform_draws(parameter)
        shares = together.first_order_share(cause)
        rows = [
            row
            for row, name in enumerate(names)
            if shares[row] > floor and parameter in spread[name].lineage.parameters
        ]
        for row, error in zip(rows, together.standard_errors(rows, cause, shares), strict=True):
            each = spread[names[row]]
            likely = np.clip(shares[row] + error * ranks(), 0, 1)
            found[names[row]][parameter] = Figure.of(likely, grade=each.grade, lineage=each.lineage)
            explained[names[row], parameter] = shares[row]
    return {
        name: dict(sorted(shown.items(), key=lambda pair: -explained[name, pair[0]]))
        for name, shown in found.items()
    }
