"""Published models of an accelerator-hour beside this one, and what of the gap their own inputs explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from rekening.assumptions import Scenario
from rekening.facts import Fact, Facts, Figure
from rekening.sites.capital import CostOfCapital
from rekening.sites.hour import HourInputs, full_use, hour_inputs

__all__ = ["FULL_USE", "Bridge", "bridge"]

FULL_USE = "owned_cost_per_gpu_hour_full_use"
"""Cost of an hour of a chip that always runs, in a published model."""
_SITE = "ai_datacenter"
_OF_THE_SITE = "nvidia_b200"
"""Chip of the one model that tells what its site costs by part; of the others only the outcome is told."""
_LIVES = ("useful_life_it_equipment_model", "useful_life_facility_model")


@dataclass(frozen=True, slots=True)
class Bridge:
    """From this model's cost of an hour to a published one; all in dollars per hour.

    Attributes
    ----------
    steps
        What changes as its inputs take the place of this model's, one after the other.
    rest
        What none of the inputs told explains.
    """

    ours: Figure
    steps: Mapping[str, Figure]
    rest: Figure
    theirs: Figure


def bridge(facts: Facts, scenario: Scenario, firm: str, funding: CostOfCapital, chip: str) -> Bridge | None:
    """Walk from the cost of an hour at full use to a published one; None where none tells its lives.

    The model writes off in a straight line, as far as its text says. That is taken to hold for every chip on
    the same page; prices, energy and operations are put in for the chip of its site only.
    """
    published = facts.latest(chip, FULL_USE)
    theirs = published.figure()
    equipment, site = (_told(facts, published, name) for name in _LIVES)
    if theirs.missing or equipment.missing or site.missing:
        return None
    ours = hour_inputs(facts, scenario, firm, chip=chip)
    if ours.system.missing:
        return None
    inputs = replace(ours, life_equipment=equipment, life_site=site)
    stages: dict[str, tuple[HourInputs, CostOfCapital | None]] = {
        "lives": (inputs, funding), "return": (inputs, None)
    }  # fmt: skip
    if chip == _OF_THE_SITE:
        for name, figure in _of_the_site(facts, published, equipment).items():
            inputs = replace(inputs, **{name: figure})
            stages[name] = inputs, None
    costs = [Figure.total(full_use(scenario, *each).values()) for each in ((ours, funding), *stages.values())]
    told = Figure(theirs.draws, costs[0].unit, theirs.grade, theirs.lineage)
    return Bridge(
        ours=costs[0],
        steps={name: after - before for name, (before, after) in zip(stages, pairwise(costs), strict=True)},
        rest=told - costs[-1],
        theirs=told,
    )


def _told(facts: Facts, published: Fact, concept: str) -> Figure:
    """What the page of a published model says of its site; unknown where it does not."""
    rows = [row for row in facts.find(_SITE, concept) if row.source_url == published.source_url]
    return rows[-1].figure() if rows else Figure.unknown()


def _of_the_site(facts: Facts, published: Fact, life: Figure) -> dict[str, Figure]:
    """Inputs of the model that tells its site by part, per chip.

    Power per chip is what makes its cost of an hour out of its cost of a site. What the site costs beside
    servers counts as building, power and cooling.
    """
    whole, servers, energy, running, built = (
        _told(facts, published, name)
        for name in ("tco_per_gw_year", "server_cost_per_gw_year", "energy_cost_per_gw_year",
                     "opex_per_gw_year", "capex_per_gw")
    )  # fmt: skip
    power = (published.figure() / whole).to("GW")
    power = Figure(power.draws, "GW/chip", power.grade, power.lineage)
    bought = servers * life
    return {
        "system": (bought * power).to("USD/chip"),
        "site": ((built - bought) * power).to("USD/chip"),
        "energy": (energy * power).to("USD/chip/year"),
        "operations": ((running - energy) * power).to("USD/chip/year"),
    }
