"""What a firm writes off each year by the year it bought, and what another useful life does to its profit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray, Lineage, Quarter, weakest
from rekening.numerics import LIFE_STEPS
from rekening.sites.build import CLASSES, EQUIPMENT, LIVES, cost_shares, data_center_share
from rekening.sites.vintages import ages, investment, lost_at_once, profit_effect, written_off

__all__ = ["LifeEffect", "Vintage", "effect_of_life", "reported_life", "vintages"]

_DOLLAR = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """Data centers bought in one year, US dollars at cost.

    Attributes
    ----------
    gone
        Written off by each of the days that were asked for.
    """

    bought: Figure
    gone: tuple[Figure, ...]

    @property
    def charges(self) -> list[Figure]:
        """Depreciation between each day and the next."""
        return [after - before for before, after in zip(self.gone, self.gone[1:], strict=False)]

    @property
    def left(self) -> Figure:
        """What is still to be written off after the last day."""
        return self.bought - self.gone[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEffect:
    """What another useful life of servers and network does to profit before tax, US dollars.

    Attributes
    ----------
    next_year
        Change over the next year, positive where profit rises; with what is lost at once.
    at_once
        What is left in the books of machines that are past the new life.
    """

    next_year: Figure
    at_once: Figure


def reported_life(facts: Facts, firm: str) -> Figure:
    """Useful life over which the firm says it writes servers off, years; missing where it has not said."""
    life = facts.latest(firm, "useful_life_servers").figure()
    return Figure.unknown("year", life.lineage) if life.missing else life.to("year")


def vintages(
    facts: Facts, scenario: Scenario, firm: str, spending: Mapping[Quarter, Figure], days: Sequence[date]
) -> dict[int, Vintage]:
    """What has been written off by some days, by the year of purchase.

    Servers and network over the life that the firm reports, else the assumed one; power and shell over the
    assumed one. Each class comes into use its usual time after it was paid.

    Parameters
    ----------
    spending
        Dollars put into property by quarter, of which the part for data centers counts.
    days
        In order of time.
    """
    shares, part = cost_shares(facts, scenario), data_center_share(scenario, firm)
    own = reported_life(facts, firm)
    classes: list[tuple[Figure, Figure, float]] = []
    assumed = [part]
    for name in CLASSES:
        equipment = name in EQUIPMENT
        life = own if equipment and not own.missing else scenario[LIVES[name]].figure()
        wait = scenario["compute_lag_years" if equipment else "building_lag_years"]
        classes.append((shares[name] * part, life, wait.central))
        assumed += [shares[name], life, wait.figure()]
    found = {}
    for year in sorted({quarter.year for quarter in spending}):
        bought = {quarter: dollars for quarter, dollars in spending.items() if quarter.year == year}
        age: FloatArray = np.stack([ages(list(bought), day) for day in days])
        dollars = np.stack(np.broadcast_arrays(*(np.atleast_1d(each.draws) for each in bought.values())))
        gone = np.zeros((len(days), 1))
        for share, life, lag in classes:
            gone = gone + written_off(dollars, life.draws, age - lag) * share.draws
        inputs = [*bought.values(), *assumed]
        found[year] = Vintage(
            bought=Figure.total(bought.values()) * part,
            gone=tuple(_resting_on(inputs, draws) for draws in gone),
        )
    return found


def _resting_on(inputs: Sequence[Figure], draws: FloatArray) -> Figure:
    """Dollars that rest on several figures."""
    grade = weakest(*(each.grade for each in inputs))
    return Figure(draws, _DOLLAR, grade, Lineage.union(each.lineage for each in inputs))


def effect_of_life(facts: Facts, scenario: Scenario, firm: str, life: Figure) -> LifeEffect:
    """What it does to profit if servers and network of the data centers last `life` from now on.

    By vintage, from the quarters of the facts; older equipment is left out. Missing where the firm's
    spending or its useful life is not known.
    """
    spending = investment(facts, firm)
    old = reported_life(facts, firm)
    if not spending or old.missing:
        unknown = Figure.unknown(_DOLLAR, old.lineage)
        return LifeEffect(next_year=unknown, at_once=unknown)
    lag = scenario["compute_lag_years"].figure()
    spent = np.asarray([dollars.central for dollars in spending.values()])
    start = -ages(list(spending), facts.as_of) + lag.central
    lives = {"old_life": old.central, "new_life": life.central}
    lost = lost_at_once(spent, start, change=0, **lives)
    moved = profit_effect(spent, start, np.linspace(0, 1, LIFE_STEPS), change=0, **lives)
    shares = cost_shares(facts, scenario)
    computers = (shares["servers"] + shares["network"]) * data_center_share(scenario, firm)
    inputs = (old, life, lag, *spending.values())
    return LifeEffect(
        next_year=_resting_on(inputs, np.asarray(np.mean(moved) - lost)) * computers,
        at_once=_resting_on(inputs, np.asarray(lost)) * computers,
    )
