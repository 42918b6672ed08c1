"""How dependent do we become? Concentration, lock-in, what credit adds to an hour, and what moves prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Fact, Facts, Figure
from rekening.facts.units import ONE
from rekening.market.compute import MARKET as OWNED
from rekening.market.compute import compute_owned
from rekening.market.concentration import MARKETS, Concentration, concentration, latest_by_market
from rekening.market.lock_in import conduct_under_lock_in, kept_by_cost, rivalry_left
from rekening.market.moat import Moat, moat
from rekening.market.notch import rating_of
from rekening.payers import pass_through
from rekening.payers.scopes import BUILDERS
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table

__all__ = ["how_dependent"]

_CHIP = "nvidia_h100"
_CLOUD = "cloud_infrastructure_world"
_COUNTRY = {
    "us_share_of_eu_cloud": ("eu", "us_share_of_cloud_software_spend"),
    "eu_spend": ("eu", "spend_on_us_cloud_and_software"),
    "european_cloud_share": ("european_providers", "market_share_cloud_infrastructure_europe"),
    "dutch_state_on_big_three": ("nl_rekenkamer", "material_services_from_us_big3_share"),
    "dutch_ads_abroad": ("international_platforms", "market_share_digital_advertising_nl"),
    "switching": ("uk_cma", "cloud_switching_rate"),
    "top_five_compute": ("top5_hyperscalers", "share_ai_compute_owned"),
    "state_in_public_cloud": ("nl_rekenkamer", "public_cloud_share"),
    "state_without_risk_check": ("nl_rekenkamer", "material_services_without_risk_assessment_share"),
}
"""What regulators and researchers found, by country."""
_PLACE = {
    "us_share_of_eu_cloud": "eu",
    "european_cloud_share": "eu",
    "state_in_public_cloud": "nl",
    "dutch_state_on_big_three": "nl",
    "state_without_risk_check": "nl",
    "dutch_ads_abroad": "nl",
    "switching": "uk",
}
"""Findings that are shares, in the order of the country table, and their place."""


def how_dependent(case: Case) -> Outcome:
    """Measure how few sellers there are, what being large saves, and what that does to what is passed on."""
    facts, scenario = case.facts, case.scenario
    compute = compute_owned(facts)
    markets = [*latest_by_market(facts), *compute[-1:]]
    values: dict[str, Figure] = {}
    for found in markets:
        values[f"hhi_{found.market}"] = found.hhi
        values[f"leader_{found.market}"] = found.shares[found.leader]
    known = {name: facts.latest(*subject) for name, subject in _COUNTRY.items()}
    told = {name: fact.figure() for name, fact in known.items()}
    cloud = next((found for found in markets if found.market == _CLOUD), None)
    passed: list[Table] = []
    if cloud is not None:
        values["cloud_four"] = cloud.cr4
        conducts = _conducts(scenario, cloud, told["switching"])
        values |= _passed_on(scenario, conducts)
        passed.append(_conduct_table(conducts, values))
    values |= {name: figure for name, figure in told.items() if not figure.missing}
    country = _country_table({name: fact for name, fact in known.items() if not fact.missing})
    values |= _per_household(facts, values)
    credit = moat(facts, scenario, BUILDERS, _CHIP)
    if len(credit) > 1:
        values |= {
            "dearest_extra": credit[-1].extra,
            "dearest_extra_share": credit[-1].extra / credit[0].hour,
        }
    missing = [*(name for name, figure in told.items() if figure.missing), *_unknown(markets)]
    if len(credit) <= 1:
        missing.append("moat")
    return Outcome(
        question="how_dependent",
        case=case,
        values=values,
        tables=[*_tables(facts, markets, compute, credit), *passed, *([country] if country.rows else [])],
        chart=[_chart_row(scenario, found) for found in markets],
        missing=missing,
        flags={
            "has_cloud": cloud is not None,
            "has_moat": len(credit) > 1,
            "has_eu": "eu_spend_per_household" in values,
            "data_act": _applies(facts, "eu_data_act"),
            **{f"has_{name}": name in values for name in _COUNTRY},
        },
    )


def _applies(facts: Facts, law: str) -> bool:
    """Whether a law applied on the day of the facts."""
    when = facts.latest(law, "applicable").end
    return when is not None and when <= facts.as_of


def _conducts(scenario: Scenario, cloud: Concentration, leaves: Figure) -> dict[str, Figure]:
    """Conduct of the sellers of the cloud by what holds their customers, and if one seller had it all.

    Among Cournot sellers of one good conduct is the index over 10,000. What moving costs holds some customers
    (see `rekening.market.lock_in`). If cost is all that keeps those who stay, more are held.

    Parameters
    ----------
    leaves
        Share of customers who leave their seller in a year.
    """
    free = cloud.hhi / 10_000
    elasticity = scenario["cloud_demand_elasticity"].figure()
    bills = scenario["months_of_spend_to_move_cloud"].figure().to("year")
    cost = bills / scenario["years_a_move_must_pay"].figure()

    def held(kept: Figure) -> Figure:
        rivalry = Figure.combine(rivalry_left, free, kept, unit=ONE)
        return Figure.combine(conduct_under_lock_in, free, rivalry, unit=ONE)

    found = {"free": free, "cost": held(Figure.combine(kept_by_cost, free, elasticity, cost, unit=ONE))}
    if not leaves.missing:
        found["stay"] = held(Figure.of(1) - leaves)
    return found | {"one": Figure.of(1)}


def _passed_on(scenario: Scenario, conducts: Mapping[str, Figure]) -> dict[str, Figure]:
    """Pass-through in the cloud by conduct, and what lock-in by the cost of moving does to it."""
    inputs = [scenario[f"cloud_{what}"].figure() for what in ("demand_elasticity", "supply_elasticity")]
    curvature = scenario["cloud_demand_curvature"].figure()
    found: dict[str, Figure] = {}
    for name, conduct in conducts.items():
        with suppress(InputError):  # a scenario may leave a monopoly without an equilibrium
            found[f"passed_on_{name}"] = Figure.combine(pass_through, *inputs, conduct, curvature, unit=ONE)
    if "passed_on_cost" in found:
        found["lock_in_adds"] = found["passed_on_cost"] - found["passed_on_free"]
    for name, conduct in conducts.items():
        found[f"lost_{name}"] = scenario["cloud_demand_elasticity"].figure() / conduct / 100
    return found


def _conduct_table(conducts: Mapping[str, Figure], values: Mapping[str, Figure]) -> Table:
    """With and without lock-in: sales that a price 1% higher costs a seller, and what is passed on."""
    rows: list[dict[str, Cell]] = [
        {
            "held": f"held.{name}",
            "lost": values[f"lost_{name}"],
            "passed_on": values.get(f"passed_on_{name}"),
        }
        for name in conducts
    ]
    return Table(
        name="lock_in",
        columns=("held", "lost", "passed_on"),
        rows=rows,
        formats={"lost": "percent", "passed_on": "percent"},
    )


def _per_household(facts: Facts, values: dict[str, Figure]) -> dict[str, Figure]:
    homes = facts.latest("eu27", "households").figure()
    if "eu_spend" not in values or homes.missing:
        return {}
    return {"eu_spend_per_household": values["eu_spend"] / homes}


def _unknown(markets: Sequence[Concentration]) -> list[str]:
    known = {found.market for found in markets}
    return [f"market_{name}" for name in (*MARKETS, OWNED) if name not in known]


def _country_table(told: Mapping[str, Fact]) -> Table:
    """What was counted for the Netherlands and the European Union, with the day it became public."""
    rows: list[dict[str, Cell]] = [
        {"place": f"place.{place}", "what": f"values.{name}", "part": fact.figure(), "known": fact.published}
        for name, place in _PLACE.items()
        if (fact := told.get(name)) is not None
    ]
    return Table(
        name="country",
        columns=("place", "what", "part", "known"),
        rows=rows,
        formats={"part": "percent"},
    )


def _tables(
    facts: Facts,
    markets: Sequence[Concentration],
    compute: Sequence[Concentration],
    credit: Sequence[Moat],
) -> list[Table]:
    tables = [_table("markets", markets, ("market", "period", "leader"))] if markets else []
    history = concentration(facts, _CLOUD)
    others = [
        each
        for market in MARKETS
        if market != _CLOUD and len(found := concentration(facts, market)) > 1
        for each in found
    ]
    if others:
        tables.append(_table("markets_over_time", others, ("market", "period", "leader")))
    for name, past in (("cloud_over_time", history), ("compute_over_time", compute)):
        if len(past) > 1:
            tables.append(_table(name, past, ("period", "leader", "leader_share")))
    if credit:
        rows: list[dict[str, Cell]] = [
            {
                "firm": each.firm,
                "rating": _rating(facts, each.firm),
                "interest": each.debt,
                "hour": each.hour,
                "extra": each.extra,
            }
            for each in credit
        ]
        tables.append(
            Table(
                name="moat",
                columns=("firm", "rating", "interest", "hour", "extra"),
                rows=rows,
                formats={"interest": "percent", "hour": "price", "extra": "price"},
            )
        )
    return tables


def _rating(facts: Facts, firm: str) -> str | None:
    """The newest rating of S&P, else of Moody's, as they write it."""
    rating = rating_of(facts, firm, "sp") or rating_of(facts, firm, "moodys")
    return None if rating is None else rating.text("rating")


def _table(name: str, found: Sequence[Concentration], first: tuple[str, ...]) -> Table:
    rows: list[dict[str, Cell]] = [
        {
            "market": f"market.{each.market}",
            "period": each.period,
            "leader": each.leader,
            "leader_share": each.shares[each.leader],
            "cr4": each.cr4,
            "hhi": each.hhi,
        }
        for each in found
    ]
    return Table(
        name=name,
        columns=(*first, "cr4", "hhi"),
        rows=rows,
        formats={"leader_share": "percent", "cr4": "percent", "hhi": "number"},
    )


def _chart_row(scenario: Scenario, found: Concentration) -> ChartRow:
    low, high = found.hhi.interval()
    line = scenario["hhi_concentrated"].central
    return {
        "market": f"market.{found.market}",
        "hhi": found.hhi.central,
        "low": low,
        "high": high,
        "line": line,
    }
