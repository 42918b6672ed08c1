"""What a firm has built: money on its way into service, property wearing off, computing capacity at work.

A tile remembers every quarter's payments in rings. Lags and lives are quarters and need not be whole.
"""

from typing import Any

import numpy as np

from rekening.futures.layout import LIVES, OPEN, RINGS, ROW
from rekening.numerics import LONGEST_LIFE, QUARTERS, TILE
from rekening.vector import compiled, exp, inlined

_PAID, _ORDERED, _VEHICLES, _SERVICE, _UNITS, _ISSUES, _COUPONS = range(len(RINGS))
_LIVES = len(LIVES)
_PAD = LONGEST_LIFE
_ONE_BACK = np.uint64(TILE)


@inlined
def _row(ring: Any, t: Any) -> Any:
    """View of one quarter in a ring, counted from the first reported quarter (or, for bonds, of the run)."""
    return ring[(t + _PAD) * TILE : (t + _PAD + 1) * TILE]


@inlined
def positive(x: Any) -> Any:
    """Return a number, or zero where it is below."""
    return max(x, 0.0)


@compiled
def new_rings(quarters: Any) -> Any:
    """Make empty rings and offsets of a tile.

    The places before the first reported quarter stay zero; the rest is written before it is read.
    """
    return np.zeros((len(RINGS), (_PAD + quarters) * TILE)), np.zeros((_LIVES + 1) * TILE, np.uint64)


@compiled
def _set_offsets(work: Any, offsets: Any) -> None:
    """Split lives and lags into whole quarters, as distances in a ring, and the part that is left."""
    for place in range(_LIVES):
        for k in range(TILE):
            life = work[ROW.accelerator_life + place * TILE + k]
            whole = int(life)
            offsets[place * TILE + k] = np.uint64(whole * TILE - k)
            work[ROW.part_accelerator + place * TILE + k] = life - whole
            work[ROW.worn_accelerator + place * TILE + k] = 1.0 / life
    _set_lag(work, offsets, False)


@compiled
def _set_lag(work: Any, offsets: Any, with_delay: Any) -> None:
    for k in range(TILE):
        lag = work[ROW.build_lag + k] + (work[ROW.power_delay + k] if with_delay else 0.0)
        whole = int(lag)
        offsets[_LIVES * TILE + k] = np.uint64(whole * TILE - k)
        work[ROW.whole_lag + k] = whole
        work[ROW.part_lag + k] = lag - whole


@compiled
def begin_service(work: Any, rings: Any, offsets: Any, t: Any) -> None:
    """What was paid or ordered a building lag ago comes into service in ``t``.

    Lags and lives need not be whole quarters: a part of a quarter's spending then arrives one quarter later.
    """
    here = np.uint64((t + _PAD) * TILE)
    paid, ordered, vehicles = rings[_PAID], rings[_ORDERED], rings[_VEHICLES]
    for k in range(TILE):
        at = here - offsets[_LIVES * TILE + k]
        work[ROW.paid_now + k] = paid[at]
        work[ROW.ordered_now + k] = ordered[at]
        work[ROW.vehicles_now + k] = vehicles[at]
    for k in range(TILE):
        part = work[ROW.part_lag + k]
        rest = 1.0 - part
        now = work[ROW.paid_now + k]
        ordered_now, vehicles_now = work[ROW.ordered_now + k], work[ROW.vehicles_now + k]
        work[ROW.in_service + k] = rest * now + part * work[ROW.paid_before + k]
        work[ROW.units_in + k] = rest * ordered_now + part * work[ROW.ordered_before + k]
        work[ROW.rent_begun + k] = rest * vehicles_now + part * work[ROW.vehicles_before + k]
        work[ROW.paid_before + k] = now
        work[ROW.ordered_before + k] = ordered_now
        work[ROW.vehicles_before + k] = vehicles_now


