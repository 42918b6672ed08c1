"""Which assumptions move a result most: the share of its variance that each explains on its own."""

from __future__ import annotations

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Figure, FloatArray
from rekening.numerics import SENSITIVITY_BINS

__all__ = ["drivers", "first_order_share", "noise_floor"]


def first_order_share(result: FloatArray, cause: FloatArray, bins: int = SENSITIVITY_BINS) -> float:
    """First-order variance share of `cause` in `result`, from draws alone (Plischke et al. 2013).

    The draws are put into bins of equal size by rank of the cause; the variance of the means over the bins,
    less what chance alone gives, is compared with the variance of the result.

    Parameters
    ----------
    result, cause
        Draws that belong together; shape (n,).

    Returns
    -------
    float
        Between 0 and 1; 0 where either does not vary.
    """
    total = float(np.var(result))
    if total == 0 or np.ptp(cause) == 0:
        return 0.0
    groups = np.array_split(result[np.argsort(cause, kind="stable")], bins)
    sizes = np.asarray([len(group) for group in groups])
    means = np.asarray([np.mean(group) for group in groups])
    within = float(np.sum([np.sum((group - mean) ** 2) for group, mean in zip(groups, means, strict=True)]))
    between = float(np.sum(sizes * (means - np.mean(result)) ** 2))
    chance = within * (bins - 1) / (len(result) - bins)
    return float(np.clip((between - chance) / (between + within), 0, 1))


def noise_floor(draws: int, bins: int = SENSITIVITY_BINS) -> float:
    """Share that a cause without effect passes by chance one time in six: one standard deviation."""
    return float(np.sqrt(2 * (bins - 1)) / draws)


def drivers(result: Figure, scenario: Scenario, most: int) -> dict[str, Figure]:
    """Parameters that explain most of the variance of a result, most first; none below the noise floor.

    A share speaks of the model's own spread; it says nothing about what the model leaves out.
    """
    if result.certain or result.missing:
        return {}
    causes = {name: scenario[name].figure() for name in sorted(result.lineage.parameters)}
    shares = {
        name: first_order_share(result.draws, cause.draws)
        for name, cause in causes.items()
        if not cause.certain
    }
    floor = noise_floor(len(result.draws))
    kept = sorted((name for name in shares if shares[name] > floor), key=lambda name: -shares[name])
    return {name: Figure.of(shares[name], grade=result.grade, lineage=result.lineage) for name in kept[:most]}
