"""The reported history as a ledger: where a firm's cash came from and went, by quarter or over a year.

For every period whose balances are known, the flows known from the facts plus one line, the unexplained cash
flow, equal the reported change in liquidity (cash, cash equivalents and marketable securities) to the dollar.
Which row holds which cash is declared in ``lines.yaml``; nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rekening.facts import Fact, Facts, Figure, FloatArray, kept
from rekening.facts.periods import Quarter, first_quarter, last_quarter, quarter_range
from rekening.files import read_yaml
from rekening.numerics import LEDGERS_KEPT, QUARTERS, STATEMENTS_KEPT

__all__ = [
    "BUYBACKS",
    "SETTLEMENT_TAXES",
    "CashLedger",
    "DoubleCountError",
    "Entry",
    "Line",
    "cash_ledger",
    "declared_lines",
    "flow",
    "latest_ledger",
    "liquidity",
    "quarterly_ledgers",
    "yearly_ledgers",
]

BUYBACKS = ("share_repurchases", "share_repurchases_incl_tax_withholding")
"""Kinds of flow by which a firm buys its own shares."""

SETTLEMENT_TAXES = (
    "taxes_paid_net_share_settlement",
    "taxes_paid_net_share_settlement_less_other_financing",
    "repurchases_and_net_settlement_taxes_less_other_financing",
)
"""Kinds of flow that hold the taxes paid where staff get shares, the narrowest first."""

_DOLLAR = "USD"
_UNEXPLAINED = "unexplained_cash_flow"


class DoubleCountError(ValueError):
    """Two lines of a ledger hold the same cash of the same quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one line of the statement adds up, and which cash it holds.

    Attributes
    ----------
    kind
        Kind of flow; lines of one kind are shown as one.
    party
        Who is at the other end.
    parts
        The cash it holds.
    flows, balances
        Concepts it adds up, and balances whose change it adds, with their sign: cash coming in is positive.
    """

    kind: str
    party: str
    group: str
    parts: frozenset[str]
    flows: Mapping[str, int]
    balances: Mapping[str, int]


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    table: Mapping[str, Mapping[str, Any]] = read_yaml(Path(__file__).with_name("lines.yaml"))
    return table


@cache
def _order() -> dict[str, int]:
    """Place of each kind in the statement."""
    kinds = dict.fromkeys(entry.get("kind", name) for name, entry in _table().items())
    return {kind: place for place, kind in enumerate(kinds)}


@cache
def declared_lines(firm: str) -> tuple[Line, ...]:
    """Lines read for a firm, from `lines.yaml`, those that hold the least first."""
    found = [
        Line(
            kind=entry.get("kind", name),
            party=entry["party"],
            group=entry["group"],
            parts=frozenset(entry.get("parts_of", {}).get(firm, entry["parts"])),
            flows=entry.get("flows", {}),
            balances=entry.get("balances", {}),
        )
        for name, entry in _table().items()
        if firm in entry.get("firms", (firm,)) and firm not in entry.get("not", ())
    ]
    return tuple(sorted(found, key=lambda line: len(line.parts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Cash of one kind over some quarters of a ledger.

    Attributes
    ----------
    amount
        US dollars; positive where cash comes in.
    cells
        The cash it holds: quarter and part.
    """

    kind: str
    party: str
    group: str
    amount: Figure
    cells: frozenset[tuple[Quarter, str]]

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Quarters it covers, in order."""
        return tuple(sorted({quarter for quarter, _ in self.cells}))


@dataclass(frozen=True, kw_only=True)
class CashLedger:
    """Sources and uses of a firm's cash over a run of quarters.

    Attributes
    ----------
    first, last
        Calendar quarters that hold most days of the firm's first and last quarter.
    opening, closing
        Liquidity before and after, US dollars.
    entries
        What is known from facts, each dollar once.

    Raises
    ------
    DoubleCountError
        If two entries hold the same cash.
    """

    firm: str
    first: Quarter
    last: Quarter
    opening: Figure
    closing: Figure
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        seen: dict[tuple[Quarter, str], str] = {}
        for entry in self.entries:
            for cell in entry.cells:
                if cell in seen:
                    quarter, part = cell
                    raise DoubleCountError(
                        f"{self.firm} {quarter}: {part} is counted in {seen[cell]} and in {entry.kind}"
                    )
                seen[cell] = entry.kind

    @property
    def quarters(self) -> list[Quarter]:
        """Quarters of the ledger, in order."""
        return quarter_range(self.first, self.last)

    @cached_property
    def change(self) -> Figure:
        """Reported change in liquidity."""
        return self.closing - self.opening

    @cached_property
    def amounts(self) -> dict[str, Figure]:
        """Known cash by kind, in the order of the statement; positive where cash comes in."""
        kinds = dict.fromkeys(entry.kind for entry in self.entries)
        return {
            kind: Figure.total(entry.amount for entry in self.entries if entry.kind == kind) for kind in kinds
        }

    @cached_property
    def unexplained(self) -> Figure:
        """What the known lines leave of the change in liquidity; the party is not disclosed."""
        return self.change - Figure.total(self.amounts.values())

    @property
    def unexplained_share(self) -> Figure:
        """Unexplained cash flow as a share of operating cash flow."""
        return self.unexplained.over(self.amounts["operating_cash_flow"])

    @cached_property
    def lines(self) -> dict[str, Figure]:
        """Known cash by kind and the unexplained rest: they add up to the change in liquidity."""
        return {**self.amounts, _UNEXPLAINED: self.unexplained}

    def covered(self, kind: str) -> tuple[Quarter, ...]:
        """Quarters for which a kind is known."""
        return tuple(sorted({q for entry in self.entries if entry.kind == kind for q in entry.quarters}))

    def in_group(self, *groups: str) -> dict[str, Figure]:
        """Known cash by kind of some groups of lines."""
        kinds = {entry.kind for entry in self.entries if entry.group in groups}
        return {kind: amount for kind, amount in self.amounts.items() if kind in kinds}


def liquidity(facts: Facts, firm: str, quarter: Quarter) -> Figure:
    """Cash, cash equivalents and marketable securities at the end of a quarter; missing if a part is."""
    level = facts.get(firm, "liquidity", str(quarter)).figure()
    return Figure.unknown(_DOLLAR) if level.missing else level


def _sum(*terms: FloatArray) -> FloatArray:
    """Add up from zero, so that nothing paid is 0 and not -0."""
    return np.asarray(sum(terms, start=np.zeros(())))


def flow(facts: Facts, firm: str, concept: str, first: Quarter, last: Quarter) -> Fact:
    """A reported flow over up to four quarters, both ends included; missing where rows do not reach."""
    if first == last:
        return facts.get(firm, concept, str(last))
    whole_year = last - first + 1 == QUARTERS
    return facts.get(firm, concept, f"TTM@{last}" if whole_year else f"{first}..{last}")


@dataclass(frozen=True)
class _Statement:
    facts: Facts
    firm: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Declared lines for which the firm has rows of every kind they need."""
        needed = {name for line in declared_lines(self.firm) for name in (*line.flows, *line.balances)}
        known = {name for name in needed if self.facts.find(self.firm, name)}
        return tuple(
            line for line in declared_lines(self.firm) if known.issuperset((*line.flows, *line.balances))
        )

    def change(self, concept: str, first: Quarter, last: Quarter) -> Figure:
        """Change of a balance over a window; missing where a balance is."""
        before, after = (
            self.facts.get(self.firm, concept, str(quarter)).figure() for quarter in (first + -1, last)
        )
        return Figure.unknown(_DOLLAR) if before.missing or after.missing else after - before

    def value(self, line: Line, first: Quarter, last: Quarter) -> tuple[Figure, bool]:
        """Amount of a line over a window, and whether rows of their own report the whole window."""
        rows = {concept: flow(self.facts, self.firm, concept, first, last) for concept in line.flows}
        changes = {concept: self.change(concept, first, last) for concept in line.balances}
        terms = [
            *(row.figure() if line.flows[concept] > 0 else -row.figure() for concept, row in rows.items()),
            *(amount if line.balances[concept] > 0 else -amount for concept, amount in changes.items()),
        ]
        if any(term.missing for term in terms):
            return Figure.unknown(_DOLLAR), False
        return Figure.combine(_sum, *terms, unit=_DOLLAR), not any(row.rests_on for row in rows.values())

    def blocks(self, line: Line, first: Quarter, last: Quarter) -> list[tuple[Quarter, Quarter, Figure]]:
        """The finest cover of a window by stretches for which the line is known.

        A row that reports the whole window is taken as it stands; else as many quarters as possible are
        covered, in as many stretches as possible.
        """
        whole, direct = self.value(line, first, last)
        if direct or (first == last and not whole.missing):
            return [(first, last, whole)]
        if first == last:
            return []
        best: dict[int, tuple[tuple[int, int], list[tuple[Quarter, Quarter, Figure]]]] = {0: ((0, 0), [])}
        for stop in range(1, last - first + 2):
            best[stop] = best[stop - 1]
            for start in range(stop):
                begin, end = first + start, first + (stop - 1)
                (quarters, pieces), chosen = best[start]
                score = quarters + stop - start, pieces + 1
                if score <= best[stop][0]:
                    continue
                amount, _ = self.value(line, begin, end)
                if not amount.missing:
                    best[stop] = score, [*chosen, (begin, end, amount)]
        return best[last - first + 1][1]


