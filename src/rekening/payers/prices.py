"""What prices do: what the model expects of a channel, by day, and the changes that the facts tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Fact, Facts, Figure, FloatArray, Grade, uniform_draws
from rekening.facts.firms import firms
from rekening.facts.units import ONE
from rekening.files import read_yaml
from rekening.numerics import STEP_YEARS
from rekening.payers.bill import LATER, NOW, Bill, Bills
from rekening.payers.channels import SOLD, channels_of, new_value

__all__ = [
    "LISTED", "PriceChange", "expected_rise", "has_elasticity", "in_force", "in_steps", "list_price_changes",
    "next_step", "phase_of", "plan_rise", "price_changes", "price_level", "price_plans", "price_uplift",
    "uplifts",
]  # fmt: skip

LISTED = ("subscriptions", "bundles")
"""Channels whose prices stand on a list and move in steps; those of ads and cloud move all the time."""

LIST_PRICE = "list_price"
_MONTHS = 12
_CHANGE = "list_price_change_pct"
_OF_ADS = "price_per_ad_growth"
_OF_TOKENS = ("api_price_input", "api_price_output")
_MEASURED = "price_elasticity"
_EVERYWHERE = ("US", "world", "most regions")
_LABS = {"google": "alphabet"}
"""Prefixes of models whose maker has another name in the facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """A price that changed, as the facts tell it.

    Attributes
    ----------
    channel, provider
        By which the price is asked, and who asks it.
    name
        Product and plan or model, as the provider writes them; of ads, the period.
    what
        What is priced, a key of the texts; empty for a list price.
    day
        On which it took effect, or will.
    change
        New over old price, less one.
    """

    channel: str
    provider: str
    name: str
    day: date
    change: Figure
    what: str = ""


@cache
def _products() -> Mapping[str, Mapping[str, object]]:
    products: Mapping[str, Mapping[str, object]] = read_yaml(Path(__file__).with_name("list_prices.yaml"))
    return products


def _channel(fact: Fact) -> str | None:
    """Channel of a price row; none where the product sells no computing by one of the channels."""
    product = _products().get(fact.extra.get("product", ""))
    if product is None:
        return None
    plans = product.get("plans")
    own = plans.get(fact.extra.get("plan", "")) if isinstance(plans, Mapping) else None
    return str(own or product["channel"])


def in_force(rows: Sequence[Fact], when: date) -> Fact | None:
    """The row of a plan in force on a day, if that is known.

    A row without an end goes on. One without a start is taken to have stood all along, where
    ``list_prices.yaml`` says nothing else of the product.
    """
    fit = [row for row in rows if _from(row, when) <= when and (row.end is None or row.end > when)]
    return fit[-1] if fit else None


def _from(row: Fact, when: date) -> date:
    if row.start is not None:
        return row.start
    product = _products()[row.extra["product"]]
    first = date.max if "reviewed" in product else product.get("since", date.min)
    return first if isinstance(first, date) else when


def _name(fact: Fact) -> str:
    product, plan, region = (fact.extra.get(key, "") for key in ("product", "plan", "region"))
    whole = plan if "365" in plan else f"{product} {plan}"
    return whole if region in _EVERYWHERE else f"{whole} ({region})"


def price_plans(facts: Facts) -> dict[tuple[str, str, str, str], list[Fact]]:
    """List prices of each plan, oldest first, by (channel, provider, name, unit)."""
    found: dict[tuple[str, str, str, str], list[Fact]] = {}
    for fact in facts.find(concept=LIST_PRICE):
        channel = _channel(fact)
        if channel is not None and fact.value is not None:
            found.setdefault((channel, fact.entity, _name(fact), fact.unit), []).append(fact)
    return {
        plan: sorted(rows, key=lambda row: (row.start or date.min, row.published))
        for plan, rows in found.items()
    }


def list_price_changes(facts: Facts) -> list[PriceChange]:
    """Changes of list prices that were or are to be, oldest first; prices that stayed are none."""
    found = [
        PriceChange(
            channel=channel, provider=provider, name=name, day=after.start,
            change=after.figure() / before.figure() - Figure.of(1),
        )
        for (channel, provider, name, _), rows in price_plans(facts).items()
        for before, after in pairwise(rows)
        if after.start is not None and before.value != after.value
    ]  # fmt: skip
    for fact in facts.find(concept=_CHANGE):
        channel = _channel(fact)
        if channel is not None and fact.start is not None:
            found.append(
                PriceChange(
                    channel=channel, provider=fact.entity, name=_name(fact), day=fact.start,
                    change=fact.figure(),
                )
            )  # fmt: skip
    return sorted(found, key=lambda change: (change.day, change.name))


def price_changes(facts: Facts) -> list[PriceChange]:
    """All changes of prices that the facts tell, oldest first: list prices, prices of ads and of tokens."""
    found = list_price_changes(facts)
    for fact in facts.find(concept=_OF_ADS):
        if fact.end is not None and not fact.figure().missing:
            found.append(
                PriceChange(
                    channel="ads",
                    provider=fact.entity,
                    name=fact.period,
                    day=fact.end,
                    change=fact.figure(),
                    what="price.ad",
                )
            )
    for concept in _OF_TOKENS:
        models: dict[str, list[Fact]] = {}
        for fact in facts.find(concept=concept):
            models.setdefault(fact.entity, []).append(fact)
        for model, rows in models.items():
            found += _of_tokens(model, concept, rows)
    return sorted(found, key=lambda change: (change.day, change.name))


