"""What an hour of an accelerator costs its owner, and what the market asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rekening.assumptions import Scenario
from rekening.facts import Fact, Facts, Figure
from rekening.facts.units import ONE, conversion
from rekening.sites.build import power_use
from rekening.sites.capital import CostOfCapital
from rekening.sites.evidence import best, pool, pooled
from rekening.sites.recovery import depreciation_allowance, user_cost_factor

__all__ = [
    "HourCost",
    "HourInputs",
    "accelerator_hour",
    "chip_power",
    "electricity_price",
    "full_use",
    "hour_inputs",
    "market_rents",
    "tax_allowance",
    "yearly_charge",
]

_COMMON = "nvidia_h100"
"""The chip of which most was told."""
_MARKET = "rental_price_market"
_OTHER_RENTS = (
    "rental_price_on_demand",
    "rental_price_contract_1y",
    "rental_index_ornn",
    "rental_price_median_listed",
)
"""Rents of a market as a whole; list prices of single sellers are left out."""


@dataclass(frozen=True, slots=True)
class HourCost:
    """Cost of an hour of one accelerator, dollars, by part: equipment, site, energy, operations.

    Attributes
    ----------
    full_use
        Cost of each hour that exists.
    utilisation
        Share of the hours that somebody pays for or that are put to use.
    """

    full_use: Mapping[str, Figure]
    utilisation: Figure

    @property
    def total_at_full_use(self) -> Figure:
        """Cost of an hour if every hour is used, as most published cost models state it."""
        return Figure.total(self.full_use.values())

    @property
    def total(self) -> Figure:
        """Cost of an hour in use."""
        return self.total_at_full_use / self.utilisation


@dataclass(frozen=True, slots=True, kw_only=True)
class HourInputs:
    """What an hour of one accelerator is worked out from.

    Attributes
    ----------
    system, site
        Dollars per accelerator: chip, server and network; and building, power supply and cooling.
    life_equipment, life_site
        Years.
    energy, operations
        Dollars per accelerator and year.
    """

    system: Figure
    site: Figure
    life_equipment: Figure
    life_site: Figure
    energy: Figure
    operations: Figure


def tax_allowance(scenario: Scenario, required: Figure, *, equipment: bool) -> Figure:
    """Present value, per dollar, of the depreciation that the tax office accepts."""
    life = scenario["tax_life_equipment" if equipment else "tax_life_building"].figure()
    slow = Figure.combine(depreciation_allowance, required, life, unit=ONE)
    if not equipment:
        return slow
    at_once = scenario["expensed_share_of_equipment"].figure()
    return at_once + slow - at_once * slow


def yearly_charge(
    scenario: Scenario, funding: CostOfCapital, dollars: Figure, life: Figure, *, equipment: bool
) -> Figure:
    """Capital recovery per year before tax, with the tax breaks that the firm has."""
    allowance = tax_allowance(scenario, funding.required, equipment=equipment)
    factor = Figure.combine(
        user_cost_factor, funding.required, life, funding.tax_rate, allowance, unit="1/year"
    )
    return dollars * factor


def electricity_price(facts: Facts, scenario: Scenario) -> Figure:
    """Price of electricity for large users: spread over the US states with a published price, USD/MWh."""
    concept = "electricity_price_industrial"
    states = sorted({fact.entity for fact in facts.find(concept=concept) if fact.entity.startswith("us_")})
    found = [facts.latest(state, concept).figure() for state in states]
    price = pool(concept, found) if found else scenario["electricity_price_otherwise"].figure()
    return price.to("USD/MWh")


def chip_power(facts: Facts, scenario: Scenario, chip: str) -> Figure:
    """IT power per accelerator with its share of hosts, network and storage, W/chip.

    Where nobody told it, that of an H100 in proportion to what the boards take; without those, an assumption.
    """
    whole = [(chip, "it_power_per_chip"), (chip, "server_power_per_chip")]
    power = best(facts, whole, scenario["chip_it_power_otherwise"])
    boards = [facts.latest(each, "board_power").figure() for each in (chip, _COMMON)]
    told = any(not facts.latest(*subject).figure().missing for subject in whole)
    if chip != _COMMON and not told and not any(board.missing for board in boards):
        power = chip_power(facts, scenario, _COMMON) * (boards[0] / boards[1])
    return Figure(power.draws, "W/chip", power.grade, power.lineage)


def system_cost(facts: Facts, scenario: Scenario, chip: str, year: str | None) -> Figure:
    """Dollars per accelerator of the whole system, network included and building not.

    Parameters
    ----------
    year
        Of purchase; None for the newest estimate of a whole system.
    """
    if year is None:
        known = facts.latest(chip, "system_cost_per_chip").figure()
        if not known.missing:
            return known * scenario["system_cost_error"].figure()
        price = facts.latest(chip, "chip_price").figure()
    else:
        price = facts.get(chip, "chip_price", year).figure()
    if price.missing:
        return Figure.unknown("USD/chip")
    return price * scenario["system_over_chip_price"].figure()


def hour_inputs(
    facts: Facts, scenario: Scenario, firm: str, *, chip: str, year: str | None = None
) -> HourInputs:
    """What an hour of `chip` at a site of `firm` is worked out from.

    Parameters
    ----------
    year
        Of purchase; None for the newest price.
    """
    system = system_cost(facts, scenario, chip, year).to("USD/chip")
    power = chip_power(facts, scenario, chip)
    per_megawatt = pooled(
        facts,
        "site_cost_per_megawatt",
        [("us", "construction_cost_per_mw"), ("ai_datacenter", "facility_capex_per_mw")],
        scenario["site_cost_per_megawatt_otherwise"],
    )
    site = (power * per_megawatt).to("USD/chip")
    pue = power_use(facts, scenario, firm)
    energy = power * scenario["power_load_factor"].figure() * pue * electricity_price(facts, scenario)
    operations = (system + site) * scenario["operations_cost_share"].figure()
    return HourInputs(
        system=system,
        site=site,
        life_equipment=scenario["accelerator_life_years"].figure(),
        life_site=scenario["building_life_years"].figure(),
        energy=energy.to("USD/chip/year"),
        operations=operations.to("USD/chip/year"),
    )


def full_use(scenario: Scenario, inputs: HourInputs, funding: CostOfCapital | None) -> dict[str, Figure]:
    """Cost of each hour that exists by part, USD/chip/hour.

    Parameters
    ----------
    funding
        What funders require; None to write off in a straight line, with no return to them and no profit tax.
    """

    def charge(dollars: Figure, life: Figure, *, equipment: bool) -> Figure:
        if funding is None:
            return dollars / life
        return yearly_charge(scenario, funding, dollars, life, equipment=equipment)

    hour = conversion("hour", "year")
    parts = {
        "equipment": charge(inputs.system, inputs.life_equipment, equipment=True),
        "site": charge(inputs.site, inputs.life_site, equipment=False),
        "energy": inputs.energy,
        "operations": inputs.operations,
    }
    return {
        name: Figure(part.draws * hour, "USD/chip/hour", part.grade, part.lineage)
        for name, part in parts.items()
    }


def accelerator_hour(
    facts: Facts,
    scenario: Scenario,
    firm: str,
    funding: CostOfCapital,
    *,
    chip: str,
    year: str | None = None,
) -> HourCost:
    """Cost of an hour of `chip` in the hands of `firm`; missing where no price of the chip is known.

    (capital recovery by asset class at the firm's own cost of capital over each class's life + energy +
    staff and maintenance) / (hours x utilisation).
    """
    inputs = hour_inputs(facts, scenario, firm, chip=chip, year=year)
    return HourCost(full_use(scenario, inputs, funding), scenario["hours_in_use"].figure())


def market_rents(facts: Facts, chip: str) -> dict[str, list[Fact]]:
    """Rents of an hour of `chip` by calendar year: of the whole market where told, else all others told."""
    found: dict[str, list[Fact]] = {}
    for concepts in ((_MARKET,), _OTHER_RENTS):
        told = [fact for concept in concepts for fact in facts.find(chip, concept)]
        by_year: dict[str, list[Fact]] = {}
        for fact in told:
            if fact.midpoint() is not None and fact.end is not None:
                by_year.setdefault(str(fact.end.year), []).append(fact)
        found = by_year | found
    return dict(sorted(found.items()))
