"""A bill of one's own: what services, cloud and ads will cost over five years, and when leaving pays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray
from rekening.facts.exchange import exchange_rate
from rekening.facts.units import ONE
from rekening.numerics import DAYS_A_YEAR
from rekening.payers.bill import Bills
from rekening.payers.mine.leaving import LockIn, lock_in
from rekening.payers.mine.prices import Rise, announced, list_price, past_rises
from rekening.payers.mine.profile import Item, Profile
from rekening.payers.mine.rights import Right, rights_of
from rekening.payers.prices import LISTED, in_steps, phase_of, price_level, price_uplift

__all__ = ["YEARS", "Duty", "ItemBill", "MyBill", "duties_of", "work_out"]

YEARS = 4 + 1
"""Years that a bill looks ahead."""

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class ItemBill:
    """One item of a profile.

    Attributes
    ----------
    years
        Cost in each of the coming years, in the profile's currency; none where no price is known.
    announced, before
        Changes of the list price to come, and those that happened.
    """

    item: Item
    per_month: Figure
    years: Sequence[Figure]
    announced: Sequence[Rise]
    before: Sequence[Rise]
    lock_in: LockIn | None


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """Something to do by a day, for one item or several; `kind` is a key of the texts."""

    day: date
    kind: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class MyBill:
    """The whole bill of a profile under a scenario.

    Attributes
    ----------
    exposure
        Share of the first year's cost that goes to each provider, largest first.
    unpriced
        Items whose price is neither in the profile nor in the facts.
    """

    profile: Profile
    facts: Facts
    scenario: Scenario
    items: Sequence[ItemBill]
    exposure: Mapping[str, Figure]
    rights: Sequence[Right]
    duties: Sequence[Duty]
    unpriced: Sequence[str]

    @cached_property
    def years(self) -> list[Figure]:
        """Cost of everything, year by year."""
        priced = [each for each in self.items if each.years]
        return [Figure.total(each.years[year] for each in priced) for year in range(YEARS)] if priced else []

    @property
    def today(self) -> Figure:
        """Cost of everything in a year at the prices of today."""
        if not self.years:
            return Figure.unknown(self.profile.currency)
        return Figure.total(each.per_month for each in self.items if each.years) * _MONTHS

    @property
    def total(self) -> Figure:
        """Cost of everything over all years."""
        return Figure.total(self.years) if self.years else Figure.unknown(self.profile.currency)

    @property
    def rise(self) -> Figure:
        """What the last year costs more than the price of today would, over today's."""
        if not self.years:
            return Figure.unknown(ONE)
        return self.years[-1] / self.today - Figure.of(1)


def work_out(profile: Profile, facts: Facts, scenario: Scenario, bills: Bills) -> MyBill:
    """Work out the bill of a profile, as known on the day of the facts.

    The same use goes on for all years: only prices move.

    Parameters
    ----------
    bills
        Gives the bills of a firm, by moment.
    """
    rights = rights_of(profile, facts)
    uplifts: dict[tuple[str, str], Figure] = {}
    for item in profile.items:
        sold = item.provider, item.channel
        if sold not in uplifts:
            uplifts[sold] = price_uplift(facts, scenario, *sold, bills)
    items = [
        _item_bill(item, profile, facts, scenario, uplift=uplifts[item.provider, item.channel], rights=rights)
        for item in profile.items
    ]
    return MyBill(
        profile=profile,
        facts=facts,
        scenario=scenario,
        items=items,
        exposure=_exposure([each for each in items if each.years]),
        rights=rights,
        duties=duties_of(profile, facts, scenario),
        unpriced=[each.item.name for each in items if not each.years],
    )


