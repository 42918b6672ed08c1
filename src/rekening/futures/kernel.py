"""The compiled heart of a run: one firm, one tile of paths, quarter by quarter.

Every function takes the flat working memory of a tile (see ``layout``) and loops over its paths; loops
without branches become SIMD code. A quarter runs in the order in which a firm lives it: what it earns, what
it plans to spend, what is missing and who provides it, what it then owns and owes, and whether that adds up.
"""

from typing import Any

import numpy as np

from rekening.futures.layout import (
    COMMON_SHOCKS,
    LIVES,
    OPEN,
    OUTPUTS,
    OWN_SHOCKS,
    PARAMETERS,
    RINGS,
    ROW,
    ROWS,
    SCHEDULE,
)
from rekening.ledger.kinds import KINDS, STOCK_NAMES
from rekening.numerics import LANES, LONGEST_LIFE, TILE
from rekening.vector import compiled, exp, fold_into, inlined, log

_OUTPUTS = len(OUTPUTS)
_PARAMETERS = len(PARAMETERS)
_STOCKS = len(STOCK_NAMES)
_FIRST_STOCK = ROW.liquidity
_FIRST_OPENING = ROW.opening_liquidity
_FIRST_PARAMETER = ROW.growth_long
_FIRST_OWN = ROW.own_growth
_FIRST_COMMON = ROW.common_growth_factor
_OWN = len(OWN_SHOCKS)
_COMMON = len(COMMON_SHOCKS)
_MONTHS = 12
_QUARTERS = 4
_PAID, _ORDERED, _VEHICLES, _SERVICE, _UNITS, _ISSUES, _COUPONS = range(len(RINGS))
_RINGS = len(RINGS)
_LIVES = len(LIVES)
_PAD = LONGEST_LIFE
_ONE_BACK = np.uint64(TILE)


@inlined
def _copy(target: Any, source: Any) -> None:
    for k in range(TILE):
        target[k] = source[k]


@inlined
def _row(ring: Any, t: Any) -> Any:
    """View of one quarter in a ring, counted from the first reported quarter (or, for bonds, of the run)."""
    return ring[(t + _PAD) * TILE : (t + _PAD + 1) * TILE]


@inlined
def _positive(x: Any) -> Any:
    return max(x, 0.0)


@compiled
def _set_offsets(work: Any, offsets: Any) -> None:
    """Split lives and lags into whole quarters, as distances in a ring, and the part that is left."""
    for place in range(_LIVES):
        for k in range(TILE):
            life = work[ROW.accelerator_life + place * TILE + k]
            whole = int(life)
            offsets[place * TILE + k] = np.uint64(whole * TILE - k)
            work[ROW.part_accelerator + place * TILE + k] = life - whole
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
def _begin_service(work: Any, rings: Any, offsets: Any, t: Any) -> None:
    """What was paid or ordered a building lag ago comes into service in ``t``.

    Lags and lives need not be whole quarters: a part of a quarter's spending then arrives one quarter later.
    """
    here = np.uint64((t + _PAD) * TILE)
    paid, ordered, vehicles = rings[_PAID], rings[_ORDERED], rings[_VEHICLES]
    for k in range(TILE):
        newer = here - offsets[_LIVES * TILE + k]
        older = newer - _ONE_BACK
        part = work[ROW.part_lag + k]
        rest = 1.0 - part
        work[ROW.in_service + k] = rest * paid[newer] + part * paid[older]
        work[ROW.units_in + k] = rest * ordered[newer] + part * ordered[older]
        work[ROW.rent_begun + k] = rest * vehicles[newer] + part * vehicles[older]


@compiled
def _hold_up(work: Any, rings: Any, offsets: Any, first: Any) -> None:
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


