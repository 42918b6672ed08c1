"""The compiled heart of a run: one firm, one tile of paths, quarter by quarter.

Every function takes the flat working memory of a tile (see ``layout``) and loops over its paths; loops
without branches become SIMD code.
"""

from typing import Any

import numpy as np

from rekening.futures.capacity import begin_service, hold_up, mature, new_rings, prepare, remember, wear
from rekening.futures.layout import OUTPUTS, PARAMETERS, ROW, ROWS, SCHEDULE
from rekening.futures.quarter import earn, fund, plan, settle, verify
from rekening.ledger.kinds import STOCK_NAMES
from rekening.numerics import LANES, TILE
from rekening.vector import compiled, fold_into, inlined

_OUTPUTS = len(OUTPUTS)
_PARAMETERS = len(PARAMETERS)
_STOCKS = len(STOCK_NAMES)
_FIRST_STOCK = ROW.liquidity
_FIRST_OPENING = ROW.opening_liquidity
_FIRST_PARAMETER = ROW.growth_long


@inlined
def _aligned(size: Any) -> Any:
    """Zeros that begin with a line of cache, so that no vector of them lies across two lines."""
    room = np.zeros(size + LANES)
    first = (-room.ctypes.data // room.itemsize) % LANES
    return room[first : first + size]


@compiled
def _add_up(work: Any, sums: Any, count: Any) -> None:
    """Add the outputs of ``count`` paths to their sums, in an order set by places in the tile only."""
    if count < TILE:
        for output in range(_OUTPUTS):
            row = work[output * TILE : (output + 1) * TILE]
            for k in range(count, TILE):
                row[k] = 0.0
    for output in range(_OUTPUTS):
        fold_into(sums, output * LANES, work, output * TILE)


@compiled
def run_tiles(
    opening: Any,
    schedule: Any,
    history: Any,
    reported_revenue: Any,
    tenors: Any,
    weights: Any,
    parameters: Any,
    own: Any,
    common: Any,
    live: Any,
    kept: Any,
    out: Any,
    at: Any,
    sums: Any,
    worst: Any,
) -> None:
    """Run one firm over a block of paths.

    Parameters
    ----------
    opening
        Shape (``OPENING``,): balances and averages before the first quarter, US dollars.
    schedule
        Shape (quarter, ``SCHEDULES``).
    history, reported_revenue
        Capex and revenue of the quarters before the run, US dollars a quarter, same length, at least a year.
    tenors, weights
        Quarters to maturity of the parts of a new bond issue, and their shares.
    parameters
        Shape (tile, ``PARAMETERS``, ``TILE``).
    own, common
        Shocks, shapes (tile, quarter, ``OWN_SHOCKS``, ``TILE``) and the same of ``COMMON_SHOCKS``.
    live
        Paths that count; the rest fill the last tile.
    kept
        Numbers of the outputs to keep.
    out
        Shape (quarter, kept, path): filled from path ``at`` on.
    sums
        Shape (quarter, ``OUTPUTS`` x ``LANES``): every output is added, paths apart by their place in the
        tile.
    worst
        Shape (``TILE``,): largest relative residual of balances and funding need so far.
    """
    quarters = schedule.shape[0]
    past = history.size
    work = _aligned(ROWS * TILE)
    rings, offsets = new_rings(past + quarters)
    for tile in range(parameters.shape[0]):
        start = tile * TILE
        given = parameters[tile].reshape(_PARAMETERS * TILE)
        for place in range(_PARAMETERS * TILE):
            work[_FIRST_PARAMETER + place] = given[place]
        prepare(work, opening, history, reported_revenue, rings, offsets)
        hold_up(work, rings, offsets, past)
        for h in range(quarters):
            t = past + h
            for place in range(_STOCKS * TILE):
                work[_FIRST_OPENING + place] = work[_FIRST_STOCK + place]
            begin_service(work, rings, offsets, t)
            leased = schedule[h, SCHEDULE.finance_leases_added]
            for k in range(TILE):
                work[ROW.in_service + k] += leased * work[ROW.lease_scale + k]
                if h == 0:
                    work[ROW.in_service + k] += work[ROW.late_paid + k]
                    work[ROW.units_in + k] += work[ROW.late_ordered + k]
            wear(work, rings, offsets, t)
            mature(work, rings, tenors, weights, h)
            earn(work, schedule[h], opening, own[tile, h], common[tile, h], h)
            plan(work, schedule[h], own[tile, h])
            fund(work, schedule[h])
            settle(work, schedule[h])
            remember(work, rings, t, h)
            verify(work, worst)
            count = min(TILE, live - start)
            for place in range(kept.size):
                row = kept[place] * TILE
                target = out[h, place, at + start : at + start + count]
                source = work[row : row + count]
                for k in range(count):
                    target[k] = source[k]
            _add_up(work, sums[h], count)