@lru_cache(maxsize=STATEMENTS_KEPT)
def _statement(facts: Facts, firm: str) -> _Statement:
    return _Statement(facts, firm)


def _entries(statement: _Statement, first: Quarter, last: Quarter) -> tuple[Entry, ...]:
    by_parts = {line.parts: line for line in reversed(declared_lines(statement.firm))}
    chosen: list[Entry] = []
    for line in statement.lines:
        for begin, end, amount in statement.blocks(line, first, last):
            cells = frozenset((quarter, part) for quarter in quarter_range(begin, end) for part in line.parts)
            overlapping = [entry for entry in chosen if entry.cells & cells]
            if not all(entry.cells <= cells for entry in overlapping):
                continue
            left = cells.difference(*(entry.cells for entry in overlapping))
            if not left:
                continue
            rest = Figure.total([amount, *(-entry.amount for entry in overlapping)])
            named = _named(line, left, by_parts)
            chosen.append(
                Entry(kind=named.kind, party=named.party, group=named.group, amount=rest, cells=left)
            )
    return tuple(sorted(chosen, key=lambda entry: (_order()[entry.kind], entry.quarters)))


def _named(line: Line, left: Iterable[tuple[Quarter, str]], by_parts: Mapping[frozenset[str], Line]) -> Line:
    """The line whose name says what is left of a wider one, if one such line holds for every quarter."""
    parts: dict[Quarter, set[str]] = {}
    for quarter, part in left:
        parts.setdefault(quarter, set()).add(part)
    kinds = {frozenset(names) for names in parts.values()}
    return by_parts.get(kinds.pop(), line) if len(kinds) == 1 else line


