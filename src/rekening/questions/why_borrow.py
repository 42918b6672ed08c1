"""Why do they borrow? Where the cash came from and went, and what is left with and without the loan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from rekening.facts import Figure, FloatArray, quantiles
from rekening.facts.periods import Quarter, quarter_range
from rekening.firms.projection import Projection, last_reported, project
from rekening.futures.ahead import futures_of
from rekening.futures.chances import chance
from rekening.ledger.history import (
    BUYBACKS,
    SETTLEMENT_TAXES,
    CashLedger,
    latest_ledger,
    liquidity,
    yearly_ledgers,
)
from rekening.numerics import INTERVAL, QUARTERS
from rekening.questions.loan import Loan, loan_of
from rekening.questions.outcome import Case, Cell, ChartRow, Found, Outcome, Table
from rekening.questions.sums import add_up, chance_below_zero, grounded

if TYPE_CHECKING:
    from rekening.futures.outlook import Outlook

__all__ = ["why_borrow"]

_DOLLAR = "USD"
_GROUPS = ("building", "owners", "deals", "lenders", "other")
_BUILDING = ("capex", "finance_lease_principal")
_LINES = (
    "operating_cash_flow", "capex", "finance_lease_principal", "share_repurchases", "dividends_paid",
    "debt_issued", "issue_discount", "debt_repaid", "lever_divestment", "lever_equity",
    "unexplained_cash_flow",
)  # fmt: skip
_OWNERS = ("share_repurchases", "net_settlement_taxes", "dividends_paid")


def why_borrow(case: Case) -> Outcome:
    """Sources and uses of the last four quarters; money in hand and debt to come, with and without the loan.

    The lines of the past add up to the reported change in liquidity to the dollar; what no row names is
    one line, the unexplained cash flow. What is to come is told from simulated futures, in which the firm
    finds the money it lacks; of a firm that cannot be simulated, from a projection of a year without new
    debt.
    """
    ledger = latest_ledger(case.facts, case.firm)
    loan = loan_of(case.facts, case.firm)
    ahead = _ahead(case, loan)
    found = Found()
    _loan(found, loan)
    if ledger is None:
        found.missing.append("ledger")
    else:
        _past(found, case, ledger)
    if ahead is not None:
        _simulated(found, case, ahead, loan)
        before = ahead.quarters[0] + -1
    else:
        found.missing.append("futures")
        projection = project(case.facts, case.scenario, case.firm, quarters=QUARTERS)
        _next(found, case, projection, loan)
        before = projection.quarters[0] + -1
    _alternatives(found, case, ledger, before, loan)
    found.flags |= {"closed": ledger is not None, "simulated": ahead is not None}
    found.flags["projected"] = not found.values["liquidity_without_loan"].missing
    return Outcome(
        question="why_borrow",
        case=case,
        values={name: figure for name, figure in found.values.items() if grounded(figure)},
        tables=found.tables,
        chart=found.chart,
        missing=found.missing,
        flags=found.flags,
        groups={"years": sorted({str(quarter.year) for quarter in ahead.quarters})} if ahead else {},
    )


def _ahead(case: Case, loan: Loan | None) -> Outlook | None:
    """The firm's futures, which can be seen without the loan."""
    ahead = futures_of(case.facts, case.scenario, case.firm)
    if ahead is None:
        return None
    bonds = {tranche["bond_id"] for tranche in loan.tranches} if loan is not None else set()
    return replace(ahead, loan=tuple(bond for bond in ahead.model.ladder.tranches if bond.bond_id in bonds))


def _loan(found: Found, loan: Loan | None) -> None:
    found.flags |= {"loan": loan is not None, "loan_pending": loan is not None and loan.pending}
    if loan is None:
        found.missing.append("loan")
        return
    found.values["loan"] = loan.principal
    if loan.pending:
        found.missing.append("loan_tranches" if loan.principal.missing else "loan_terms")