@compiled
def _age(work: Any, rings: Any, offsets: Any, t: Any) -> None:
    """Move property and computing capacity in service one quarter on: the new comes in, the old goes out."""
    here = np.uint64((t + _PAD) * TILE)
    service, units = rings[_SERVICE], rings[_UNITS]
    begun_service, begun_units = _row(service, t), _row(units, t)
    for k in range(TILE):
        begun_service[k] = work[ROW.in_service + k]
        begun_units[k] = work[ROW.units_in + k]
    for k in range(TILE):
        newer = here - offsets[k]
        part = work[ROW.part_accelerator + k]
        work[ROW.units_out + k] = (1.0 - part) * units[newer] + part * units[newer - _ONE_BACK]
        work[ROW.expired_accelerators + k] = (1.0 - part) * service[newer] + part * service[newer - _ONE_BACK]
        newer = here - offsets[TILE + k]
        part = work[ROW.part_network + k]
        work[ROW.expired_network + k] = (1.0 - part) * service[newer] + part * service[newer - _ONE_BACK]
        newer = here - offsets[2 * TILE + k]
        part = work[ROW.part_shell + k]
        work[ROW.expired_shell + k] = (1.0 - part) * service[newer] + part * service[newer - _ONE_BACK]
        newer = here - offsets[(2 + 1) * TILE + k]
        part = work[ROW.part_power + k]
        work[ROW.expired_power + k] = (1.0 - part) * service[newer] + part * service[newer - _ONE_BACK]
    for k in range(TILE):
        begun = work[ROW.in_service + k]
        work[ROW.gross_accelerators + k] += work[ROW.accelerator_share + k] * (
            begun - work[ROW.expired_accelerators + k]
        )
        work[ROW.gross_network + k] += work[ROW.network_share + k] * (begun - work[ROW.expired_network + k])
        work[ROW.gross_shell + k] += work[ROW.shell_share + k] * (begun - work[ROW.expired_shell + k])
        work[ROW.gross_power + k] += work[ROW.power_share + k] * (begun - work[ROW.expired_power + k])
        work[ROW.units + k] = _positive(
            work[ROW.units + k] + work[ROW.units_in + k] - work[ROW.units_out + k]
        )


@inlined
def _straight_line(work: Any, k: Any) -> Any:
    return (
        work[ROW.gross_accelerators + k] / work[ROW.accelerator_life + k]
        + work[ROW.gross_network + k] / work[ROW.network_life + k]
        + work[ROW.gross_shell + k] / work[ROW.shell_life + k]
        + work[ROW.gross_power + k] / work[ROW.power_life + k]
    )


@compiled
def _take_base(work: Any, revenue: Any, h: Any) -> None:
    """Split a reported quarter's revenue into AI revenue by the formula and the base, which is the rest."""
    for k in range(TILE):
        price = work[ROW.unit_revenue + k] * exp(-work[ROW.unit_price_decline + k] * h)
        # the formula never gives more than the firm reported
        ai = min(work[ROW.units + k] * price, revenue)
        work[ROW.ai_window + k] += ai / _QUARTERS
        work[ROW.units_window + k] += work[ROW.units + k] / _QUARTERS
        work[ROW.base_4 + k] = work[ROW.base_3 + k]
        work[ROW.base_3 + k] = work[ROW.base_2 + k]
        work[ROW.base_2 + k] = work[ROW.base_1 + k]
        work[ROW.base_1 + k] = revenue - ai


@compiled
def _prepare(work: Any, opening: Any, history: Any, revenue: Any, rings: Any, offsets: Any) -> None:
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
        _begin_service(work, rings, offsets, t)
        _age(work, rings, offsets, t)
        if t >= past - _QUARTERS:
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
                work[ROW.accelerator_share + k] * _positive(1.0 - age / work[ROW.accelerator_life + k])
                + work[ROW.network_share + k] * _positive(1.0 - age / work[ROW.network_life + k])
                + work[ROW.shell_share + k] * _positive(1.0 - age / work[ROW.shell_life + k])
                + work[ROW.power_share + k] * _positive(1.0 - age / work[ROW.power_life + k])
            )
            begun = service[k]
            # under construction, plus what is in service and not yet written off
            work[ROW.computed + k] += paid[k] - begun + begun * left
    for k in range(TILE):
        property_net = opening[OPEN.property_and_equipment_net]
        work[ROW.older_left + k] = _positive(property_net - work[ROW.computed + k])
        work[ROW.older_rate + k] = work[ROW.older_left + k] / work[ROW.older_life + k]
        work[ROW.depreciation_window + k] = _straight_line(work, k) + work[ROW.older_rate + k]
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
        work[ROW.leverage_opening + k] = debt / (_QUARTERS * max(cash_flow, 1.0))
        work[ROW.income_window + k] = (
            _positive(work[ROW.base_yield + k] + work[ROW.cash_spread + k])
            * opening[OPEN.liquidity]
            / _QUARTERS
        )
        work[ROW.liquidity + k] = opening[OPEN.liquidity]
        work[ROW.total_debt + k] = debt
        work[ROW.debt_discount_and_currency + k] = opening[OPEN.debt_discount_and_currency]
        work[ROW.property_and_equipment_net + k] = property_net
        work[ROW.finance_lease_liabilities + k] = opening[OPEN.finance_lease_liabilities]
        work[ROW.vehicle_funding_outstanding + k] = opening[OPEN.vehicle_funding_outstanding]


