"""The form of every file of facts: columns, their kinds, and the units of tables with their own columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["LONG_COLUMNS", "LONG_OPTIONAL", "TABLES", "VIA", "Table"]

LONG_COLUMNS = (
    "fact_id", "entity", "concept", "start", "end", "value", "unit", "published", "status",
    "low", "high", "source_url",
)  # fmt: skip
"""Columns that every file of the long form needs."""

LONG_OPTIONAL = (
    "source_title", "note", "via", "published_precision", "hedge", "product", "plan", "region", "currency",
)  # fmt: skip
"""Columns of the long form that may be left out; the last four say what a price is the price of."""

VIA = ("", "primary", "copy", "aggregator", "secondary")
"""How a row was read: the filing or page itself, a copy of it, an aggregator, or second-hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file with columns of its own.

    Attributes
    ----------
    published
        Column that says when the row became public; empty for lists without a date.
    status
        Status of rows whose file has no status column of its own.
    status_column
        Column that holds the status, if any.
    """

    published: str = "published"
    status: str = "reported"
    status_column: str = ""
    numbers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


TABLES: Mapping[str, Table] = {
    "bonds": Table(
        numbers=(
            "principal", "coupon_percent", "coupon_frequency", "price_to_public_percent",
            "yield_to_maturity_percent", "benchmark_yield_percent", "spread_bp", "make_whole_spread_bp",
            "underwriting_discount_percent", "maturity_year", "yield_recomputed_percent",
        ),
        days=("announced", "priced", "settled", "maturity", "first_coupon_date"),
        units={
            "coupon_percent": "percent", "price_to_public_percent": "percent",
            "yield_to_maturity_percent": "percent", "benchmark_yield_percent": "percent",
            "spread_bp": "bp", "make_whole_spread_bp": "bp", "underwriting_discount_percent": "percent",
        },
    ),
    "curves": Table(
        numbers=("tenor_years", "yield_percent"), days=("date",),
        units={"tenor_years": "years", "yield_percent": "percent"},
    ),
    "cds": Table(
        numbers=("tenor_years", "spread_bp"), days=("date",),
        units={"tenor_years": "years", "spread_bp": "bp"},
    ),
    "ratings": Table(days=("date",)),
    "deals": Table(
        status="announced",
        numbers=("amount_usd", "debt_usd", "equity_usd", "rate_percent", "term_years", "capacity_mw"),
        days=("announced", "effective"),
        units={
            "amount_usd": "USD", "debt_usd": "USD", "equity_usd": "USD", "rate_percent": "percent",
            "term_years": "years", "capacity_mw": "MW",
        },
    ),
    "deal_events": Table(published="date", status="announced", days=("date",)),
    "exposures": Table(
        status_column="status", numbers=("total_usd", "annual_usd"),
        days=("as_of_or_start", "last_contract_end"),
        units={"total_usd": "USD", "annual_usd": "USD/year"},
    ),
    "parties": Table(published=""),
    "sites": Table(
        status="estimated",
        numbers=(
            "lat", "lon", "it_power_mw", "facility_mw", "h100_equivalents", "capital_cost_usd",
            "compute_cost_usd", "construction_cost_usd", "annual_opex_usd",
        ),
        days=("date",),
        units={
            "it_power_mw": "MW", "facility_mw": "MW", "h100_equivalents": "H100e", "capital_cost_usd": "USD",
            "compute_cost_usd": "USD", "construction_cost_usd": "USD", "annual_opex_usd": "USD/year",
        },
    ),
    "chips": Table(
        status="estimated",
        numbers=(
            "low", "median", "high", "h100_equivalents", "h100e_low", "h100e_high", "power_mw",
            "power_mw_low", "power_mw_high",
        ),
        days=("quarter_start", "quarter_end"),
        units={
            "low": "chips", "median": "chips", "high": "chips", "h100_equivalents": "H100e",
            "h100e_low": "H100e", "h100e_high": "H100e", "power_mw": "MW", "power_mw_low": "MW",
            "power_mw_high": "MW",
        },
    ),
}  # fmt: skip
"""Files with their own columns, by name of the file; every other file is of the long form."""
