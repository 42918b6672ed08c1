"""How dependent do we become? Concentration, what credit adds to an hour, and how both move prices."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Facts, Figure
from rekening.facts.units import ONE
from rekening.market.concentration import MARKETS, Concentration, concentration, latest_by_market
from rekening.market.moat import Moat, moat
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
}
"""What regulators and researchers found, by country."""


def how_dependent(case: Case) -> Outcome:
    """Measure how few sellers there are, what being large saves, and what that does to what is passed on."""
    facts, scenario = case.facts, case.scenario
    markets = latest_by_market(facts)
    values: dict[str, Figure] = {}
    for found in markets:
        values[f"hhi_{found.market}"] = found.hhi
        values[f"leader_{found.market}"] = found.shares[found.leader]
    cloud = next((found for found in markets if found.market == _CLOUD), None)
    if cloud is not None:
        values["cloud_four"] = cloud.cr4
        values |= _passed_on(scenario, cloud)
    told = {name: facts.latest(*subject).figure() for name, subject in _COUNTRY.items()}
    values |= {name: figure for name, figure in told.items() if not figure.missing}
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
        tables=_tables(facts, markets, credit),
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


def _passed_on(scenario: Scenario, cloud: Concentration) -> dict[str, Figure]:
    """Pass-through in the cloud at the conduct that its concentration implies, and if one firm had it all.

    Among Cournot sellers of one good conduct is the index over 10,000.
    """
    inputs = [scenario[f"cloud_{what}"].figure() for what in ("demand_elasticity", "supply_elasticity")]
    curvature = scenario["cloud_demand_curvature"].figure()

    def rate(conduct: Figure) -> Figure:
        return Figure.combine(pass_through, *inputs, conduct, curvature, unit=ONE)

    found = {"passed_on": rate(cloud.hhi / 10_000)}
    with suppress(InputError):  # a scenario may leave a monopoly without an equilibrium
        found["passed_on_by_one"] = rate(Figure.of(1))
    return found


def _per_household(facts: Facts, values: dict[str, Figure]) -> dict[str, Figure]:
    homes = facts.latest("eu27", "households").figure()
    if "eu_spend" not in values or homes.missing:
        return {}
    return {"eu_spend_per_household": values["eu_spend"] / homes}


def _unknown(markets: Sequence[Concentration]) -> list[str]:
    known = {found.market for found in markets}
    return [f"market_{name}" for name in MARKETS if name not in known]


def _tables(facts: Facts, markets: Sequence[Concentration], credit: Sequence[Moat]) -> list[Table]:
    tables = [_table("markets", markets, ("market", "period", "leader"))] if markets else []
    history = concentration(facts, _CLOUD)
    if len(history) > 1:
        tables.append(_table("cloud_over_time", history, ("period", "leader", "leader_share")))
    if credit:
        rows: list[dict[str, Cell]] = [
            {"firm": each.firm, "interest": each.debt, "hour": each.hour, "extra": each.extra}
            for each in credit
        ]
        tables.append(
            Table(
                name="moat",
                columns=("firm", "interest", "hour", "extra"),
                rows=rows,
                formats={"interest": "percent", "hour": "price", "extra": "price"},
            )
        )
    return tables


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
