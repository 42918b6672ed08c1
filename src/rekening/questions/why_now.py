"""Why now? Building as a race between firms.

See `rekening.market.race` for the model. Two of its numbers cannot be identified and are swept, so every
result is an interval over what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Fact, Facts, Figure, FloatArray, Grade, Lineage
from rekening.facts.units import ONE
from rekening.market.race import equilibrium, implied_prize, joint_scale, reaction
from rekening.numerics import QUARTERS
from rekening.questions.outcome import Case, ChartRow, Outcome, Table

__all__ = ["RACERS", "why_now"]

RACERS = ("meta", "alphabet", "microsoft", "amazon", "oracle")
"""Firms that build data centers at scale and report what they spend."""

_SWEPT = ("race_decisiveness", "race_prize_elasticity")
_BILLION = "gigaUSD"


def why_now(case: Case) -> Outcome:
    """Measure the race: the prize each firm must have in mind, and what the others do when one stops."""
    building = _building(case.facts)
    missing = tuple(f"capex_{firm}" for firm in RACERS if firm not in building)
    if case.firm not in building or len(building) == 1:
        return Outcome(question="why_now", case=case, values={}, missing=missing)
    race = _Race.of(building, case.scenario)
    prize, without, reactions, joint = (
        race.prize(), race.without(case.firm), race.reactions(case.firm), race.joint(),
    )  # fmt: skip
    rivals = [firm for firm in building if firm != case.firm]
    now = Figure.total([building[firm] for firm in rivals])
    stopped = Figure.total([without[firm] for firm in rivals])
    values = {
        "building": Figure.total(list(building.values())),
        "own_building": building[case.firm],
        "prize": prize[case.firm],
        "joint_scale": joint,
        "rivals_now": now,
        "rivals_if_stopped": stopped,
        "rivals_change": (stopped - now) / now,
        **_sign_test(case),
    }
    rows = [
        {
            "firm": firm,
            "building": building[firm],
            "prize": prize[firm],
            "if_stopped": without[firm] if firm != case.firm else None,
            "reaction": reactions.get(firm),
        }
        for firm in building
    ]
    table = Table(
        name="race",
        columns=("firm", "building", "prize", "if_stopped", "reaction"),
        rows=rows,
        formats={"building": "money", "prize": "money", "if_stopped": "money", "reaction": "percent"},
    )
    return Outcome(
        question="why_now",
        case=case,
        values=values,
        tables=(table,),
        chart=[row for firm in rivals for row in _chart_rows(firm, building[firm], without[firm])],
        missing=missing,
        flags={
            "too_much": joint.central < 1,
            "rivals_fall": values["rivals_change"].central < 0,
            "tested": "sign_cases" in values,
        },
    )


def _building(facts: Facts) -> dict[str, Figure]:
    """Capital expenditure of the last four reported quarters, for the firms that reported them."""
    found = {}
    for firm in RACERS:
        quarters = list(facts.series(firm, "capex", "quarter").values())[-QUARTERS:]
        if len(quarters) == QUARTERS:
            found[firm] = Figure.total([fact.figure() for fact in quarters])
    return found


@dataclass(frozen=True, slots=True)
class _Race:
    """The firms in the model: what they build, shape (draw, firm), and the two numbers that are swept."""

    firms: list[str]
    building: FloatArray
    decisiveness: FloatArray
    elasticity: FloatArray
    lineage: Lineage

    @classmethod
    def of(cls, building: dict[str, Figure], scenario: Scenario) -> _Race:
        swept = [scenario[name].figure() for name in _SWEPT]
        r, b = (np.atleast_1d(figure.draws)[:, None] for figure in swept)
        # draws lie side by side in memory, so that every sum over firms is a few long ones
        k = np.stack([np.broadcast_to(figure.draws, len(r)) for figure in building.values()]).T
        return cls(
            list(building), k, r, b, Lineage.union(each.lineage for each in (*building.values(), *swept))
        )

    @property
    def _prize(self) -> FloatArray:
        return implied_prize(self.building, self.decisiveness, self.elasticity)

    def prize(self) -> dict[str, Figure]:
        """Whole prize as each firm must see it."""
        total = self.building.sum(axis=-1, keepdims=True)
        return self._by_firm(self._prize * total**self.elasticity, "USD")

    def without(self, leader: str) -> dict[str, Figure]:
        """What each builds when the leader builds nothing."""
        stopped = np.asarray([firm == leader for firm in self.firms])
        start = np.where(stopped, 0, self.building)
        try:
            with np.errstate(all="ignore"):
                found = equilibrium(start, self._prize, self.decisiveness, self.elasticity, stopped)
        except ArithmeticError as error:
            raise InputError(
                f"{' and '.join(_SWEPT)} are so high that the race does not settle; give a lower one"
            ) from error
        return self._by_firm(found, "USD")

    def reactions(self, leader: str) -> dict[str, Figure]:
        """Elasticity of each rival's best answer to what the leader builds."""
        at = self.firms.index(leader)
        found = reaction(self.building, self._prize, self.decisiveness, self.elasticity, at)
        return {firm: figure for firm, figure in self._by_firm(found, ONE).items() if firm != leader}

    def joint(self) -> Figure:
        """Scale that is best for all together."""
        scale = joint_scale(self.building, self._prize, self.decisiveness, self.elasticity)
        return Figure.of(scale, ONE, Grade.ASSUMED, self.lineage)

    def _by_firm(self, draws: FloatArray, unit: str) -> dict[str, Figure]:
        columns = enumerate(self.firms)
        return {firm: Figure.of(draws[:, at], unit, Grade.ASSUMED, self.lineage) for at, firm in columns}


