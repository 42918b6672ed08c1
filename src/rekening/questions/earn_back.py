"""What must it earn? The bill in its three scopes, and what that is beside what the firm earns now."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rekening.facts import Facts, Figure, kept
from rekening.futures.ahead import investment_ahead
from rekening.numerics import SCOPES_KEPT
from rekening.payers import LATER, LINES, NOW, Bill, trailing_year
from rekening.payers.channels import ai_sales, sells_ai
from rekening.payers.scopes import Scopes, scopes
from rekening.questions.depreciation import depreciation
from rekening.questions.loan import Loan, loan_of
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.sites import cost_of_capital

__all__ = ["coupon_of", "earn_back", "scopes_of", "users_of"]

_BILLION = "gigaUSD/year"


def earn_back(case: Case) -> Outcome:
    """Set the bill beside what is earned: AI revenue where it is reported, else all revenue."""
    facts = case.facts
    found = scopes_of(case)
    missing = [f"bill_{name}" for name in found.unknown]
    values: dict[str, Figure] = {}
    if found.loan is None:
        missing.append("loan")
    else:
        values |= {
            "bill_loan": found.loan.total,
            "bill_loan_cash": found.loan.cash,
            "interest_loan": found.loan.lines["interest"],
        }
        values |= _coupons(case)
    if found.firm[NOW].total.missing:
        missing.append("bill_firm")
    else:
        values |= _of_firm(facts, case.firm, found)
        values["debt_share"] = found.firm[NOW].debt_share
    for moment in (NOW, LATER):
        if found.firms[moment]:
            values[f"bill_together_{moment}"] = found.together(moment).total
    ai = ai_sales(facts, case.scenario, case.firm)
    if ai.missing:
        missing.append("ai_revenue")
    else:
        values["ai_revenue"] = ai
        if "must_earn_now" in values and np.all(values["must_earn_now"].draws > 0):
            values["ai_revenue_of_bill"] = ai / values["must_earn_now"]
    columns = _columns(found)
    off = depreciation(case)
    return Outcome(
        question="earn_back",
        case=case,
        values=values | off.values,
        tables=(*((_lines(columns),) if columns else ()), *off.tables),
        chart=[_chart_row(name, bill) for name, bill in columns.items() if not name.startswith("together")],
        missing=[*missing, *off.missing],
        groups=off.groups,
        flags=off.flags
        | {
            "has_loan": found.loan is not None,
            "has_coupons": "coupons_loan" in values,
            "has_firm": "bill_firm_now" in values,
            "has_users": "per_user_now" in values,
            "has_revenue": "share_of_revenue_now" in values,
            "ai_revenue_known": "ai_revenue" in values,
            "sells_ai": sells_ai(case.scenario, case.firm),
            "grows": "bill_firm_now" in values
            and values["bill_firm_later"].central > 2 * values["bill_firm_now"].central,
        },
    )


def coupon_of(loan: Loan) -> Figure:
    """Average coupon of a loan; missing where its tranches were not public."""
    interest = loan.yearly_interest
    return interest / loan.principal if not (interest.missing or loan.principal.missing) else Figure.unknown()


@kept(SCOPES_KEPT)
def scopes_of(case: Case) -> Scopes:
    """Bills of a case; a loan without public coupons is taken to pay what the firm's newest bonds do."""
    loan = loan_of(case.facts, case.firm)
    principal = loan.principal if loan is not None else Figure.unknown("USD")
    coupon = coupon_of(loan) if loan is not None else Figure.unknown()
    if coupon.missing and not principal.missing:
        coupon = cost_of_capital(case.facts, case.scenario, case.firm).debt
    return scopes(
        case.facts,
        case.scenario,
        case.firm,
        principal=principal,
        coupon=coupon,
        ahead=investment_ahead(case.facts, case.scenario),
    )


def _coupons(case: Case) -> dict[str, Figure]:
    """A year of coupons on the whole loan, where its tranches were public."""
    loan = loan_of(case.facts, case.firm)
    coupons = loan.yearly_interest if loan is not None else Figure.unknown()
    return {} if coupons.missing else {"coupons_loan": coupons}


def users_of(facts: Facts, firm: str) -> Figure:
    """People who use the firm's services every day; missing where it does not say."""
    return facts.latest(firm, "daily_active_people").figure()


def must_earn(bill: Bill) -> Figure:
    """What the firm itself must earn: the bill less what the state lends and other grid users pay."""
    return bill.total - bill.tax_deferral - bill.lines["grid_costs_of_others"]


def _of_firm(facts: Facts, firm: str, found: Scopes) -> dict[str, Figure]:
    revenue, users = trailing_year(facts, firm, "revenue"), users_of(facts, firm)
    values: dict[str, Figure] = {}
    for moment, bill in found.firm.items():
        need = must_earn(bill)
        values |= {
            f"bill_firm_{moment}": bill.total,
            f"cash_firm_{moment}": bill.cash,
            f"forgone_firm_{moment}": bill.forgone,
            f"must_earn_{moment}": need,
        }
        if not (share := need.over(revenue)).missing:
            values[f"share_of_revenue_{moment}"] = share
        if not users.missing:
            values[f"per_user_{moment}"] = (need / users).to("USD/person/year")
    if not revenue.missing:
        values["revenue"] = revenue
    return values


def _columns(found: Scopes) -> dict[str, Bill]:
    columns: dict[str, Bill] = {}
    if found.loan is not None:
        columns["loan"] = found.loan
    for moment in (NOW, LATER):
        if not found.firm[moment].total.missing:
            columns[f"firm_{moment}"] = found.firm[moment]
    for moment in (NOW, LATER):
        if found.firms[moment]:
            columns[f"together_{moment}"] = found.together(moment)
    return columns


def _lines(columns: Mapping[str, Bill]) -> Table:
    rows: list[dict[str, Cell]] = [
        {"line": f"line.{line}", **{name: bill.lines[line] for name, bill in columns.items()}}
        for line in LINES
    ]
    rows.append({"line": "line.cash", **{name: bill.cash for name, bill in columns.items()}})
    rows.append({"line": "line.total", **{name: bill.total for name, bill in columns.items()}})
    return Table(
        name="bill",
        columns=("line", *columns),
        rows=rows,
        formats=dict.fromkeys(columns, "money"),
    )


def _chart_row(name: str, bill: Bill) -> ChartRow:
    total = bill.total.to(_BILLION)
    low, high = total.interval()
    cash = bill.cash.to(_BILLION).central
    return {"scope": f"scope.{name}", "total": total.central, "low": low, "high": high, "cash": cash}
