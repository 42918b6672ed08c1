"""How much of a rise in cost per unit of use ends up in the price (Weyl and Fabinger 2013, JPE 121:528).

One formula for every degree of market power:

    rho = 1 / (1 + (e_D - theta) / e_S + theta / e_theta + theta / e_ms)

It speaks of cost that comes with use. What is sunk does not enter a price this way.
"""

from __future__ import annotations

import numpy as np

from rekening.errors import InputError
from rekening.facts import FloatArray

__all__ = [
    "cournot_conduct",
    "inverse_marginal_surplus_constant_elasticity",
    "inverse_marginal_surplus_linear",
    "pass_through",
]

Numbers = FloatArray | float


def pass_through(
    demand_elasticity: Numbers,
    supply_elasticity: Numbers,
    conduct: Numbers,
    inverse_marginal_surplus: Numbers,
    conduct_elasticity: Numbers = np.inf,
) -> FloatArray:
    """Rise of the price per dollar of rise in cost per unit.

    Parameters
    ----------
    demand_elasticity
        Of the market, as a positive number.
    supply_elasticity
        Of marginal cost's inverse, at marginal cost; infinite where a unit more costs what the last one did.
    conduct
        0 under perfect competition, 1 for a monopoly, 1/n for n equal Cournot firms.
    inverse_marginal_surplus
        Elasticity of the inverse marginal surplus, the curvature of demand: 1 for linear demand, minus the
        demand elasticity for constant-elasticity demand, infinite where curvature does not matter.
    conduct_elasticity
        Of conduct in output; infinite where conduct does not change with output.

    Returns
    -------
    FloatArray
        Broadcast of the inputs; below 1 for flat demand, above 1 for very curved demand.

    Raises
    ------
    InputError
        If no stable equilibrium exists: the sum in the denominator is not above 0.

    Examples
    --------
    >>> float(pass_through(1.0, np.inf, 1.0, 1.0)), float(pass_through(2.0, 2.0, 0.0, np.inf))
    (0.5, 0.5)
    """
    theta = np.asarray(conduct, np.float64)
    denominator = (
        1
        + (np.asarray(demand_elasticity, np.float64) - theta) / supply_elasticity
        + theta / conduct_elasticity
        + theta / inverse_marginal_surplus
    )
    if not np.all(denominator > 0):
        raise InputError("pass-through: these elasticities and this conduct have no stable equilibrium")
    return np.asarray(1 / denominator)


def cournot_conduct(firms: Numbers) -> FloatArray:
    """Conduct of equal firms that choose quantities: one over their number."""
    return 1 / np.asarray(firms, np.float64)


def inverse_marginal_surplus_linear(demand_elasticity: Numbers) -> FloatArray:
    """One, whatever the elasticity: along straight demand marginal surplus is proportional to quantity."""
    return np.ones_like(np.asarray(demand_elasticity, np.float64))


def inverse_marginal_surplus_constant_elasticity(demand_elasticity: Numbers) -> FloatArray:
    """Minus the elasticity: along such demand marginal surplus falls as quantity grows."""
    return -np.asarray(demand_elasticity, np.float64)