@compiled
def hold_up(work: Any, rings: Any, offsets: Any, first: Any) -> None:
    """Let power be late from the quarter ``first`` on, for all that has not begun to come into service.

    What is partly in service by then is finished on time, in the first quarter.
    """
    here = np.uint64((first + _PAD) * TILE)
    for k in range(TILE):
        last = here - offsets[_LIVES * TILE + k] - _ONE_BACK
        work[ROW.late_paid + k] = work[ROW.part_lag + k] * rings[_PAID, last]
        work[ROW.late_ordered + k] = work[ROW.part_lag + k] * rings[_ORDERED, last]
    for t in range(first):
        paid = _row(rings[_PAID], t)
        ordered = _row(rings[_ORDERED], t)
        for k in range(TILE):
            pending = 1.0 if t + work[ROW.whole_lag + k] >= first else 0.0
            paid[k] *= pending
            ordered[k] *= pending
    _set_lag(work, offsets, True)
    for k in range(TILE):
        last = here - offsets[_LIVES * TILE + k] - _ONE_BACK
        work[ROW.paid_before + k] = rings[_PAID, last]
        work[ROW.ordered_before + k] = rings[_ORDERED, last]


@compiled
def wear(work: Any, rings: Any, offsets: Any, t: Any) -> None:
    """Move property and computing capacity in service one quarter on: the new comes in, the old goes out."""
    here = np.uint64((t + _PAD) * TILE)
    service, units = rings[_SERVICE], rings[_UNITS]
    begun_service, begun_units = _row(service, t), _row(units, t)
    for k in range(TILE):
        begun_service[k] = work[ROW.in_service + k]
        begun_units[k] = work[ROW.units_in + k]
    for k in range(TILE):
        work[ROW.units_gone + k] = units[here - offsets[k]]
    for k in range(_LIVES * TILE):
        work[ROW.accelerators_gone + k] = service[here - offsets[k]]
    for k in range(TILE):
        part = work[ROW.part_accelerator + k]
        gone = work[ROW.units_gone + k]
        work[ROW.units_out + k] = (1.0 - part) * gone + part * work[ROW.units_before + k]
        work[ROW.units_before + k] = gone
    for k in range(_LIVES * TILE):
        part = work[ROW.part_accelerator + k]
        gone = work[ROW.accelerators_gone + k]
        work[ROW.expired_accelerators + k] = (1.0 - part) * gone + part * work[ROW.accelerators_before + k]
        work[ROW.accelerators_before + k] = gone
    for k in range(TILE):
        begun = work[ROW.in_service + k]
        work[ROW.gross_accelerators + k] += work[ROW.accelerator_share + k] * (
            begun - work[ROW.expired_accelerators + k]
        )
        work[ROW.gross_network + k] += work[ROW.network_share + k] * (begun - work[ROW.expired_network + k])
        work[ROW.gross_shell + k] += work[ROW.shell_share + k] * (begun - work[ROW.expired_shell + k])
        work[ROW.gross_power + k] += work[ROW.power_share + k] * (begun - work[ROW.expired_power + k])
        work[ROW.units + k] = positive(work[ROW.units + k] + work[ROW.units_in + k] - work[ROW.units_out + k])


@compiled
def _stand(work: Any, rings: Any, t: Any, age: Any) -> None:
    """Add what came into service in ``t`` and still stands at an age: the same as wearing till then."""
    begun_service, begun_units = _row(rings[_SERVICE], t), _row(rings[_UNITS], t)
    for k in range(TILE):
        begun = work[ROW.in_service + k]
        units = work[ROW.units_in + k]
        begun_service[k] = begun
        begun_units[k] = units
        accelerators = min(positive(work[ROW.accelerator_life + k] - age), 1.0)
        network = min(positive(work[ROW.network_life + k] - age), 1.0)
        shell = min(positive(work[ROW.shell_life + k] - age), 1.0)
        power = min(positive(work[ROW.power_life + k] - age), 1.0)
        work[ROW.units + k] += units * accelerators
        work[ROW.gross_accelerators + k] += work[ROW.accelerator_share + k] * begun * accelerators
        work[ROW.gross_network + k] += work[ROW.network_share + k] * begun * network
        work[ROW.gross_shell + k] += work[ROW.shell_share + k] * begun * shell
        work[ROW.gross_power + k] += work[ROW.power_share + k] * begun * power


@compiled
def _recall(work: Any, rings: Any, offsets: Any, t: Any) -> None:
    """Look up what reached the whole quarters of its life in the quarter before ``t``."""
    here = np.uint64((t + _PAD) * TILE)
    service, units = rings[_SERVICE], rings[_UNITS]
    for k in range(TILE):
        work[ROW.units_before + k] = units[here - offsets[k] - _ONE_BACK]
    for place in range(_LIVES):
        for k in range(TILE):
            at = here - offsets[place * TILE + k] - _ONE_BACK
            work[ROW.accelerators_before + place * TILE + k] = service[at]


