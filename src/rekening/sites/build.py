"""From dollars to accelerators, megawatts, electricity and water."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, kept
from rekening.numerics import BUILDS_KEPT
from rekening.sites.evidence import best, estimates, pool, pooled

__all__ = [
    "CLASSES",
    "EQUIPMENT",
    "LIVES",
    "Build",
    "build",
    "capex_per_megawatt",
    "cost_shares",
    "data_center_share",
    "power_use",
]

CLASSES = ("servers", "network", "power", "shell")
"""Asset classes: accelerators and other servers; network; power and cooling; land and building."""

EQUIPMENT = ("servers", "network")
"""Classes that are written off as machines; the others are written off as buildings."""

LIVES = {
    "servers": "accelerator_life_years",
    "network": "network_life_years",
    "power": "power_life_years",
    "shell": "building_life_years",
}
"""Parameter with the useful life of each asset class."""

_SHARES = {
    "servers": ("cost_share_gpu", "cost_share_cpu", "cost_share_storage"),
    "network": ("cost_share_networking",),
    "power": ("cost_share_mechanical_electrical",),
}
_SITE = "ai_datacenter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What a sum of money buys.

    Attributes
    ----------
    dollars
        The sum, by asset class.
    it_power, facility_power
        Power of the computers, and of the whole site (times PUE), MW.
    accelerators
        Packages, of the kind that is sold on the day of the facts.
    energy
        TWh per year at the site's own meter.
    water
        Cubic metres per year.
    """

    dollars: Mapping[str, Figure]
    it_power: Figure
    facility_power: Figure
    accelerators: Figure
    energy: Figure
    water: Figure

    @property
    def total(self) -> Figure:
        """All dollars."""
        return Figure.total(self.dollars.values())

    def times(self, factor: Figure) -> Build:
        """What that many times the sum buys: twice the money buys twice as much of everything."""
        return Build(
            dollars={name: dollars * factor for name, dollars in self.dollars.items()},
            it_power=self.it_power * factor,
            facility_power=self.facility_power * factor,
            accelerators=self.accelerators * factor,
            energy=self.energy * factor,
            water=self.water * factor,
        )


def data_center_share(scenario: Scenario, firm: str) -> Figure:
    """Part of what a firm builds that is data centers."""
    return scenario.of_firm(firm, "data_center_share_of_capex").figure()


@kept(BUILDS_KEPT)
def cost_shares(facts: Facts, scenario: Scenario) -> Mapping[str, Figure]:
    """Share of each asset class in the cost of a site; together one.

    Published break-downs where there are any, else parameters. Estimates of the share of computers lie far
    apart, so it carries an error of its own, taken from or given to power and shell in proportion.
    """
    published = {name: _sum_of_latest(facts, concepts) for name, concepts in _SHARES.items()}
    if any(figure.missing for figure in published.values()):
        published = {name: scenario[f"cost_share_{name}"].figure() for name in _SHARES}
    error = scenario["compute_share_error"].figure()
    one = Figure.of(1)
    computers = published["servers"] + published["network"]
    factor = (computers + error) / computers
    rest_before = one - computers
    rest = one - computers * factor
    power = published["power"] / rest_before * rest
    return {
        "servers": published["servers"] * factor,
        "network": published["network"] * factor,
        "power": power,
        "shell": rest - power,
    }


def _sum_of_latest(facts: Facts, concepts: tuple[str, ...]) -> Figure:
    return Figure.total(facts.latest(_SITE, concept).figure() for concept in concepts)


@kept(BUILDS_KEPT)
def capex_per_megawatt(facts: Facts, scenario: Scenario) -> Figure:
    """Dollars per MW of IT power, everything in, from all estimates published by the day of the facts.

    Estimates per MW of facility power count times the peak PUE. What outside estimates share in error is a
    parameter, so that a day with a single estimate is not taken for a day of certainty.
    """
    per_it = [(_SITE, "capex_per_gw"), ("stargate", "capex_per_mw_all_in"), ("nvidia", "capex_per_gw_claim")]
    found = [fact.figure().to("USD/MW") for fact in estimates(facts, per_it)]
    peak = scenario["pue_at_peak"].figure()
    found += [
        fact.figure().to("USD/MW") * peak
        for fact in estimates(facts, [(_SITE, "capex_per_gw_facility_power")])
    ]
    figure = pool("capex_per_megawatt", found) if found else scenario["capex_per_megawatt_otherwise"].figure()
    return figure.to("USD/MW") * scenario["site_cost_error"].figure()


@kept(BUILDS_KEPT)
def power_per_accelerator(facts: Facts, scenario: Scenario) -> Figure:
    """IT power per accelerator with its share of hosts, switches and storage, W per chip."""
    rack = best(facts, [("nvidia_gb200_nvl72", "rack_power")], scenario["rack_power_otherwise"])
    overhead = pooled(
        facts, "it_power_overhead", [(_SITE, "it_power_over_server_power")], scenario["it_power_overhead"]
    )
    return (rack / scenario["accelerators_per_rack"].figure() * overhead).to("W/chip")


def power_use(facts: Facts, scenario: Scenario, firm: str) -> Figure:
    """PUE of the firm's sites over a year: as the firm reports it, else that of public clouds."""
    return best(facts, [(firm, "pue"), ("world", "pue_public_cloud")], scenario["pue_otherwise"])


def build(facts: Facts, scenario: Scenario, firm: str, dollars: Figure) -> Build:
    """Work out what `dollars` of data centers buy for a firm at the prices known on the day of the facts."""
    shares = cost_shares(facts, scenario)
    it_power = (dollars / capex_per_megawatt(facts, scenario)).to("MW")
    pue = power_use(facts, scenario, firm)
    energy = (it_power * scenario["power_load_factor"].figure() * pue).to("TWh/year")
    water_per_energy = pooled(
        facts,
        "water_use",
        [(firm, "water_usage_effectiveness"), ("world", "water_usage_effectiveness")],
        scenario["water_use_otherwise"],
    )
    return Build(
        dollars={name: dollars * share for name, share in shares.items()},
        it_power=it_power,
        facility_power=it_power * pue,
        accelerators=(it_power / power_per_accelerator(facts, scenario)).to("chip"),
        energy=energy,
        water=(energy / pue * water_per_energy).to("cubic_metre/year"),
    )
