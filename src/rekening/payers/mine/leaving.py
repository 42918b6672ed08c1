"""What leaving a service costs, by what the service is, and the price rise at which it pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.facts.exchange import exchange_rate
from rekening.facts.units import ONE
from rekening.numerics import DAYS_A_YEAR
from rekening.payers.mine.profile import Item, Profile
from rekening.payers.mine.rights import EARLY_EXIT, NO_CHARGES, Right

__all__ = ["LockIn", "lock_in"]

_MONTHS = 12
_NO_EQUAL = ("social",)
"""Kinds without an alternative that does the same: leaving is doing without."""


@dataclass(frozen=True, slots=True)
class LockIn:
    """What keeps a customer; all in the profile's currency.

    Attributes
    ----------
    learning
        Time of people: moving over and learning anew; for a cloud, rebuilding.
    moving
        Taking the data along: what the provider charges and the hours it takes.
    contract
        What a contract still asks of those who leave today; nothing for those who wait until it ends.
    break_even
        Price rise at which leaving at the end of the contract pays within the years of the bill; below 0 it
        already does. Missing where nothing else does the same.
    """

    learning: Figure
    moving: Figure
    contract: Figure
    break_even: Figure

    @property
    def leaving(self) -> Figure:
        """Cost of leaving once, at the end of the contract."""
        return self.learning + self.moving


def lock_in(
    item: Item,
    profile: Profile,
    facts: Facts,
    scenario: Scenario,
    *,
    per_month: Figure,
    rights: Sequence[Right],
    years: int,
) -> LockIn | None:
    """Work out what keeps a customer of an item; nothing for ads, which are bought anew each day.

    Parameters
    ----------
    rights
        Those that the profile has on the day of the facts.
    years
        Over which leaving must pay.
    """
    if item.channel == "ads":
        return None
    hour = _hour(profile, facts, scenario)
    if item.channel == "cloud":
        months = scenario["months_of_spend_to_move_cloud"].figure()
        learning = Figure.combine(np.multiply, per_month, months, unit=profile.currency)
        moving = _taken_out(item, profile, facts, scenario, rights)
    else:
        hours = scenario[f"hours_to_leave_{item.kind}"].figure()
        learning = (hours * hour * item.seats).to(profile.currency)
        moving = _copied(item, hour, profile, scenario)
    leaving = learning + moving
    staying = per_month * (_MONTHS * years)
    return LockIn(
        learning=learning,
        moving=moving,
        contract=_still_due(item, facts, per_month, rights),
        break_even=_alternative(item, per_month, scenario) - Figure.of(1) + leaving / staying,
    )


def _hour(profile: Profile, facts: Facts, scenario: Scenario) -> Figure:
    if profile.cost_of_an_hour is not None:
        return Figure.of(profile.cost_of_an_hour, f"{profile.currency}/hour")
    name = "cost_of_an_hour_at_work" if profile.kind == "organisation" else "cost_of_an_hour_at_home"
    return scenario[name].figure() * exchange_rate(facts, "EUR", profile.currency)


def _copied(item: Item, hour: Figure, profile: Profile, scenario: Scenario) -> Figure:
    """Hours of work to copy what is stored."""
    if not item.data_stored_gb:
        return Figure.of(0, profile.currency)
    stored = Figure.of(item.data_stored_gb, "GB").to("TB")
    return (stored * scenario["hours_to_move_a_terabyte"].figure() * hour).to(profile.currency)


def _alternative(item: Item, per_month: Figure, scenario: Scenario) -> Figure:
    """What another costs, over what is paid now."""
    if item.alternative is not None:
        return Figure.of(item.alternative, per_month.unit) / per_month
    return Figure.unknown(ONE) if item.kind in _NO_EQUAL else scenario["alternative_price"].figure()


def _taken_out(
    item: Item, profile: Profile, facts: Facts, scenario: Scenario, rights: Sequence[Right]
) -> Figure:
    """What a cloud charges for taking the data out; nothing once the law forbids it."""
    free = any(
        right.name == NO_CHARGES and right.fact.start is not None and right.fact.start <= facts.as_of
        for right in rights
    )
    if free or not item.data_stored_gb:
        return Figure.of(0, profile.currency)
    price = scenario["egress_price"].figure()
    dollars = Figure.combine(partial(np.multiply, item.data_stored_gb), price, unit="USD")
    return (dollars * exchange_rate(facts, "USD", profile.currency)).to(profile.currency)


def _still_due(item: Item, facts: Facts, per_month: Figure, rights: Sequence[Right]) -> Figure:
    """The rest of a contract up to the first end for which notice can be given, or what a rule asks."""
    if item.renews is None:
        return Figure.of(0, per_month.unit)
    days = (item.next_renewal(facts.as_of, item.notice_days) - facts.as_of).days
    rest = per_month * (days / DAYS_A_YEAR * _MONTHS)
    rule = next((right for right in rights if right.name in EARLY_EXIT and item.name in right.items), None)
    return rest if rule is None else rest * rule.fact.figure()