@compiled
def _earn(work: Any, schedule: Any, opening: Any, h: Any) -> None:
    """Revenue, rates, the cost of what stands, and operating cash flow of quarter ``h`` of the run."""
    margin = schedule[SCHEDULE.margin]
    existing_interest = schedule[SCHEDULE.existing_interest]
    lease_payments = schedule[SCHEDULE.operating_lease_payments]
    interest_window = opening[OPEN.interest_window]
    for k in range(TILE):
        excess = work[ROW.growth_excess_left + k] * work[ROW.growth_persistence + k]
        work[ROW.growth_excess_left + k] = excess
        factor = (
            work[ROW.factor_ar + k] * work[ROW.factor + k]
            + work[ROW.factor_sd + k] * work[ROW.common_growth_factor + k]
        )
        work[ROW.factor + k] = factor
        noise = (
            work[ROW.growth_ar + k] * work[ROW.growth_noise + k]
            + work[ROW.growth_sd + k] * work[ROW.own_growth + k]
        )
        work[ROW.growth_noise + k] = noise
        growth = work[ROW.growth_long + k] + excess + work[ROW.growth_loading + k] * factor + noise
        base = work[ROW.base_4 + k] * exp(growth)
        work[ROW.base_4 + k] = work[ROW.base_3 + k]
        work[ROW.base_3 + k] = work[ROW.base_2 + k]
        work[ROW.base_2 + k] = work[ROW.base_1 + k]
        work[ROW.base_1 + k] = base
        work[ROW.base + k] = base
    for k in range(TILE):
        demand = (
            work[ROW.demand_ar + k] * work[ROW.demand + k]
            + work[ROW.demand_sd + k] * work[ROW.common_demand + k]
        )
        work[ROW.demand + k] = demand
        demand_own = (
            work[ROW.demand_ar + k] * work[ROW.demand_own + k]
            + work[ROW.demand_own_sd + k] * work[ROW.own_demand + k]
        )
        work[ROW.demand_own + k] = demand_own
        price = work[ROW.unit_revenue + k] * exp(
            demand + demand_own - work[ROW.unit_price_decline + k] * (h + 1)
        )
        ai = work[ROW.units + k] * price * work[ROW.demand_multiple + k]
        base = work[ROW.base + k]
        advertising = base * work[ROW.advertising_share + k]
        consumer = base * work[ROW.consumer_share + k]
        work[ROW.advertising_revenue + k] = advertising
        work[ROW.consumer_revenue + k] = consumer
        work[ROW.business_revenue + k] = base - advertising - consumer
        work[ROW.ai_revenue + k] = ai
        work[ROW.revenue + k] = base + ai
        work[ROW.ai_units + k] = work[ROW.units + k]
    for k in range(TILE):
        level = work[ROW.level + k]
        level += work[ROW.rate_reversion + k] * (work[ROW.base_yield + k] - level)
        level += work[ROW.rate_sd + k] * work[ROW.common_base_yield + k]
        work[ROW.level + k] = level
        shifted = _positive(level) + work[ROW.rate_shift + k]
        work[ROW.base_yield_level + k] = shifted
        credit = (
            work[ROW.credit_ar + k] * work[ROW.credit + k]
            + work[ROW.credit_sd + k] * work[ROW.common_credit + k]
        )
        work[ROW.credit + k] = credit
        leverage = work[ROW.total_debt + k] / (_QUARTERS * max(work[ROW.cash_flow_average + k], 1.0))
        work[ROW.leverage + k] = leverage
        added = work[ROW.spread_leverage + k] * _positive(leverage - work[ROW.leverage_opening + k])
        work[ROW.coupon + k] = (
            shifted + (work[ROW.spread + k] * exp(credit) + added) * work[ROW.spread_multiplier + k]
        )
        income = (
            _positive(shifted + work[ROW.cash_spread + k]) * _positive(work[ROW.liquidity + k]) / _QUARTERS
        )
        work[ROW.liquidity_income + k] = income
        work[ROW.interest_paid + k] = existing_interest + work[ROW.new_interest + k] / _QUARTERS
        added_leases = _positive(work[ROW.finance_lease_liabilities + k] - work[ROW.leases_opening + k])
        work[ROW.finance_lease_interest + k] = work[ROW.lease_rate + k] * added_leases / _QUARTERS
        work[ROW.operating_lease_payments + k] = work[ROW.lease_scale + k] * lease_payments
        rent = work[ROW.vehicle_rent + k] + work[ROW.rent_begun + k] * work[ROW.vehicle_rate + k] / _QUARTERS
        work[ROW.vehicle_rent + k] = rent
        work[ROW.vehicle_lease_payments + k] = rent
        work[ROW.vehicle_service + k] = rent
    for k in range(TILE):
        noise = (
            work[ROW.margin_ar + k] * work[ROW.margin_noise + k]
            + work[ROW.margin_sd + k] * work[ROW.own_margin + k]
        )
        work[ROW.margin_noise + k] = noise
        kept = margin + work[ROW.margin_shift + k] + noise
        ai_window = work[ROW.ai_window + k]
        core = work[ROW.base + k] + ai_window
        income_window = work[ROW.income_window + k]
        costs = (1.0 - kept) * core - interest_window + income_window
        running = work[ROW.unit_running_cost + k] * (work[ROW.units + k] - work[ROW.units_window + k])
        interest = work[ROW.interest_paid + k]
        income = work[ROW.liquidity_income + k]
        leases = (
            work[ROW.operating_lease_payments + k]
            + work[ROW.finance_lease_interest + k]
            + work[ROW.vehicle_lease_payments + k]
        )
        worn = _straight_line(work, k) + min(work[ROW.older_rate + k], work[ROW.older_left + k])
        work[ROW.depreciation + k] = worn
        profit_change = (
            work[ROW.ai_revenue + k]
            - ai_window
            - running
            - (interest - interest_window)
            + (income - income_window)
            - leases
            - (worn - work[ROW.depreciation_window + k])
        )
        tax = work[ROW.tax_rate + k] * profit_change
        work[ROW.operating_costs + k] = costs
        work[ROW.site_running_costs + k] = running
        work[ROW.tax_change + k] = tax
        work[ROW.operating_cash_flow + k] = (
            work[ROW.revenue + k] - costs - running - interest + income - leases - tax
        )
        work[ROW.older_left + k] -= min(work[ROW.older_rate + k], work[ROW.older_left + k])


