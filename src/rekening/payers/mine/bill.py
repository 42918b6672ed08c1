"""A bill of one's own: what services, cloud and ads will cost over five years, and when leaving pays."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, partial
from pathlib import Path

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Fact, Facts, Figure, FloatArray
from rekening.facts.firms import firms
from rekening.facts.units import ONE
from rekening.files import read_yaml
from rekening.numerics import DAYS_A_YEAR
from rekening.payers.bill import LATER, NOW, firm_bill
from rekening.payers.channels import channels_of
from rekening.payers.mine.prices import Rise, announced, exchange, list_price, past_rises
from rekening.payers.mine.profile import Item, Profile

__all__ = ["YEARS", "Duty", "ItemBill", "LockIn", "MyBill", "Right", "price_uplift", "work_out"]

YEARS = 4 + 1
"""Years that a bill looks ahead."""

_MONTHS = 12
_NO_CHARGES = "data_act_no_switching_charges"


@dataclass(frozen=True, slots=True)
class LockIn:
    """What keeps a customer.

    Attributes
    ----------
    leaving
        Cost of leaving once: hours, data, rebuilding; in the profile's currency.
    break_even
        Price rise at which leaving pays within the years of the bill; below 0 it already pays to leave.
    """

    leaving: Figure
    break_even: Figure


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


@dataclass(frozen=True, slots=True)
class Right:
    """Something the law or a contract rule gives, and the row it rests on."""

    name: str
    fact: Fact
    items: Sequence[str]


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """Something to do by a day; `kind` is a key of the texts."""

    day: date
    kind: str
    item: str


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


def work_out(profile: Profile, facts: Facts, scenario: Scenario) -> MyBill:
    """Work out the bill of a profile, as known on the day of the facts.

    The same use goes on for all years: only prices move.
    """
    items = [_item_bill(item, profile, facts, scenario) for item in profile.items]
    first = {each.item.name: each for each in items if each.years}
    rights = _rights(profile, facts)
    return MyBill(
        profile=profile,
        facts=facts,
        scenario=scenario,
        items=items,
        exposure=_exposure(list(first.values())),
        rights=rights,
        duties=_duties(items, rights, facts.as_of, int(scenario["days_to_prepare_a_move"].central)),
        unpriced=[each.item.name for each in items if not each.years],
    )


def price_uplift(
    facts: Facts, scenario: Scenario, provider: str, channel: str, moment: str = LATER
) -> Figure:
    """What AI adds to a channel's prices between now and later, over today's price.

    For a firm with statements: what its channel brings later more than now, over its revenue, of which
    only the assumed part comes through prices. For others: the same with the channel's new value alone.
    """
    part = scenario["price_part_of_new_value"].figure()
    if provider in firms():
        now, later = (
            channels_of(facts, scenario, provider, when, funders="firm").get(channel) for when in (NOW, LATER)
        )
        if now is not None and later is not None:
            brings = [
                each.brings(firm_bill(facts, scenario, provider, when))
                for each, when in ((now, NOW), (later, LATER))
            ]
            more = (brings[1] - brings[0]) / now.revenue
            return Figure.combine(lambda extra, share: np.maximum(extra, 0) * share, more, part, unit=ONE)
    new = [scenario[f"{channel}_new_value_{when}"].figure() for when in (NOW, LATER)]
    margin = [scenario[f"unused_margin_{when}"].figure() for when in (NOW, LATER)]
    return Figure.combine(
        lambda n0, n1, m0, m1, share: np.maximum(n1 - n0 + m1 - m0, 0) * share, *new, *margin, part, unit=ONE
    )


def _item_bill(item: Item, profile: Profile, facts: Facts, scenario: Scenario) -> ItemBill:
    listed = list_price(facts, item.listed, facts.as_of) if item.listed else Figure.unknown(profile.currency)
    to_come = announced(facts, item.listed) if item.listed else []
    if item.per_month is not None:
        per_month = Figure.of(item.per_month, profile.currency)
    elif listed.missing:
        per_month = Figure.unknown(profile.currency)
    else:
        per_month = (listed * item.seats * exchange(facts, listed.unit, profile.currency)).to(
            profile.currency
        )
    before = past_rises(facts, item.listed) if item.listed else []
    if per_month.missing:
        return ItemBill(item, per_month, (), to_come, before, None)
    renewals = _Renewals(
        _repricing(item, facts.as_of),
        [(rise.day - facts.as_of).days / DAYS_A_YEAR for rise in to_come],
        scenario["years_until_later"].central,
    )
    inputs = (
        per_month,
        scenario["ordinary_price_growth"].figure(),
        price_uplift(facts, scenario, item.provider, item.channel),
        *(rise.ratio for rise in to_come),
    )
    years = [
        Figure.combine(partial(renewals.cost, year), *inputs, unit=profile.currency) for year in range(YEARS)
    ]
    leaving = _leaving(item, profile, facts, scenario, per_month)
    lock_in = None if leaving.missing else _lock_in(item, leaving, per_month, scenario)
    return ItemBill(item, per_month, years, to_come, before, lock_in)


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
    """

    priced: Sequence[int]
    announced: Sequence[float]
    pace: float

    def cost(
        self, year: int, price: FloatArray, growth: FloatArray, uplift: FloatArray, *ratios: FloatArray
    ) -> FloatArray:
        """Twelve months, each at the price of the last renewal: expected, or announced if that is higher."""
        total = np.zeros(np.broadcast_shapes(price.shape, growth.shape, uplift.shape))
        for when in self.priced[year * _MONTHS : (year + 1) * _MONTHS]:
            ahead = max(when, 0) / _MONTHS
            level = (1 + growth) ** ahead * (1 + uplift * min(ahead / self.pace if self.pace else 1, 1))
            for ratio, effective in zip(ratios, self.announced, strict=True):
                if effective <= ahead and when >= 0:
                    level = np.maximum(level, ratio)
            total = total + price * level
        return np.asarray(total)


