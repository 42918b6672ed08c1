"""Claims read from the facts: who owes what to whom, on which rows and which assumptions it rests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

import numpy as np

from rekening.assumptions import Scenario
from rekening.claims.bond import FixedRateBond
from rekening.claims.contracts import ComputeContract
from rekening.claims.curve import ZeroCurve
from rekening.claims.flows import CashFlows, months_later
from rekening.claims.loans import FloatingRateNote, PreferredShares, TermLoan
from rekening.errors import InputError
from rekening.facts import Facts, Grade, Lineage, Record, weakest
from rekening.facts.exchange import exchange_rate

__all__ = ["Claim", "Instrument", "LeftOut", "bond_of", "compute_contracts", "listed_claims"]

_DOLLAR: Final = "USD"
_YEARLY: Final = ("EUR", "GBP", "CHF")
"""Currencies whose bonds pay once a year by custom; dollar bonds pay twice."""

_DAY_COUNTS: Final = {"30/360": "30/360 US", "Actual/360": "Actual/360"}
_CUSTOM: Final = {"EUR": "Actual/Actual ICMA", "GBP": "Actual/Actual ICMA", "CHF": "30E/360"}
"""Day counts where the row names none: 30/360 US for other currencies."""


class Instrument(Protocol):
    """What a claim pays."""

    @property
    def principal(self) -> float:
        """Amount owed at the start, in its own currency."""
        ...

    @property
    def currency(self) -> str:
        """Three capitals."""
        ...

    def cashflows(self) -> CashFlows:
        """Every payment over its life."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim:
    """A contract that pays.

    Attributes
    ----------
    name
        Id of the row, or the name of what was worked out.
    kind
        "bond", "floater", "convertible", "term_loan", "preferred", "spv_note", "lease", "compute_contract" or
        "unlisted_debt".
    rate
        Interest a year on what is outstanding, decimal; 0 for what is no debt.
    dollars
        US dollars for one unit of the instrument's currency.
    grade, lineage
        Evidence of the terms; parameters stand for what was not public.
    """

    name: str
    debtor: str
    creditor: str
    kind: str
    instrument: Instrument
    rate: float
    grade: Grade
    lineage: Lineage
    dollars: float = 1.0
    seniority: str = ""

    def flows(self) -> CashFlows:
        """Return every payment in US dollars."""
        return self.instrument.cashflows().times(self.dollars)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A row that is not enough to make a claim of.

    Attributes
    ----------
    lacks
        What it does not say: "principal", "coupon", "margin" or "maturity".
    """

    name: str
    lacks: str


def _issue_day(row: Record, scenario: Scenario) -> tuple[date | None, frozenset[str]]:
    settled = row.day("settled")
    if settled is not None:
        return settled, frozenset()
    agreed = row.day("priced") or row.day("announced")
    if agreed is None:
        return None, frozenset()
    lag = scenario["unread_settlement_lag"]
    return agreed + timedelta(days=round(lag.central)), frozenset({lag.name})


def _maturity_day(row: Record, issued: date, scenario: Scenario) -> tuple[date | None, frozenset[str]]:
    """Return the day of maturity, or the assumed one where only the year was public."""
    stated = row.day("maturity")
    if stated is not None:
        return stated, frozenset()
    year = row.number("maturity_year")
    if year is None:
        return None, frozenset()
    day, shift = scenario["unread_maturity_day"], scenario["unread_maturity_shift"]
    habit = date(int(year), issued.month, round(day.central))
    return months_later(habit, round(shift.central)), frozenset({day.name, shift.name})


def bond_of(row: Record, scenario: Scenario) -> tuple[FixedRateBond, frozenset[str]] | LeftOut:
    """Return the fixed-rate bond of a row, and the parameters that stand for what the row does not say.

    Where the row names no frequency or day count, those of its currency's market are taken.

    Raises
    ------
    InputError
        If a term cannot be right, such as a coupon above 100 percent; it names the file and the line.
    """
    name = row.text("bond_id")
    principal, coupon = row.number("principal"), row.number("coupon_percent")
    if principal is None or coupon is None:
        return LeftOut(name=name, lacks="principal" if principal is None else "coupon")
    issued, lag = _issue_day(row, scenario)
    if issued is None:
        return LeftOut(name=name, lacks="issue day")
    maturity, habit = _maturity_day(row, issued, scenario)
    if maturity is None or maturity <= issued:
        return LeftOut(name=name, lacks="maturity")
    currency = row.text("currency")
    try:
        bond = FixedRateBond(
            principal=principal,
            coupon=coupon / 100,
            issued=issued,
            maturity=maturity,
            first_coupon=row.day("first_coupon_date"),
            frequency=int(row.number("coupon_frequency") or (1 if currency in _YEARLY else 2)),
            day_count=_DAY_COUNTS.get(row.text("day_count"), _CUSTOM.get(currency, "30/360 US")),
            currency=currency,
        )
    except InputError as error:
        raise InputError(f"{row.file}:{row.line}: {name}: {error}") from None
    return bond, lag | habit


def _kind(row: Record) -> str:
    seniority = row.text("seniority").lower()
    if "preferred" in seniority:
        return "preferred"
    if "term loan" in seniority:
        return "term_loan"
    if "convertible" in seniority:
        return "convertible"
    return "floater" if "floating" in row.text("benchmark_treasury") else "bond"


def _instrument(
    row: Record, kind: str, scenario: Scenario, curve: ZeroCurve
) -> tuple[Instrument, float, frozenset[str], tuple[str, ...]] | LeftOut:
    """Return instrument, rate, parameters and further facts of a row."""
    name = row.text("bond_id")
    if kind in {"bond", "convertible"}:
        found = bond_of(row, scenario)
        if isinstance(found, LeftOut):
            return found
        bond, used = found
        return bond, bond.coupon, used, ()
    principal = row.number("principal")
    if principal is None:
        return LeftOut(name=name, lacks="principal")
    issued, lag = _issue_day(row, scenario)
    if issued is None:
        return LeftOut(name=name, lacks="issue day")
    maturity, habit = _maturity_day(row, issued, scenario)
    if kind == "preferred":
        dividend = row.number("coupon_percent")
        if dividend is None or maturity is None:
            return LeftOut(name=name, lacks="maturity" if dividend is not None else "coupon")
        shares = PreferredShares(principal=principal, dividend=dividend / 100, issued=issued, until=maturity)
        return shares, shares.dividend, lag | habit, ()
    margin = row.number("spread_bp")
    if margin is None or maturity is None or maturity <= issued:
        return LeftOut(name=name, lacks="margin" if margin is None else "maturity")
    over = margin / 10_000
    if kind == "floater":
        note = FloatingRateNote(
            principal=principal,
            margin=over,
            issued=issued,
            maturity=maturity,
            curve=curve,
            first_coupon=row.day("first_coupon_date"),
            frequency=int(row.number("coupon_frequency") or 4),
        )
        return note, float(curve.par_yields[0]) + over, lag | habit, curve.facts
    left = float(curve.years(np.array([maturity], dtype="datetime64[D]"))[0])
    rate = curve.par_yield(max(left, float(curve.tenors[0]))) + over
    loan = TermLoan(principal=principal, rate=rate, drawn=issued, maturity=maturity)
    return loan, rate, lag | habit, curve.facts


def listed_claims(
    facts: Facts, scenario: Scenario, firm: str, curve: ZeroCurve, *, on: date | None = None
) -> tuple[tuple[Claim, ...], tuple[LeftOut, ...]]:
    """Return the firm's bonds, notes and loans outstanding on a day, and the rows that could not be used.

    Parameters
    ----------
    curve
        For floating rates.
    on
        The day; that of the facts when left out. Rows count from the day their money came in until maturity.
    """
    day = facts.as_of if on is None else on
    claims: list[Claim] = []
    left_out: list[LeftOut] = []
    for row in facts.table("bonds"):
        if row["issuer"] != firm:
            continue
        kind = _kind(row)
        found = _instrument(row, kind, scenario, curve)
        if isinstance(found, LeftOut):
            left_out.append(found)
            continue
        instrument, rate, used, more = found
        issued, _ = _issue_day(row, scenario)
        last = instrument.cashflows().dates[-1].item()
        if issued is None or not issued <= day < last:
            continue
        exchange = exchange_rate(facts, instrument.currency, _DOLLAR)
        if exchange.missing:
            left_out.append(LeftOut(name=row.text("bond_id"), lacks="exchange rate"))
            continue
        claims.append(
            Claim(
                name=row.text("bond_id"),
                debtor=firm,
                creditor="bondholders" if kind != "term_loan" else "lenders",
                kind=kind,
                instrument=instrument,
                rate=rate,
                grade=Grade.ASSUMED if used else weakest(row.grade),
                lineage=Lineage(frozenset({row.fact_id, *more}), used) | exchange.lineage,
                dollars=exchange.central,
                seniority=row.text("seniority"),
            )
        )
    return tuple(claims), tuple(left_out)


def compute_contracts(facts: Facts, scenario: Scenario, firm: str) -> tuple[Claim, ...]:
    """Return the firm's single contracts for computing, in US dollars.

    They are spread at the yearly amount where it is public, else over the term that such contracts usually
    have (a parameter); what is not known to be take-or-pay is not counted as such.
    """
    term = scenario["compute_contract_term"]
    return tuple(_contracts(facts, firm, term.central, term.name))


def _contracts(facts: Facts, firm: str, term: float, parameter: str) -> Iterable[Claim]:
    for row in facts.table("exposures"):
        total = row.number("total_usd")
        single = row["aggregate"] == "no" and row["kind"] == "compute_commitment"
        if row["debtor"] != firm or not single or not total:
            continue
        yearly = row.number("annual_usd")
        start = row.day("as_of_or_start") or row.published
        years = total / yearly if yearly else term
        contract = ComputeContract(
            total=total,
            start=start,
            end=months_later(start, max(round(12 * years), 1)),
            take_or_pay=row.text("take_or_pay") == "yes",
        )
        yield Claim(
            name=row.text("exposure_id"),
            debtor=firm,
            creditor=row.text("creditor"),
            kind="compute_contract",
            instrument=contract,
            rate=0.0,
            grade=weakest(row.grade) if yearly else Grade.ASSUMED,
            lineage=Lineage(frozenset({row.fact_id}), frozenset() if yearly else frozenset({parameter})),
        )