@compiled
def _plan(work: Any, schedule: Any) -> None:
    """What the firm means to spend: capex as guided, then as cash flow can bear; payouts; what falls due."""
    guided = schedule[SCHEDULE.guided_capex]
    horizon = schedule[SCHEDULE.guidance_horizon]
    root = np.sqrt(horizon)
    maturing = schedule[SCHEDULE.debt_maturing]
    for k in range(TILE):
        last = work[ROW.capex_last + k]
        shock = work[ROW.own_capex + k]
        momentum = work[ROW.momentum + k] * work[ROW.capex_momentum_persistence + k]
        work[ROW.momentum + k] = momentum
        error = horizon * work[ROW.guidance_bias + k]
        error += root * work[ROW.guidance_deviation + k] * work[ROW.guidance_surprise + k]
        announced = guided * exp(error + work[ROW.guidance_sd + k] * shock)
        bearable = work[ROW.capex_bearable + k] * max(work[ROW.cash_flow_average + k], 1.0)
        pull = work[ROW.capex_reversion + k] * log(bearable / max(last, 1.0))
        open_ended = max(last, 1.0) * exp(momentum + pull + work[ROW.capex_sd + k] * shock)
        plan = announced if guided > 0 else open_ended
        frozen = work[ROW.capex_frozen + k]
        plan = (1.0 - frozen) * plan + frozen * min(plan, work[ROW.capex_first + k])
        work[ROW.plan + k] = plan
    for k in range(TILE):
        work[ROW.dividend + k] *= 1.0 + work[ROW.dividend_growth + k] / _QUARTERS
        work[ROW.dividends_paid + k] = work[ROW.dividend + k]
        work[ROW.share_repurchases + k] = work[ROW.buyback_plan + k] * _positive(
            work[ROW.operating_cash_flow + k]
        )
        work[ROW.finance_lease_principal + k] = (
            work[ROW.lease_principal_share + k] * work[ROW.finance_lease_liabilities + k]
        )
        work[ROW.debt_repaid + k] = maturing + work[ROW.repaid_new + k]
        scale = work[ROW.unexplained_mean + k] + work[ROW.unexplained_sd + k] * work[ROW.own_unexplained + k]
        work[ROW.unexplained_cash_flow + k] = scale * work[ROW.revenue + k]


