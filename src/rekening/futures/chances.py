"""A chance: how often something happens over the futures, with what their finite number leaves open."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from rekening.assumptions import normal_quantile
from rekening.facts import Figure, FloatArray, Grade, Lineage, laid
from rekening.facts.units import ONE
from rekening.numerics import ERROR_POINTS

__all__ = ["chance", "ranks", "wilson"]


def wilson(share: float, count: int, deviations: FloatArray | float) -> FloatArray:
    """Bound of a chance so many standard deviations away from the share counted (Wilson 1927, JASA 22:209).

    The chances between the bounds at -z and z are those that the score test at z does not reject.

    Parameters
    ----------
    share
        Of the trials in which it happened, from 0 to 1.
    count
        Trials, at least 1.
    deviations
        Below 0 for a lower bound; shape (...), that of the bounds, which lie from 0 to 1.

    Examples
    --------
    >>> wilson(0.5, 100, np.asarray([-1.96, 1.96])).round(4).tolist()
    [0.4038, 0.5962]
    """
    z = np.asarray(deviations, np.float64)
    shrunk = z**2 / count
    away = z * np.sqrt(share * (1 - share) / count + shrunk / (4 * count))
    return np.asarray(np.clip((share + shrunk / 2 + away) / (1 + shrunk), 0, 1))


def chance(happens: ArrayLike, lineage: Lineage, grade: Grade = Grade.ASSUMED) -> Figure:
    """Chance of something, by the part of the futures in which it happens.

    Every central interval of its draws is Wilson's; their median is the part counted. The interval covers
    that the futures are finite in number and nothing else: no error of the model or of what is assumed.
    Under a plan, whose draws are chosen on purpose and are no sample, it is the part alone.

    Parameters
    ----------
    happens
        By future: whether, or in which part of its quarters; shape (path,). Parts vary less than a yes or no
        would, so that their interval is wide enough. A single yes or no is no count, and has no interval.
    """
    counted = np.asarray(happens)
    share = float(np.mean(counted))
    if laid() is not None or counted.ndim == 0:
        return Figure.of(share, ONE, grade, lineage)
    return Figure.of(wilson(share, len(counted), ranks()), ONE, grade, lineage)


@cache
def ranks() -> FloatArray:
    """Standard normal quantiles in order, so placed that those of an error laid out over them are exact."""
    step = 1 / (ERROR_POINTS - 1)
    return np.asarray(normal_quantile(np.clip(np.arange(ERROR_POINTS) * step, step / 2, 1 - step / 2)))
