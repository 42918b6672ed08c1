"""What owning an asset costs per year: capital recovery, annuities, levelised cost, user cost after tax.

Rates are decimals per year, compounded once a year; payments fall at the end of each year. All functions
take and return arrays (or numbers) and broadcast.
"""

from __future__ import annotations

import numpy as np

from rekening.errors import InputError
from rekening.facts import FloatArray

__all__ = [
    "annuity_factor",
    "capital_recovery_factor",
    "depreciation_allowance",
    "levelised_cost",
    "user_cost_factor",
]


def annuity_factor(rate: FloatArray | float, life: FloatArray | float) -> FloatArray:
    """Present value of one dollar a year for `life` years: ``(1 - (1 + r)^-n) / r``.

    At a rate of zero it is the life itself; for an endless life it is ``1 / r`` (for a positive rate);
    a negative rate above -1 makes later dollars worth more than present ones. A life need not be whole.

    Parameters
    ----------
    rate
        Decimal per year, above -1.
    life
        Years, above 0; may be infinite where the rate is positive.

    Raises
    ------
    InputError
        If a rate or a life lies outside these bounds.

    Examples
    --------
    >>> [round(float(annuity_factor(rate, life)), 3) for rate, life in ((0.07, 20), (0, 20), (0.05, np.inf))]
    [10.594, 20.0, 20.0]
    """
    r, n = np.broadcast_arrays(np.asarray(rate, dtype=np.float64), np.asarray(life, dtype=np.float64))
    if not np.all(r > -1):
        raise InputError(f"rate must be above -1 (-100% per year), found {float(np.min(r)):g}")
    if not np.all(n > 0):
        raise InputError(f"life must be above 0 years, found {float(np.min(n)):g}")
    if np.any(np.isinf(n) & (r <= 0)):
        raise InputError("an endless life needs a rate above 0")
    flat = r == 0
    discounted = -np.expm1(-n * np.log1p(r))
    return np.where(flat, n, discounted / np.where(flat, 1, r))


def capital_recovery_factor(rate: FloatArray | float, life: FloatArray | float) -> FloatArray:
    """Yearly payment that returns one dollar with interest over `life` years; inverse of the annuity factor.

    At a rate of zero it is ``1 / life``; for an endless life it is the rate.

    Examples
    --------
    >>> round(float(capital_recovery_factor(0.07, 20)), 5)
    0.09439
    """
    return 1 / annuity_factor(rate, life)


def levelised_cost(costs: FloatArray, outputs: FloatArray, rate: FloatArray | float) -> FloatArray:
    """Constant price per unit of output at which discounted income equals discounted cost.

    Parameters
    ----------
    costs, outputs
        Shape (..., years); the first column is now, the next a year from now.
    rate
        Decimal per year, above -1; shape (...) or a number.

    Raises
    ------
    InputError
        If nothing is ever produced.
    """
    costs, outputs = np.broadcast_arrays(np.asarray(costs, np.float64), np.asarray(outputs, np.float64))
    years = np.arange(costs.shape[-1])
    weights = (1 + np.asarray(rate, np.float64)[..., np.newaxis]) ** -years
    produced = np.sum(outputs * weights, axis=-1)
    if not np.all(produced > 0):
        raise InputError("levelised cost needs output above 0")
    return np.asarray(np.sum(costs * weights, axis=-1) / produced)


def depreciation_allowance(rate: FloatArray | float, life: FloatArray | float) -> FloatArray:
    """Present value of straight-line depreciation of one dollar over `life` years; one at a rate of zero."""
    return annuity_factor(rate, life) / np.asarray(life, np.float64)


def user_cost_factor(
    rate: FloatArray | float,
    life: FloatArray | float,
    tax_rate: FloatArray | float,
    allowance: FloatArray | float,
) -> FloatArray:
    """Yearly charge before tax per dollar of capital (Hall and Jorgenson 1967), as a level payment.

    ``CRF(r, n) x (1 - t z) / (1 - t)``: with immediate expensing (``z = 1``) tax drops out.

    Parameters
    ----------
    rate
        Return after tax that funders require. It already holds the shield of interest, which is
        deducted nowhere else.
    tax_rate
        On profit, below 1.
    allowance
        Present value of the depreciation that the tax office accepts, per dollar.
    """
    t = np.asarray(tax_rate, np.float64)
    if not np.all(t < 1):
        raise InputError(f"tax rate must be below 1, found {float(np.max(t)):g}")
    return capital_recovery_factor(rate, life) * (1 - t * allowance) / (1 - t)
