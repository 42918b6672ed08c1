"""The next quarters of a firm, from guidance and trailing figures: a transparent projection with intervals.

Everything that looks ahead asks `project`, so that the simulation can take its place behind one function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Fact, Facts, Figure, FloatArray, Lineage, Record, uniform_draws
from rekening.facts.exchange import exchange_rate
from rekening.facts.periods import Quarter, quarter_range
from rekening.firms.guidance import announcements, guidance_ratio, steady_shares, window
from rekening.ledger.history import (
    BUYBACKS,
    SETTLEMENT_TAXES,
    CashLedger,
    flow,
    latest_ledger,
    liquidity,
    quarterly_ledgers,
    yearly_ledgers,
)
from rekening.numerics import QUARTERS

__all__ = ["Projection", "last_reported", "names_owners_and_lenders", "project"]

_DOLLAR = "USD"
_LONGEST_GAP = 12
_NEEDED_PARTS = ("capex", "repurchases", "dividends", "long_debt_in", "long_debt_out")
_OTHER_GROUPS = ("deals", "other")
_OTHER_KINDS = (
    "divestiture_proceeds",
    "held_for_sale_payments",
    "property_sales_and_incentives",
    "financing_obligations_principal",
)


@dataclass(frozen=True, kw_only=True)
class Projection:
    """What the next quarters look like if nothing new is borrowed.

    Attributes
    ----------
    quarters
        Calendar quarters, the first one the one after the newest known liquidity.
    values
        By concept, one figure a quarter, US dollars. Purchases and payments are positive when cash goes out;
        `other_cash_flow` and `unexplained_cash_flow` are positive when it comes in; `liquidity` is the level
        at the end of the quarter.
    capex_rests_on
        By quarter: "reported", "guidance", "consensus" or "trend".
    opening
        Liquidity before the first quarter.
    """

    firm: str
    quarters: tuple[Quarter, ...]
    values: Mapping[str, tuple[Figure, ...]]
    capex_rests_on: tuple[str, ...]
    opening: Figure

    def total(self, concept: str) -> Figure:
        """Sum of a flow over the quarters; missing if a quarter is."""
        return Figure.total(self.values[concept])

    def closing(self) -> Figure:
        """Liquidity at the end of the last quarter."""
        return self.values["liquidity"][-1]

    @property
    def missing(self) -> tuple[str, ...]:
        """Concepts that could not be projected."""
        return tuple(name for name, row in self.values.items() if any(figure.missing for figure in row))


def last_reported(facts: Facts, firm: str, concept: str = "operating_cash_flow") -> Quarter | None:
    """Newest quarter for which a flow is known; None if there is none in the last years."""
    newest = Quarter.of(facts.as_of)
    for back in range(_LONGEST_GAP):
        if not flow(facts, firm, concept, newest + -back, newest + -back).missing:
            return newest + -back
    return None


def project(facts: Facts, scenario: Scenario, firm: str, *, quarters: int = QUARTERS) -> Projection:
    """Project a firm's next quarters, without new debt.

    Revenue grows on the same quarter a year ago; operating cash flow keeps its seasonal share of it; capex is
    what is left of the guided year, else of what analysts expect, else follows its trend; payments to owners
    and lessors keep their pace; other and unexplained cash is drawn from the firm's own history.

    Parameters
    ----------
    quarters
        How many, counted from the one after the newest known liquidity. Where a firm has reported flows of a
        later quarter, those stand in the projection as they were reported.

    Returns
    -------
    Projection
        Figures are missing where the facts do not reach.
    """
    return _Projector(facts, scenario, firm).run(quarters)


class _Projector:
    def __init__(self, facts: Facts, scenario: Scenario, firm: str) -> None:
        self.facts, self.scenario, self.firm = facts, scenario, firm
        self.last = last_reported(facts, firm) or Quarter.of(facts.as_of) + -1
        self.ledger = latest_ledger(facts, firm)

    def _balance_sheet(self) -> Quarter:
        """Newest quarter of the last year with known liquidity; the last reported one if there is none."""
        recent = (self.last + -back for back in range(QUARTERS))
        return next(
            (each for each in recent if not liquidity(self.facts, self.firm, each).missing), self.last
        )

    def run(self, count: int) -> Projection:
        begin = self._balance_sheet()
        quarters = tuple(begin + step for step in range(1, count + 1))
        revenue = self._revenue(quarters)
        cash = self._operating_cash_flow(quarters, revenue)
        capex, rests_on = self._capex(quarters)
        other, unexplained = self._rest(quarters, cash)
        values = {
            "revenue": revenue,
            "operating_cash_flow": cash,
            "capex": capex,
            "finance_lease_principal": self._steady(count, "finance_lease_principal"),
            "share_repurchases": self._buybacks(count),
            "net_settlement_taxes": self._steady(count, *SETTLEMENT_TAXES),
            "dividends_paid": self._steady(count, "dividends_paid"),
            "debt_repaid": tuple(self._maturing(quarter) for quarter in quarters),
            "other_cash_flow": other,
            "unexplained_cash_flow": unexplained,
        }
        opening = liquidity(self.facts, self.firm, begin)
        level, levels = opening, []
        for step in range(count):
            level = _next_level(level, {name: row[step] for name, row in values.items()})
            levels.append(level)
        return Projection(
            firm=self.firm,
            quarters=quarters,
            values={**values, "liquidity": tuple(levels)},
            capex_rests_on=rests_on,
            opening=opening,
        )

    def _parameter(self, name: str) -> Figure:
        return self.scenario[f"projection_{name}"].figure()

    def _reported(self, concept: str, first: Quarter, last: Quarter) -> Figure:
        amount = flow(self.facts, self.firm, concept, first, last).figure()
        return Figure.unknown(_DOLLAR) if amount.missing else amount

    def _growth(self, concept: str) -> Figure:
        """Last four quarters against the four before."""
        now = self._reported(concept, self.last + (1 - QUARTERS), self.last)
        before = self._reported(concept, self.last + (1 - 2 * QUARTERS), self.last + -QUARTERS)
        if now.missing or before.missing or before.central <= 0:
            return Figure.unknown()
        return now / before - Figure.of(1)

    def _revenue(self, quarters: Sequence[Quarter]) -> tuple[Figure, ...]:
        """Each quarter from the same quarter a year ago."""
        factor = Figure.of(1) + self._growth("revenue") * self._parameter("growth_persistence")
        found: dict[Quarter, Figure] = {}
        for quarter in quarters:
            if quarter <= self.last:
                found[quarter] = self._reported("revenue", quarter, quarter)
                continue
            ago = quarter + -QUARTERS
            base = found[ago] if ago in found else self._reported("revenue", ago, ago)
            found[quarter] = Figure.unknown(_DOLLAR) if base.missing else base * factor
        return tuple(found.values())

    def _operating_cash_flow(
        self, quarters: Sequence[Quarter], revenue: Sequence[Figure]
    ) -> tuple[Figure, ...]:
        shift = self._parameter("margin_shift")
        return tuple(
            self._reported("operating_cash_flow", quarter, quarter)
            if quarter <= self.last
            else sales * (self._margin(quarter) + shift)
            for quarter, sales in zip(quarters, revenue, strict=True)
        )

    def _margin(self, quarter: Quarter) -> Figure:
        """Operating cash flow as a share of revenue in the last reported quarter of the same season."""
        while quarter > self.last:
            quarter = quarter + -QUARTERS
        cash, sales = (
            self._reported(concept, quarter, quarter) for concept in ("operating_cash_flow", "revenue")
        )
        return cash.over(sales)

    def _capex(self, quarters: Sequence[Quarter]) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
        """The rest of the newest guidance, else of what analysts expect, else the quarter before grown on."""
        known: dict[Quarter, tuple[Figure, str]] = {}
        for name in ("guidance", "consensus"):
            for fact in announcements(self.facts, self.firm, f"capex_{name}", self.last):
                for quarter, amount in self._remaining(fact, name).items():
                    known.setdefault(quarter, (amount, name))
        growth = self._growth("capex") * self._parameter("capex_trend_persistence")
        pace = Figure.combine(
            lambda yearly: np.power(np.maximum(1 + yearly, 0), 1 / QUARTERS), growth, unit="1"
        )
        before = self._reported("capex", self.last, self.last)
        found = []
        for quarter in quarters:
            if quarter <= self.last:
                found.append((self._reported("capex", quarter, quarter), "reported"))
                continue
            trend = Figure.unknown(_DOLLAR) if before.missing else before * pace
            before, source = known.get(quarter, (trend, "trend"))
            found.append((before, source))
        return tuple(amount for amount, _ in found), tuple(source for _, source in found)

    def _remaining(self, fact: Fact, name: str) -> dict[Quarter, Figure]:
        """What an announced period still holds, in cash capex, over its quarters to come at one pace."""
        first, last = window(fact)
        ratio = guidance_ratio(self.facts, self.firm, self.last) if name == "guidance" else Figure.of(1)
        total = fact.figure()
        spent = Figure.of(0, _DOLLAR) if first > self.last else self._reported("capex", first, self.last)
        ahead = quarter_range(max(first, self.last + 1), last)
        if total.missing or ratio.missing or spent.missing:
            return {}
        left = (total / ratio - spent).maximum(Figure.of(0, _DOLLAR))
        error = self._parameter(f"{name}_error")
        horizon = float(np.sqrt(min(last - self.last, QUARTERS) / QUARTERS))
        left = left * (Figure.of(1) + error * horizon)
        before = self._reported("capex", self.last, self.last)
        shares = steady_shares(before.central, left.central, len(ahead), gap=ahead[0] - self.last - 1)
        return {quarter: left * float(share) for quarter, share in zip(ahead, shares, strict=True)}

    def _pace(self, *kinds: str) -> Figure:
        """Average of a quarter, over the quarters of the latest ledger in which the first known kind is."""
        if self.ledger is None:
            return Figure.unknown(_DOLLAR)
        for kind in kinds:
            if kind in self.ledger.amounts:
                each = self.ledger.amounts[kind] / len(self.ledger.covered(kind))
                return Figure.of(0, _DOLLAR) - each
        return Figure.of(0, _DOLLAR)

    def _steady(self, count: int, *kinds: str) -> tuple[Figure, ...]:
        return (self._pace(*kinds),) * count

    def _buybacks(self, count: int) -> tuple[Figure, ...]:
        return (self._pace(*BUYBACKS) * self._parameter("buyback_pace"),) * count

    def _maturing(self, quarter: Quarter) -> Figure:
        """Listed bonds of the firm that mature in a quarter, in dollars at the rate of the facts' day."""

        def principal(bond: Record) -> Figure:
            lineage, currency = Lineage(frozenset({bond.fact_id})), bond.text("currency")
            owed = Figure.of(bond.number("principal") or 0, currency, bond.grade, lineage)
            return (owed * exchange_rate(self.facts, currency, _DOLLAR)).to(_DOLLAR)

        due = [
            principal(bond)
            for bond in self.facts.table("bonds")
            if bond["issuer"] == self.firm
            for when in [bond.day("maturity")]
            if when is not None and Quarter.of(when) == quarter
        ]
        return Figure.total(due) if due else Figure.of(0, _DOLLAR)

    def _rest(
        self, quarters: Sequence[Quarter], cash: Sequence[Figure]
    ) -> tuple[tuple[Figure, ...], tuple[Figure, ...]]:
        """Other and unexplained cash, as shares of operating cash flow drawn from the same past ledgers."""
        past = self._samples()
        if not past:
            nothing = (Figure.unknown(_DOLLAR),) * len(quarters)
            return nothing, nothing
        others = [_share(ledger, _other(ledger)) for ledger in past]
        unexplained = [ledger.unexplained_share for ledger in past]
        draws = [uniform_draws(f"{self.firm} cash of {quarter}") for quarter in quarters]
        return (
            tuple(_drawn(others, u) * amount for u, amount in zip(draws, cash, strict=True)),
            tuple(_drawn(unexplained, u) * amount for u, amount in zip(draws, cash, strict=True)),
        )

    def _samples(self) -> list[CashLedger]:
        """Past ledgers that name what went to owners and lenders: two years of quarters, else years."""
        recent = quarterly_ledgers(self.facts, self.firm, newest=2 * QUARTERS)
        full = [ledger for ledger in recent if names_owners_and_lenders(ledger)]
        if len(full) >= QUARTERS:
            return full
        latest = [self.ledger] if self.ledger is not None else []
        years = yearly_ledgers(self.facts, self.firm)
        return [ledger for ledger in [*years, *latest] if names_owners_and_lenders(ledger)] or latest


