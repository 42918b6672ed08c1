"""Who pays the bill: channels, lenders, and shareholders as the only residual; every dollar once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Facts, Figure, FloatArray, Grade, Lineage, uniform_draws
from rekening.facts.units import ONE
from rekening.payers.bill import NOW, Bill, together
from rekening.payers.channels import CHANNELS, SOLD, channels_of
from rekening.payers.conservation import adds_up

__all__ = ["Recovery", "default_chance", "lenders_losses", "recover", "recover_loan", "recover_together"]


_SAFE = ("A", "BBB", "Baa")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Dollars per year, by who pays.

    Attributes
    ----------
    channels
        By name, each worked out on its own.
    lenders
        What lenders lose, by claim and event.
    shareholders
        What is left of the bill; negative where the channels bring more, and shareholders gain.
    """

    bill: Bill
    channels: Mapping[str, Figure]
    lenders: Figure
    shareholders: Figure

    def __post_init__(self) -> None:
        unknown = set(self.channels) - set(CHANNELS)
        if unknown:
            raise InputError(
                f"channel not known: {', '.join(sorted(unknown))}; allowed: {', '.join(CHANNELS)}"
            )
        if not adds_up([*self.channels.values(), self.lenders, self.shareholders], self.bill.total):
            raise InputError("who pays does not add up to the bill: a dollar is missing or counted twice")

    @property
    def customers(self) -> Figure:
        """Everything that people and firms pay through prices: all channels that sell."""
        return self.sum_of(*SOLD)

    @property
    def return_forgone(self) -> Figure:
        """What shareholders do not get of the return they could have had elsewhere; no payment."""
        return Figure.combine(
            lambda left, due: np.clip(left, 0, np.maximum(due, 0)),
            self.shareholders,
            self.bill.forgone,
            unit="USD/year",
        )

    @property
    def cash_borne(self) -> Figure:
        """What shareholders pay in cash; negative where they gain."""
        return self.shareholders - self.return_forgone

    def sum_of(self, *names: str) -> Figure:
        """Several channels together; those that the firm lacks bring nothing."""
        found = [self.channels[name] for name in names if name in self.channels]
        return Figure.total(found) if found else Figure.of(0, "USD/year")


def settle(bill: Bill, channels: Mapping[str, Figure], lenders: Figure) -> Recovery:
    """Leave to the shareholders what is left of a bill."""
    return Recovery(bill, channels, lenders, bill.total - Figure.total([*channels.values(), lenders]))


def default_chance(facts: Facts, scenario: Scenario, firm: str) -> Figure:
    """Chance of default within a year, by the firm's newest rating."""
    rows = [row for row in facts.table("ratings") if row.text("entity") == firm and row.text("rating")]
    if not rows:
        return scenario["default_chance_unrated"].figure()
    newest = max(rows, key=lambda row: str(row["date"]))
    safe = newest.text("rating").startswith(_SAFE)
    chance = scenario["default_chance_investment_grade" if safe else "default_chance_below"].figure()
    return replace(chance, lineage=chance.lineage | Lineage(frozenset({newest.fact_id})))


def lenders_losses(facts: Facts, scenario: Scenario, firm: str, bill: Bill) -> Figure:
    """What lenders lose on the year's claims of this bill: nothing, unless the firm defaults in that draw.

    The claims are the year's interest and the part of the capital that falls due to lenders. What lenders
    expect to lose is in the coupon already, and so in the bill.
    """
    due = bill.lines["interest"] + bill.lines["return_of_capital"] * bill.debt_share
    event = Figure.of(uniform_draws(f"default of {firm}"), grade=Grade.ASSUMED)
    lost = Figure.of(1) - scenario["recovery_of_lenders"].figure()
    return Figure.combine(
        lambda owed, u, p, share: np.where(u < p, owed * share, 0),
        due,
        event,
        default_chance(facts, scenario, firm),
        lost,
        unit="USD/year",
    )


def recover(
    facts: Facts, scenario: Scenario, firm: str, bill: Bill, *, moment: str = NOW, funders: str = "firm"
) -> Recovery:
    """Who pays a firm's bill at a moment: now, or once the subsidies have ended."""
    selling = channels_of(facts, scenario, firm, moment, funders=funders)
    channels = {name: channel.brings(bill) for name, channel in selling.items()}
    return settle(bill, channels | _public(bill), lenders_losses(facts, scenario, firm, bill))


def _public(bill: Bill) -> dict[str, Figure]:
    return {"taxpayers": bill.tax_deferral, "electricity_customers": bill.lines["grid_costs_of_others"]}


def part_of_firm(loan: Bill, whole: Bill, *, included: bool) -> Figure:
    """The loan's part of the firm's bill; `included` tells whether the firm's bill holds it already."""

    def part(own: FloatArray, firm: FloatArray) -> FloatArray:
        of = np.maximum(own, firm) if included else own + firm
        return np.divide(own, of, out=np.zeros(np.broadcast(own, of).shape), where=of > 0)

    return Figure.combine(part, loan.total, whole.total, unit=ONE)


def recover_loan(
    facts: Facts, scenario: Scenario, firm: str, *, loan: Bill, whole: Bill, moment: str = NOW
) -> Recovery:
    """Who pays the bill of a loan: what it buys is paid for as the average of all the firm then has.

    Money has no colour: no customer pays for this loan rather than another. So each channel gives the loan
    the loan's part of the firm's bill. `whole` is the firm's bill at the moment: now it lacks what the loan
    is to buy, later it holds it.
    """
    part = part_of_firm(loan, whole, included=moment != NOW)
    selling = channels_of(facts, scenario, firm, moment, funders="firm")
    channels = {name: channel.brings(whole) * part for name, channel in selling.items()}
    return settle(loan, channels | _public(loan), lenders_losses(facts, scenario, firm, loan))


def recover_together(recoveries: Mapping[str, Recovery]) -> Recovery:
    """Who pays the bills of several firms, added up; what goes round among them has dropped out."""
    found = list(recoveries.values())
    names = [name for name in CHANNELS if any(name in each.channels for each in found)]
    channels = {
        name: Figure.total(each.channels[name] for each in found if name in each.channels) for name in names
    }
    lenders = Figure.total(each.lenders for each in found)
    return settle(together(each.bill for each in found), channels, lenders)
