"""How much is needed, sector-wide? What firms build by year, where the money is found, what others expect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rekening.defaults import UNTIL
from rekening.facts import Facts, Figure
from rekening.facts.exchange import exchange_rate
from rekening.facts.periods import Quarter
from rekening.facts.rows import Record
from rekening.files import read_yaml
from rekening.firms.buildout import FirmYear, capex_by_year, guidance
from rekening.futures.ahead import capex_ahead, futures_of
from rekening.ledger.history import latest_ledger
from rekening.numerics import QUARTERS
from rekening.payers.scopes import BUILDERS
from rekening.questions.loan import announced_on, principal_of
from rekening.questions.needs import need_values, needs, needs_table
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.questions.sums import add_up, chance_below_zero, grounded

__all__ = ["how_much", "spent_by"]

_DOLLAR = "USD"
_PARTS = ("reported", "guided", "estimated")
_FOUR = ("meta", "alphabet", "microsoft", "amazon")
_SCOPES = {"four": _FOUR, "five": (*_FOUR, "oracle")}
"""Firms that an outside estimate is about."""
_FUNDING = (
    "datacenter_funding_hyperscaler_cash",
    "datacenter_funding_private_credit",
    "datacenter_funding_private_equity_sovereign",
    "datacenter_funding_corporate_debt",
    "datacenter_funding_abs",
)


def how_much(case: Case) -> Outcome:
    """Capex of the firms by calendar year, each asset once, beside what others say is needed.

    The firm of the case joins the builders if it is another. Every sum is over one set of firms: those whose
    spending of this year is known. A year in which one of them is not known says so and is not compared.
    A building that a vehicle or developer owns is counted there and not with its tenant; leases stand apart.
    Firms that guide on something nothing reported compares with are left out of the guided part, and shown.
    """
    facts = case.facts
    firms = BUILDERS if case.firm in BUILDERS else (*BUILDERS, case.firm)
    this_year = case.as_of.year
    years = range(this_year - QUARTERS, Quarter.parse(UNTIL).year + 1)
    spent = capex_by_year(facts, case.scenario, firms, years, capex_ahead(facts, case.scenario))
    known = [each for each in spent if not each.total.missing]
    counted = _counted(known, this_year)
    summed = [each for each in known if each.firm in counted]
    by_year = {year: [row for row in summed if row.year == year] for year in years}
    totals = {year: _totals(rows) for year, rows in by_year.items() if rows}
    absent = {
        year: [firm for firm in counted if all(row.firm != firm for row in by_year[year])] for year in totals
    }
    whole = {year: sums for year, sums in totals.items() if not absent[year]}
    assets, estimates = _assets(facts), _estimates(facts, known)
    claim = next((row.yearly for row in estimates if row.name == "bain_2030"), None)
    mix = [_mix(case, firm, assets) for firm in firms]
    to_come = needs(case, counted)
    projected = [firm for firm in counted if futures_of(facts, case.scenario, firm) is None]
    funding = _funding(facts)
    values = (
        _year_values(whole, this_year)
        | _same_firms(summed, this_year)
        | _own_values(known, case.firm, this_year)
        | _claim_values(whole, claim, this_year)
        | _mix_values(mix)
        | need_values(to_come)
        | {f"need_{row.name}": row.yearly for row in estimates}
        | _funding_values(funding)
        | {"vehicles": add_up(asset.amount for asset in assets)}
        | {
            "leases_waiting": add_up(
                row["leases_waiting"] for row in mix if not row["leases_waiting"].missing
            )
        }
    )
    missing = [
        *(["claim"] if "claim" not in values else []),
        *(["firms"] if any(each.total.missing for each in spent if each.year >= this_year) else []),
        *(["past_firms"] if any(absent[year] for year in absent if year < this_year) else []),
        *(["statements"] if any(row["operating_cash_flow"].missing for row in mix) else []),
        *(["leases"] if any(row["leases_waiting"].missing for row in mix) else []),
        *(["futures"] if projected else []),
    ]
    return Outcome(
        question="how_much",
        case=case,
        values={name: figure for name, figure in values.items() if grounded(figure)},
        tables=[
            _years_table(totals, claim, {year: _named(facts, firms) for year, firms in absent.items()}),
            _firms_table([each for each in known if each.firm in counted or each.firm == case.firm]),
            *([needs_table(to_come)] if to_come else []),
            _guidance_table(facts, firms),
            _mix_table(firms, mix),
            _outside_table(assets),
            _estimates_table(estimates),
            *_funding_tables(funding),
        ],
        chart=[*_bars(summed), *_tops(totals, absent), *_points(estimates)],
        missing=missing,
        flags={
            "claim": "claim" in values,
            "this_year": "this_year" in values,
            "next_year": "next_year" in values,
            "own": "own_this_year" in values,
            "above_this_year": "chance_this_year" in values
            and values["this_year"].central > values["claim"].central,
            "above_next_year": "chance_next_year" in values
            and values["next_year"].central > values["claim"].central,
            "vehicles": bool(assets),
            "leases": not values["leases_waiting"].missing and values["leases_waiting"].central > 0,
            "mix": "mix_cover" in values,
            "futures": bool(to_come),
            "mckinsey": "need_mckinsey" in values,
            "funding": "funding_cash_share" in values,
        },
        groups={
            "years": [str(year) for year in to_come],
            "counted": counted,
            "projected": projected,
            "left_out": [firm for firm in firms if firm not in counted],
            "same": sorted({row.firm for row in _both_years(summed, this_year)}, key=firms.index),
            "absent": [firm for firm in counted if any(firm in names for names in absent.values())],
            "mix": [firm for firm, row in zip(firms, mix, strict=True) if not row["building"].missing],
        },
    )


def spent_by(outcome: Outcome, firms: Sequence[str], year: int) -> Figure:
    """Capex of firms in a year by an answer to this question; missing if it does not tell that of each."""
    told = {
        row["firm"]: row["total"]
        for table in outcome.tables
        if table.name == "table.firms"
        for row in table.rows
        if row["year"] == str(year)
    }
    amounts = [amount for firm in firms if isinstance(amount := told.get(firm), Figure)]
    return add_up(amounts) if firms and len(amounts) == len(firms) else Figure.unknown(_DOLLAR)


def _counted(known: Sequence[FirmYear], year: int) -> list[str]:
    """The firms that every sum is about: those known in this year, else in the newest year of any."""
    last = max((row.year for row in known if row.year <= year), default=year)
    return [row.firm for row in known if row.year == last]


def _totals(rows: Sequence[FirmYear]) -> dict[str, Figure]:
    parts = {part: add_up(getattr(row, part) for row in rows) for part in _PARTS}
    return {**parts, "total": add_up(row.total for row in rows)}


def _named(facts: Facts, firms: Iterable[str]) -> str:
    return ", ".join(facts.firms[firm].name for firm in firms)


def _year_values(totals: Mapping[int, Mapping[str, Figure]], year: int) -> dict[str, Figure]:
    values: dict[str, Figure] = {}
    for name, at in (("last_year", year - 1), ("this_year", year), ("next_year", year + 1)):
        if at in totals:
            values[name] = totals[at]["total"]
    if "this_year" in values:
        values |= {f"this_year_{part}": totals[year][part] for part in _PARTS}
    return values


def _both_years(summed: Sequence[FirmYear], year: int) -> list[FirmYear]:
    """Last year and this year of the firms that are known in both."""
    rows = [row for row in summed if row.year in (year - 1, year)]
    counts = Counter(row.firm for row in rows)
    return [row for row in rows if counts[row.firm] > 1]


def _same_firms(summed: Sequence[FirmYear], year: int) -> dict[str, Figure]:
    """The sums of last year and this year over the same firms."""
    same = _both_years(summed, year)
    names = {year - 1: "same_last_year", year: "same_this_year"}
    return {name: add_up(row.total for row in same if row.year == at) for at, name in names.items() if same}


def _own_values(known: Sequence[FirmYear], firm: str, year: int) -> dict[str, Figure]:
    names = {year: "own_this_year", year + 1: "own_next_year"}
    return {names[each.year]: each.total for each in known if each.firm == firm and each.year in names}


def _claim_values(
    totals: Mapping[int, Mapping[str, Figure]], claim: Figure | None, year: int
) -> dict[str, Figure]:
    if claim is None:
        return {}
    values = {"claim": claim}
    for name, at in (("this_year", year), ("next_year", year + 1)):
        if at in totals:
            total = totals[at]["total"]
            values[f"claim_share_{name}"] = total / claim
            values[f"chance_{name}"] = chance_below_zero(claim - total)
    return values


# --- what others own, and what they expect ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asset:
    """A building, or chips, that a vehicle or developer owns."""

    name: str
    tenant: str
    amount: Figure
    announced: date


@cache
def _table(name: str) -> Mapping[str, Mapping[str, Any]]:
    table: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_name(name))
    return table


def _assets(facts: Facts) -> list[_Asset]:
    """Each asset once, from the first of its deals that is public; a cancelled one is not built."""
    deals = {record.text("deal_id"): record for record in facts.table("deals")}
    off = {event["deal_id"] for event in facts.table("deal_events") if event["event"] == "cancelled"}
    found = []
    for name, entry in _table("assets.yaml").items():
        told = [deals[deal] for deal in entry["deals"] if deal in deals and deal not in off]
        if told:
            deal = told[0]
            found.append(
                _Asset(
                    name=name,
                    tenant=entry["tenant"],
                    amount=deal.figure("amount_usd"),
                    announced=deal.day("announced") or deal.published,
                )
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimate:
    """What somebody says is needed over some years.

    Attributes
    ----------
    ours
        What the firms of the same scope spend in that year as we count it; missing where we cannot tell.
    """

    name: str
    house: str
    scope: str
    first: int
    last: int
    total: Figure
    ours: Figure

    @property
    def yearly(self) -> Figure:
        """Average of a year."""
        return self.total / (self.last - self.first + 1)


def _estimates(facts: Facts, known: Sequence[FirmYear]) -> list[_Estimate]:
    found = []
    for name, entry in _table("estimates.yaml").items():
        fact = facts.get(entry["entity"], entry["concept"], entry["period"])
        if fact.missing or fact.start is None or fact.end is None:
            continue
        firms = _SCOPES.get(entry["scope"], ())
        same = [each.total for each in known if each.firm in firms and each.year == fact.end.year]
        comparable = bool(firms) and fact.start.year == fact.end.year and len(same) == len(firms)
        found.append(
            _Estimate(
                name=name,
                house=entry["house"],
                scope=entry["scope"],
                first=fact.start.year,
                last=fact.end.year,
                total=fact.figure(),
                ours=add_up(same) if comparable else Figure.unknown(_DOLLAR),
            )
        )
    return found


# --- where the money is found -------------------------------------------------------------------------


def _mix(case: Case, firm: str, assets: Sequence[_Asset]) -> dict[str, Figure]:
    """Building of the last four reported quarters, and what money was found in the year up to the day."""
    facts, unknown = case.facts, Figure.unknown(_DOLLAR)
    ledger = latest_ledger(facts, firm)
    recent = ledger is not None and ledger.last + QUARTERS >= Quarter.of(case.as_of)
    amounts = ledger.amounts if ledger is not None and recent else {}
    begin = _year_before(case.as_of)
    rented = [asset.amount for asset in assets if asset.tenant == firm and asset.announced > begin]
    return {
        "building": -add_up(ledger.in_group("building").values())
        if ledger is not None and recent
        else unknown,
        "operating_cash_flow": amounts.get("operating_cash_flow", unknown),
        "divestments": amounts.get("divestiture_proceeds", Figure.of(0, _DOLLAR)) if amounts else unknown,
        "bonds": add_up(_dollars(facts, bond) for bond in _issued(facts, firm, begin)),
        "vehicles": add_up(rented),
        "leases_waiting": facts.latest(firm, "leases_not_yet_commenced").figure(),
    }


def _year_before(day: date) -> date:
    quarter = Quarter.of(day)
    return (quarter + -QUARTERS).start + (day - quarter.start)


def _issued(facts: Facts, firm: str, begin: date) -> list[Record]:
    """Listed bonds of a firm, announced after a day."""
    return [
        bond
        for bond in facts.table("bonds")
        if bond["issuer"] == firm and bond["principal"] is not None and announced_on(bond) > begin
    ]


def _dollars(facts: Facts, bond: Record) -> Figure:
    """Principal in dollars, at the newest exchange rate."""
    principal = principal_of(bond)
    if principal.unit == _DOLLAR:
        return principal
    return (principal * exchange_rate(facts, principal.unit, _DOLLAR)).to(_DOLLAR)


def _mix_values(mix: Sequence[Mapping[str, Figure]]) -> dict[str, Figure]:
    whole = [row for row in mix if not row["building"].missing]
    if not whole:
        return {}
    sums = {
        f"mix_{name}": add_up(row[name] for row in whole)
        for name in ("building", "operating_cash_flow", "divestments", "bonds", "vehicles")
    }
    building = sums["mix_building"]
    return {
        **sums,
        "mix_cover": sums["mix_operating_cash_flow"] / building,
        "mix_bonds_share": sums["mix_bonds"] / building,
        "mix_vehicles_share": sums["mix_vehicles"] / building,
    }


# --- tables and chart ---------------------------------------------------------------------------------


def _shown(row: Mapping[str, Figure]) -> dict[str, Cell]:
    """An empty sum is an empty cell."""
    return {name: figure if grounded(figure) or figure.missing else None for name, figure in row.items()}


def _years_table(
    totals: Mapping[int, Mapping[str, Figure]], claim: Figure | None, absent: Mapping[int, str]
) -> Table:
    """The sum of every year; one that lacks a firm names it, and is not set against the claim."""
    rows: list[Mapping[str, Cell]] = [
        {
            "year": str(year),
            **_shown(parts),
            "claim_share": None if claim is None or absent[year] else parts["total"] / claim,
            "without": absent[year] or None,
        }
        for year, parts in totals.items()
    ]
    money = (*_PARTS, "total")
    return Table(
        name="table.years",
        columns=("year", *money, "claim_share", *(["without"] if any(absent.values()) else [])),
        rows=rows,
        formats={**dict.fromkeys(money, "money"), "claim_share": "percent"},
    )


def _firms_table(known: Sequence[FirmYear]) -> Table:
    money = (*_PARTS, "total")
    rows: list[Mapping[str, Cell]] = [
        {
            "firm": each.firm,
            "year": str(each.year),
            **_shown({part: getattr(each, part) for part in money}),
        }
        for each in sorted(known, key=lambda each: each.year)
    ]
    return Table(
        name="table.firms", columns=("year", "firm", *money), rows=rows, formats=dict.fromkeys(money, "money")
    )


def _guidance_table(facts: Facts, firms: Sequence[str]) -> Table:
    """What each firm's guidance compares with, and whether it could be used."""
    rows: list[Mapping[str, Cell]] = []
    for firm in firms:
        given = guidance(facts, firm)
        if given is None:
            rows.append({"firm": firm, "used": "used.none"})
            continue
        amount = given.fact.figure()
        reason = "used.bound" if amount.missing else "used.yes" if given.used else "used.nothing"
        rows.append(
            {
                "firm": firm,
                "period": given.fact.period,
                "guided_amount": amount,
                "compares_with": f"concept.{given.concept}",
                "ratio": given.ratio,
                "told": given.fact.published,
                "used": reason,
            }
        )
    return Table(
        name="table.guidance",
        columns=("firm", "period", "guided_amount", "compares_with", "ratio", "told", "used"),
        rows=rows,
        formats={"guided_amount": "money", "ratio": "percent"},
    )


