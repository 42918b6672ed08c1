"""What a firm has built: money on its way into service, property wearing off, computing capacity at work.

Paths side by side remember every quarter's payments in rings. Lags and lives are quarters and need not be
whole.
"""

from typing import Any

import numpy as np

from rekening.futures.layout import LIVES, OPEN, RINGS
from rekening.lanes import every, floor, look_back, put, put_back, take, where
from rekening.numerics import LANES, LONGEST_LIFE, QUARTERS
from rekening.vector import compiled, exp, inlined

_PAID, _ORDERED, _VEHICLES, _SERVICE, _UNITS, _ISSUES, _COUPONS = range(len(RINGS))
_ACCELERATOR, _NETWORK, _SHELL, _POWER, _LAG = (place * LANES for place in range(len(LIVES) + 1))
_PAD = LONGEST_LIFE


@inlined
def _place(t: Any) -> Any:
    """Where a quarter begins in a ring, counted from the first reported one (for bonds, of the run)."""
    return (t + _PAD) * LANES


@inlined
def positive(x: Any) -> Any:
    """Return a number, or zero where it is below."""
    return max(x, 0.0)


@compiled
def new_rings(quarters: Any) -> Any:
    """Make empty rings and offsets.

    The places before the first reported quarter stay zero; the rest is written before it is read.
    """
    return np.zeros((len(RINGS), (_PAD + quarters) * LANES)), np.zeros((len(LIVES) + 1) * LANES, np.int64)


@inlined
def _set_offsets(path: Any, offsets: Any) -> None:
    """Split lives and lags into whole quarters, as distances in a ring, and the part that is left."""
    accelerator, network = floor(path.accelerator_life), floor(path.network_life)
    shell, power = floor(path.shell_life), floor(path.power_life)
    put_back(offsets, _ACCELERATOR, accelerator)
    put_back(offsets, _NETWORK, network)
    put_back(offsets, _SHELL, shell)
    put_back(offsets, _POWER, power)
    path.part_accelerator = path.accelerator_life - accelerator
    path.part_network = path.network_life - network
    path.part_shell = path.shell_life - shell
    path.part_power = path.power_life - power
    path.worn_accelerator = 1.0 / path.accelerator_life
    path.worn_network = 1.0 / path.network_life
    path.worn_shell = 1.0 / path.shell_life
    path.worn_power = 1.0 / path.power_life
    _set_lag(path, offsets, path.build_lag)


@inlined
def _set_lag(path: Any, offsets: Any, lag: Any) -> None:
    whole = floor(lag)
    put_back(offsets, _LAG, whole)
    path.whole_lag = whole
    path.part_lag = lag - whole


@inlined
def begin_service(path: Any, rings: Any, offsets: Any, t: Any) -> Any:
    """What was paid or ordered a building lag ago comes into service in ``t``.

    Lags and lives need not be whole quarters: a part of a quarter's spending then arrives one quarter later.

    Returns
    -------
    Property in service, computing capacity and vehicles' sites that begin.
    """
    here = _place(t)
    paid = look_back(rings[_PAID], here, offsets, _LAG)
    ordered = look_back(rings[_ORDERED], here, offsets, _LAG)
    vehicles = look_back(rings[_VEHICLES], here, offsets, _LAG)
    part = path.part_lag
    rest = 1.0 - part
    in_service = rest * paid + part * path.paid_before
    units = rest * ordered + part * path.ordered_before
    rented = rest * vehicles + part * path.vehicles_before
    path.paid_before = paid
    path.ordered_before = ordered
    path.vehicles_before = vehicles
    return in_service, units, rented


@inlined
def hold_up(path: Any, rings: Any, offsets: Any, first: Any) -> None:
    """Let power be late from the quarter ``first`` on, for all that has not begun to come into service.

    What is partly in service by then is finished on time, in the first quarter.
    """
    paid, ordered = rings[_PAID], rings[_ORDERED]
    last = _place(first - 1)
    path.late_paid = path.part_lag * look_back(paid, last, offsets, _LAG)
    path.late_ordered = path.part_lag * look_back(ordered, last, offsets, _LAG)
    for t in range(first):
        pending = where(path.whole_lag + t >= every(first), every(1.0), every(0.0))
        here = _place(t)
        put(paid, here, take(paid, here) * pending)
        put(ordered, here, take(ordered, here) * pending)
    _set_lag(path, offsets, path.build_lag + path.power_delay)
    path.paid_before = look_back(paid, last, offsets, _LAG)
    path.ordered_before = look_back(ordered, last, offsets, _LAG)


