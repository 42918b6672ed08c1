"""Names of what the kernel carries: every quantity of a path has a row of memory and goes by its name."""

from collections import namedtuple
from typing import Any, cast

from rekening.ledger.kinds import KIND_NAMES, STOCK_NAMES

#: What is given a path once: drawn parameters and estimates. Rates are per year, lives and lags in quarters,
#: persistences and shocks per quarter, amounts in US dollars a quarter.
PARAMETERS = (
    "growth_long",
    "growth_excess",
    "growth_persistence",
    "growth_loading",
    "growth_sd",
    "growth_ar",
    "factor_sd",
    "factor_ar",
    "advertising_share",
    "consumer_share",
    "unit_revenue",
    "unit_price_decline",
    "demand_multiple",
    "demand_sd",
    "demand_own_sd",
    "demand_ar",
    "unit_cost",
    "unit_cost_decline",
    "unit_running_cost",
    "accelerator_share",
    "network_share",
    "shell_share",
    "power_share",
    "accelerator_life",
    "network_life",
    "shell_life",
    "power_life",
    "older_life",
    "build_lag",
    "power_delay",
    "margin_shift",
    "margin_sd",
    "margin_ar",
    "guidance_bias",
    "guidance_deviation",
    "guidance_surprise",
    "guidance_sd",
    "capex_sd",
    "capex_momentum",
    "capex_momentum_persistence",
    "capex_reversion",
    "capex_bearable",
    "capex_frozen",
    "unexplained_mean",
    "unexplained_sd",
    "short_debt_sd",
    "tax_rate",
    "cash_spread",
    "base_yield",
    "rate_sd",
    "rate_reversion",
    "rate_shift",
    "spread",
    "spread_leverage",
    "spread_multiplier",
    "credit_sd",
    "credit_ar",
    "floor_months",
    "target_months",
    "adjustment",
    "prefunding",
    "issue_size",
    "discount_share",
    "discount_written",
    "leverage_limit",
    "vehicle_share",
    "vehicle_limit",
    "vehicle_rate",
    "divestment_share",
    "divestment_limit",
    "buyback_share",
    "buyback_flexibility",
    "buyback_plan",
    "equity_limit",
    "capex_flexibility",
    "dividend_growth",
    "lease_scale",
    "lease_rate",
    "lease_principal_share",
)

#: Shocks of a firm's own and those all firms have in common, a quarter.
OWN_SHOCKS = ("growth", "demand", "margin", "capex", "unexplained", "short_debt")
COMMON_SHOCKS = ("growth_factor", "demand", "base_yield", "credit")

LEVERS = ("liquidity", "bonds", "vehicles", "divestment", "equity", "lower_buybacks", "lower_capex")

#: What a run reports beside flows and balances.
DERIVED = (
    "revenue",
    "operating_cash_flow",
    "capex",
    "funding_need",
    *(f"lever_{lever}" for lever in LEVERS),
    "shortfall",
    "liquidity_floor",
    "liquidity_target",
    "coupon",
    "base_yield_level",
    "leverage",
    "ai_units",
)

OUTPUTS = (*KIND_NAMES, *STOCK_NAMES, *DERIVED)

_STATE = (
    "base_1",
    "base_2",
    "base_3",
    "base_4",
    "growth_excess_left",
    "growth_noise",
    "factor",
    "demand",
    "demand_own",
    "margin_noise",
    "level",
    "credit",
    "gross_accelerators",
    "gross_network",
    "gross_shell",
    "gross_power",
    "older_left",
    "older_rate",
    "units",
    "uses_average",
    "cash_flow_average",
    "new_interest",
    "capex_last",
    "capex_first",
    "capex_behind",
    "momentum",
    "dividend",
    "vehicle_rent",
    "ai_window",
    "depreciation_window",
    "units_window",
    "income_window",
    "leases_opening",
    "leverage_opening",
    "paid_before",
    "ordered_before",
    "vehicles_before",
    "units_before",
    "accelerators_before",
    "network_before",
    "shell_before",
    "power_before",
    "part_accelerator",
    "part_network",
    "part_shell",
    "part_power",
    "worn_accelerator",
    "worn_network",
    "worn_shell",
    "worn_power",
    "part_lag",
    "whole_lag",
    "late_paid",
    "late_ordered",
    "order_share",
    "order_growth",
)

#: What a tile remembers of each quarter, and the lives it looks back by (rows of parameters, in this order).
RINGS = ("paid", "ordered", "vehicles", "in_service", "units", "issues", "coupons")
LIVES = ("accelerator_life", "network_life", "shell_life", "power_life")

#: Schedules a firm knows at the start: one number a quarter, the same on every path, US dollars a quarter.
SCHEDULES = (
    "margin",
    "guided_capex",
    "guidance_horizon",
    "guidance_weight",
    "guidance_catch_up",
    "debt_maturing",
    "debt_contracted",
    "contracted_discount",
    "existing_interest",
    "operating_lease_payments",
    "finance_leases_added",
)

#: Numbers a firm starts from, the same on every path.
OPENING = (
    "liquidity",
    "total_debt",
    "debt_discount_and_currency",
    "property_and_equipment_net",
    "finance_lease_liabilities",
    "vehicle_funding_outstanding",
    "uses_average",
    "cash_flow_average",
    "capex_last",
    "dividend",
    "interest_window",
)

NAMES = (*OUTPUTS, *PARAMETERS, *_STATE)


def _numbered(names: tuple[str, ...]) -> Any:
    """A named tuple of the places of names: constants for compiled code."""
    return cast(Any, namedtuple)("Places", names)(*range(len(names)))


SCHEDULE: Any = _numbered(SCHEDULES)
OPEN: Any = _numbered(OPENING)
