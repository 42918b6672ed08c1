"""Which assumptions move a result most: the share of its variance that each explains on its own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rekening.assumptions import Scenario
from rekening.facts import Figure, FloatArray, kept
from rekening.numerics import DRAWS_KEPT, SENSITIVITY_BINS

__all__ = ["drivers", "first_order_share", "noise_floor"]


def first_order_share(result: FloatArray, cause: FloatArray, bins: int = SENSITIVITY_BINS) -> FloatArray:
    """First-order variance share of `cause` in `result`, from draws alone (Plischke et al. 2013).

    The draws are put into bins of equal size by rank of the cause; the variance of the means over the bins,
    less what chance alone gives, is compared with the variance of the result.

    Parameters
    ----------
    result
        Draws of one result or of several; shape (..., n).
    cause
        Draws that belong together with them; shape (n,).

    Returns
    -------
    Shape (...), between 0 and 1; 0 where either does not vary.
    """
    centred, total = _centred(result)
    return _share(centred, total, _order_of(cause), bins) if np.ptp(cause) else np.zeros(total.shape)


def _centred(result: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Draws less their mean, and the sum of their squares."""
    centred = result - np.mean(result, axis=-1, keepdims=True)
    return centred, np.sum(centred**2, axis=-1)


def _share(centred: FloatArray, total: FloatArray, order: NDArray[np.intp], bins: int) -> FloatArray:
    count = len(order)
    edges = np.arange(bins + 1) * count // bins
    sums = np.add.reduceat(centred[..., order], edges[:-1], axis=-1)
    between = np.sum(sums**2 / np.diff(edges), axis=-1)
    chance = (total - between) * (bins - 1) / (count - bins)
    shares = np.divide(between - chance, total, out=np.zeros(total.shape), where=total > 0)
    return np.asarray(np.clip(shares, 0, 1))


def _order_of(draws: FloatArray) -> NDArray[np.intp]:
    return np.argsort(draws, kind="stable")


@kept(DRAWS_KEPT)
def _order(scenario: Scenario, parameter: str) -> NDArray[np.intp]:
    return _order_of(scenario[parameter].figure().draws)


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
    centred, total = _centred(np.stack([each.draws for each in spread.values()]))
    floor = noise_floor(centred.shape[-1])
    for parameter in sorted(set().union(*(each.lineage.parameters for each in spread.values()))):
        cause = scenario[parameter].figure()
        if cause.certain:
            continue
        explained = _share(centred, total, _order(scenario, parameter), SENSITIVITY_BINS)
        for (name, each), share in zip(spread.items(), explained, strict=True):
            if share > floor and parameter in each.lineage.parameters:
                found[name][parameter] = Figure.of(float(share), grade=each.grade, lineage=each.lineage)
    return {
        name: dict(sorted(shares.items(), key=lambda pair: -pair[1].central))
        for name, shares in found.items()
    }
