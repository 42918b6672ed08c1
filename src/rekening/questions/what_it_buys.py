"""What does it buy? From the dollars of the loan to chips, megawatts and electricity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, Record
from rekening.payers import trailing_year
from rekening.payers.scopes import BUILDERS
from rekening.questions.building import BOUGHT, Building, as_bought
from rekening.questions.chips import chip_hours
from rekening.questions.hour_models import beside_models, bridge_table, bridges
from rekening.questions.loan import loan_of
from rekening.questions.outcome import Case, Cell, Outcome, Table
from rekening.sites import CLASSES, LIVES, Build, accelerator_hour, build, cost_of_capital, market_rents
from rekening.sites.build import capex_per_megawatt
from rekening.sites.tokens import million_tokens
from rekening.sites.useful_life import effect_of_life, reported_life

__all__ = ["what_it_buys"]

_CHIP = "nvidia_h100"
_ASKED = "api_price_output"
_OWNER = {"alphabet": "Google"}
"""Owners of sites whose name in the table is not that of the firm."""
_BILLION = "gigaUSD"
_TOLD_AHEAD = ("money", "facility_power", "accelerators")
_AHEAD = {name: BOUGHT[name] for name in (*_TOLD_AHEAD, "energy", "water")}
"""Columns of the simulated years; power of the computers alone stands in the answer by quarter."""
_A_YEAR = Figure.of(1, "year")


def what_it_buys(case: Case) -> Outcome:
    """Follow the money of the loan into the ground; without a loan, that of the last four quarters.

    Beside it stands what the firm's own building of the simulated years to come buys.
    """
    facts, scenario = case.facts, case.scenario
    loan = loan_of(facts, case.firm)
    borrowed = loan is not None and not loan.principal.missing
    money = loan.principal if loan is not None and borrowed else _spent(facts, case.firm)
    missing = ["tokens", *([] if borrowed else ["loan"])]
    if money.missing:
        return Outcome(
            question="what_it_buys", case=case, values={}, missing=[*missing, "capex"], flags=_flags({})
        )
    made = build(facts, scenario, case.firm, money)
    use = _household_use(facts)
    values = {"money": money, **as_bought(made)} | {
        "money": money,
        "computers_share": (made.dollars["servers"] + made.dollars["network"]).over(money),
        "price_per_megawatt": capex_per_megawatt(facts, scenario),
    }
    if not use.missing:
        values["dutch_households"] = (made.energy / use).to("1")
    total = facts.latest("netherlands", "electricity_consumption_total").figure()
    if not total.missing:
        values["dutch_electricity"] = (made.energy / total).to("1")
    life = reported_life(facts, case.firm)
    shorter = effect_of_life(facts, scenario, case.firm, life - _A_YEAR).next_year
    if shorter.missing:
        missing.append("useful_life")
    else:
        values |= {"useful_life": life, "shorter_life": shorter}
    hour = accelerator_hour(
        facts, scenario, case.firm, cost_of_capital(facts, scenario, case.firm), chip=_CHIP
    )
    tables = [_classes(scenario, made)]
    if hour.total.missing:
        missing.append("chip_price")
    else:
        values |= {"hour": hour.total, "hour_at_full_use": hour.total_at_full_use}
        parts: list[dict[str, Cell]] = [
            {"part": f"hour.{name}", "cost": cost} for name, cost in hour.full_use.items()
        ]
        whole: dict[str, Cell] = {"part": "hour.total", "cost": hour.total_at_full_use}
        used: dict[str, Cell] = {"part": "hour.used", "cost": hour.total}
        tables.append(
            Table(
                name="hour", columns=("part", "cost"), rows=[*parts, whole, used], formats={"cost": "price"}
            )
        )
        tokens, prices = _tokens(facts, scenario, case.firm, hour.total)
        values |= prices
        tables.append(tokens)
        others = chip_hours(facts, scenario, case.firm)
        if len(others.rows) > 1:
            tables.append(others)
    told = bridges(facts, scenario, case.firm)
    beside = beside_models(facts, scenario, case.firm, told)
    if beside.rows:
        tables.append(beside)
    else:
        missing.append("models")
    if _CHIP in told:
        values |= {
            "published_hour": told[_CHIP].theirs,
            "without_return": told[_CHIP].steps["return"],
            "published_rest": told[_CHIP].rest,
        }
        tables.append(bridge_table(told))
    rents = _rents(facts, scenario, case.firm)
    if rents.rows:
        tables.append(rents)
    else:
        missing.append("rents")
    sites = _sites(facts, case.firm)
    runs = [row["runs"] for row in sites.rows if row["runs"] is not None]
    if sites.rows:
        tables.append(sites)
    if not runs:
        missing.append("sites")
    own = Building(case, case.firm)
    builders: dict[str, dict[str, Figure]] = {}
    if own.years:
        whole_run = own.buys(own.in_years(own.years))
        by_year = {str(year): own.buys(own.in_years((year,))) for year in own.years}
        builders = _by_firm(case, own)
        together = {name: Figure.total(row[name] for row in builders.values()) for name in _AHEAD}
        values |= {f"ahead_{name}": whole_run[name] for name in _TOLD_AHEAD}
        values["together_facility_power"] = together["facility_power"]
        tables += [
            _bought_table("ahead", "year", by_year | {"all_years": whole_run}),
            _bought_table("ahead_by_firm", "firm", builders | {"together": together}),
        ]
    else:
        missing.append("futures")
    return Outcome(
        question="what_it_buys",
        case=case,
        values=values,
        tables=tables,
        chart=[_chart_row(name, made) for name in CLASSES],
        missing=missing,
        groups={"years": [str(year) for year in own.years], "builders": list(builders)},
        flags=_flags(
            values,
            borrowed=borrowed,
            own_sites=bool(sites.rows),
            running_sites=bool(runs),
            has_rents=bool(rents.rows),
        ),
    )


def _flags(
    values: Mapping[str, Figure],
    *,
    borrowed: bool = False,
    own_sites: bool = False,
    running_sites: bool = False,
    has_rents: bool = False,
) -> dict[str, bool]:
    """Return the yes-or-no findings; all are no where nothing was found."""
    return {
        "borrowed": borrowed,
        "own_sites": own_sites,
        "running_sites": running_sites,
        "has_households": "dutch_households" in values,
        "has_hour": "hour" in values,
        "has_life": "useful_life" in values,
        "has_ahead": "ahead_money" in values,
        "has_model": "published_hour" in values,
        "has_rents": has_rents,
        "has_tokens": "tokens" in values and "tokens_cheapest" in values,
    }


def _by_firm(case: Case, own: Building) -> dict[str, dict[str, Figure]]:
    """What every builder that can be simulated buys, the firm first, over the years that all of them have."""
    found = {case.firm: own} | {firm: Building(case, firm) for firm in BUILDERS if firm != case.firm}
    simulated = {firm: each for firm, each in found.items() if each.years}
    years = [year for year in own.years if all(year in each.years for each in simulated.values())]
    return {firm: each.buys(each.in_years(years)) for firm, each in simulated.items()}


def _bought_table(name: str, key: str, rows: Mapping[str, Mapping[str, Figure]]) -> Table:
    return Table(
        name=name,
        columns=(key, *_AHEAD),
        rows=[{key: label, **row} for label, row in rows.items()],
        formats=_AHEAD,
    )


def _tokens(facts: Facts, scenario: Scenario, firm: str, hour: Figure) -> tuple[Table, dict[str, Figure]]:
    """Cost of a million tokens of each builder, and what labs ask for them."""
    found = {firm: hour} | {
        name: cost.total
        for name in BUILDERS
        if name != firm
        and not (
            cost := accelerator_hour(
                facts, scenario, name, cost_of_capital(facts, scenario, name), chip=_CHIP
            )
        ).total.missing
    }
    costs = {name: million_tokens(facts, scenario, _CHIP, cost) for name, cost in found.items()}
    rows: list[dict[str, Cell]] = [
        {"firm": name, "used_hour": found[name], "tokens": cost} for name, cost in costs.items()
    ]
    models = {row.entity for row in facts.find(concept=_ASKED)}
    asked = [facts.latest(model, _ASKED).figure() for model in sorted(models)]
    known = sorted((price for price in asked if not price.missing), key=lambda price: price.central)
    values = {"tokens": costs[firm]}
    if known:
        values |= {"tokens_cheapest": known[0], "tokens_dearest": known[-1]}
    table = Table(
        name="tokens_by_firm",
        columns=("firm", "used_hour", "tokens"),
        rows=rows,
        formats={"used_hour": "price", "tokens": "price"},
    )
    return table, values


def _spent(facts: Facts, firm: str) -> Figure:
    """Investment of a year, as a sum of money."""
    flow = trailing_year(facts, firm, "capex")
    return Figure(flow.draws, "USD", flow.grade, flow.lineage)


def _household_use(facts: Facts) -> Figure:
    """Electricity of an average Dutch home, less what it feeds back: as measured, else as expected."""
    delivered = facts.latest("nl", "household_electricity_net_delivered").figure()
    return (
        delivered
        if not delivered.missing
        else facts.latest("nl", "household_electricity_net_use_expected").figure()
    )


def _classes(scenario: Scenario, made: Build) -> Table:
    rows: list[dict[str, Cell]] = [
        {
            "class": f"class.{name}",
            "dollars": made.dollars[name],
            "share": made.dollars[name].over(made.total),
            "life": scenario[LIVES[name]].figure(),
        }
        for name in CLASSES
    ]
    return Table(
        name="classes",
        columns=("class", "dollars", "share", "life"),
        rows=rows,
        formats={"dollars": "money", "share": "percent", "life": "years"},
    )


def _rents(facts: Facts, scenario: Scenario, firm: str) -> Table:
    """What the market asked for an hour in use, and what one costs on a chip bought by then."""
    funding = cost_of_capital(facts, scenario, firm)
    bought = [fact.period for fact in facts.find(_CHIP, "chip_price") if fact.period.isdigit()]
    rows: list[dict[str, Cell]] = []
    for year, told in market_rents(facts, _CHIP).items():
        price = max((each for each in bought if each <= year), default=None)
        cost = (
            accelerator_hour(facts, scenario, firm, funding, chip=_CHIP, year=price).total if price else None
        )
        rows += [{"year": year, "kind": fact.concept, "rent": fact.figure(), "ours": cost} for fact in told]
    return Table(
        name="rents",
        columns=("year", "kind", "rent", "ours"),
        rows=rows,
        formats={"rent": "price", "ours": "price"},
    )


def _sites(facts: Facts, firm: str) -> Table:
    """Campuses of the firm: what runs and what is planned, from the newest rows about each."""
    name = _OWNER.get(firm) or facts.firm(firm).name
    rows_of: dict[str, list[Record]] = {}
    for row in facts.table("sites"):
        if row.text("owner") == name and row.number("facility_mw") and row["date"] is not None:
            rows_of.setdefault(row.text("site_id"), []).append(row)
    rows: list[dict[str, Cell]] = []
    for campus in rows_of.values():
        runs = _newest(
            row for row in campus if row.text("status") == "operational" and _day(row) <= facts.as_of
        )
        plan = _newest(row for row in campus if row.text("status") == "planned" and _day(row) > facts.as_of)
        if runs or plan:
            rows.append(
                {
                    "site": (runs or plan or campus[0]).text("name"),
                    "runs": runs.figure("facility_mw") if runs else None,
                    "planned": plan.figure("facility_mw") if plan else None,
                    "planned_for": str(_day(plan).year) if plan else None,
                }
            )
    return Table(
        name="sites",
        columns=("site", "runs", "planned", "planned_for"),
        rows=sorted(rows, key=lambda row: str(row["site"])),
        formats={"runs": "power", "planned": "power"},
    )


def _newest(rows: Iterable[Record]) -> Record | None:
    """Of the rows published last, the one that speaks of the last day."""
    return max(rows, key=lambda row: (row.published, _day(row)), default=None)


def _day(row: Record) -> date:
    return row.day("date") or date.min


def _chart_row(name: str, made: Build) -> dict[str, float | str | None]:
    dollars = made.dollars[name].to(_BILLION)
    low, high = dollars.interval()
    return {"class": f"class.{name}", "dollars": dollars.central, "low": low, "high": high}