@compiled
def _fund(work: Any, schedule: Any) -> None:
    """Who provides what is missing: every dollar by exactly one lever, or a shortfall.

    A firm moves part of the way to its liquidity target and at once to its floor. Bonds come in lumps; what
    no lever reaches leaves liquidity below its floor and is a shortfall.
    """
    contracted = schedule[SCHEDULE.debt_contracted]
    contracted_discount = schedule[SCHEDULE.contracted_discount]
    for k in range(TILE):
        liquidity = work[ROW.opening_liquidity + k]
        cash_flow = work[ROW.operating_cash_flow + k] + work[ROW.unexplained_cash_flow + k]
        plan = work[ROW.plan + k]
        buybacks = work[ROW.share_repurchases + k]
        repaid = work[ROW.debt_repaid + k]
        uses = plan + work[ROW.dividends_paid + k] + buybacks + work[ROW.finance_lease_principal + k] + repaid
        uses_average = work[ROW.uses_average + k] + (uses - work[ROW.uses_average + k]) / _QUARTERS
        average = work[ROW.cash_flow_average + k]
        average += (work[ROW.operating_cash_flow + k] - average) / _QUARTERS
        work[ROW.uses_average + k] = uses_average
        work[ROW.cash_flow_average + k] = average
        before = liquidity + cash_flow - uses + contracted - contracted_discount
        monthly = uses_average * _QUARTERS / _MONTHS
        floor = work[ROW.floor_months + k] * monthly
        target = work[ROW.target_months + k] * monthly
        target += work[ROW.prefunding + k] * _QUARTERS * _positive(uses_average - average)
        target = max(target, floor)
        required = _positive(floor - before)
        wanted = max(required, work[ROW.adjustment + k] * _positive(target - before))
        debt = work[ROW.total_debt + k] + contracted - repaid
        room = _positive(work[ROW.leverage_limit + k] * _QUARTERS * average - debt)

        lower_buybacks = min(
            work[ROW.buyback_share + k] * wanted, work[ROW.buyback_flexibility + k] * buybacks
        )
        vehicles = min(work[ROW.vehicle_share + k] * wanted, work[ROW.vehicle_limit + k] * plan)
        sellable = min(work[ROW.divestment_limit + k], _positive(work[ROW.property_and_equipment_net + k]))
        divestment = min(work[ROW.divestment_share + k] * wanted, sellable)
        found = lower_buybacks + vehicles + divestment
        kept = 1.0 - work[ROW.discount_share + k]
        lump = min(work[ROW.issue_size + k], room)
        principal = min(_positive(wanted - found) / kept, room)
        pressing = required > found
        principal = max(principal, lump) if pressing or principal >= work[ROW.issue_size + k] else 0.0
        found += principal * kept
        more = min(_positive(required - found), work[ROW.buyback_flexibility + k] * buybacks - lower_buybacks)
        lower_buybacks += more
        found += more
        equity = min(_positive(required - found), work[ROW.equity_limit + k])
        found += equity
        lower_capex = min(_positive(required - found), work[ROW.capex_flexibility + k] * (plan - vehicles))
        found += lower_capex

        after = before + found
        drawn = _positive(liquidity - after)
        short = min(drawn, _positive(floor - after))
        work[ROW.liquidity + k] = after
        work[ROW.funding_need + k] = _positive(liquidity - before) + _positive(after - max(liquidity, before))
        work[ROW.lever_liquidity + k] = drawn - short
        work[ROW.lever_bonds + k] = principal * kept
        work[ROW.lever_vehicles + k] = vehicles
        work[ROW.lever_divestment + k] = divestment
        work[ROW.lever_equity + k] = equity
        work[ROW.lever_lower_buybacks + k] = lower_buybacks
        work[ROW.lever_lower_capex + k] = lower_capex
        work[ROW.shortfall + k] = short
        work[ROW.liquidity_floor + k] = floor
        work[ROW.liquidity_target + k] = target
        work[ROW.share_repurchases + k] = buybacks - lower_buybacks
        work[ROW.equity_issued + k] = equity
        work[ROW.debt_issued + k] = principal + contracted
        work[ROW.issue_discount + k] = principal * (1.0 - kept) + contracted_discount
        work[ROW.issued + k] = principal
        work[ROW.building + k] = plan - lower_capex
        work[ROW.divestment_proceeds + k] = divestment
        work[ROW.vehicle_funding + k] = vehicles
        work[ROW.vehicle_building + k] = vehicles
        work[ROW.capex + k] = plan - vehicles - lower_capex


