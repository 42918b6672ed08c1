"""The race: investment as a contest between firms.

Each firm chooses what it builds in a year, k_i. The prize, the present value of the profit that a year's
building opens up, grows with all that is built, K, but less than in proportion: V K**b with 0 < b < 1. Shares
follow a contest success function (Tullock 1980): s_i = k_i**r / sum(k_j**r). A firm earns s_i V_i K**b - k_i.

Neither the decisiveness r nor the elasticity b can be identified from a handful of firms, so both are
declared and swept; for r <= 1 each firm's profit is concave in its own building and a pure equilibrium
exists. What firms build is taken as an equilibrium, and the prize each must have in mind, V_i, follows from
its first-order condition. Where r exceeds b, one firm's building takes more from the others than it adds to
the prize, and together they build too much; where b exceeds r, too little.

Arrays carry firms on the last axis and draws, if any, on the first; r and b broadcast as (..., 1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rekening.facts import FloatArray
from rekening.numerics import RACE_DAMPING, RACE_STEPS, RACE_TOLERANCE

__all__ = ["equilibrium", "implied_prize", "joint_scale", "profit", "reaction", "shares"]


def shares(building: FloatArray, decisiveness: FloatArray) -> FloatArray:
    """Contest success function: share of the prize by firm; a firm that builds nothing gets nothing."""
    builds = building > 0
    weight = np.exp(decisiveness * np.log(np.where(builds, building, 1))) * builds
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def profit(
    building: FloatArray, prize: FloatArray, decisiveness: FloatArray, elasticity: FloatArray
) -> FloatArray:
    """What each firm expects to keep, in the unit of `building`."""
    total = building.sum(axis=-1, keepdims=True)
    return np.asarray(shares(building, decisiveness) * prize * total**elasticity - building)


def _marginal_weight(
    building: FloatArray, share: FloatArray, decisiveness: FloatArray, elasticity: FloatArray
) -> FloatArray:
    """Elasticity of a firm's gross gain with respect to what it builds."""
    total = building.sum(axis=-1, keepdims=True)
    return np.asarray(decisiveness * (1 - share) + elasticity * building / total)


def _own_slope(
    building: FloatArray,
    share: FloatArray,
    weight: FloatArray,
    decisiveness: FloatArray,
    elasticity: FloatArray,
) -> FloatArray:
    """Elasticity of a firm's marginal gain with respect to what it builds; below 0 for a concave profit."""
    part = building / building.sum(axis=-1, keepdims=True)
    own = -(decisiveness**2) * share * (1 - share) + elasticity * part * (1 - part)
    return np.asarray(weight + own / weight - 1)


def implied_prize(building: FloatArray, decisiveness: FloatArray, elasticity: FloatArray) -> FloatArray:
    """Prize V_i that makes what each firm builds its best answer to the others.

    Parameters
    ----------
    building
        Shape (..., firm), above 0.
    decisiveness, elasticity
        Shape (..., 1).

    Returns
    -------
    V_i of shape (..., firm). V_i times K**b is the whole prize as firm i sees it, in the unit of `building`.
    """
    total = building.sum(axis=-1, keepdims=True)
    share = shares(building, decisiveness)
    weight = _marginal_weight(building, share, decisiveness, elasticity)
    return np.asarray(building / (share * weight * total**elasticity))


def equilibrium(
    start: FloatArray,
    prize: FloatArray,
    decisiveness: FloatArray,
    elasticity: FloatArray,
    frozen: NDArray[np.bool_],
) -> FloatArray:
    """Find what firms build when each answers the others best and the frozen ones keep to their start.

    Parameters
    ----------
    start
        Shape (..., firm): where to begin; what frozen firms build, which may be 0.
    frozen
        Shape (firm,).

    Raises
    ------
    ArithmeticError
        If first-order conditions do not hold to tolerance after all steps.
    """
    building = np.array(start, dtype=np.float64)
    for _ in range(RACE_STEPS):
        total = building.sum(axis=-1, keepdims=True)
        share = shares(building, decisiveness)
        weight = _marginal_weight(building, share, decisiveness, elasticity)
        answer = share * prize * total**elasticity * weight
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.where(frozen | (building <= 0), 0, np.log(answer / building))
        if np.max(np.abs(change)) < RACE_TOLERANCE:
            return building
        slope = _own_slope(building, share, weight, decisiveness, elasticity)
        with np.errstate(divide="ignore", invalid="ignore"):  # the slope of who builds nothing has no value
            step = np.where(change == 0, 0, RACE_DAMPING * change / -slope)
        building = building * np.exp(np.clip(step, -1, 1))
    raise ArithmeticError("the race did not settle")


def joint_scale(
    building: FloatArray, prize: FloatArray, decisiveness: FloatArray, elasticity: FloatArray
) -> FloatArray:
    """Scale at which the same firms, in the same proportions, would earn most together; shape (...).

    Below 1 the race makes them build more than is best for all of them: what one wins by building is partly
    what another loses.
    """
    total = building.sum(axis=-1, keepdims=True)
    gain = (shares(building, decisiveness) * prize * total**elasticity).sum(axis=-1)
    power = elasticity[..., 0]
    return np.asarray((power * gain / total[..., 0]) ** (1 / (1 - power)))


def reaction(
    building: FloatArray, prize: FloatArray, decisiveness: FloatArray, elasticity: FloatArray, leader: int
) -> FloatArray:
    """Elasticity of each firm's best answer with respect to what the leader builds; shape (..., firm).

    From the implicit function theorem on the first-order condition, others held still. Above 0: it builds
    more when the leader does. The leader's own entry is not a number.
    """
    share = shares(building, decisiveness)
    total = building.sum(axis=-1, keepdims=True)
    part = building / total
    weight = _marginal_weight(building, share, decisiveness, elasticity)
    lead_share, lead_part = share[..., [leader]], part[..., [leader]]
    cross_gain = elasticity * lead_part - decisiveness * lead_share
    cross_weight = decisiveness**2 * share * lead_share - elasticity * part * lead_part
    own_slope = _own_slope(building, share, weight, decisiveness, elasticity)
    result = -(cross_gain + cross_weight / weight) / own_slope
    result[..., leader] = np.nan
    return np.asarray(result)