def _mix_table(firms: Sequence[str], mix: Sequence[Mapping[str, Figure]]) -> Table:
    columns = tuple(mix[0])
    return Table(
        name="table.mix",
        columns=("firm", *columns),
        rows=[{"firm": firm, **_shown(row)} for firm, row in zip(firms, mix, strict=True)],
        formats=dict.fromkeys(columns, "money"),
    )


def _outside_table(assets: Sequence[_Asset]) -> Table:
    return Table(
        name="table.assets",
        columns=("asset", "tenant", "amount", "told"),
        rows=[
            {
                "asset": f"asset.{asset.name}",
                "tenant": asset.tenant,
                "amount": asset.amount,
                "told": asset.announced,
            }
            for asset in assets
        ],
        formats={"amount": "money"},
    )


def _estimates_table(estimates: Sequence[_Estimate]) -> Table:
    return Table(
        name="table.estimates",
        columns=("house", "scope", "from", "to", "amount", "yearly", "ours"),
        rows=[
            {
                "house": f"house.{row.house}",
                "scope": f"scope.{row.scope}",
                "from": str(row.first),
                "to": str(row.last),
                "amount": row.total,
                "yearly": row.yearly,
                "ours": None if row.ours.missing else row.ours,
            }
            for row in estimates
        ],
        formats=dict.fromkeys(("amount", "yearly", "ours"), "money"),
    )


