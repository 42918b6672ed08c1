"""What building asks of the firms in the simulated years to come, and how it is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.facts import Figure, Quarter
from rekening.futures.ahead import futures_of
from rekening.numerics import QUARTERS
from rekening.questions.outcome import Case, Table
from rekening.questions.sums import add_up

if TYPE_CHECKING:
    from rekening.futures.outlook import Outlook

__all__ = ["need_values", "needs", "needs_table"]

_DOLLAR = "USD"


def needs(case: Case, firms: Sequence[str]) -> dict[int, dict[str, Figure]]:
    """What building asks of the firms in each whole simulated year, and how it is met.

    What is met adds up to what is asked, path by path: cash of the business after leases, owners and
    liquidity, new debt after repayment, what vehicles pay and landlords provide, property and shares sold.
    """
    by_firm = []
    for firm in firms:
        ahead = futures_of(case.facts, case.scenario, firm)
        if ahead is not None:
            starts = [quarter for quarter in ahead.quarters if quarter.number == 1]
            by_firm.append({start.year: _met(ahead, start) for start in starts})
    whole = set(by_firm[0]).intersection(*by_firm) if by_firm else set()
    return {
        year: {name: add_up(rows[year][name] for rows in by_firm) for name in by_firm[0][year]}
        for year in sorted(whole)
    }


def _met(ahead: Outlook, start: Quarter) -> dict[str, Figure]:
    """The year that begins with a quarter: cash that comes in is positive in every line but the first."""
    end = start + (QUARTERS - 1)

    def total(*names: str) -> Figure:
        return add_up(ahead.total(name, end, start) for name in names)

    before = (
        ahead.figure("liquidity", start + -1)
        if start > ahead.quarters[0]
        else Figure.of(ahead.model.opening["liquidity"], _DOLLAR, lineage=ahead.lineage)
    )
    others = total("lever_vehicles", "finance_leases_added")
    business = total("operating_cash_flow", "unexplained_cash_flow") - total("finance_lease_principal")
    return {
        "need": total("capex") + others,
        "business": business,
        "owners": -total("share_repurchases", "dividends_paid"),
        "in_hand": before - ahead.figure("liquidity", end),
        "borrowed": total("debt_issued") - total("issue_discount", "debt_repaid"),
        "others": others,
        "sold": total("lever_divestment", "lever_equity"),
    }


def need_values(years: Mapping[int, Mapping[str, Figure]]) -> dict[str, Figure]:
    """All simulated years together, and who brings which part of it."""
    if not years:
        return {}
    sums = {name: add_up(row[name] for row in years.values()) for name in next(iter(years.values()))}
    need = sums["need"]
    own = sums["business"] + sums["owners"] + sums["in_hand"]
    return {
        "need_ahead": need,
        "need_own_share": own / need,
        "need_borrowed_share": sums["borrowed"] / need,
        "need_others_share": sums["others"] / need,
        "need_sold_share": sums["sold"] / need,
        "need_borrowed": sums["borrowed"],
    }


def needs_table(years: Mapping[int, Mapping[str, Figure]]) -> Table:
    """Year by year what building asks, and how it is met."""
    columns = tuple(next(iter(years.values())))
    return Table(
        name="table.needs",
        columns=("year", *columns),
        rows=[{"year": str(year), **row} for year, row in years.items()],
        formats=dict.fromkeys(columns, "money"),
    )
