"""A firm read from the facts of one day and one scenario: where it starts, and what drives it.

Nothing published later is seen.
"""

from __future__ import annotations

import numpy as np

from rekening.assumptions import Scenario
from rekening.errors import TooLittleKnown
from rekening.facts import Facts, FloatArray
from rekening.facts.periods import Quarter
from rekening.firms.calibration import (
    Estimate,
    Pool,
    pool,
    priors,
    seasonal_shape,
    shrunk_mean,
    unexplained_shares,
    yearly_growth,
)
from rekening.firms.ladder import Ladder, treasury_rows, treasury_yield
from rekening.firms.model import FirmModel
from rekening.firms.reported import Balance, Reported
from rekening.numerics import HOURS_A_YEAR, LEAST_REVENUE_QUARTERS, LONG_YIELD, QUARTERS

__all__ = ["build"]


def build(facts: Facts, scenario: Scenario, firm: str) -> FirmModel:
    """Read a firm's opening position and estimate its drivers.

    Raises
    ------
    TooLittleKnown
        If the facts do not hold what a run needs, naming what is missing.
    """
    reported = Reported(facts, firm)
    last = reported.last
    if last is None:
        raise TooLittleKnown(
            f"{firm} cannot be simulated as known on {facts.as_of}: no operating cash flow by quarter"
        )
    revenue = reported.series("revenue", last)
    revenue = np.where(
        revenue > 0, revenue, np.nan
    )  # a quarter without revenue tells no growth and no margin
    recent = revenue[-LEAST_REVENUE_QUARTERS:]
    if np.isnan(recent).any():
        raise TooLittleKnown(
            f"{firm} cannot be simulated as known on {facts.as_of}: revenue of the last "
            f"{LEAST_REVENUE_QUARTERS} quarters is not known, or 0"
        )
    balances = {
        "liquidity": _cash(reported, last),
        "total_debt": reported.balance("total_debt", last, {"debt_issued": 1, "debt_repaid": -1}),
        "property_and_equipment_net": reported.balance(
            "property_and_equipment_net", last, {"capex": 1, "depreciation_amortization": -1}
        ),
        "finance_lease_liabilities": reported.balance("finance_lease_liabilities", last, {}),
        "leases_not_yet_commenced": reported.balance("leases_not_yet_commenced", last, {}),
    }
    for name, concept in (
        ("liquidity", "cash_and_equivalents"),
        ("total_debt", "total_debt"),
        ("property_and_equipment_net", "property_and_equipment_net"),
    ):
        if np.isnan(balances[name].amount):
            raise TooLittleKnown(
                f"{firm} cannot be simulated as known on {facts.as_of}: no {concept} near {last}"
            )
    history = reported.filled("capex", last)
    ladder = Ladder.read(facts, firm)
    day_before = last.end
    carrying = balances["total_debt"].amount
    listed = sum(tranche.principal for tranche in ladder.owed(day_before))
    principal = max(carrying, listed)
    shared = pool(facts, priors(scenario))
    estimates, margin, seasons = _estimates(
        scenario=scenario,
        reported=reported,
        last=last,
        ladder=ladder,
        revenue=revenue,
        history=history,
        shared=shared,
    )
    coupons = sum(tranche.principal * tranche.coupon for tranche in ladder.owed(day_before))
    unlisted = principal - listed
    paid = reported.recent("interest_expense", last) * QUARTERS
    level = estimates["base_yield"].value + estimates["credit_spread"].value
    rate = level if np.isnan(paid) else paid / max(carrying, 1)
    cash_flow = reported.recent("operating_cash_flow", last)
    uses = sum(
        value
        for concept in ("capex", "dividends_paid", "finance_lease_principal", "debt_repaid")
        for value in [reported.recent(concept, last)]
        if not np.isnan(value)
    )
    dividend = reported.value("dividends_paid", last)
    opening = {
        "liquidity": balances["liquidity"].amount,
        "total_debt": principal,
        "debt_discount_and_currency": principal - carrying,
        "property_and_equipment_net": balances["property_and_equipment_net"].amount,
        "finance_lease_liabilities": _or_zero(balances["finance_lease_liabilities"].amount),
        "vehicle_funding_outstanding": 0.0,
        "leases_not_yet_commenced": _or_zero(balances["leases_not_yet_commenced"].amount),
        "lease_principal_recent": _or_zero(reported.recent("finance_lease_principal", last)),
        "uses_average": uses + estimates["buybacks_of_cash_flow"].value * cash_flow,
        "cash_flow_average": cash_flow,
        "capex_last": float(history[-1]),
        "dividend": _or_zero(dividend if not np.isnan(dividend) else reported.recent("dividends_paid", last)),
        "interest_window": (coupons + unlisted * rate) / QUARTERS,
    }
    return FirmModel(
        firm=firm,
        start=last + 1,
        facts=facts,
        scenario=scenario,
        pool=shared,
        balances=balances,
        opening=opening,
        history=history,
        revenue=np.nan_to_num(revenue),
        seasons=seasons,
        margin=margin,
        unlisted=unlisted,
        unlisted_rate=rate,
        estimates=estimates,
        ladder=ladder,
        read=frozenset(reported.used),
    )


def _or_zero(value: float) -> float:
    return 0.0 if np.isnan(value) else value