@inlined
def wear(path: Any, rings: Any, offsets: Any, t: Any, begun: Any, units_begun: Any) -> None:
    """Move property and computing capacity in service one quarter on: the new comes in, the old goes out."""
    here = _place(t)
    service, units = rings[_SERVICE], rings[_UNITS]
    put(service, here, begun)
    put(units, here, units_begun)
    gone = look_back(units, here, offsets, _ACCELERATOR)
    part = path.part_accelerator
    path.units = positive(path.units + units_begun - ((1.0 - part) * gone + part * path.units_before))
    path.units_before = gone
    gone = look_back(service, here, offsets, _ACCELERATOR)
    expired = (1.0 - part) * gone + part * path.accelerators_before
    path.gross_accelerators += path.accelerator_share * (begun - expired)
    path.accelerators_before = gone
    gone, part = look_back(service, here, offsets, _NETWORK), path.part_network
    expired = (1.0 - part) * gone + part * path.network_before
    path.gross_network += path.network_share * (begun - expired)
    path.network_before = gone
    gone, part = look_back(service, here, offsets, _SHELL), path.part_shell
    expired = (1.0 - part) * gone + part * path.shell_before
    path.gross_shell += path.shell_share * (begun - expired)
    path.shell_before = gone
    gone, part = look_back(service, here, offsets, _POWER), path.part_power
    expired = (1.0 - part) * gone + part * path.power_before
    path.gross_power += path.power_share * (begun - expired)
    path.power_before = gone


@inlined
def _stand(path: Any, rings: Any, t: Any, age: Any, begun: Any, units: Any) -> None:
    """Add what came into service in ``t`` and still stands at an age: the same as wearing till then."""
    put(rings[_SERVICE], _place(t), begun)
    put(rings[_UNITS], _place(t), units)
    accelerators = min(positive(path.accelerator_life - age), 1.0)
    path.units += units * accelerators
    path.gross_accelerators += path.accelerator_share * begun * accelerators
    path.gross_network += path.network_share * begun * min(positive(path.network_life - age), 1.0)
    path.gross_shell += path.shell_share * begun * min(positive(path.shell_life - age), 1.0)
    path.gross_power += path.power_share * begun * min(positive(path.power_life - age), 1.0)


@inlined
def _recall(path: Any, rings: Any, offsets: Any, t: Any) -> None:
    """Look up what reached the whole quarters of its life in the quarter before ``t``."""
    last = _place(t - 1)
    service = rings[_SERVICE]
    path.units_before = look_back(rings[_UNITS], last, offsets, _ACCELERATOR)
    path.accelerators_before = look_back(service, last, offsets, _ACCELERATOR)
    path.network_before = look_back(service, last, offsets, _NETWORK)
    path.shell_before = look_back(service, last, offsets, _SHELL)
    path.power_before = look_back(service, last, offsets, _POWER)


@inlined
def straight_line(path: Any) -> Any:
    """Depreciation of a quarter: each asset class in service over its life."""
    return (
        path.gross_accelerators * path.worn_accelerator
        + path.gross_network * path.worn_network
        + path.gross_shell * path.worn_shell
        + path.gross_power * path.worn_power
    )


@inlined
def _take_base(path: Any, revenue: Any, h: Any) -> None:
    """Split a reported quarter's revenue into AI revenue by the formula and the base, which is the rest."""
    price = path.unit_revenue * exp(-path.unit_price_decline * h)
    # the formula never gives more than the firm reported
    ai = min(path.units * price, revenue)
    path.ai_window += ai / QUARTERS
    path.units_window += path.units / QUARTERS
    path.base_4 = path.base_3
    path.base_3 = path.base_2
    path.base_2 = path.base_1
    path.base_1 = revenue - ai


