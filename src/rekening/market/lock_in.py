"""What the cost of moving does to rivalry: fewer customers react to a price, so each seller has more power.

Demand is logit (Anderson, de Palma and Thisse 1992) with a cost of switching for whoever buys from a seller
now (Dubé, Hitsch and Rossi 2009, JMR 46:435), among equal sellers: one over the concentration is how many.
It speaks of customers that a seller has. What sellers give up to win new ones is left out; counted over time
it may outweigh the rest and lower prices (the same authors; Farrell and Klemperer 2007).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from rekening.facts import FloatArray

__all__ = ["conduct_under_lock_in", "kept_by_cost", "rivalry_left"]

Numbers: TypeAlias = FloatArray | float
"""One number, or draws: shape (draw,)."""


def kept_by_cost(concentration: Numbers, demand_elasticity: Numbers, moving_cost: Numbers) -> FloatArray:
    """Share of its customers that a seller keeps at equal prices, because of what moving costs.

    With tastes that spread as wide as conduct without that cost implies, the cost counts for
    x = cost x elasticity / concentration, and the share is exp(x) / (exp(x) + number of sellers - 1).

    Parameters
    ----------
    concentration
        Sum of squared market shares, above 0 and at most 1.
    demand_elasticity
        Of the market, as a positive number.
    moving_cost
        Per year over which a move must pay, as a part of the yearly bill; at least 0.
    """
    share = np.asarray(concentration, np.float64)
    weight = np.exp(-np.asarray(moving_cost, np.float64) * demand_elasticity / share)
    return np.asarray(1 / (1 + (1 / share - 1) * weight))


def rivalry_left(concentration: Numbers, kept: Numbers) -> FloatArray:
    """Part of the customers' reaction to one seller's price that is left, from 1 (free) to 0 (all held).

    One less the square of how far the share kept exceeds a free market's, over the most that it can: at a
    small rise a seller loses fewer of its own customers, and wins fewer of others' with a small cut.

    Parameters
    ----------
    kept
        Share of its customers that a seller keeps; less than the concentration counts as that.
    """
    share = np.asarray(concentration, np.float64)
    excess = np.maximum(np.asarray(kept, np.float64) - share, 0)
    part = np.divide(excess, 1 - share, out=np.zeros(np.broadcast(excess, share).shape), where=share < 1)
    return np.asarray(1 - part**2)


def conduct_under_lock_in(concentration: Numbers, rivalry: Numbers) -> FloatArray:
    """Conduct of sellers when only so much of rivalry is left: from the concentration up to 1, a monopoly's.

    Elasticity of a seller's own demand is that of the market plus what rivals add; lock-in lowers the second.
    """
    return np.asarray(1 / (1 + np.asarray(rivalry, np.float64) * (1 / np.asarray(concentration) - 1)))