def cash_ledger(facts: Facts, firm: str, period: str) -> CashLedger | None:
    """Sources and uses of cash over a period, adding up to the reported change in liquidity.

    Parameters
    ----------
    period
        As in `Facts.get`: "2025Q3", "2025Q1..2025Q3", "2025", "FY2026" or "TTM@2025-09-30".

    Returns
    -------
    CashLedger or None
        None where liquidity at either end or operating cash flow was not public.

    Raises
    ------
    InputError
        If the period is written otherwise.
    """
    cash = facts.get(firm, "operating_cash_flow", period)
    if cash.start is None or cash.end is None:
        return None
    return _ledger(facts, firm, first_quarter(cash.start), last_quarter(cash.end))


@kept(LEDGERS_KEPT)
def _ledger(facts: Facts, firm: str, first: Quarter, last: Quarter) -> CashLedger | None:
    opening, closing = liquidity(facts, firm, first + -1), liquidity(facts, firm, last)
    if opening.missing or closing.missing or flow(facts, firm, "operating_cash_flow", first, last).missing:
        return None
    return CashLedger(
        firm=firm,
        first=first,
        last=last,
        opening=opening,
        closing=closing,
        entries=_entries(_statement(facts, firm), first, last),
    )


def _closed(facts: Facts, firm: str) -> list[Quarter]:
    """Quarters whose closing liquidity is public, in order."""
    labels = facts.series(firm, "cash_and_equivalents", "quarter")
    quarters = [Quarter.parse(label) for label in labels]
    return [quarter for quarter in quarters if not liquidity(facts, firm, quarter).missing]


def quarterly_ledgers(facts: Facts, firm: str, newest: int | None = None) -> list[CashLedger]:
    """Ledger of every quarter that closes, oldest first.

    Parameters
    ----------
    newest
        Only so many of the newest; all by default.
    """
    found = (_ledger(facts, firm, quarter, quarter) for quarter in reversed(_closed(facts, firm)))
    return list(islice((ledger for ledger in found if ledger is not None), newest))[::-1]


def yearly_ledgers(facts: Facts, firm: str) -> list[CashLedger]:
    """Ledger of every fiscal year that closes, oldest first."""
    years = sorted({quarter.year for quarter in _closed(facts, firm)})
    found = (cash_ledger(facts, firm, f"FY{year}") for year in years)
    return [ledger for ledger in found if ledger is not None]


def latest_ledger(facts: Facts, firm: str) -> CashLedger | None:
    """Ledger of the newest four quarters that close; None if none do."""
    found = (_ledger(facts, firm, last + (1 - QUARTERS), last) for last in reversed(_closed(facts, firm)))
    return next((ledger for ledger in found if ledger is not None), None)
