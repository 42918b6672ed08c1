"""A quarter of a firm: what it earns and plans, who provides what is missing, what it then owns.

Every function takes the paths side by side: a quantity is a number a lane.
"""

from typing import Any

import numpy as np

from rekening.futures.capacity import positive, straight_line
from rekening.futures.layout import NAMES, OPEN, SCHEDULE
from rekening.lanes import every, row, where
from rekening.ledger.kinds import KINDS, STOCK_NAMES
from rekening.numerics import QUARTERS
from rekening.vector import exp, inlined, log

_MONTHS = 12


@inlined
def earn(path: Any, schedule: Any, opening: Any, own: Any, common: Any, rent_begun: Any, h: Any) -> None:
    """Revenue, rates, the cost of what stands, and operating cash flow of quarter ``h`` of the run."""
    excess = path.growth_excess_left * path.growth_persistence
    factor = path.factor_ar * path.factor + path.factor_sd * common.growth_factor
    noise = path.growth_ar * path.growth_noise + path.growth_sd * own.growth
    growth = path.growth_long + excess + path.growth_loading * factor + noise
    base = path.base_4 * exp(growth)
    path.growth_excess_left = excess
    path.factor = factor
    path.growth_noise = noise
    path.base_4 = path.base_3
    path.base_3 = path.base_2
    path.base_2 = path.base_1
    path.base_1 = base

    demand = path.demand_ar * path.demand + path.demand_sd * common.demand
    demand_own = path.demand_ar * path.demand_own + path.demand_own_sd * own.demand
    price = path.unit_revenue * exp(demand + demand_own - path.unit_price_decline * (h + 1))
    ai = path.units * price * path.demand_multiple
    advertising = base * path.advertising_share
    consumer = base * path.consumer_share
    revenue = base + ai
    path.demand = demand
    path.demand_own = demand_own
    path.advertising_revenue = advertising
    path.consumer_revenue = consumer
    path.business_revenue = base - advertising - consumer
    path.ai_revenue = ai
    path.revenue = revenue
    path.ai_units = path.units

    level = path.level
    level += path.rate_reversion * (path.base_yield - level)
    level += path.rate_sd * common.base_yield
    shifted = positive(level) + path.rate_shift
    credit = path.credit_ar * path.credit + path.credit_sd * common.credit
    leverage = path.total_debt / (QUARTERS * max(path.cash_flow_average, 1.0))
    added = path.spread_leverage * positive(leverage - path.leverage_opening)
    path.level = level
    path.base_yield_level = shifted
    path.credit = credit
    path.leverage = leverage
    path.coupon = shifted + (path.spread * exp(credit) + added) * path.spread_multiplier

    income = positive(shifted + path.cash_spread) * positive(path.liquidity) / QUARTERS
    interest = schedule[SCHEDULE.existing_interest] + path.new_interest / QUARTERS
    added_leases = positive(path.finance_lease_liabilities - path.leases_opening)
    lease_interest = path.lease_rate * added_leases / QUARTERS
    lease_payments = path.lease_scale * schedule[SCHEDULE.operating_lease_payments]
    rent = path.vehicle_rent + rent_begun * path.vehicle_rate / QUARTERS
    path.liquidity_income = income
    path.interest_paid = interest
    path.finance_lease_interest = lease_interest
    path.operating_lease_payments = lease_payments
    path.vehicle_rent = rent
    path.vehicle_lease_payments = rent
    path.vehicle_service = rent

    noise = path.margin_ar * path.margin_noise + path.margin_sd * own.margin
    kept = schedule[SCHEDULE.margin] + path.margin_shift + noise
    interest_window = opening[OPEN.interest_window]
    costs = (1.0 - kept) * (base + path.ai_window) - interest_window + path.income_window
    running = path.unit_running_cost * (path.units - path.units_window)
    leases = lease_payments + lease_interest + rent
    older = min(path.older_rate, path.older_left)
    worn = straight_line(path) + older
    profit_change = (
        ai
        - path.ai_window
        - running
        - (interest - interest_window)
        + (income - path.income_window)
        - leases
        - (worn - path.depreciation_window)
    )
    tax = path.tax_rate * profit_change
    path.margin_noise = noise
    path.older_left -= older
    path.depreciation = worn
    path.operating_costs = costs
    path.site_running_costs = running
    path.tax_change = tax
    path.operating_cash_flow = revenue - costs - running - interest + income - leases - tax


