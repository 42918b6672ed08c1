"""The one declared table of flows: who pays whom, of what kind, and what that does to a firm's balances.

The kernel's arrays, ``rekening.flows``, the checks and the manual all come from this table. Every amount is
in US dollars a quarter and runs from payer to payee; a negative amount runs back.
"""

from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FIRM = "firm"

PARTIES: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        FIRM: ("het bedrijf", "the firm"),
        "advertisers": ("adverteerders", "advertisers"),
        "subscribers": ("abonnees en kopers", "subscribers and shoppers"),
        "business_customers": ("zakelijke klanten", "business customers"),
        "staff_and_suppliers": ("personeel en leveranciers", "staff and suppliers"),
        "utilities": ("energiebedrijven", "utilities"),
        "chip_makers": ("chip- en servermakers", "chip and server makers"),
        "network_makers": ("netwerkmakers", "network makers"),
        "builders": ("bouwers", "builders"),
        "landlords": ("verhuurders", "landlords"),
        "vehicles": ("aparte vennootschappen", "special-purpose vehicles"),
        "lenders": ("geldschieters", "lenders"),
        "money_market": ("geldmarkt en Staat", "money market and state"),
        "shareholders": ("aandeelhouders", "shareholders"),
        "investors": ("kopers van bezittingen", "buyers of assets"),
        "tax_authorities": ("belastingdiensten", "tax authorities"),
        "not_disclosed": ("niet bekendgemaakt", "not disclosed"),
    }
)

STOCKS: MappingProxyType[str, str] = MappingProxyType(
    {
        "liquidity": "cash, cash equivalents and marketable securities",
        "total_debt": "principal owed, US dollars at the exchange rate of the run's start",
        "debt_discount_and_currency": "principal less carrying value",
        "property_and_equipment_net": "property and equipment after depreciation, leased property included",
        "finance_lease_liabilities": "owed under finance leases",
        "vehicle_funding_outstanding": "building paid by vehicles for the firm, at cost",
    }
)

_LIQUIDITY, _DEBT, _DISCOUNT, _PROPERTY, _LEASES, _VEHICLES = STOCKS


class Kind(NamedTuple):
    """A kind of flow."""

    name: str
    payer: str
    payee: str
    effects: tuple[tuple[str, int], ...]
    meaning: str


def _cash(name: str, payer: str, payee: str, meaning: str, *others: tuple[str, int]) -> Kind:
    sign = 1 if payee == FIRM else -1
    return Kind(name, payer, payee, ((_LIQUIDITY, sign), *others), meaning)


KINDS: tuple[Kind, ...] = (
    _cash("advertising_revenue", "advertisers", FIRM, "base revenue from advertising"),
    _cash("consumer_revenue", "subscribers", FIRM, "base revenue from subscriptions, devices and shops"),
    _cash("business_revenue", "business_customers", FIRM, "base revenue from business customers"),
    _cash("ai_revenue", "business_customers", FIRM, "revenue of AI capacity in service, sold or used inside"),
    _cash(
        "operating_costs",
        FIRM,
        "staff_and_suppliers",
        "costs of the calibration window's business, its taxes included",
    ),
    _cash("site_running_costs", FIRM, "utilities", "running cost of sites commissioned since the start"),
    _cash("interest_paid", FIRM, "lenders", "coupons on debt"),
    _cash("liquidity_income", "money_market", FIRM, "interest earned on liquidity"),
    _cash("operating_lease_payments", FIRM, "landlords", "operating leases begun since the start"),
    _cash("finance_lease_interest", FIRM, "landlords", "interest on finance leases begun since the start"),
    _cash("vehicle_lease_payments", FIRM, "vehicles", "rent of sites that vehicles paid for"),
    _cash("tax_change", FIRM, "tax_authorities", "tax on what changed since the calibration window"),
    _cash("capex_accelerators", FIRM, "chip_makers", "accelerators and servers bought", (_PROPERTY, 1)),
    _cash("capex_network", FIRM, "network_makers", "network equipment bought", (_PROPERTY, 1)),
    _cash("capex_shell", FIRM, "builders", "buildings and land", (_PROPERTY, 1)),
    _cash("capex_power", FIRM, "utilities", "power and cooling of sites", (_PROPERTY, 1)),
    _cash("finance_lease_principal", FIRM, "landlords", "principal of finance leases paid", (_LEASES, -1)),
    _cash("dividends_paid", FIRM, "shareholders", "dividends"),
    _cash("share_repurchases", FIRM, "shareholders", "buybacks"),
    _cash("equity_issued", "shareholders", FIRM, "new shares"),
    _cash("debt_issued", "lenders", FIRM, "principal of new debt", (_DEBT, 1)),
    _cash("issue_discount", FIRM, "lenders", "discount and fees of new debt", (_DISCOUNT, 1)),
    _cash("debt_repaid", FIRM, "lenders", "principal repaid", (_DEBT, -1)),
    _cash("divestment_proceeds", "investors", FIRM, "property sold, at book value", (_PROPERTY, -1)),
    _cash("unexplained_cash_flow", "not_disclosed", FIRM, "what no reported or modelled line explains"),
    Kind("vehicle_funding", "lenders", "vehicles", ((_VEHICLES, 1),), "debt and equity raised by vehicles"),
    Kind("vehicle_building", "vehicles", "builders", (), "building paid by vehicles"),
    Kind("vehicle_service", "vehicles", "lenders", (), "rent passed on to the vehicles' lenders and owners"),
    Kind(
        "finance_leases_added",
        "landlords",
        FIRM,
        ((_PROPERTY, 1), (_LEASES, 1)),
        "property taken under finance leases (no cash)",
    ),
    Kind("depreciation", FIRM, FIRM, ((_PROPERTY, -1),), "wear of property and equipment (no cash)"),
    Kind(
        "property_other",
        "not_disclosed",
        FIRM,
        ((_PROPERTY, 1),),
        "unpaid purchases, sales, impairment and currency in reported quarters (no cash)",
    ),
    Kind(
        "discount_amortised",
        "lenders",
        FIRM,
        ((_DISCOUNT, -1),),
        "discount written off over the life (no cash)",
    ),
)

KIND_NAMES = tuple(kind.name for kind in KINDS)
STOCK_NAMES = tuple(STOCKS)


def effects() -> npt.NDArray[np.float64]:
    """Return what a dollar of each kind of flow does to each balance: shape (stock, kind), -1, 0 or 1."""
    table = np.zeros((len(STOCKS), len(KINDS)))
    for column, kind in enumerate(KINDS):
        for stock, sign in kind.effects:
            table[STOCK_NAMES.index(stock), column] += sign
    return table