@compiled
def _settle(work: Any, schedule: Any) -> None:
    """What the firm owns and owes at the end of the quarter, and the flows that moved it there."""
    leased = schedule[SCHEDULE.finance_leases_added]
    for k in range(TILE):
        capex = work[ROW.capex + k]
        accelerators = capex * work[ROW.accelerator_share + k]
        network = capex * work[ROW.network_share + k]
        power = capex * work[ROW.power_share + k]
        work[ROW.capex_accelerators + k] = accelerators
        work[ROW.capex_network + k] = network
        work[ROW.capex_power + k] = power
        work[ROW.capex_shell + k] = capex - accelerators - network - power
        added = leased * work[ROW.lease_scale + k]
        work[ROW.finance_leases_added + k] = added
        work[ROW.property_other + k] = 0.0
        amortised = work[ROW.debt_discount_and_currency + k] / work[ROW.discount_life + k]
        work[ROW.discount_amortised + k] = amortised
        work[ROW.total_debt + k] += work[ROW.debt_issued + k] - work[ROW.debt_repaid + k]
        work[ROW.debt_discount_and_currency + k] += work[ROW.issue_discount + k] - amortised
        work[ROW.property_and_equipment_net + k] += (
            capex + added - work[ROW.depreciation + k] - work[ROW.divestment_proceeds + k]
        )
        work[ROW.finance_lease_liabilities + k] += added - work[ROW.finance_lease_principal + k]
        work[ROW.vehicle_funding_outstanding + k] += work[ROW.vehicle_funding + k]
        work[ROW.new_interest + k] += (
            work[ROW.issued + k] * work[ROW.coupon + k] - work[ROW.interest_ended + k]
        )
        work[ROW.capex_last + k] = work[ROW.building + k]


def _sum_of_flows(stock: str) -> Any:
    """Compose, from the declared table, the compiled sum of what the flows of a quarter do to a balance."""

    def plus(rest: Any, row: int, sign: int) -> Any:
        @inlined
        def total(work: Any, k: Any) -> Any:
            return rest(work, k) + sign * work[row + k]

        return total

    opening = getattr(ROW, f"opening_{stock}")

    @inlined
    def total(work: Any, k: Any) -> Any:
        return work[opening + k]

    for kind in KINDS:
        for moved, sign in kind.effects:
            if moved == stock:
                total = plus(total, getattr(ROW, kind.name), sign)
    return total


(
    _closing_liquidity,
    _closing_debt,
    _closing_discount,
    _closing_property,
    _closing_leases,
    _closing_vehicles,
) = (_sum_of_flows(stock) for stock in STOCK_NAMES)