def _past(found: Found, case: Case, ledger: CashLedger) -> None:
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
        "building_share": _out(groups["building"]).over(cash),
        "owners_share": _out(groups["owners"]).over(cash),
        "spent": cash - (ledger.change - groups["lenders"]),
    }
    stakes = case.facts.latest(case.firm, "non_marketable_equity_change")
    if stakes.start and stakes.end and ledger.first.start <= stakes.start and stakes.end <= ledger.last.end:
        found.values["stakes_balance_change"] = stakes.figure()
    partial = any(len(ledger.covered(kind)) < QUARTERS for kind in ledger.amounts)
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
            "share": amount.over(cash),
            "quarters": Figure.of(
                len(ledger.covered(kind) if kind in parties else ledger.quarters), lineage=amount.lineage
            ),
        }
        for kind, amount in ledger.lines.items()
        if amount.central or kind == "unexplained_cash_flow"
    ]
    rows.append({"line": "line.change", "amount": ledger.change, "share": ledger.change.over(cash)})
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


def _simulated(found: Found, case: Case, ahead: Outlook, loan: Loan | None) -> None:
    """The years to come in simulated futures, and the same with or without the loan.

    A loan whose tranches were not public is not in the futures: it is put on top where its size is known.
    """
    in_past = bool(ahead.loan) and all(bond.begins < ahead.quarters[0].start for bond in ahead.loan)
    to_come = loan is not None and not ahead.loan
    with_loan, without = ahead.paths("liquidity"), ahead.liquidity_without_loan
    if loan is not None and to_come:
        with_loan = with_loan + loan.principal.central
    year, end = QUARTERS - 1, len(ahead.quarters) - 1
    floor = ahead.paths("liquidity_floor")

    def below(level: FloatArray) -> Figure:
        return chance((level < floor)[:, :QUARTERS].any(axis=1), ahead.lineage)

    def total(*names: str) -> Figure:
        return add_up(ahead.total(name, ahead.quarters[year]) for name in names)

    known = loan is not None and not loan.principal.missing
    level_without = ahead.told(without[:, year], "liquidity")
    found.values |= {
        "next_operating_cash_flow": total("operating_cash_flow"),
        "next_building": total(*_BUILDING),
        "next_owners": total("share_repurchases", "dividends_paid"),
        "liquidity_without_loan": level_without,
        "liquidity_with_loan": ahead.told(with_loan[:, year], "liquidity")
        if known
        else Figure.unknown(_DOLLAR, loan.principal.lineage if loan is not None else level_without.lineage),
        "next_shortfall": _out(level_without),
        "floor": ahead.figure("liquidity_floor", ahead.quarters[year]),
        "chance_below_zero": chance((without[:, :QUARTERS] < 0).any(axis=1), ahead.lineage),
        "chance_below_floor_without_loan": below(without),
        "debt_raised": ahead.total("debt_issued", ahead.quarters[end]),
        "debt_ahead": ahead.figure("total_debt", ahead.quarters[end]),
    }
    if known:
        found.values["chance_below_floor"] = below(with_loan)
    without_it = found.values["chance_below_floor_without_loan"].central
    found.flags |= {
        "loan_in_past": in_past,
        "with_loan": known,
        "short": level_without.central < 0,
        "short_with": known and found.values["liquidity_with_loan"].central < 0,
        "loan_helps": known and found.values["chance_below_floor"].central < without_it,
    }
    found.tables += [
        _years_ahead(ahead, with_loan if known else None, without),
        _levers(ahead),
        _quarters_simulated(ahead),
    ]
    found.chart = _fans(case, ahead, with_loan if known else None, without)


def _years_ahead(ahead: Outlook, with_loan: FloatArray | None, without: FloatArray) -> Table:
    """Money in hand and debt at the end of each simulated year."""
    rows: list[Mapping[str, Cell]] = []
    left = "liquidity" if with_loan is None else "without_loan"
    first = ahead.quarters[0]
    for place, quarter in enumerate(ahead.quarters):
        if quarter.number == QUARTERS:
            rows.append(
                {
                    "year": str(quarter.year),
                    left: ahead.told(without[:, place], "liquidity"),
                    "with_loan": None if with_loan is None else ahead.told(with_loan[:, place], "liquidity"),
                    "floor": ahead.figure("liquidity_floor", quarter),
                    "issued": ahead.total("debt_issued", quarter, first),
                    "total_debt": ahead.figure("total_debt", quarter),
                }
            )
            first = quarter + 1
    columns = ("year", left, "with_loan", "floor", "issued", "total_debt")
    return Table(name="table.ahead", columns=columns, rows=rows, formats=dict.fromkeys(columns[1:], "money"))