def _next_level(level: Figure, flows: Mapping[str, Figure]) -> Figure:
    going_out = (
        "capex", "finance_lease_principal", "share_repurchases", "net_settlement_taxes", "dividends_paid",
        "debt_repaid",
    )  # fmt: skip
    coming_in = ("operating_cash_flow", "other_cash_flow", "unexplained_cash_flow")
    terms = [level, *(flows[name] for name in coming_in), *(-flows[name] for name in going_out)]
    return Figure.unknown(_DOLLAR) if any(term.missing for term in terms) else Figure.total(terms)


def names_owners_and_lenders(ledger: CashLedger) -> bool:
    """Tell whether a ledger holds building, buybacks, dividends and debt: then its rest means something."""
    known = {part for entry in ledger.entries for _, part in entry.cells}
    return all(part in known for part in _NEEDED_PARTS)


def _other(ledger: CashLedger) -> list[Figure]:
    amounts = ledger.in_group(*_OTHER_GROUPS)
    return [
        *amounts.values(),
        *(ledger.amounts[kind] for kind in _OTHER_KINDS if kind in ledger.amounts),
    ]


def _share(ledger: CashLedger, amounts: Sequence[Figure]) -> Figure:
    cash = ledger.amounts["operating_cash_flow"]
    return Figure.total(amounts) / cash if amounts else Figure.of(0)


def _drawn(past: Sequence[Figure], u: FloatArray) -> Figure:
    """One of the past shares, each equally likely."""

    def pick(*shares: FloatArray) -> FloatArray:
        values = np.asarray([float(share) for share in shares])
        return np.asarray(values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)])

    return Figure.combine(pick, *past, unit="1")
