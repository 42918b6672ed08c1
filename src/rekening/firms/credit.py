"""What a firm owes against what it earns, as rating agencies measure it, from reported numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rekening.claims.vehicle import Vehicle
from rekening.facts import Fact, Facts, Figure
from rekening.facts.periods import Quarter
from rekening.facts.units import ONE
from rekening.firms.projection import last_reported
from rekening.numerics import OLDEST_BALANCE

__all__ = ["DEBT", "LEASES", "Credit", "Promises", "credit_in", "credits", "promises"]

LEASES = ("finance_lease_liabilities", "operating_lease_liabilities")
"""Leases on the balance sheet."""

DEBT = ("total_debt", *LEASES)
"""Parts of adjusted debt."""

_DOLLAR = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A firm's debt, earnings and cash of one year.

    Two agencies, two measures. Moody's ("Financial Statement Adjustments in the Analysis of Non-Financial
    Corporations") sets all debt, leases included, against EBITDA. S&P ("Corporate Methodology: Ratios And
    Adjustments") takes off the cash that the firm can reach and adds pay in shares, which costs no cash, back
    to EBITDA.

    Both add the rent of operating leases back to EBITDA, and Moody's adds deficits of pension funds to debt.
    The facts hold neither, so that debt is a little too low and leverage a little too high here.

    Attributes
    ----------
    period, end
        Year of the flows, and its last day.
    debt
        Parts of adjusted debt, US dollars; missing where no balance of the year before the end was public.
    balance_days
        Day of each part.
    operating_income, depreciation, share_pay, cash_flow, interest, revenue
        Flows of the year, US dollars. Interest that was capitalised is in where the firm's own line has it.
    liquidity
        At the end.
    """

    firm: str
    period: str
    end: date
    debt: Mapping[str, Figure]
    balance_days: Mapping[str, date] = field(default_factory=dict)
    operating_income: Figure
    depreciation: Figure
    share_pay: Figure
    cash_flow: Figure
    interest: Figure
    revenue: Figure
    liquidity: Figure

    @property
    def absent(self) -> tuple[str, ...]:
        """Parts of adjusted debt that were not public: what is left is a lower bound."""
        return tuple(name for name in DEBT if self.debt[name].missing)

    @property
    def adjusted_debt(self) -> Figure:
        """Debt and leases on the balance sheet, as far as public; missing where the debt itself is."""
        if self.debt["total_debt"].missing:
            return Figure.unknown(_DOLLAR)
        return Figure.total(part for part in self.debt.values() if not part.missing)

    @property
    def ebitda(self) -> Figure:
        """Operating income before depreciation and amortisation."""
        return self.operating_income + self.depreciation

    @property
    def leverage(self) -> Figure:
        """Adjusted debt to EBITDA: Moody's measure."""
        return _ratio(self.adjusted_debt, self.ebitda)

    @property
    def net_leverage(self) -> Figure:
        """Adjusted debt less liquidity to EBITDA before share pay, not below 0: S&P's measure."""
        owed = (self.adjusted_debt - self.liquidity).maximum(Figure.of(0, _DOLLAR))
        return _ratio(owed, self.ebitda + self.share_pay)

    @property
    def funds_to_debt(self) -> Figure:
        """Funds from operations to adjusted debt.

        Agencies leave out what working capital takes or gives. Few firms' rows show it apart, so that it is
        in here: S&P's ratio of operating cash flow to debt.
        """
        return _ratio(self.cash_flow, self.adjusted_debt)

    @property
    def interest_cover(self) -> Figure:
        """EBITDA to interest expense."""
        return _ratio(self.ebitda, self.interest)


def _ratio(above: Figure, below: Figure) -> Figure:
    """A ratio that says something only where what stands below is above 0."""
    if below.missing or not below.central > 0:
        return Figure.unknown(ONE, above.lineage | below.lineage)
    return above / below


def credit_in(facts: Facts, firm: str, period: str) -> Credit | None:
    """A firm's credit in a year ("TTM@2025Q3", "2024", "FY2026"); None where revenue was not public."""
    revenue = facts.get(firm, "revenue", period)
    if revenue.missing or revenue.end is None:
        return None
    end = revenue.end
    balances = {name: _balance(facts, firm, name, end) for name in DEBT}

    def year(concept: str) -> Figure:
        return _dollars(facts.get(firm, concept, period))

    return Credit(
        firm=firm,
        period=period,
        end=end,
        debt={name: _dollars(fact) for name, fact in balances.items()},
        balance_days={name: fact.end for name, fact in balances.items() if fact.end is not None},
        operating_income=year("operating_income"),
        depreciation=year("depreciation_amortization"),
        share_pay=year("stock_based_compensation"),
        cash_flow=year("operating_cash_flow"),
        interest=year("interest_expense"),
        revenue=_dollars(revenue),
        liquidity=_dollars(_balance(facts, firm, "liquidity", end)),
    )


def credits(facts: Facts, firm: str) -> list[Credit]:
    """Years whose leverage was public, newest first: the trailing one, then fiscal years."""
    last = last_reported(facts, firm)
    years = reversed(facts.series(firm, "revenue", "year"))
    periods = (*([f"TTM@{last}"] if last is not None else []), *years)
    found = (credit_in(facts, firm, period) for period in periods)
    return [each for each in found if each is not None and not each.leverage.missing]


def _dollars(fact: Fact) -> Figure:
    """A fact as an amount, also where nobody published it."""
    return Figure.unknown(_DOLLAR, fact.lineage) if fact.missing else fact.figure()


def _balance(facts: Facts, firm: str, concept: str, end: date) -> Fact:
    """The newest balance by a day; one from more than a few quarters before is not taken."""
    last = Quarter.of(end)
    exact = facts.get(firm, concept, end.isoformat())
    quarters = (facts.get(firm, concept, str(last + -back)) for back in range(OLDEST_BALANCE + 1))
    known = (fact for fact in (exact, *quarters) if not fact.missing and fact.end and fact.end <= end)
    return next(known, exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What a firm stands behind off its balance sheet, US dollars.

    Attributes
    ----------
    vehicle_notes
        Debt of the vehicle that the firm rents from; missing where there is none.
    guarantees
        Guarantees of others' debts, by whose debt it is, at the most they can cost; that to the firm's own
        vehicle is left out, since the vehicle's notes already count in full.
    leases_ahead
        Rent signed for leases that have not begun, undiscounted; missing where not public.
    """

    vehicle_notes: Figure
    guarantees: Mapping[str, Figure]
    leases_ahead: Figure

    @property
    def debt(self) -> Figure:
        """Notes and guarantees together; missing where there are none."""
        parts = [each for each in (self.vehicle_notes, *self.guarantees.values()) if not each.missing]
        return Figure.total(parts) if parts else Figure.unknown(_DOLLAR)


def promises(facts: Facts, firm: str) -> Promises:
    """What a firm stands behind, as known on the day of the facts.

    Moody's (February 2026) counts rent owed to such vehicles as debt; S&P (October 2025) did not.
    """
    vehicle = Vehicle.of(facts, firm)
    own = vehicle.name if vehicle is not None else ""
    return Promises(
        vehicle_notes=vehicle.principal if vehicle is not None else Figure.unknown(_DOLLAR),
        guarantees={
            row.text("creditor"): row.figure("total_usd")
            for row in facts.table("exposures")
            if row["debtor"] == firm
            and row["kind"] == "guarantee"
            and row["creditor"] != own
            and row["aggregate"] != "yes"
            and row["total_usd"] is not None
        },
        leases_ahead=_dollars(facts.latest(firm, "leases_not_yet_commenced")),
    )
