"""Shocks that belong to (seed, entity, quarter, path).

Every normal is a function of its address alone (Philox4x32-10, then the normal quantile), so path k of a firm
is the same bits for any set of firms, horizon, thread count, block size or worker, and scenarios share their
shocks. Factors that firms have in common are entities of their own.
"""

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from rekening.numerics import DRAW_CACHE_BYTES, ENTITY_BYTES, TILE
from rekening.vector import (
    CENTRAL,
    HALF_WORD,
    LOW_WORD,
    QUARTER_SHIFT,
    SET_ASIDE,
    compiled,
    normal_quantile_central,
    normal_quantile_tail,
    philox,
    uniform,
)


def entity_key(name: str) -> int:
    """Return the 64-bit number that stands for an entity in the addresses of its shocks."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=ENTITY_BYTES).digest(), "little")


@compiled
def _fill(out: Any, seed: Any, entity: Any, quarters: Any, first_path: Any, as_normal: Any) -> None:
    """Fill ``out`` (quarter, shock, path): two shocks of a quarter share one counter."""
    key_0, key_1 = seed & LOW_WORD, seed >> HALF_WORD
    entity_0, entity_1 = entity & LOW_WORD, entity >> HALF_WORD
    shocks, paths = out.shape[1], out.shape[2]
    spare = np.empty(TILE)
    for q in range(quarters.size):
        for pair in range((shocks + 1) // 2):
            address = (np.uint64(quarters[q]) << QUARTER_SHIFT) | np.uint64(pair)
            for start in range(0, paths, TILE):
                stop = min(start + TILE, paths)
                first = out[q, 2 * pair, start:stop]
                second = out[q, 2 * pair + 1, start:stop] if 2 * pair + 1 < shocks else spare[: stop - start]
                path = np.uint64(first_path + start)
                for k in range(first.size):
                    a, b, c, d = philox(path + np.uint64(k), address, entity_0, entity_1, key_0, key_1)
                    first[k] = uniform(a, b)
                    second[k] = uniform(c, d)
                if as_normal:
                    _to_normal(first)
                    _to_normal(second)


@compiled
def _to_normal(u: Any) -> None:
    """Turn uniforms into normals; the few far out are set aside, scaled down, and done apart."""
    far = 0
    for k in range(u.size):
        u_k = u[k]
        z, w = normal_quantile_central(u_k)
        is_far = w >= CENTRAL
        far += is_far
        u[k] = u_k * SET_ASIDE if is_far else z
    if far:
        for k in range(u.size):
            if 0 < u[k] <= SET_ASIDE:
                u[k] = normal_quantile_tail(u[k] / SET_ASIDE)


def normals(
    seed: int, entity: str, quarters: npt.NDArray[np.int64], shocks: int, first_path: int, paths: int
) -> npt.NDArray[np.float64]:
    """Standard normal shocks of one entity.

    Parameters
    ----------
    seed
        Of the run, 0 <= seed < 2**64.
    entity
        Name of the firm or of a common factor.
    quarters
        Absolute quarter numbers (year * 4 + quarter - 1).
    shocks
        Shocks per quarter; shock j is the same whatever the number asked for.
    first_path, paths
        The slice of paths.

    Returns
    -------
    array
        Shape (quarter, shock, path).
    """
    return _filled(seed, entity, quarters, shocks, first_path, paths, as_normal=True)


def uniforms(seed: int, entity: str, first_path: int, paths: int) -> npt.NDArray[np.float64]:
    """Uniform numbers in (0, 1), one a path, that belong to an entity and to no quarter.

    A parameter's value on a path is its quantile at the uniform of its name.
    """
    address = np.zeros(1, dtype=np.int64)
    return np.asarray(_filled(seed, entity, address, 1, first_path, paths, as_normal=False)[0, 0])


def _filled(
    seed: int,
    entity: str,
    quarters: npt.NDArray[np.int64],
    shocks: int,
    first_path: int,
    paths: int,
    *,
    as_normal: bool,
) -> npt.NDArray[np.float64]:
    out = np.empty((len(quarters), shocks, paths))
    key = entity_key(entity)
    _fill(
        out,
        np.uint64(seed),
        np.uint64(key),
        np.asarray(quarters, dtype=np.int64),
        np.int64(first_path),
        as_normal,
    )
    return out


class DrawCache:
    """Keeps the shocks of recent runs, so that scenarios and sliders reuse them.

    Bounded in bytes; the least recently used go first. Safe to share between threads.
    """

    def __init__(self, limit: int = DRAW_CACHE_BYTES) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[Any, ...], npt.NDArray[np.float64]] = OrderedDict()
        self._lock = Lock()

    def normals(
        self,
        seed: int,
        entity: str,
        quarters: npt.NDArray[np.int64],
        shocks: int,
        first_path: int,
        paths: int,
    ) -> npt.NDArray[np.float64]:
        """Return what ``normals`` returns, from memory when it was drawn before; not to be written to."""
        key = (seed, entity, int(quarters[0]), len(quarters), shocks, first_path, paths)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = normals(seed, entity, quarters, shocks, first_path, paths)
        drawn.flags.writeable = False
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > 1 and sum(kept.nbytes for kept in self._kept.values()) > self._limit:
                self._kept.popitem(last=False)
        return drawn
