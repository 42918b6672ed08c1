"""From payers to people: households by region, by the route the money takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Facts, Figure
from rekening.payers.conservation import adds_up
from rekening.payers.recovery import Recovery

__all__ = ["REGIONS", "ROUTES", "Incidence", "households", "incidence"]

REGIONS = ("netherlands", "rest_of_eu", "united_states", "rest_of_world")
ROUTES = ("goods", "subscriptions", "employers", "work", "power_and_taxes", "capital", "return_forgone")
"""Advertised goods; own subscriptions; goods of firms that buy software; work; electricity and taxes;
savings and pensions in cash; and the return that those could have had."""

_WHERE = {
    "goods": "spending",
    "subscriptions": "spending",
    "employers": "spending",
    "work": "home",
    "power_and_taxes": "home",
    "capital": "ownership",
    "return_forgone": "ownership",
}


@dataclass(frozen=True, slots=True)
class Incidence:
    """Dollars per year by region and route; negative where people gain.

    Attributes
    ----------
    amounts
        By (region, route).
    households
        Number by region; missing where nobody published it.
    """

    amounts: Mapping[tuple[str, str], Figure]
    households: Mapping[str, Figure]

    def region(self, region: str, *routes: str) -> Figure:
        """All routes of a region together, or those named."""
        return Figure.total(self.amounts[region, route] for route in routes or ROUTES)

    def per_household(self, region: str, *routes: str) -> Figure:
        """Dollars per household per year."""
        return self.region(region, *routes) / self.households[region]


def households(facts: Facts, scenario: Scenario) -> dict[str, Figure]:
    """Number of households by region: the newest counts; those outside Europe and America are a parameter."""
    dutch = facts.latest("nl", "households").figure()
    union = facts.latest("eu27", "households").figure()
    return {
        "netherlands": dutch,
        "rest_of_eu": union - dutch if not (union.missing or dutch.missing) else Figure.unknown("households"),
        "united_states": facts.latest("us", "households").figure(),
        "rest_of_world": scenario["households_rest_of_world"].figure(),
    }


def region_shares(scenario: Scenario, where: str) -> dict[str, Figure]:
    """Share of each region in spending, ownership or at home; the rest of the world has what is left."""
    named = {region: scenario[f"{where}_share_{region}"].figure() for region in REGIONS[:-1]}
    return named | {REGIONS[-1]: Figure.of(1) - Figure.total(named.values())}


def routes(recovery: Recovery, scenario: Scenario) -> dict[str, Figure]:
    """What each route carries; together the bill.

    Advertisers and employers pass part of what they pay on in their own prices; the rest is borne by those
    who own them, as are the losses of lenders and of investors in labs.
    """
    passed = {name: scenario[f"{name}_pass_on"].figure() for name in ("advertisers", "employers")}
    ads, business = recovery.sum_of("ads"), recovery.sum_of("bundles", "cloud")
    goods, employers = ads * passed["advertisers"], business * passed["employers"]
    return {
        "goods": goods,
        "subscriptions": recovery.sum_of("subscriptions"),
        "employers": employers,
        "work": recovery.sum_of("efficiency"),
        "power_and_taxes": recovery.sum_of("taxpayers", "electricity_customers"),
        "capital": Figure.total(
            [
                ads - goods,
                business - employers,
                recovery.sum_of("investors"),
                recovery.lenders,
                recovery.cash_borne,
            ]
        ),
        "return_forgone": recovery.return_forgone,
    }


def incidence(recovery: Recovery, facts: Facts, scenario: Scenario) -> Incidence:
    """Spread a bill over the households of the world.

    Raises
    ------
    InputError
        If the regions do not sum to the bill.
    """
    carried = routes(recovery, scenario)
    shares = {where: region_shares(scenario, where) for where in sorted(set(_WHERE.values()))}
    amounts = {
        (region, route): carried[route] * shares[_WHERE[route]][region]
        for region in REGIONS
        for route in ROUTES
    }
    if not adds_up(amounts.values(), recovery.bill.total):
        raise InputError("what households bear does not add up to the bill")
    return Incidence(amounts, households(facts, scenario))