def _repricing(item: Item, today: date) -> list[int]:
    """For each coming month, how many months ahead the price in force then was set; -1 is today's price."""
    if item.renews is None:
        return list(range(YEARS * _MONTHS))
    ahead = (item.renews.year - today.year) * _MONTHS + item.renews.month - today.month
    first = ahead % _MONTHS if ahead < 0 else ahead
    months = range(YEARS * _MONTHS)
    return [first + (month - first) // _MONTHS * _MONTHS if month >= first else -1 for month in months]


def _lock_in(item: Item, leaving: Figure, per_month: Figure, scenario: Scenario) -> LockIn:
    staying = per_month * (_MONTHS * YEARS)
    if item.alternative is not None:
        other = Figure.of(item.alternative, per_month.unit) / per_month
    else:
        other = scenario["alternative_price"].figure()
    return LockIn(leaving, other - Figure.of(1) + leaving / staying)


def _leaving(item: Item, profile: Profile, facts: Facts, scenario: Scenario, per_month: Figure) -> Figure:
    if item.channel == "ads":
        return Figure.unknown(profile.currency)
    if item.channel == "cloud":
        rebuilding = Figure.combine(
            np.multiply, per_month, scenario["months_of_spend_to_move_cloud"].figure(), unit=profile.currency
        )
        price = scenario["egress_price"].figure()
        taken_out = Figure.combine(lambda a: a * item.data_stored_gb, price, unit="USD") * exchange(
            facts, "USD", profile.currency
        )
        free = any(right.name == _NO_CHARGES and right.fact.start and right.fact.start <= facts.as_of
                   for right in _rights(profile, facts))  # fmt: skip
        return rebuilding if free or not item.data_stored_gb else rebuilding + taken_out.to(profile.currency)
    at_work = profile.kind == "organisation"
    hours = scenario["hours_to_move_a_seat" if at_work else "hours_to_move_at_home"].figure()
    if profile.cost_of_an_hour is not None:
        hour = Figure.of(profile.cost_of_an_hour, f"{profile.currency}/hour")
    else:
        name = "cost_of_an_hour_at_work" if at_work else "cost_of_an_hour_at_home"
        hour = scenario[name].figure() * exchange(facts, "EUR", profile.currency)
    seats = item.seats if at_work else 1
    return (hours * hour * seats).to(profile.currency)


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


@cache
def _rules() -> Mapping[str, Mapping[str, object]]:
    rules: Mapping[str, Mapping[str, object]] = read_yaml(Path(__file__).with_name("rights.yaml"))
    return rules


def _rights(profile: Profile, facts: Facts) -> list[Right]:
    """Rights that apply to something in the profile and whose row was public on the day."""
    visible = {fact.fact_id: fact for fact in facts.rows}
    found = []
    for name, rule in _rules().items():
        fact = visible.get(str(rule.get("fact")))
        region = rule.get("where")
        if fact is None or profile.kind not in _names(rule.get("kinds")):
            continue
        if region is not None and profile.country not in _names(_rules()["countries"][str(region)]):
            continue
        items = [
            item.name
            for item in profile.items
            if item.channel in _names(rule.get("channels")) or item.provider == rule.get("provider")
        ]
        if items:
            found.append(Right(name, fact, items))
    return found


def _names(value: object) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _duties(items: Sequence[ItemBill], rights: Sequence[Right], today: date, prepare: int) -> list[Duty]:
    """A dated list: begin preparing, give notice, renew, new prices, new rights; nothing in the past."""
    found: set[Duty] = set()
    for each in items:
        item = each.item
        for rise in each.announced:
            found.add(Duty(rise.day, "new_price", item.name))
        if item.renews is None:
            continue
        renewal = _next(item.renews, today, item.notice_days)
        notice = renewal - timedelta(days=item.notice_days)
        found |= {
            Duty(max(today, notice - timedelta(days=prepare)), "prepare", item.name),
            Duty(notice, "notice", item.name),
            Duty(renewal, "renews", item.name),
        }
    for right in rights:
        if right.fact.start is not None and right.fact.start > today:
            found |= {Duty(right.fact.start, right.name, name) for name in right.items}
    return sorted(duty for duty in found if duty.day >= today)


def _next(renews: date, today: date, notice_days: int) -> date:
    """The first renewal, yearly from the one given, for which notice can still be given."""
    found = renews
    while found - timedelta(days=notice_days) < today:
        year = found.year + 1
        found = found.replace(year=year, day=min(renews.day, monthrange(year, found.month)[1]))
    return found
