"""Why do they borrow? Where the cash came from and went, and what is left with and without the loan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from rekening.facts import Figure
from rekening.facts.periods import Quarter
from rekening.firms.projection import Projection, last_reported, project
from rekening.ledger.history import (
    BUYBACKS,
    SETTLEMENT_TAXES,
    CashLedger,
    latest_ledger,
    yearly_ledgers,
)
from rekening.questions.loan import Loan, loan_of
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.questions.sums import add_up, chance_below_zero, grounded

__all__ = ["why_borrow"]

_DOLLAR = "USD"
_QUARTERS = 4
_GROUPS = ("building", "owners", "deals", "lenders", "other")
_BUILDING = ("capex", "finance_lease_principal")
_OWNERS = ("share_repurchases", "net_settlement_taxes", "dividends_paid")


@dataclass(slots=True)
class _Found:
    """What the parts of the answer add to it."""

    values: dict[str, Figure] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    chart: list[ChartRow] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)


def why_borrow(case: Case) -> Outcome:
    """Sources and uses of the last four quarters and the next, with and without the loan.

    The lines of the past add up to the reported change in liquidity to the dollar; what no row names is
    one line, the unexplained cash flow. The next four quarters are a projection without new debt.
    """
    ledger = latest_ledger(case.facts, case.firm)
    ahead = project(case.facts, case.scenario, case.firm, quarters=_QUARTERS)
    loan = loan_of(case.facts, case.firm)
    found = _Found()
    _loan(found, loan)
    if ledger is None:
        found.missing.append("ledger")
    else:
        _past(found, case, ledger)
    _next(found, case, ahead, loan)
    _alternatives(found, case, ledger, ahead, loan)
    found.flags |= {"closed": ledger is not None, "projected": not ahead.closing().missing}
    return Outcome(
        question="why_borrow",
        case=case,
        values={name: figure for name, figure in found.values.items() if grounded(figure)},
        tables=found.tables,
        chart=found.chart,
        missing=found.missing,
        flags=found.flags,
    )


def _loan(found: _Found, loan: Loan | None) -> None:
    found.flags |= {"loan": loan is not None, "loan_pending": loan is not None and loan.pending}
    if loan is None:
        found.missing.append("loan")
        return
    found.values["loan"] = loan.principal
    if loan.pending:
        found.missing.append("loan_tranches" if loan.principal.missing else "loan_terms")


def _past(found: _Found, case: Case, ledger: CashLedger) -> None:
    groups = {name: add_up(ledger.in_group(name).values()) for name in _GROUPS}
    cash = ledger.amounts["operating_cash_flow"]
    reported = last_reported(case.facts, case.firm)
    found.values |= {
        "liquidity_before": ledger.opening,
        "liquidity": ledger.closing,
        "change_in_liquidity": ledger.change,
        "operating_cash_flow": cash,
        "building": _out(groups["building"]),
        "owners": _out(groups["owners"]),
        "buybacks": _out(add_up(ledger.amounts[kind] for kind in BUYBACKS if kind in ledger.amounts)),
        "settlement_taxes": _out(
            add_up(ledger.amounts[kind] for kind in SETTLEMENT_TAXES if kind in ledger.amounts)
        ),
        "deals": _out(groups["deals"]),
        "borrowed": groups["lenders"],
        "other": groups["other"],
        "unexplained_cash_flow": ledger.unexplained,
        "unexplained_share": ledger.unexplained_share,
        "unexplained_size": _size(ledger.unexplained),
        "unexplained_size_share": _size(ledger.unexplained_share),
        "building_share": _out(groups["building"]) / cash,
        "owners_share": _out(groups["owners"]) / cash,
        "spent": cash - (ledger.change - groups["lenders"]),
    }
    stakes = case.facts.latest(case.firm, "non_marketable_equity_change")
    if stakes.start and stakes.end and ledger.first.start <= stakes.start and stakes.end <= ledger.last.end:
        found.values["stakes_balance_change"] = stakes.figure()
    partial = any(len(ledger.covered(kind)) < _QUARTERS for kind in ledger.amounts)
    found.flags |= {
        "fell": ledger.change.central < 0,
        "overspent": found.values["spent"].central > cash.central,
        "paid_owners": groups["owners"].central < 0,
        "deals": groups["deals"].central < 0,
        "borrowed": groups["lenders"].central > 0,
        "repaid": groups["lenders"].central < 0,
        "unexplained": bool(ledger.unexplained.central),
        "unexplained_out": ledger.unexplained.central < 0,
        "remainders": any(
            kind in ledger.amounts for kind in ("investing_other_than_capex", *SETTLEMENT_TAXES[1:])
        ),
        "partial": partial,
        "older": reported is not None and ledger.last < reported,
        "stakes": "stakes_balance_change" in found.values,
    }
    if partial:
        found.missing.append("partial")
    if found.flags["older"]:
        found.missing.append("older")
    found.tables.append(_sources_and_uses(ledger))
    years = yearly_ledgers(case.facts, case.firm)
    if years:
        found.tables.append(_by_year(years))
    found.chart += _waterfall(ledger, groups)


def _sources_and_uses(ledger: CashLedger) -> Table:
    cash = ledger.amounts["operating_cash_flow"]
    parties = {entry.kind: entry.party for entry in ledger.entries}
    rows: list[Mapping[str, Cell]] = [
        {
            "line": f"line.{kind}",
            "party": f"party.{parties.get(kind, 'not_disclosed')}",
            "amount": amount,
            "share": amount / cash,
            "quarters": Figure.of(
                len(ledger.covered(kind) if kind in parties else ledger.quarters), lineage=amount.lineage
            ),
        }
        for kind, amount in ledger.lines.items()
        if amount.central or kind == "unexplained_cash_flow"
    ]
    rows.append({"line": "line.change", "amount": ledger.change, "share": ledger.change / cash})
    return Table(
        name="table.sources_and_uses",
        columns=("line", "party", "amount", "share", "quarters"),
        rows=rows,
        formats={"amount": "money", "share": "percent", "quarters": "number"},
    )


def _by_year(ledgers: Sequence[CashLedger]) -> Table:
    rows: list[Mapping[str, Cell]] = [
        {
            "year": f"FY{ledger.last.year}",
            "operating_cash_flow": ledger.amounts["operating_cash_flow"],
            **{name: _shown(add_up(ledger.in_group(name).values())) for name in _GROUPS},
            "unexplained": ledger.unexplained,
            "change": ledger.change,
            "unexplained_share": ledger.unexplained_share,
        }
        for ledger in ledgers
    ]
    columns = ("year", "operating_cash_flow", *_GROUPS, "unexplained", "change", "unexplained_share")
    return Table(
        name="table.years",
        columns=columns,
        rows=rows,
        formats={column: "percent" if column.endswith("share") else "money" for column in columns[1:]},
    )


def _waterfall(ledger: CashLedger, groups: Mapping[str, Figure]) -> list[ChartRow]:
    steps = {
        "business": ledger.amounts["operating_cash_flow"],
        **groups,
        "unexplained": ledger.unexplained,
    }
    level = ledger.opening.central
    rows: list[ChartRow] = [_bar("before", 0, level)]
    for name, amount in steps.items():
        if amount.central:
            rows.append({"step": f"step.{name}", "from": level, "to": level + amount.central, "kind": "flow"})
            level += amount.central
    return [*rows, _bar("now", 0, level)]


def _bar(
    step: str, start: float, end: float, low: float | None = None, high: float | None = None
) -> ChartRow:
    return {"step": f"step.{step}", "from": start, "to": end, "low": low, "high": high, "kind": "level"}


def _next(found: _Found, case: Case, ahead: Projection, loan: Loan | None) -> None:
    """The next four quarters without new debt, and the same with the loan."""
    closing = ahead.closing()
    begin = case.facts.get(case.firm, "cash_and_equivalents", str(ahead.quarters[0] + -1)).end
    without, with_loan, in_past = closing, closing, False
    if loan is not None and begin is not None:
        in_past = not loan.pending and _paid_out(loan) <= begin
        kept = _kept(loan, begin)
        without = closing - kept if in_past else closing
        with_loan = closing if in_past else closing + kept
    found.values |= {
        "next_operating_cash_flow": ahead.total("operating_cash_flow"),
        "next_building": add_up(ahead.total(name) for name in _BUILDING),
        "next_owners": add_up(ahead.total(name) for name in _OWNERS),
        "liquidity_without_loan": without,
        "liquidity_with_loan": with_loan,
        "next_shortfall": _out(without),
        "chance_below_zero": chance_below_zero(_lowest(ahead.values["liquidity"], without - closing)),
    }
    found.flags |= {
        "loan_in_past": in_past,
        "with_loan": loan is not None and not with_loan.missing,
        "short": without.central < 0,
        "short_with": with_loan.central < 0,
    }
    if closing.missing:
        found.missing.append("projection")
        return
    found.tables.append(_quarters_ahead(ahead))
    known = [("without", without), *([("with", with_loan)] if found.flags["with_loan"] else [])]
    for step, level in known:
        found.chart.append(_bar(step, 0, level.central, *level.interval()))


def _paid_out(loan: Loan) -> date:
    return loan.settled or loan.announced


def _kept(loan: Loan, begin: date) -> Figure:
    """Principal less the interest up to a year after the balance sheet; costs of the issue are left out."""
    year = Quarter.of(begin).start - (Quarter.of(begin) + -_QUARTERS).start
    if loan.yearly_interest.missing:
        return loan.principal
    return loan.principal - loan.yearly_interest * ((begin + year - _paid_out(loan)) / year)


def _lowest(levels: Sequence[Figure], shift: Figure) -> Figure:
    """The lowest level at the end of any quarter, each moved by `shift`."""
    return Figure.combine(
        lambda shift, *levels: np.minimum.reduce(np.broadcast_arrays(*levels)) + shift,
        shift, *levels, unit=_DOLLAR,
    )  # fmt: skip


def _quarters_ahead(ahead: Projection) -> Table:
    """Quarter by quarter, cash coming in as positive: the lines of a row carry the level on to the next."""

    def out(step: int, *names: str) -> Cell:
        return _shown(_out(add_up(ahead.values[name][step] for name in names)))

    rows: list[Mapping[str, Cell]] = [
        {
            "quarter": str(quarter),
            "operating_cash_flow": ahead.values["operating_cash_flow"][step],
            "building": out(step, *_BUILDING),
            "owners": out(step, *_OWNERS),
            "lenders": out(step, "debt_repaid"),
            "other": ahead.values["other_cash_flow"][step],
            "unexplained": ahead.values["unexplained_cash_flow"][step],
            "liquidity": ahead.values["liquidity"][step],
        }
        for step, quarter in enumerate(ahead.quarters)
    ]
    columns = tuple(rows[0])
    return Table(name="table.next", columns=columns, rows=rows, formats=dict.fromkeys(columns[1:], "money"))


def _alternatives(
    found: _Found, case: Case, ledger: CashLedger | None, ahead: Projection, loan: Loan | None
) -> None:
    """What else could have brought in the money, and how much of it the loan is."""
    last = str(ledger.last if ledger is not None else ahead.quarters[0] + -1)
    choices = {
        "securities": case.facts.get(case.firm, "marketable_securities", last).figure(),
        "cash": case.facts.get(case.firm, "cash_and_equivalents", last).figure(),
        "next_building": found.values["next_building"],
    }
    if ledger is not None:
        choices["buybacks"] = found.values["buybacks"]
        choices["dividends"] = _out(ledger.amounts.get("dividends_paid", Figure.unknown(_DOLLAR)))
    known = {name: amount for name, amount in choices.items() if not amount.missing and amount.central > 0}
    for name in ("securities", "dividends"):
        if name in known:
            found.values[name] = known[name]
    principal = loan.principal if loan is not None else Figure.unknown(_DOLLAR)
    if not principal.missing and "next_building" in known:
        found.values["building_cut"] = principal / known["next_building"]
    found.tables.append(
        Table(
            name="table.alternatives",
            columns=("choice", "amount", "loan_share"),
            rows=[
                {"choice": f"choice.{name}", "amount": amount, "loan_share": principal / amount}
                for name, amount in known.items()
            ],
            formats={"amount": "money", "loan_share": "percent"},
        )
    )
    found.flags["could_cut"] = "building_cut" in found.values


def _out(amount: Figure) -> Figure:
    """Cash going out as a positive amount."""
    return Figure.of(0, _DOLLAR) - amount


def _shown(figure: Figure) -> Cell:
    """An empty sum is an empty cell."""
    return figure if grounded(figure) else None


def _size(figure: Figure) -> Figure:
    return figure.maximum(-figure)
