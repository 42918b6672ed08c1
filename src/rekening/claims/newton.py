"""Roots of one function for many targets: what a price says of the yield, draw by draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rekening.claims.schedule import Floats
from rekening.numerics import MOST_ITERATIONS, PRICE_GAP, START_POINTS

__all__ = ["solved"]


def solved(
    step: Callable[[Floats, Floats], tuple[Floats, Floats]], target: Floats, guess: Callable[[Floats], Floats]
) -> tuple[Floats, Floats]:
    """Return roots by Newton's method, and the relative gap each had before its last step.

    Many targets start from the roots of a few evenly spread ones, between which the root is nearly straight:
    a step or two then do.

    Parameters
    ----------
    step
        From roots and targets to better roots, and the relative gaps before.
    target
        Shape (n,).
    guess
        Where to begin, by target.
    """
    x = guess(target)
    if target.size > 2 * START_POINTS:
        few = np.linspace(target.min(), target.max(), START_POINTS)
        near = np.interp(target, few, solved(step, few, guess)[0])
        x = np.where(np.isfinite(near), near, x)
    gap = np.full(target.shape, np.inf)
    for _ in range(MOST_ITERATIONS):
        x, gap = step(x, target)
        if np.all(np.abs(gap) < PRICE_GAP):
            break
    return x, gap