def _funding(facts: Facts) -> dict[str, Figure]:
    """How one bank expects the money to be found; empty where a part was not public."""
    rows = {name: facts.latest("world", name).figure() for name in _FUNDING}
    return {} if any(figure.missing for figure in rows.values()) else rows


def _funding_values(found: Mapping[str, Figure]) -> dict[str, Figure]:
    return {"funding_cash_share": found[_FUNDING[0]] / add_up(found.values())} if found else {}


def _funding_tables(found: Mapping[str, Figure]) -> list[Table]:
    if not found:
        return []
    whole = add_up(found.values())
    return [
        Table(
            name="table.funding",
            columns=("source", "amount", "share"),
            rows=[
                {"source": f"source.{name}", "amount": figure, "share": figure / whole}
                for name, figure in found.items()
            ],
            formats={"amount": "money", "share": "percent"},
        )
    ]


def _bars(summed: Sequence[FirmYear]) -> list[ChartRow]:
    return [
        {
            "kind": "bar",
            "year": each.year,
            "firm": each.firm,
            "part": part,
            "amount": getattr(each, part).central,
        }
        for each in summed
        for part in _PARTS
        if getattr(each, part).central
    ]


def _tops(totals: Mapping[int, Mapping[str, Figure]], absent: Mapping[int, Sequence[str]]) -> list[ChartRow]:
    rows: list[ChartRow] = []
    for year, parts in totals.items():
        low, high = parts["total"].interval()
        level = parts["total"].central
        whole = float(not absent[year])
        rows.append(
            {"kind": "total", "year": year, "amount": level, "low": low, "high": high, "whole": whole}
        )
    return rows


def _points(estimates: Sequence[_Estimate]) -> list[ChartRow]:
    return [
        {
            "kind": "estimate",
            "house": f"house.{row.house}",
            "scope": f"scope.{row.scope}",
            "first": row.first,
            "last": row.last,
            "amount": row.yearly.central,
        }
        for row in estimates
    ]
