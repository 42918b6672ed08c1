"""The compiled heart of a run: one firm, one tile of paths, quarter by quarter.

Paths go side by side, a lane each; what they carry stays in the first cache.
"""

from typing import Any

from rekening.futures.capacity import begin_service, hold_up, mature, new_rings, prepare, remember, wear
from rekening.futures.layout import COMMON_SHOCKS, NAMES, OUTPUTS, OWN_SHOCKS, PARAMETERS, SCHEDULE
from rekening.futures.quarter import earn, fund, plan, settle, verify
from rekening.lanes import put, rows_of, sums_across, take
from rekening.numerics import LANES
from rekening.vector import aligned, compiled, inlined

_OUTPUTS = len(OUTPUTS)
_SUMS = -(-_OUTPUTS // LANES) * LANES
_OWN, _COMMON = len(OWN_SHOCKS) * LANES, len(COMMON_SHOCKS) * LANES
_PARAMETERS = len(PARAMETERS) * LANES
_FIRST_PARAMETER = NAMES.index(PARAMETERS[0]) * LANES

_paths = rows_of(NAMES)
_own_shocks = rows_of(OWN_SHOCKS)
_common_shocks = rows_of(COMMON_SHOCKS)


@inlined
def _quarter(path: Any, rings: Any, offsets: Any, known: Any, shocks: Any, t: Any, h: Any) -> Any:
    """Take paths side by side one quarter on; returns the balances they opened with."""
    schedule, opening, tenors, weights = known
    own, common = shocks
    opened = (
        path.liquidity,
        path.total_debt,
        path.debt_discount_and_currency,
        path.property_and_equipment_net,
        path.finance_lease_liabilities,
        path.vehicle_funding_outstanding,
    )
    begun, units, rent_begun = begin_service(path, rings, offsets, t)
    begun += schedule[SCHEDULE.finance_leases_added] * path.lease_scale
    if h == 0:
        begun += path.late_paid
        units += path.late_ordered
    wear(path, rings, offsets, t, begun, units)
    maturing, interest_ended = mature(rings, tenors, weights, h)
    earn(path, schedule, opening, own, common, rent_begun, h)
    planned = plan(path, schedule, own)
    issued, short_debt = fund(path, schedule, own, planned, maturing)
    settle(path, schedule, issued, short_debt, interest_ended)
    remember(path, rings, t, h, issued)
    return opened


@inlined
def _add_up(path: Any, work: Any, count: Any, totals: Any) -> None:
    """Add the outputs of the first ``count`` of the paths side by side to their sums."""
    for lane in range(count, LANES):
        for output in range(_OUTPUTS):
            work[output * LANES + lane] = 0.0
    for first in range(0, _SUMS, LANES):
        put(totals, first, take(totals, first) + sums_across(path, first))


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
        Shape (tile, ``PARAMETERS``, ``LANES``).
    own, common
        Shocks, shapes (tile, quarter, ``OWN_SHOCKS``, ``LANES``) and the same of ``COMMON_SHOCKS``.
    live
        Paths that count; the rest fill the last tile.
    kept
        Numbers of the outputs to keep.
    out
        Shape (quarter, kept, path): filled from path ``at`` on.
    sums
        Shape (quarter, ``OUTPUTS``): every output is added, in an order that depends on the block only.
    worst
        Shape (``LANES``,): largest relative residual of balances and funding need so far.
    """
    quarters = schedule.shape[0]
    past = history.size
    work = aligned(len(NAMES) * LANES)
    totals = aligned(quarters * _SUMS).reshape(quarters, _SUMS)
    rings, offsets = new_rings(past + quarters)
    path = _paths(work, 0)
    given, own, common = parameters.reshape(-1), own.reshape(-1), common.reshape(-1)
    gap = take(worst, 0)
    for tile in range(parameters.shape[0]):
        for place in range(0, _PARAMETERS, LANES):
            put(work, _FIRST_PARAMETER + place, take(given, tile * _PARAMETERS + place))
        prepare(path, opening, history, reported_revenue, rings, offsets)
        hold_up(path, rings, offsets, past)
        start = tile * LANES
        count = min(LANES, live - start)
        for h in range(quarters):
            drawn = tile * quarters + h
            shocks = _own_shocks(own, drawn * _OWN), _common_shocks(common, drawn * _COMMON)
            known = schedule[h], opening, tenors, weights
            opened = _quarter(path, rings, offsets, known, shocks, past + h, h)
            gap = verify(path, opened, gap)
            for place in range(kept.size):
                row = kept[place] * LANES
                for k in range(count):
                    out[h, place, at + start + k] = work[row + k]
            _add_up(path, work, count, totals[h])
    put(worst, 0, gap)
    sums += totals[:, :_OUTPUTS]
