"""The one door through which chance enters: uniform draws that belong to a name.

Sensitivity analysis needs draws chosen on purpose. It lays a `Plan` over this door for a while; nothing
else in the project changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache, wraps
from hashlib import blake2b
from typing import ParamSpec, TypeVar

import numpy as np

from rekening.facts.figure import FloatArray
from rekening.numerics import DRAWS, MEDIAN

__all__ = ["Plan", "kept", "planned", "uniform_draws"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Draws chosen on purpose.

    Attributes
    ----------
    count
        Draws a name.
    columns
        Uniform values by name, shape (count,); a name without a column stays at its median.
    asked
        Names that were asked for while the plan was laid.
    """

    count: int
    columns: Mapping[str, FloatArray] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


_P = ParamSpec("_P")
_T = TypeVar("_T")
_PLAN: ContextVar[Plan | None] = ContextVar("plan", default=None)


@contextmanager
def planned(plan: Plan) -> Iterator[Plan]:
    """Lay a plan over all draws until the block ends."""
    token = _PLAN.set(plan)
    try:
        yield plan
    finally:
        _PLAN.reset(token)


def kept(most: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Keep the last results of a function that draws, except under a plan, whose draws are its own.

    Parameters
    ----------
    most
        How many results; arguments must be hashable.
    """

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        stored = lru_cache(maxsize=most)(function)

        @wraps(function)
        def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            if _PLAN.get() is not None:
                return function(*args, **kwargs)
            return stored(*args, **kwargs)  # type: ignore[arg-type]

        return call

    return decorate


def uniform_draws(name: str, count: int = DRAWS) -> FloatArray:
    """Uniform draws on (0, 1) that belong to a name: the same for everybody who uses the name.

    Counter-based, so that the first n of a longer run are the draws of a run of n. Under a plan its draws are
    given instead, as many as the plan has.

    Returns
    -------
    Shape (count,), not to be written to.
    """
    plan = _PLAN.get()
    if plan is None:
        return _counted(name, count)
    plan.asked.add(name)
    column = plan.columns.get(name)
    return np.full(plan.count, MEDIAN) if column is None else column


@cache
def _counted(name: str, count: int) -> FloatArray:
    key = int.from_bytes(blake2b(name.encode(), digest_size=16).digest(), "little")
    draws = np.random.Generator(np.random.Philox(key=key)).random(count)
    draws.setflags(write=False)
    return draws
