"""A replay of price rises: what the model would have said on a day, beside what prices then did.

The model sees the facts of that day alone. What came is read from facts published since. Beside the model
stands a naive rival: the steps that list prices of the channel had made by then, once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Facts, Figure
from rekening.futures.scores import continuous_ranked_probability_score
from rekening.numerics import DAYS_A_YEAR
from rekening.payers.bill import Bills
from rekening.payers.prices import (
    LISTED,
    PriceChange,
    expected_rise,
    has_elasticity,
    in_force,
    list_price_changes,
    plan_rise,
    price_plans,
    price_uplift,
)

__all__ = ["Replayed", "price_replay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A price, as expected on a day and as it came.

    Attributes
    ----------
    came
        From the day of the forecast to the end of the window: new over old price, less one; `day` is that
        of its last change, and none where the price stayed.
    expected
        What the model says of the average of the channel, as known on the day.
    plan
        What it says of one plan: for a price on a list the same in steps, else no different.
    rival
        Steps of list prices of the channel known on the day; none where there were none.
    measured
        The channel's demand rests on a measured elasticity; else it is assumed.
    """

    channel: str
    provider: str
    name: str
    day: date | None
    came: Figure
    expected: Figure
    plan: Figure
    rival: Figure | None
    measured: bool

    @property
    def inside(self) -> bool:
        """Whether what came lies within the interval of the channel."""
        return within(self.came, self.expected)

    @property
    def plan_inside(self) -> bool:
        """Whether what came lies within the interval of a single plan."""
        return within(self.came, self.plan)

    @property
    def rival_inside(self) -> bool | None:
        """Whether what came lies within the rival's interval; none where there is no rival."""
        return None if self.rival is None else within(self.came, self.rival)

    def score(self, forecast: Figure) -> float:
        """Continuous ranked probability score of a forecast of this price; smaller is better."""
        sample = np.atleast_1d(forecast.draws)
        return float(continuous_ranked_probability_score(sample, np.asarray(self.came.central)))


def within(came: Figure, forecast: Figure) -> bool:
    """Whether what came lies within the interval of a forecast."""
    low, high = forecast.interval()
    return low <= came.central <= high


def price_replay(
    then: Facts, now: Facts, scenario: Scenario, until: date, *, bills: Bills, channels: Sequence[str] = ()
) -> list[Replayed]:
    """Set prices as expected on the day of `then` beside those that `now` tells of, up to `until`.

    A plan counts where it was sold on the day and its price at the end was told since: also one that did
    not change. The rise is that of the whole window, whatever its steps.

    Parameters
    ----------
    then, now
        Facts as known on the day of the forecast, and on a later one.
    bills
        Gives those of a firm by moment, as worked out from the facts of `then`.
    channels
        All that the facts tell of, if left out.

    Raises
    ------
    InputError
        If the window ends before it begins, or `now` knows no more than `then`.
    """
    if not then.as_of < until:
        raise InputError(f"the window ends on {until}, which is not after {then.as_of}, the day of the facts")
    if not then.as_of < now.as_of:
        raise InputError(f"nothing has come since: the newer facts are of {now.as_of}")
    years = (until - then.as_of).days / DAYS_A_YEAR
    seen = [change for change in list_price_changes(then) if change.day <= then.as_of]
    uplifts: dict[tuple[str, str], Figure] = {}
    found = []
    for change in _came(then, now, until):
        if channels and change.channel not in channels:
            continue
        sold = change.provider, change.channel
        if sold not in uplifts:
            uplifts[sold] = price_uplift(then, scenario, *sold, bills)
        smooth = expected_rise(scenario, uplifts[sold], years)
        listed = change.channel in LISTED
        steps = [each.change for each in seen if each.channel == change.channel]
        found.append(
            Replayed(
                channel=change.channel,
                provider=change.provider,
                name=change.name,
                day=change.day if change.change.central else None,
                came=change.change,
                expected=smooth,
                plan=plan_rise(scenario, uplifts[sold], years, change.name) if listed else smooth,
                rival=_sample(steps) if len(steps) > 1 else None,
                measured=has_elasticity(then, scenario, change.channel),
            )
        )
    return sorted(found, key=lambda each: (each.channel, each.provider, each.name))


def _sample(steps: Sequence[Figure]) -> Figure:
    return Figure.combine(lambda *each: np.asarray(each), *steps, unit=steps[0].unit)


def _came(then: Facts, now: Facts, until: date) -> Iterator[PriceChange]:
    """What happened to each price within the window."""
    for (channel, provider, name, _), rows in price_plans(now).items():
        before, after = in_force(rows, then.as_of), in_force(rows, until)
        if before is None or after is None or after.published <= then.as_of:
            continue
        yield PriceChange(
            channel=channel,
            provider=provider,
            name=name,
            day=after.start or until,
            change=after.figure() / before.figure() - Figure.of(1),
        )
    plans = {name for _, _, name, _ in price_plans(now)}
    for told in list_price_changes(now):
        if told.name not in plans and then.as_of < told.day <= until:
            yield told
