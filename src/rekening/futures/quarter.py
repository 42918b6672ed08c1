"""A quarter of a firm: what it earns and plans, who provides what is missing, what it then owns."""

from typing import Any

import numpy as np

from rekening.futures.capacity import positive, straight_line
from rekening.futures.layout import COMMON, OPEN, OWN, ROW, SCHEDULE
from rekening.ledger.kinds import KINDS, STOCK_NAMES
from rekening.numerics import QUARTERS, TILE
from rekening.vector import compiled, exp, inlined, log

_MONTHS = 12


@compiled
def earn(work: Any, schedule: Any, opening: Any, own: Any, common: Any, h: Any) -> None:
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
            + work[ROW.factor_sd + k] * common[COMMON.growth_factor, k]
        )
        work[ROW.factor + k] = factor
        noise = (
            work[ROW.growth_ar + k] * work[ROW.growth_noise + k]
            + work[ROW.growth_sd + k] * own[OWN.growth, k]
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
            + work[ROW.demand_sd + k] * common[COMMON.demand, k]
        )
        work[ROW.demand + k] = demand
        demand_own = (
            work[ROW.demand_ar + k] * work[ROW.demand_own + k]
            + work[ROW.demand_own_sd + k] * own[OWN.demand, k]
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
        level += work[ROW.rate_sd + k] * common[COMMON.base_yield, k]
        work[ROW.level + k] = level
        shifted = positive(level) + work[ROW.rate_shift + k]
        work[ROW.base_yield_level + k] = shifted
        credit = (
            work[ROW.credit_ar + k] * work[ROW.credit + k]
            + work[ROW.credit_sd + k] * common[COMMON.credit, k]
        )
        work[ROW.credit + k] = credit
        leverage = work[ROW.total_debt + k] / (QUARTERS * max(work[ROW.cash_flow_average + k], 1.0))
        work[ROW.leverage + k] = leverage
        added = work[ROW.spread_leverage + k] * positive(leverage - work[ROW.leverage_opening + k])
        work[ROW.coupon + k] = (
            shifted + (work[ROW.spread + k] * exp(credit) + added) * work[ROW.spread_multiplier + k]
        )
        income = positive(shifted + work[ROW.cash_spread + k]) * positive(work[ROW.liquidity + k]) / QUARTERS
        work[ROW.liquidity_income + k] = income
        work[ROW.interest_paid + k] = existing_interest + work[ROW.new_interest + k] / QUARTERS
        added_leases = positive(work[ROW.finance_lease_liabilities + k] - work[ROW.leases_opening + k])
        work[ROW.finance_lease_interest + k] = work[ROW.lease_rate + k] * added_leases / QUARTERS
        work[ROW.operating_lease_payments + k] = work[ROW.lease_scale + k] * lease_payments
        rent = work[ROW.vehicle_rent + k] + work[ROW.rent_begun + k] * work[ROW.vehicle_rate + k] / QUARTERS
        work[ROW.vehicle_rent + k] = rent
        work[ROW.vehicle_lease_payments + k] = rent
        work[ROW.vehicle_service + k] = rent
    for k in range(TILE):
        noise = (
            work[ROW.margin_ar + k] * work[ROW.margin_noise + k]
            + work[ROW.margin_sd + k] * own[OWN.margin, k]
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
        worn = straight_line(work, k) + min(work[ROW.older_rate + k], work[ROW.older_left + k])
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
def plan(work: Any, schedule: Any, own: Any) -> None:
    """What the firm means to spend: capex as guided, then as cash flow can bear; payouts; what falls due."""
    guided = schedule[SCHEDULE.guided_capex]
    horizon = schedule[SCHEDULE.guidance_horizon]
    root = np.sqrt(horizon)
    weight = schedule[SCHEDULE.guidance_weight]
    maturing = schedule[SCHEDULE.debt_maturing]
    for k in range(TILE):
        work[ROW.momentum + k] *= work[ROW.capex_momentum_persistence + k]
    if guided > 0:
        for k in range(TILE):
            error = horizon * work[ROW.guidance_bias + k]
            error += root * work[ROW.guidance_deviation + k] * work[ROW.guidance_surprise + k]
            error = weight * error + work[ROW.guidance_sd + k] * own[OWN.capex, k]
            work[ROW.plan + k] = guided * exp(error)
    else:
        for k in range(TILE):
            last = max(work[ROW.capex_last + k], 1.0)
            bearable = work[ROW.capex_bearable + k] * max(work[ROW.cash_flow_average + k], 1.0)
            change = work[ROW.momentum + k] + work[ROW.capex_reversion + k] * log(bearable / last)
            change += work[ROW.capex_sd + k] * own[OWN.capex, k]
            work[ROW.plan + k] = last * exp(change)
    for k in range(TILE):
        plan = work[ROW.plan + k]
        frozen = work[ROW.capex_frozen + k]
        work[ROW.plan + k] = (1.0 - frozen) * plan + frozen * min(plan, work[ROW.capex_first + k])
    for k in range(TILE):
        work[ROW.dividend + k] *= 1.0 + work[ROW.dividend_growth + k] / QUARTERS
        work[ROW.dividends_paid + k] = work[ROW.dividend + k]
        work[ROW.share_repurchases + k] = work[ROW.buyback_plan + k] * positive(
            work[ROW.operating_cash_flow + k]
        )
        work[ROW.finance_lease_principal + k] = (
            work[ROW.lease_principal_share + k] * work[ROW.finance_lease_liabilities + k]
        )
        due = min(maturing + work[ROW.repaid_new + k], work[ROW.total_debt + k])
        change = work[ROW.short_debt_sd + k] * own[OWN.short_debt, k] * work[ROW.revenue + k]
        change = max(change, due - work[ROW.total_debt + k])
        work[ROW.short_debt_change + k] = change
        work[ROW.short_debt_issued + k] = positive(change)
        work[ROW.debt_repaid + k] = due + positive(-change)
        scale = work[ROW.unexplained_mean + k] + work[ROW.unexplained_sd + k] * own[OWN.unexplained, k]
        work[ROW.unexplained_cash_flow + k] = scale * work[ROW.revenue + k]


@compiled
def fund(work: Any, schedule: Any) -> None:
    """Who provides what is missing: every dollar by exactly one lever, or a shortfall.

    A firm moves part of the way to its liquidity target and at once to its floor. Bonds come in lumps; what
    no lever reaches leaves liquidity below its floor and is a shortfall.
    """
    contracted = schedule[SCHEDULE.debt_contracted]
    contracted_discount = schedule[SCHEDULE.contracted_discount]
    for k in range(TILE):
        liquidity = work[ROW.opening_liquidity + k]
        borrowed = contracted + work[ROW.short_debt_issued + k]
        cash_flow = work[ROW.operating_cash_flow + k] + work[ROW.unexplained_cash_flow + k]
        plan = work[ROW.plan + k]
        buybacks = work[ROW.share_repurchases + k]
        repaid = work[ROW.debt_repaid + k]
        uses = plan + work[ROW.dividends_paid + k] + buybacks + work[ROW.finance_lease_principal + k] + repaid
        uses_average = work[ROW.uses_average + k] + (uses - work[ROW.uses_average + k]) / QUARTERS
        average = work[ROW.cash_flow_average + k]
        average += (work[ROW.operating_cash_flow + k] - average) / QUARTERS
        work[ROW.uses_average + k] = uses_average
        work[ROW.cash_flow_average + k] = average
        before = liquidity + cash_flow - uses + borrowed - contracted_discount
        monthly = uses_average * (QUARTERS / _MONTHS)
        floor = work[ROW.floor_months + k] * monthly
        target = work[ROW.target_months + k] * monthly
        target += work[ROW.prefunding + k] * QUARTERS * positive(uses_average - average)
        target = max(target, floor)
        required = positive(floor - before)
        wanted = max(required, work[ROW.adjustment + k] * positive(target - before))
        debt = work[ROW.total_debt + k] + borrowed - repaid
        room = positive(work[ROW.leverage_limit + k] * QUARTERS * average - debt)

        lower_buybacks = min(
            work[ROW.buyback_share + k] * wanted, work[ROW.buyback_flexibility + k] * buybacks
        )
        vehicles = min(work[ROW.vehicle_share + k] * wanted, work[ROW.vehicle_limit + k] * plan)
        sellable = min(work[ROW.divestment_limit + k], positive(work[ROW.property_and_equipment_net + k]))
        divestment = min(work[ROW.divestment_share + k] * wanted, sellable)
        found = lower_buybacks + vehicles + divestment
        kept = 1.0 - work[ROW.discount_share + k]
        lump = min(work[ROW.issue_size + k], room)
        principal = min(positive(wanted - found) / kept, room)
        pressing = required > found
        principal = max(principal, lump) if pressing or principal >= work[ROW.issue_size + k] else 0.0
        found += principal * kept
        more = min(positive(required - found), work[ROW.buyback_flexibility + k] * buybacks - lower_buybacks)
        lower_buybacks += more
        found += more
        equity = min(positive(required - found), work[ROW.equity_limit + k])
        found += equity
        lower_capex = min(positive(required - found), work[ROW.capex_flexibility + k] * (plan - vehicles))
        found += lower_capex

        after = before + found
        drawn = positive(liquidity - after)
        short = min(drawn, positive(floor - after))
        work[ROW.liquidity + k] = after
        work[ROW.funding_need + k] = positive(liquidity - before) + positive(after - max(liquidity, before))
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
        work[ROW.debt_issued + k] = principal + borrowed
        work[ROW.issue_discount + k] = principal * (1.0 - kept) + contracted_discount
        work[ROW.issued + k] = principal
        work[ROW.building + k] = plan - lower_capex
        work[ROW.divestment_proceeds + k] = divestment
        work[ROW.vehicle_funding + k] = vehicles
        work[ROW.vehicle_building + k] = vehicles
        work[ROW.capex + k] = plan - vehicles - lower_capex


@compiled
def settle(work: Any, schedule: Any) -> None:
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
        amortised = work[ROW.debt_discount_and_currency + k] * work[ROW.discount_written + k]
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
        work[ROW.new_interest + k] += work[ROW.short_debt_change + k] * work[ROW.base_yield_level + k]
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
def verify(work: Any, worst: Any) -> None:
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
