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

from rekening.lanes import put, take
from rekening.numerics import DRAW_CACHE_BYTES, DRAWN_AT_ONCE, ENTITY_BYTES, LANES
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
def _fill(out: Any, seed: Any, entity: Any, quarters: Any, first_path: Any) -> None:
    """Fill ``out`` (tile, quarter, shock, lane): two shocks of a quarter share one counter."""
    key_0, key_1 = seed & LOW_WORD, seed >> HALF_WORD
    entity_0, entity_1 = entity & LOW_WORD, entity >> HALF_WORD
    shocks = out.shape[2]
    first, second = np.empty(DRAWN_AT_ONCE), np.empty(DRAWN_AT_ONCE)
    for start in range(0, out.shape[0] * LANES, DRAWN_AT_ONCE):
        path = np.uint64(first_path + start)
        for q in range(quarters.size):
            for pair in range((shocks + 1) // 2):
                address = (np.uint64(quarters[q]) << QUARTER_SHIFT) | np.uint64(pair)
                for k in range(DRAWN_AT_ONCE):
                    a, b, c, d = philox(path + np.uint64(k), address, entity_0, entity_1, key_0, key_1)
                    first[k] = uniform(a, b)
                    second[k] = uniform(c, d)
                _to_normal(first)
                _to_normal(second)
                for place in range(0, min(DRAWN_AT_ONCE, out.shape[0] * LANES - start), LANES):
                    target = out[(start + place) // LANES, q]
                    put(target[2 * pair], 0, take(first, place))
                    if 2 * pair + 1 < shocks:
                        put(target[2 * pair + 1], 0, take(second, place))


@compiled
def _to_normal(u: Any) -> None:
    """Turn uniforms into normals; the few far out are set aside, scaled down, and done apart."""
    far = 0
    for k in range(DRAWN_AT_ONCE):
        u_k = u[k]
        z, w = normal_quantile_central(u_k)
        is_far = w >= CENTRAL
        far += is_far
        u[k] = u_k * SET_ASIDE if is_far else z
    if far:
        for k in range(DRAWN_AT_ONCE):
            if 0 < u[k] <= SET_ASIDE:
                u[k] = normal_quantile_tail(u[k] / SET_ASIDE)


def normal_tiles(
    seed: int, entity: str, quarters: npt.NDArray[np.int64], shocks: int, first_path: int, tiles: int
) -> npt.NDArray[np.float64]:
    """Standard normal shocks of one entity, as the kernel reads them.

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
    first_path, tiles
        The stretch of paths.

    Returns
    -------
    array
        Shape (tile, quarter, shock, ``LANES``), not to be written to.
    """
    out = np.empty((tiles, len(quarters), shocks, LANES))
    numbers = np.asarray(quarters, dtype=np.int64)
    _fill(out, np.uint64(seed), np.uint64(entity_key(entity)), numbers, np.int64(first_path))
    out.flags.writeable = False
    return out


def normals(
    seed: int, entity: str, quarters: npt.NDArray[np.int64], shocks: int, first_path: int, paths: int
) -> npt.NDArray[np.float64]:
    """Standard normal shocks as ``normal_tiles``, for any number of paths: shape (quarter, shock, path)."""
    tiles = normal_tiles(seed, entity, quarters, shocks, first_path, tiles_of(paths))
    return np.moveaxis(tiles, 0, 2).reshape(len(quarters), shocks, -1)[:, :, :paths]


def tiles_of(paths: int) -> int:
    """Number of tiles that hold some paths."""
    return -(-paths // LANES)


class DrawCache:
    """Keeps the shocks of recent runs, so that scenarios, later starts and sliders reuse them.

    Bounded in bytes; the least recently used go first. Safe to share between threads.
    """

    def __init__(self, limit: int = DRAW_CACHE_BYTES) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[Any, ...], tuple[int, npt.NDArray[np.float64]]] = OrderedDict()
        self._lock = Lock()

    def normal_tiles(
        self,
        seed: int,
        entity: str,
        quarters: npt.NDArray[np.int64],
        shocks: int,
        first_path: int,
        tiles: int,
    ) -> npt.NDArray[np.float64]:
        """Return what ``normal_tiles`` returns for quarters in a row, from memory when drawn before."""
        key = (seed, entity, shocks, first_path, tiles)
        start = int(quarters[0])
        with self._lock:
            begin, drawn = self._kept.get(key, (start, np.empty((0, 0))))
            if begin <= start and start + len(quarters) <= begin + drawn.shape[1]:
                self._kept.move_to_end(key)
                part = np.ascontiguousarray(drawn[:, start - begin : start - begin + len(quarters)])
                part.flags.writeable = False
                return part
        drawn = normal_tiles(seed, entity, quarters, shocks, first_path, tiles)
        with self._lock:
            self._kept[key] = start, drawn
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(kept.nbytes for _, kept in self._kept.values()) > self._limit:
                self._kept.popitem(last=False)
        return drawn