def _chart_rows(firm: str, now: Figure, stopped: Figure) -> list[ChartRow]:
    low, high = (end for end in stopped.to(_BILLION).interval())
    return [
        {
            "firm": firm,
            "now": now.to(_BILLION).central,
            "stopped": stopped.to(_BILLION).central,
            "low": low,
            "high": high,
        }
    ]


@dataclass(frozen=True, slots=True)
class _Revision:
    """A firm's new guidance for a year beside the one before it."""

    firm: str
    published: date
    up: bool
    facts: tuple[Fact, Fact]


def _revisions(facts: Facts) -> list[_Revision]:
    found = []
    for firm in RACERS:
        by_year: dict[str, list[Fact]] = {}
        for fact in sorted(facts.find(firm, "capex_guidance"), key=lambda each: each.published):
            if fact.midpoint() is not None:
                by_year.setdefault(fact.period, []).append(fact)
        for guided in by_year.values():
            for before, after in pairwise(guided):
                old, new = before.midpoint(), after.midpoint()
                if old is not None and new is not None and new != old:
                    found.append(_Revision(firm, after.published, new > old, (before, after)))
    return found


def _sign_test(case: Case) -> dict[str, Figure]:
    """Compare the sign the model gives to rivals' next revision of guidance with what came.

    The model sees only the facts of the day of the first revision.
    """
    revisions = _revisions(case.facts)
    hits, same, pairs = 0, 0, 0
    used: list[Fact] = []
    for first in revisions:
        then = case.facts.known_on(first.published)
        building = _building(then)
        if first.firm not in building:
            continue
        answers = _Race.of(building, case.scenario).reactions(first.firm)
        for firm, answer in answers.items():
            later = [r for r in revisions if r.firm == firm and r.published > first.published]
            if not later:
                continue
            following = min(later, key=lambda each: each.published)
            hits += (answer.central > 0) == (following.up == first.up)
            same += following.up == first.up
            pairs += 1
            used += [*first.facts, *following.facts]
    if not used:
        return {}
    lineage = Lineage(frozenset(fact.fact_id for fact in used), frozenset(_SWEPT))
    counts = {"sign_cases": pairs, "sign_hits": hits, "sign_same_way": same}
    return {name: Figure.of(count, ONE, Grade.DERIVED, lineage) for name, count in counts.items()}