@inlined
def straight_line(work: Any, k: Any) -> Any:
    """Depreciation of a quarter: each asset class in service over its life."""
    return (
        work[ROW.gross_accelerators + k] * work[ROW.worn_accelerator + k]
        + work[ROW.gross_network + k] * work[ROW.worn_network + k]
        + work[ROW.gross_shell + k] * work[ROW.worn_shell + k]
        + work[ROW.gross_power + k] * work[ROW.worn_power + k]
    )


@compiled
def _take_base(work: Any, revenue: Any, h: Any) -> None:
    """Split a reported quarter's revenue into AI revenue by the formula and the base, which is the rest."""
    for k in range(TILE):
        price = work[ROW.unit_revenue + k] * exp(-work[ROW.unit_price_decline + k] * h)
        # the formula never gives more than the firm reported
        ai = min(work[ROW.units + k] * price, revenue)
        work[ROW.ai_window + k] += ai / QUARTERS
        work[ROW.units_window + k] += work[ROW.units + k] / QUARTERS
        work[ROW.base_4 + k] = work[ROW.base_3 + k]
        work[ROW.base_3 + k] = work[ROW.base_2 + k]
        work[ROW.base_2 + k] = work[ROW.base_1 + k]
        work[ROW.base_1 + k] = revenue - ai


@compiled
def prepare(work: Any, opening: Any, history: Any, revenue: Any, rings: Any, offsets: Any) -> None:
    """Set the state before the first quarter: what was built, what it earns by the formula, what is left.

    ``history`` is cash capex a quarter, ``revenue`` what was reported; both end the quarter before the run.
    """
    past = history.size
    _set_offsets(work, offsets)
    for k in range(TILE):
        work[ROW.gross_accelerators + k] = 0.0
        work[ROW.gross_network + k] = 0.0
        work[ROW.gross_shell + k] = 0.0
        work[ROW.gross_power + k] = 0.0
        work[ROW.units + k] = 0.0
        work[ROW.ai_window + k] = 0.0
        work[ROW.units_window + k] = 0.0
        work[ROW.paid_before + k] = 0.0
        work[ROW.ordered_before + k] = 0.0
        work[ROW.vehicles_before + k] = 0.0
        work[ROW.order_share + k] = work[ROW.accelerator_share + k] / work[ROW.unit_cost + k]
        work[ROW.order_growth + k] = exp(work[ROW.unit_cost_decline + k])
        work[ROW.order_share + k] *= exp(-work[ROW.unit_cost_decline + k] * past)
    for t in range(past):
        paid, ordered = _row(rings[_PAID], t), _row(rings[_ORDERED], t)
        for k in range(TILE):
            share = work[ROW.order_share + k] * work[ROW.order_growth + k]
            work[ROW.order_share + k] = share
            paid[k] = history[t]
            ordered[k] = history[t] * share
        if t == past - QUARTERS:
            _recall(work, rings, offsets, t)
        begin_service(work, rings, offsets, t)
        if t < past - QUARTERS:
            _stand(work, rings, t, past - QUARTERS - 1 - t)
        else:
            wear(work, rings, offsets, t)
            _take_base(work, revenue[t], t + 1 - past)
    for k in range(TILE):
        most = revenue[past - 1] / max(work[ROW.units + k], 1.0)
        work[ROW.unit_revenue + k] = min(work[ROW.unit_revenue + k], most)
        work[ROW.computed + k] = 0.0
    for t in range(past):
        paid, service = _row(rings[_PAID], t), _row(rings[_SERVICE], t)
        age = float(past - t)
        for k in range(TILE):
            left = (
                work[ROW.accelerator_share + k] * positive(1.0 - age * work[ROW.worn_accelerator + k])
                + work[ROW.network_share + k] * positive(1.0 - age * work[ROW.worn_network + k])
                + work[ROW.shell_share + k] * positive(1.0 - age * work[ROW.worn_shell + k])
                + work[ROW.power_share + k] * positive(1.0 - age * work[ROW.worn_power + k])
            )
            begun = service[k]
            # under construction, plus what is in service and not yet written off
            work[ROW.computed + k] += paid[k] - begun + begun * left
    for k in range(TILE):
        property_net = opening[OPEN.property_and_equipment_net]
        work[ROW.older_left + k] = positive(property_net - work[ROW.computed + k])
        work[ROW.older_rate + k] = work[ROW.older_left + k] / work[ROW.older_life + k]
        work[ROW.depreciation_window + k] = straight_line(work, k) + work[ROW.older_rate + k]
    for k in range(TILE):
        debt = opening[OPEN.total_debt]
        cash_flow = opening[OPEN.cash_flow_average]
        work[ROW.growth_excess_left + k] = work[ROW.growth_excess + k]
        work[ROW.growth_noise + k] = 0.0
        work[ROW.factor + k] = 0.0
        work[ROW.demand + k] = 0.0
        work[ROW.demand_own + k] = 0.0
        work[ROW.margin_noise + k] = 0.0
        work[ROW.level + k] = work[ROW.base_yield + k]
        work[ROW.credit + k] = 0.0
        work[ROW.uses_average + k] = opening[OPEN.uses_average]
        work[ROW.cash_flow_average + k] = cash_flow
        work[ROW.new_interest + k] = 0.0
        work[ROW.capex_last + k] = opening[OPEN.capex_last]
        work[ROW.capex_first + k] = opening[OPEN.capex_last]
        work[ROW.dividend + k] = opening[OPEN.dividend]
        work[ROW.momentum + k] = work[ROW.capex_momentum + k]
        work[ROW.vehicle_rent + k] = 0.0
        work[ROW.leases_opening + k] = opening[OPEN.finance_lease_liabilities]
        work[ROW.leverage_opening + k] = debt / (QUARTERS * max(cash_flow, 1.0))
        work[ROW.income_window + k] = (
            positive(work[ROW.base_yield + k] + work[ROW.cash_spread + k])
            * opening[OPEN.liquidity]
            / QUARTERS
        )
        work[ROW.liquidity + k] = opening[OPEN.liquidity]
        work[ROW.total_debt + k] = debt
        work[ROW.debt_discount_and_currency + k] = opening[OPEN.debt_discount_and_currency]
        work[ROW.property_and_equipment_net + k] = property_net
        work[ROW.finance_lease_liabilities + k] = opening[OPEN.finance_lease_liabilities]
        work[ROW.vehicle_funding_outstanding + k] = opening[OPEN.vehicle_funding_outstanding]