@compiled
def _verify(work: Any, worst: Any) -> None:
    """Recompute each balance from the flows of the declared table, and each need from its levers.

    ``worst`` keeps the largest gap so far, path by path of the tile, relative to balances and cash
    flows. A value that is not a number counts as broken.
    """
    for k in range(TILE):
        scale = abs(work[ROW.revenue + k]) + abs(work[ROW.opening_liquidity + k]) + 1.0
        scale += work[ROW.total_debt + k] + abs(work[ROW.property_and_equipment_net + k])
        scale += abs(work[ROW.operating_cash_flow + k]) + work[ROW.funding_need + k]
        debt = abs(work[ROW.total_debt + k] - _closing_debt(work, k))
        debt += abs(work[ROW.debt_discount_and_currency + k] - _closing_discount(work, k))
        debt += abs(work[ROW.finance_lease_liabilities + k] - _closing_leases(work, k))
        debt += abs(work[ROW.vehicle_funding_outstanding + k] - _closing_vehicles(work, k))
        work[ROW.computed + k] = debt
        work[ROW.size + k] = scale
    for k in range(TILE):
        gap = abs(work[ROW.liquidity + k] - _closing_liquidity(work, k))
        gap += abs(work[ROW.property_and_equipment_net + k] - _closing_property(work, k))
        work[ROW.computed + k] += gap
    for k in range(TILE):
        met = (
            work[ROW.lever_liquidity + k]
            + work[ROW.lever_bonds + k]
            + work[ROW.lever_vehicles + k]
            + work[ROW.lever_divestment + k]
            + work[ROW.lever_equity + k]
            + work[ROW.lever_lower_buybacks + k]
            + work[ROW.lever_lower_capex + k]
            + work[ROW.shortfall + k]
        )
        gap = (work[ROW.computed + k] + abs(work[ROW.funding_need + k] - met)) / work[ROW.size + k]
        worst[k] = worst[k] if gap <= worst[k] else gap


@compiled
def _mature(work: Any, rings: Any, tenors: Any, weights: Any, h: Any) -> None:
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
def _remember(work: Any, rings: Any, t: Any, h: Any) -> None:
    """Keep what the quarter paid, ordered and borrowed until it comes into service or falls due."""
    paid, ordered, vehicles = _row(rings[_PAID], t), _row(rings[_ORDERED], t), _row(rings[_VEHICLES], t)
    issues, coupons = _row(rings[_ISSUES], h), _row(rings[_COUPONS], h)
    for k in range(TILE):
        share = work[ROW.order_share + k] * work[ROW.order_growth + k]
        work[ROW.order_share + k] = share
        paid[k] = work[ROW.capex + k]
        vehicles[k] = work[ROW.vehicle_funding + k]
        ordered[k] = work[ROW.building + k] * share
        issues[k] = work[ROW.issued + k]
        coupons[k] = work[ROW.coupon + k]


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
        Shape (``PARAMETERS``, path); the number of paths is a multiple of ``TILE``.
    own, common
        Shocks, shapes (quarter, ``OWN_SHOCKS``, path) and (quarter, ``COMMON_SHOCKS``, path).
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
    work = np.zeros(ROWS * TILE)
    offsets = np.zeros((_LIVES + 1) * TILE, np.uint64)
    # the places before the first reported quarter stay zero; the rest is written before it is read
    rings = np.zeros((_RINGS, (_PAD + past + quarters) * TILE))
    for start in range(0, parameters.shape[1], TILE):
        for p in range(_PARAMETERS):
            _copy(work[_FIRST_PARAMETER + p * TILE :], parameters[p, start : start + TILE])
        _prepare(work, opening, history, reported_revenue, rings, offsets)
        _hold_up(work, rings, offsets, past)
        for h in range(quarters):
            t = past + h
            for s in range(_OWN):
                _copy(work[_FIRST_OWN + s * TILE :], own[h, s, start : start + TILE])
            for s in range(_COMMON):
                _copy(work[_FIRST_COMMON + s * TILE :], common[h, s, start : start + TILE])
            for place in range(_STOCKS * TILE):
                work[_FIRST_OPENING + place] = work[_FIRST_STOCK + place]
            _begin_service(work, rings, offsets, t)
            leased = schedule[h, SCHEDULE.finance_leases_added]
            for k in range(TILE):
                work[ROW.in_service + k] += leased * work[ROW.lease_scale + k]
                if h == 0:
                    work[ROW.in_service + k] += work[ROW.late_paid + k]
                    work[ROW.units_in + k] += work[ROW.late_ordered + k]
            _age(work, rings, offsets, t)
            _mature(work, rings, tenors, weights, h)
            _earn(work, schedule[h], opening, h)
            _plan(work, schedule[h])
            _fund(work, schedule[h])
            _settle(work, schedule[h])
            _remember(work, rings, t, h)
            _verify(work, worst)
            count = min(TILE, live - start)
            for place in range(kept.size):
                row = kept[place] * TILE
                target = out[h, place, at + start : at + start + count]
                source = work[row : row + count]
                for k in range(count):
                    target[k] = source[k]
            _add_up(work, sums[h], count)