def _of_tokens(model: str, concept: str, rows: Sequence[Fact]) -> Iterator[PriceChange]:
    """Changes of the price of a model's tokens, dated by the day on which the new price was seen.

    Two prices told on one day are no change: the sources differ.
    """
    maker, _, name = model.partition("_")
    what = concept.rpartition("_")[2]
    told = sorted((row for row in rows if row.end is not None), key=lambda row: (row.end, row.published))
    for before, after in pairwise(told):
        later = before.published < after.published
        if later and before.value != after.value and after.end is not None:
            yield PriceChange(
                channel="cloud", provider=_LABS.get(maker, maker), name=name, what=f"price.{what}",
                day=after.end, change=after.figure() / before.figure() - Figure.of(1),
            )  # fmt: skip


def has_elasticity(facts: Facts, scenario: Scenario, channel: str) -> bool:
    """Whether the demand of a channel rests on a measured elasticity, and not on an assumption alone."""
    visible = {fact.fact_id: fact for fact in facts.rows}
    rests_on = scenario[f"{channel}_demand_elasticity"].source
    return any(name in visible and visible[name].concept.startswith(_MEASURED) for name in rests_on)


def price_uplift(facts: Facts, scenario: Scenario, provider: str, channel: str, bills: Bills) -> Figure:
    """What AI adds to a channel's prices between now and later, over today's price.

    For a firm with statements: what its channel brings later more than now, over its revenue, of which
    only the assumed part comes through prices. For others: the same with the channel's new value alone.

    Parameters
    ----------
    bills
        Gives those of a firm, by moment.
    """
    if provider in firms():
        own = uplifts(facts, scenario, provider, bills(provider))
        if channel in own:
            return own[channel]
    new = [new_value(scenario, channel, when) for when in (NOW, LATER)]
    margin = [scenario[f"unused_margin_{when}"].figure() for when in (NOW, LATER)]
    part = scenario["price_part_of_new_value"].figure()
    return Figure.combine(
        lambda n0, n1, m0, m1, share: np.maximum(n1 - n0 + m1 - m0, 0) * share, *new, *margin, part, unit=ONE
    )


def uplifts(facts: Facts, scenario: Scenario, firm: str, bills: Mapping[str, Bill]) -> dict[str, Figure]:
    """What AI adds to the prices of each channel that a firm sells by, over today's.

    A channel by which a firm sells nothing has no price.

    Parameters
    ----------
    bills
        The firm's bill by moment.
    """
    part = scenario["price_part_of_new_value"].figure()
    now, later = (channels_of(facts, scenario, firm, when, funders="firm") for when in (NOW, LATER))
    found = {}
    for name in SOLD:
        if name in now and name in later and now[name].revenue.draws.all():
            more = (later[name].brings(bills[LATER]) - now[name].brings(bills[NOW])) / now[name].revenue
            found[name] = Figure.combine(
                lambda extra, share: np.maximum(extra, 0) * share, more, part, unit=ONE
            )
    return found


def price_level(growth: FloatArray, uplift: FloatArray, ahead: float, pace: float) -> FloatArray:
    """Price over today's, some years ahead.

    Parameters
    ----------
    growth
        Of prices in general, per year.
    uplift
        What AI adds in the end.
    ahead, pace
        Years from today, and until prices have settled; before that the uplift comes in evenly.
    """
    return np.asarray((1 + growth) ** ahead * (1 + uplift * min(ahead / pace if pace else 1, 1)))


def expected_rise(scenario: Scenario, uplift: Figure, ahead: float) -> Figure:
    """Rise of a price over today's that the model expects, some years ahead."""
    pace = scenario["years_until_later"].central
    return Figure.combine(
        lambda growth, up: price_level(growth, up, ahead, pace) - 1,
        scenario["ordinary_price_growth"].figure(),
        uplift,
        unit=ONE,
    )


def in_steps(level: FloatArray, step: FloatArray, phase: FloatArray) -> FloatArray:
    """Price on a list where a smooth price would be `level`: it stays, and then moves by a whole step.

    The part of a step that was already due today is `phase`. Where that is uniform, the logarithm of the
    price on the list is on average that of the smooth one.

    Parameters
    ----------
    level
        Over today's price.
    step
        Rise of one step, above 0.
    phase
        In [0, 1).
    """
    rise = np.log1p(step)
    return np.asarray(np.exp(rise * np.floor(np.log(level) / rise + phase)))


def plan_rise(scenario: Scenario, uplift: Figure, ahead: float, name: str) -> Figure:
    """Rise of one plan's list price some years ahead, in steps; plans of other names step at other times."""
    pace = scenario["years_until_later"].central
    return Figure.combine(
        lambda growth, up, step, phase: in_steps(price_level(growth, up, ahead, pace), step, phase) - 1,
        scenario["ordinary_price_growth"].figure(),
        uplift,
        scenario["list_price_step"].figure(),
        phase_of(name),
        unit=ONE,
    )


def phase_of(name: str) -> Figure:
    """Part of a step that is already due for a plan: unknown, so anything from none to all."""
    return Figure.of(uniform_draws(f"step of {name}"), grade=Grade.ASSUMED)


def next_step(scenario: Scenario, uplift: Figure, name: str) -> Figure:
    """Years until the list price of a plan moves, by the month; `STEP_YEARS` where it does not by then."""
    pace = scenario["years_until_later"].central

    def first(growth: FloatArray, up: FloatArray, step: FloatArray, phase: FloatArray) -> FloatArray:
        waits = np.full(np.broadcast_shapes(*map(np.shape, (growth, up, step, phase))), STEP_YEARS)
        for month in range(int(STEP_YEARS) * _MONTHS, 0, -1):
            moved = in_steps(price_level(growth, up, month / _MONTHS, pace), step, phase) > 1
            waits = np.where(moved, month / _MONTHS, waits)
        return waits

    return Figure.combine(
        first,
        scenario["ordinary_price_growth"].figure(),
        uplift,
        scenario["list_price_step"].figure(),
        phase_of(name),
        unit="year",
    )