def _cash(reported: Reported, last: Quarter) -> Balance:
    """Liquidity: cash and marketable securities; cash alone where no securities are reported."""
    flows = {"operating_cash_flow": 1, "capex": -1, "debt_issued": 1, "debt_repaid": -1, "equity_issued": 1}
    both = reported.balance("liquidity", last, flows)
    return reported.balance("cash_and_equivalents", last, flows) if np.isnan(both.amount) else both


def _estimates(
    *,
    scenario: Scenario,
    reported: Reported,
    last: Quarter,
    ladder: Ladder,
    revenue: FloatArray,
    history: FloatArray,
    shared: Pool,
) -> tuple[dict[str, Estimate], float, FloatArray]:
    facts, firm = reported.facts, reported.firm
    weight = scenario["prior_weight_quarters"].central
    base = revenue - _ai_revenue(scenario, firm, history, revenue)
    growth = yearly_growth(base)
    recent = growth[-2:][~np.isnan(growth[-2:])]
    cash = reported.series("operating_cash_flow", last)
    level, seasons = seasonal_shape(cash / revenue, last, scenario["seasonal_weight_years"].central)
    if np.isnan((cash / revenue)[-QUARTERS:]).any():
        # not every quarter is told: the trailing year is, or the quarters known have to stand for it
        year = reported.value("operating_cash_flow", f"TTM@{last}") / float(revenue[-QUARTERS:].sum())
        level = level if np.isnan(year) else year
    if np.isnan(level):
        raise TooLittleKnown(
            f"{firm} cannot be simulated as known on {facts.as_of}: no operating cash flow by quarter"
        )
    shares, rows = unexplained_shares(facts, firm, recurring=True)
    unexplained = shrunk_mean(shares, scenario["unexplained_mean"].central, weight)
    cash_flow = reported.recent("operating_cash_flow", last)
    buybacks = _buybacks(reported, last)
    pace = yearly_growth(history)
    paced = pace.size > 0 and not np.isnan(pace[-1])
    momentum = float(pace[-1]) / QUARTERS if paced else 0.0
    newest = ladder.newest_spread()
    credit = scenario.of_firm(firm, "credit_spread")
    yield_now = treasury_yield(facts, facts.as_of, LONG_YIELD)
    if yield_now is None:
        raise TooLittleKnown(f"no Treasury curve is known on {facts.as_of}")

    def estimate(
        name: str, value: float, deviation: float, n: int, *, prior: str = "", used: set[str]
    ) -> Estimate:
        return Estimate(
            name=name,
            value=value,
            deviation=deviation,
            n=n,
            prior=prior,
            facts=frozenset(used),
            as_of=facts.as_of,
        )

    read = set(reported.used)
    found = [
        estimate(
            "growth_recent",
            float(recent.mean()) if recent.size else float(np.log1p(scenario["growth_long_run"].central)),
            scenario["growth_recent_error"].central,
            int(recent.size),
            prior="growth_long_run",
            used=read,
        ),
        estimate("margin_level", level, scenario["margin_error"].central, QUARTERS, used=read),
        estimate(
            "unexplained_mean",
            unexplained,
            shared["unexplained_deviation"] / float(np.sqrt(shares.size + weight)),
            int(shares.size),
            prior="unexplained_mean",
            used=rows,
        ),
        estimate(
            "buybacks_of_cash_flow",
            buybacks / cash_flow if cash_flow > 0 else 0.0,
            0.0,
            QUARTERS,
            used=read,
        ),
        # the mean of a year's quarterly paces
        estimate(
            "capex_momentum",
            momentum,
            shared["capex_beyond_deviation"] / float(np.sqrt(QUARTERS)),
            QUARTERS if paced else 0,
            used=read,
        ),
        estimate("base_yield", yield_now, 0.0, 1, used=treasury_rows(facts, facts.as_of)),
        estimate(
            "credit_spread",
            credit.central if newest is None else newest[0],
            scenario["credit_spread_error"].central,
            0 if newest is None else len(newest[1]),
            prior=credit.name,
            used=set() if newest is None else set(newest[1]),
        ),
    ]
    return {one.name: one for one in found}, level, seasons


def _buybacks(reported: Reported, last: Quarter) -> float:
    """Average quarter of buybacks over the trailing year, on a cash basis where the firm has two."""
    for concept in (
        "share_repurchases_cash_basis",
        "share_repurchases",
        "share_repurchases_incl_tax_withholding",
    ):
        value = reported.recent(concept, last)
        if not np.isnan(value):
            return value
    return 0.0


def _ai_revenue(scenario: Scenario, firm: str, history: FloatArray, revenue: FloatArray) -> FloatArray:
    """AI revenue of the past by the formula at central parameters, never above what was reported."""

    def central(name: str) -> float:
        return scenario.of_firm(firm, name).central

    ages = np.arange(history.size) - history.size + 1
    cost = central("accelerator_cost") * np.power(1 - central("accelerator_cost_decline"), ages / QUARTERS)
    units = history * central("cost_share_servers") * central("ai_share_of_servers") / cost
    lag = min(round(QUARTERS * central("compute_lag_years")), history.size)
    in_service = np.concatenate([np.zeros(lag), np.cumsum(units)[: units.size - lag]])
    sold = central("ai_sold_outside")
    price = central("accelerator_hour_price") * np.power(
        1 - central("accelerator_hour_price_decline"), ages / QUARTERS
    )
    worth = sold + (1 - sold) * central("ai_inside_yield")
    earned = in_service * HOURS_A_YEAR / QUARTERS * central("accelerator_utilisation") * price * worth
    return np.asarray(np.fmin(earned, revenue))