@inlined
def plan(path: Any, schedule: Any, own: Any) -> Any:
    """What the firm means to spend on building: as guided, then as cash flow can bear."""
    guided = schedule[SCHEDULE.guided_capex]
    momentum = path.momentum * path.capex_momentum_persistence
    path.momentum = momentum
    if guided > 0:
        horizon = schedule[SCHEDULE.guidance_horizon]
        error = horizon * path.guidance_bias
        error += np.sqrt(horizon) * path.guidance_deviation * path.guidance_surprise
        meant = guided * exp(schedule[SCHEDULE.guidance_weight] * error)
        catch_up = schedule[SCHEDULE.guidance_catch_up]
        planned = positive(meant + catch_up * path.capex_behind)
        if catch_up < 1:
            planned *= exp(path.guidance_sd * own.capex)
        path.capex_behind += meant - planned
    else:
        last = max(path.capex_last, 1.0)
        bearable = path.capex_bearable * max(path.cash_flow_average, 1.0)
        change = momentum + path.capex_reversion * log(bearable / last)
        change += path.capex_sd * own.capex
        planned = last * exp(change)
    frozen = path.capex_frozen
    return (1.0 - frozen) * planned + frozen * min(planned, path.capex_first)


@inlined
def fund(path: Any, schedule: Any, own: Any, planned: Any, maturing_new: Any) -> Any:
    """Who provides what is missing: every dollar by exactly one lever, or a shortfall.

    A firm moves part of the way to its liquidity target and at once to its floor. Bonds come in lumps;
    vehicles pay for building beyond what is guided; what no lever reaches leaves liquidity below its floor
    and is a shortfall.

    Returns
    -------
    Principal of new bonds, and by how much short debt changes.
    """
    dividend = path.dividend * (1.0 + path.dividend_growth / QUARTERS)
    buybacks = path.buyback_plan * positive(path.operating_cash_flow)
    lease_principal = path.lease_principal_share * path.finance_lease_liabilities
    due = min(schedule[SCHEDULE.debt_maturing] + maturing_new, path.total_debt)
    short_debt = path.short_debt_sd * own.short_debt * path.revenue
    short_debt = max(short_debt, due - path.total_debt)
    repaid = due + positive(-short_debt)
    unexplained = path.unexplained_mean + path.unexplained_sd * own.unexplained
    unexplained *= path.revenue
    path.dividend = dividend
    path.dividends_paid = dividend
    path.finance_lease_principal = lease_principal
    path.debt_repaid = repaid
    path.unexplained_cash_flow = unexplained

    liquidity = path.liquidity
    discount = schedule[SCHEDULE.contracted_discount]
    borrowed = schedule[SCHEDULE.debt_contracted] + positive(short_debt)
    cash_flow = path.operating_cash_flow + unexplained
    uses = planned + dividend + buybacks + lease_principal + repaid
    uses_average = path.uses_average + (uses - path.uses_average) / QUARTERS
    average = path.cash_flow_average
    average += (path.operating_cash_flow - average) / QUARTERS
    path.uses_average = uses_average
    path.cash_flow_average = average
    before = liquidity + cash_flow - uses + borrowed - discount
    monthly = uses_average * (QUARTERS / _MONTHS)
    floor = path.floor_months * monthly
    target = path.target_months * monthly
    target += path.prefunding * QUARTERS * positive(uses_average - average)
    target = max(target, floor)
    required = positive(floor - before)
    wanted = max(required, path.adjustment * positive(target - before))
    debt = path.total_debt + borrowed - repaid
    room = positive(path.leverage_limit * QUARTERS * average - debt)

    lower_buybacks = min(path.buyback_share * wanted, path.buyback_flexibility * buybacks)
    # what is guided the firm means to pay itself, and its error is measured on what firms paid themselves
    open_to_vehicles = 0.0 if schedule[SCHEDULE.guided_capex] > 0 else 1.0
    vehicles = min(path.vehicle_share * wanted, open_to_vehicles * path.vehicle_limit * planned)
    vehicles = min(
        vehicles, wanted - lower_buybacks
    )  # shares of a need may be drawn above all of it together
    sellable = min(path.divestment_limit, positive(path.property_and_equipment_net))
    divestment = min(path.divestment_share * wanted, sellable)
    divestment = min(divestment, wanted - lower_buybacks - vehicles)
    found = lower_buybacks + vehicles + divestment
    kept = 1.0 - path.discount_share
    lump = min(path.issue_size, room)
    principal = min(positive(wanted - found) / kept, room)
    issues = (required > found) | (principal >= path.issue_size)
    principal = where(issues, max(principal, lump), 0.0)
    bonds = principal * kept
    found += bonds
    more = min(positive(required - found), path.buyback_flexibility * buybacks - lower_buybacks)
    lower_buybacks += more
    found += more
    equity = min(positive(required - found), path.equity_limit)
    found += equity
    lower_capex = min(positive(required - found), path.capex_flexibility * (planned - vehicles))
    found += lower_capex

    after = before + found
    drawn = positive(liquidity - after)
    short = min(drawn, positive(floor - after))
    path.liquidity = after
    path.funding_need = positive(liquidity - before) + positive(after - max(liquidity, before))
    path.lever_liquidity = drawn - short
    path.lever_bonds = bonds
    path.lever_vehicles = vehicles
    path.lever_divestment = divestment
    path.lever_equity = equity
    path.lever_lower_buybacks = lower_buybacks
    path.lever_lower_capex = lower_capex
    path.shortfall = short
    path.liquidity_floor = floor
    path.liquidity_target = target
    path.share_repurchases = buybacks - lower_buybacks
    path.equity_issued = equity
    path.debt_issued = principal + borrowed
    path.issue_discount = principal * (1.0 - kept) + discount
    path.divestment_proceeds = divestment
    path.vehicle_funding = vehicles
    path.vehicle_building = vehicles
    path.capex_last = planned - lower_capex
    path.capex = planned - vehicles - lower_capex
    return principal, short_debt


