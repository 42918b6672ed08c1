"""Dollars to megawatts, accelerators and the cost of an hour of computing."""

from rekening.sites.build import CLASSES, EQUIPMENT, LIVES, Build, build, cost_shares, data_center_share
from rekening.sites.capital import CostOfCapital, cost_of_capital
from rekening.sites.hour import HourCost, accelerator_hour, market_rents
from rekening.sites.recovery import (
    annuity_factor,
    capital_recovery_factor,
    depreciation_allowance,
    levelised_cost,
    user_cost_factor,
)
from rekening.sites.vintages import (
    depreciation,
    in_service,
    investment,
    profit_effect,
    share_in_service,
    tells_leases,
)

__all__ = [
    "CLASSES",
    "EQUIPMENT",
    "LIVES",
    "Build",
    "CostOfCapital",
    "HourCost",
    "accelerator_hour",
    "annuity_factor",
    "build",
    "capital_recovery_factor",
    "cost_of_capital",
    "cost_shares",
    "data_center_share",
    "depreciation",
    "depreciation_allowance",
    "in_service",
    "investment",
    "levelised_cost",
    "market_rents",
    "profit_effect",
    "share_in_service",
    "tells_leases",
    "user_cost_factor",
]