@compiled
def mature(work: Any, rings: Any, tenors: Any, weights: Any, h: Any) -> None:
    """Principal of the run's own bonds that falls due in quarter ``h``, and the yearly interest that ends."""
    for k in range(TILE):
        work[ROW.repaid_new + k] = 0.0
        work[ROW.interest_ended + k] = 0.0
    for bucket in range(tenors.size):
        then = h - tenors[bucket]
        if then >= 0:
            weight = weights[bucket]
            issues, coupons = _row(rings[_ISSUES], then), _row(rings[_COUPONS], then)
            for k in range(TILE):
                due = weight * issues[k]
                work[ROW.repaid_new + k] += due
                work[ROW.interest_ended + k] += due * coupons[k]


@compiled
def remember(work: Any, rings: Any, t: Any, h: Any) -> None:
    """Keep what the quarter paid, ordered and borrowed until it comes into service or falls due."""
    paid, ordered, vehicles = _row(rings[_PAID], t), _row(rings[_ORDERED], t), _row(rings[_VEHICLES], t)
    issues, coupons = _row(rings[_ISSUES], h), _row(rings[_COUPONS], h)
    # a loop a ring: with more arrays at once than it will tell apart, the compiler takes one path at a time
    for k in range(TILE):
        work[ROW.order_share + k] *= work[ROW.order_growth + k]
    for k in range(TILE):
        paid[k] = work[ROW.capex + k]
    for k in range(TILE):
        vehicles[k] = work[ROW.vehicle_funding + k]
    for k in range(TILE):
        ordered[k] = work[ROW.building + k] * work[ROW.order_share + k]
    for k in range(TILE):
        issues[k] = work[ROW.issued + k]
    for k in range(TILE):
        coupons[k] = work[ROW.coupon + k]