@inlined
def settle(path: Any, schedule: Any, issued: Any, short_debt: Any, interest_ended: Any) -> None:
    """What the firm owns and owes at the end of the quarter, and the flows that moved it there."""
    capex = path.capex
    accelerators = capex * path.accelerator_share
    network = capex * path.network_share
    power = capex * path.power_share
    added = schedule[SCHEDULE.finance_leases_added] * path.lease_scale
    amortised = path.debt_discount_and_currency * path.discount_written
    path.capex_accelerators = accelerators
    path.capex_network = network
    path.capex_power = power
    path.capex_shell = capex - accelerators - network - power
    path.finance_leases_added = added
    path.property_other = every(0.0)
    path.discount_amortised = amortised
    path.total_debt += path.debt_issued - path.debt_repaid
    path.debt_discount_and_currency += path.issue_discount - amortised
    path.property_and_equipment_net += capex + added - path.depreciation - path.divestment_proceeds
    path.finance_lease_liabilities += added - path.finance_lease_principal
    path.vehicle_funding_outstanding += path.vehicle_funding
    new_interest = path.new_interest + (issued * path.coupon - interest_ended)
    path.new_interest = new_interest + short_debt * path.base_yield_level


def _sum_of_flows(stock: str) -> Any:
    """Compose, from the declared table, the compiled sum of what the flows of a quarter do to a balance."""

    def plus(rest: Any, name: str, sign: int) -> Any:
        number = NAMES.index(name)

        @inlined
        def total(path: Any, opening: Any) -> Any:
            return rest(path, opening) + sign * row(path, number)

        return total

    @inlined
    def total(path: Any, opening: Any) -> Any:
        return opening

    for kind in KINDS:
        for moved, sign in kind.effects:
            if moved == stock:
                total = plus(total, kind.name, sign)
    return total


(
    _closing_liquidity,
    _closing_debt,
    _closing_discount,
    _closing_property,
    _closing_leases,
    _closing_vehicles,
) = (_sum_of_flows(stock) for stock in STOCK_NAMES)


@inlined
def verify(path: Any, opened: Any, worst: Any) -> Any:
    """Recompute each balance from the flows of the declared table, and each need from its levers.

    Returns the largest gap so far, lane by lane, relative to balances and cash flows. A value that is not a
    number counts as broken.
    """
    liquidity, debt, discount, property_net, leases, vehicles = opened
    scale = abs(path.revenue) + abs(liquidity) + 1.0
    scale += path.total_debt + abs(path.property_and_equipment_net)
    scale += abs(path.operating_cash_flow) + path.funding_need
    gap = abs(path.total_debt - _closing_debt(path, debt))
    gap += abs(path.debt_discount_and_currency - _closing_discount(path, discount))
    gap += abs(path.finance_lease_liabilities - _closing_leases(path, leases))
    gap += abs(path.vehicle_funding_outstanding - _closing_vehicles(path, vehicles))
    gap += abs(path.liquidity - _closing_liquidity(path, liquidity)) + abs(
        path.property_and_equipment_net - _closing_property(path, property_net)
    )
    met = (
        path.lever_liquidity
        + path.lever_bonds
        + path.lever_vehicles
        + path.lever_divestment
        + path.lever_equity
        + path.lever_lower_buybacks
        + path.lever_lower_capex
        + path.shortfall
    )
    gap = (gap + abs(path.funding_need - met)) / scale
    return where(gap <= worst, worst, gap)
