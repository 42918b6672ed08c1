"""A quarter that a firm has reported, told as the flows of the ledger."""

from __future__ import annotations

import numpy as np

from rekening.facts.periods import Quarter
from rekening.firms.model import FirmModel
from rekening.firms.reported import Reported
from rekening.ledger.kinds import KIND_NAMES

__all__ = ["observed_quarter"]


def observed_quarter(
    model: FirmModel, quarter: Quarter, closing: dict[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Flows and closing balances of a reported quarter, and the balances before it.

    A flow that was not reported is the change of its balances; what no line explains is the unexplained cash
    flow.

    Parameters
    ----------
    closing
        Balances at the end of the quarter.
    """
    reported = Reported(model.facts, model.firm)

    def value(concept: str) -> float:
        found = reported.value(concept, quarter)
        return 0.0 if np.isnan(found) else found

    def before(concept: str, after: float) -> float:
        found = reported.value(concept, quarter + -1)
        return after if np.isnan(found) else found

    flows = dict.fromkeys(KIND_NAMES, 0.0)
    revenue, cash_flow, capex = value("revenue"), value("operating_cash_flow"), value("capex")
    flows["business_revenue"] = revenue
    flows["operating_costs"] = revenue - cash_flow
    shares = {name: model.assumed(f"cost_share_{name}") for name in ("servers", "network", "power")}
    flows["capex_accelerators"] = capex * shares["servers"]
    flows["capex_network"] = capex * shares["network"]
    flows["capex_power"] = capex * shares["power"]
    flows["capex_shell"] = capex * (1 - sum(shares.values()))
    for concept in ("finance_lease_principal", "dividends_paid", "share_repurchases", "equity_issued"):
        flows[concept] = value(concept)
    flows["depreciation"] = value("depreciation_amortization")
    issued, repaid = (reported.value(concept, quarter) for concept in ("debt_issued", "debt_repaid"))
    opening = {
        "liquidity": before("liquidity", closing["liquidity"]),
        "property_and_equipment_net": before(
            "property_and_equipment_net", closing["property_and_equipment_net"]
        ),
        "finance_lease_liabilities": closing["finance_lease_liabilities"] + flows["finance_lease_principal"],
        "vehicle_funding_outstanding": closing["vehicle_funding_outstanding"],
    }
    if np.isnan(issued) or np.isnan(repaid):
        carrying = closing["total_debt"] - closing["debt_discount_and_currency"]
        change = carrying - before("total_debt", carrying)
        issued, repaid = max(change, 0.0), max(-change, 0.0)
    flows["debt_issued"], flows["debt_repaid"] = issued, repaid
    opening["total_debt"] = closing["total_debt"] - issued + repaid
    opening["debt_discount_and_currency"] = closing["debt_discount_and_currency"]
    flows["unexplained_cash_flow"] = (
        closing["liquidity"]
        - opening["liquidity"]
        - cash_flow
        + capex
        + flows["finance_lease_principal"]
        + flows["dividends_paid"]
        + flows["share_repurchases"]
        - flows["equity_issued"]
        - issued
        + repaid
    )
    flows["property_other"] = (
        closing["property_and_equipment_net"]
        - opening["property_and_equipment_net"]
        - capex
        + flows["depreciation"]
    )
    named = {"revenue": revenue, "operating_cash_flow": cash_flow, "capex": capex}
    return {**flows, **closing, **named}, opening