def _item_bill(
    item: Item,
    profile: Profile,
    facts: Facts,
    scenario: Scenario,
    *,
    uplift: Figure,
    rights: Sequence[Right],
) -> ItemBill:
    listed = list_price(facts, item.listed, facts.as_of) if item.listed else Figure.unknown(profile.currency)
    to_come = announced(facts, item.listed) if item.listed else []
    if item.per_month is not None:
        per_month = Figure.of(item.per_month, profile.currency)
    elif listed.missing:
        per_month = Figure.unknown(profile.currency)
    else:
        per_month = (listed * item.seats * exchange_rate(facts, listed.unit, profile.currency)).to(
            profile.currency
        )
    before = past_rises(facts, item.listed) if item.listed else []
    if per_month.missing:
        return ItemBill(item, per_month, (), to_come, before, None)
    renewals = _Renewals(
        _repricing(item, facts.as_of),
        [(rise.day - facts.as_of).days / DAYS_A_YEAR for rise in to_come],
        scenario["years_until_later"].central,
        listed=item.channel in LISTED,
    )
    steps = (scenario["list_price_step"].figure(), phase_of(item.name)) if renewals.listed else ()
    inputs = (
        per_month,
        scenario["ordinary_price_growth"].figure(),
        uplift,
        *steps,
        *(rise.ratio for rise in to_come),
    )
    years = [
        Figure.combine(partial(renewals.cost, year), *inputs, unit=profile.currency) for year in range(YEARS)
    ]
    kept = lock_in(item, profile, facts, scenario, per_month=per_month, rights=rights, years=YEARS)
    return ItemBill(item, per_month, years, to_come, before, kept)


@dataclass(frozen=True, slots=True)
class _Renewals:
    """When an item gets a new price, and what was announced.

    Attributes
    ----------
    priced
        For each coming month, how many months ahead the price in force then was set; -1 is today's price.
    announced
        Days on which announced prices take effect, as years from today.
    pace
        Years until prices have settled.
    listed
        The price stands on a list and moves in steps.
    """

    priced: Sequence[int]
    announced: Sequence[float]
    pace: float
    listed: bool

    def cost(
        self, year: int, price: FloatArray, growth: FloatArray, uplift: FloatArray, *more: FloatArray
    ) -> FloatArray:
        """Twelve months, each at the price of the last renewal: expected, or announced if that is higher.

        Parameters
        ----------
        more
            For a price on a list its step and the part of it already due; then the announced prices, over
            today's.
        """
        step, ratios = (more[:2], more[2:]) if self.listed else ((), more)
        total = np.zeros(np.broadcast_shapes(price.shape, growth.shape, uplift.shape, *map(np.shape, step)))
        for when, months in Counter(self.priced[year * _MONTHS : (year + 1) * _MONTHS]).items():
            ahead = max(when, 0) / _MONTHS
            level = price_level(growth, uplift, ahead, self.pace)
            if step:
                level = in_steps(level, *step)
            for ratio, effective in zip(ratios, self.announced, strict=True):
                if effective <= ahead and when >= 0:
                    level = np.maximum(level, ratio)
            total += months * price * level
        return np.asarray(total)


def _repricing(item: Item, today: date) -> list[int]:
    """For each coming month, how many months ahead the price in force then was set; -1 is today's price."""
    if item.renews is None:
        return list(range(YEARS * _MONTHS))
    ahead = (item.renews.year - today.year) * _MONTHS + item.renews.month - today.month
    first = ahead % _MONTHS if ahead < 0 else ahead
    months = range(YEARS * _MONTHS)
    return [first + (month - first) // _MONTHS * _MONTHS if month >= first else -1 for month in months]


def _exposure(items: Sequence[ItemBill]) -> dict[str, Figure]:
    if not items:
        return {}
    whole = Figure.total(each.years[0] for each in items)
    providers = dict.fromkeys(each.item.provider for each in items)
    shares = {
        name: Figure.total(each.years[0] for each in items if each.item.provider == name) / whole
        for name in providers
    }
    return dict(sorted(shares.items(), key=lambda pair: -pair[1].central))


def duties_of(profile: Profile, facts: Facts, scenario: Scenario) -> list[Duty]:
    """A dated list: begin preparing, give notice, renew, new prices, new rights; nothing in the past."""
    today, prepare = facts.as_of, int(scenario["days_to_prepare_a_move"].central)
    found: set[Duty] = set()
    for item in profile.items:
        if item.listed is not None:
            found |= {Duty(rise.day, "new_price", (item.name,)) for rise in announced(facts, item.listed)}
        if item.renews is None:
            continue
        renewal = item.next_renewal(today, item.notice_days)
        notice = renewal - timedelta(days=item.notice_days)
        found |= {
            Duty(max(today, notice - timedelta(days=prepare)), "prepare", (item.name,)),
            Duty(notice, "notice", (item.name,)),
            Duty(renewal, "renews", (item.name,)),
        }
    for right in rights_of(profile, facts):
        if right.fact.start is not None and right.fact.start > today:
            found.add(Duty(right.fact.start, right.name, tuple(right.items)))
    return sorted(duty for duty in found if duty.day >= today)
