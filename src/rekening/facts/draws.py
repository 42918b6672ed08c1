"""The one door through which chance enters: uniform draws that belong to a name.

Sensitivity analysis needs draws chosen on purpose. It lays a `Plan` over this door for a while; nothing
else in the project changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from hashlib import blake2b
from threading import Lock
from typing import Generic, ParamSpec, TypeVar

import numpy as np

from rekening.facts.figure import FloatArray
from rekening.numerics import DRAWS, DRAWS_KEPT, MEDIAN

__all__ = ["Plan", "drawn", "kept", "laid", "planned", "uniform_draws", "worlds"]

_WORDS = 4  # doubles that a step of the counter gives


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
_WORLDS: ContextVar[tuple[int, int]] = ContextVar("worlds", default=(DRAWS, 1))


def worlds() -> tuple[int, int]:
    """How many draws figures have now, and their seed."""
    return _WORLDS.get()


def laid() -> Plan | None:
    """The plan that lies over all draws now, if any."""
    return _PLAN.get()


@contextmanager
def drawn(count: int, seed: int) -> Iterator[None]:
    """Let all figures have so many draws, of a seed, until the block ends."""
    token = _WORLDS.set((count, seed))
    try:
        yield
    finally:
        _WORLDS.reset(token)


@contextmanager
def planned(plan: Plan) -> Iterator[Plan]:
    """Lay a plan over all draws until the block ends."""
    token = _PLAN.set(plan)
    try:
        yield plan
    finally:
        _PLAN.reset(token)


def kept(most: int) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Keep the last results of a function that draws; none under a plan, whose draws are its own.

    A thread that asks for what another is working out waits for it.

    Parameters
    ----------
    most
        How many results; arguments must be hashable.
    """

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        @lru_cache(maxsize=most)
        def stored(_worlds: tuple[int, int], *args: _P.args, **kwargs: _P.kwargs) -> _Once[_T]:
            return _Once(lambda: function(*args, **kwargs))

        @wraps(function)
        def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            if _PLAN.get() is not None:
                return function(*args, **kwargs)
            return stored(_WORLDS.get(), *args, **kwargs).value()  # type: ignore[arg-type]

        return call

    return decorate


class _Once(Generic[_T]):
    """A value that is worked out when it is first asked for."""

    __slots__ = ("_found", "_lock", "_work")

    def __init__(self, work: Callable[[], _T]) -> None:
        self._work: Callable[[], _T] | None = work
        self._lock = Lock()

    def value(self) -> _T:
        if self._work is not None:
            with self._lock:
                if self._work is not None:
                    self._found = self._work()
                    self._work = None
        return self._found


def uniform_draws(name: str, count: int | None = None, first: int = 0, seed: int | None = None) -> FloatArray:
    """Uniform draws on (0, 1) that belong to a name: the same for everybody who uses the name.

    Counter-based: draw k is the same whatever stretch is asked for. Under a plan its draws are given instead.

    Parameters
    ----------
    first, count
        The stretch of draws: as many as figures have now (see `drawn`), if left out; those that a plan does
        not have are medians.
    seed
        That of figures now, if left out.

    Returns
    -------
    Shape (count,), not to be written to.
    """
    plan = _PLAN.get()
    if plan is None:
        now, its_seed = _WORLDS.get()
        stretch, chosen = now if count is None else count, its_seed if seed is None else seed
        draw = _counted if stretch <= DRAWS else _counted.__wrapped__
        return draw(name, stretch, first, chosen)
    plan.asked.add(name)
    column = plan.columns.get(name)
    if column is not None and count is None:
        return column
    made = np.full(plan.count if count is None else count, MEDIAN)
    if column is not None:
        part = column[first : first + len(made)]
        made[: len(part)] = part
    return made


@lru_cache(maxsize=DRAWS_KEPT)
def _counted(name: str, count: int, first: int, seed: int) -> FloatArray:
    digest = blake2b(name.encode(), digest_size=16, salt=b"" if seed == 1 else seed.to_bytes(8, "little"))
    counter = np.random.Philox(key=int.from_bytes(digest.digest(), "little"))
    begin, skipped = divmod(first, _WORDS)
    draws = np.random.Generator(counter.advance(begin)).random(skipped + count)[skipped:]
    draws.setflags(write=False)
    return draws