@inlined
def prepare(path: Any, opening: Any, history: Any, revenue: Any, rings: Any, offsets: Any) -> None:
    """Set the state before the first quarter: what was built, what it earns by the formula, what is left.

    ``history`` is cash capex a quarter, ``revenue`` what was reported; both end the quarter before the run.
    """
    past = history.size
    nothing = every(0.0)
    _set_offsets(path, offsets)
    path.gross_accelerators = nothing
    path.gross_network = nothing
    path.gross_shell = nothing
    path.gross_power = nothing
    path.units = nothing
    path.ai_window = nothing
    path.units_window = nothing
    path.paid_before = nothing
    path.ordered_before = nothing
    path.vehicles_before = nothing
    path.order_growth = exp(path.unit_cost_decline)
    path.order_share = path.accelerator_share / path.unit_cost * exp(-path.unit_cost_decline * past)
    for t in range(past):
        path.order_share *= path.order_growth
        put(rings[_PAID], _place(t), every(history[t]))
        put(rings[_ORDERED], _place(t), history[t] * path.order_share)
        if t == past - QUARTERS:
            _recall(path, rings, offsets, t)
        begun, units, _ = begin_service(path, rings, offsets, t)
        if t < past - QUARTERS:
            _stand(path, rings, t, past - QUARTERS - 1 - t, begun, units)
        else:
            wear(path, rings, offsets, t, begun, units)
            _take_base(path, revenue[t], t + 1 - past)
    path.unit_revenue = min(path.unit_revenue, revenue[past - 1] / max(path.units, 1.0))
    standing = nothing
    for t in range(past):
        age = float(past - t)
        left = (
            path.accelerator_share * positive(1.0 - age * path.worn_accelerator)
            + path.network_share * positive(1.0 - age * path.worn_network)
            + path.shell_share * positive(1.0 - age * path.worn_shell)
            + path.power_share * positive(1.0 - age * path.worn_power)
        )
        begun = take(rings[_SERVICE], _place(t))
        # under construction, plus what is in service and not yet written off
        standing += history[t] - begun + begun * left
    property_net = opening[OPEN.property_and_equipment_net]
    path.older_left = positive(property_net - standing)
    path.older_rate = path.older_left / path.older_life
    path.depreciation_window = straight_line(path) + path.older_rate
    debt = opening[OPEN.total_debt]
    cash_flow = opening[OPEN.cash_flow_average]
    path.growth_excess_left = path.growth_excess
    path.growth_noise = nothing
    path.factor = nothing
    path.demand = nothing
    path.demand_own = nothing
    path.margin_noise = nothing
    path.level = path.base_yield
    path.credit = nothing
    path.uses_average = every(opening[OPEN.uses_average])
    path.cash_flow_average = every(cash_flow)
    path.new_interest = nothing
    path.capex_last = every(opening[OPEN.capex_last])
    path.capex_first = every(opening[OPEN.capex_last])
    path.dividend = every(opening[OPEN.dividend])
    path.momentum = path.capex_momentum
    path.vehicle_rent = nothing
    path.leases_opening = every(opening[OPEN.finance_lease_liabilities])
    path.leverage_opening = every(debt / (QUARTERS * max(cash_flow, 1.0)))
    path.income_window = positive(path.base_yield + path.cash_spread) * opening[OPEN.liquidity] / QUARTERS
    path.liquidity = every(opening[OPEN.liquidity])
    path.total_debt = every(debt)
    path.debt_discount_and_currency = every(opening[OPEN.debt_discount_and_currency])
    path.property_and_equipment_net = every(property_net)
    path.finance_lease_liabilities = every(opening[OPEN.finance_lease_liabilities])
    path.vehicle_funding_outstanding = every(opening[OPEN.vehicle_funding_outstanding])


@inlined
def mature(rings: Any, tenors: Any, weights: Any, h: Any) -> Any:
    """Principal of the run's own bonds that falls due in quarter ``h``, and the yearly interest that ends."""
    repaid, ended = every(0.0), every(0.0)
    for bucket in range(tenors.size):
        then = h - tenors[bucket]
        if then >= 0:
            due = weights[bucket] * take(rings[_ISSUES], _place(then))
            repaid += due
            ended += due * take(rings[_COUPONS], _place(then))
    return repaid, ended


@inlined
def remember(path: Any, rings: Any, t: Any, h: Any, issued: Any) -> None:
    """Keep what the quarter paid, ordered and borrowed until it comes into service or falls due."""
    order_share = path.order_share * path.order_growth
    path.order_share = order_share
    put(rings[_PAID], _place(t), path.capex)
    put(rings[_VEHICLES], _place(t), path.vehicle_funding)
    put(rings[_ORDERED], _place(t), path.capex_last * order_share)
    put(rings[_ISSUES], _place(h), issued)
    put(rings[_COUPONS], _place(h), path.coupon)