def _quarters_simulated(ahead: Outlook) -> Table:
    """Quarter by quarter, cash coming in as positive: the lines of a row carry the level on to the next."""
    rows: list[Mapping[str, Cell]] = []
    for quarter in ahead.quarters[:QUARTERS]:
        amounts = {name: ahead.figure(name, quarter) for name in _LINES}
        rows.append(
            {
                "quarter": str(quarter),
                "operating_cash_flow": amounts["operating_cash_flow"],
                "building": _out(add_up(amounts[name] for name in _BUILDING)),
                "owners": _out(amounts["share_repurchases"] + amounts["dividends_paid"]),
                "lenders": amounts["debt_issued"] - amounts["issue_discount"] - amounts["debt_repaid"],
                "other": amounts["lever_divestment"] + amounts["lever_equity"],
                "unexplained": amounts["unexplained_cash_flow"],
                "liquidity": ahead.figure("liquidity", quarter),
            }
        )
    columns = tuple(rows[0])
    return Table(
        name="table.simulated", columns=columns, rows=rows, formats=dict.fromkeys(columns[1:], "money")
    )


def _levers(ahead: Outlook) -> Table:
    """How the firm finds the money it lacks: how often, and how much up to the last quarter."""
    amounts = ahead.lever_amounts(ahead.quarters[-1])
    return Table(
        name="table.levers",
        columns=("lever", "used", "amount"),
        rows=[
            {"lever": f"lever.{name}", "used": used, "amount": amounts[name]}
            for name, used in ahead.lever_use().items()
        ],
        formats={"used": "chance", "amount": "money"},
    )


def _fans(case: Case, ahead: Outlook, with_loan: FloatArray | None, without: FloatArray) -> list[ChartRow]:
    """Money in hand as known, and then fans with and without the loan above the floor."""
    levels = ((1 - INTERVAL) / 2, 1 / 2, (1 + INTERVAL) / 2)
    rows: list[ChartRow] = []
    start = ahead.quarters[0]
    for quarter in quarter_range(start + -2 * QUARTERS, start + -1):
        level = liquidity(case.facts, case.firm, quarter)
        if not level.missing:
            rows.append({"kind": "known", "when": _end(quarter), "middle": level.central})
    opening = ahead.model.opening["liquidity"]
    fans = {"without": without} if with_loan is None else {"without": without, "with": with_loan}
    for name, paths in fans.items():
        if not (name == "without" and ahead.loan and ahead.loan[0].begins < start.start):
            at = {"low": opening, "middle": opening, "high": opening}
            rows.append({"kind": "fan", "series": f"series.{name}", "when": _end(start + -1), **at})
        for quarter, low, middle, high in zip(ahead.quarters, *quantiles(paths, levels), strict=True):
            at = {"low": low, "middle": middle, "high": high}
            rows.append({"kind": "fan", "series": f"series.{name}", "when": _end(quarter), **at})
    (floor,) = quantiles(ahead.paths("liquidity_floor"), (1 / 2,))
    rows += [
        {"kind": "floor", "when": _end(quarter), "middle": level}
        for quarter, level in zip(ahead.quarters, floor, strict=True)
    ]
    return rows


def _end(quarter: Quarter) -> float:
    """The end of a quarter in years."""
    return quarter.year + quarter.number / QUARTERS


def _next(found: Found, case: Case, ahead: Projection, loan: Loan | None) -> None:
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
    year = Quarter.of(begin).start - (Quarter.of(begin) + -QUARTERS).start
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
    found: Found, case: Case, ledger: CashLedger | None, before: Quarter, loan: Loan | None
) -> None:
    """What else could have brought in the money, and how much of it the loan is."""
    last = str(ledger.last if ledger is not None else before)
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
