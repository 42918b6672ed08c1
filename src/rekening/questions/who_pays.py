"""Who pays? The bill by channel, now and once subsidies end, down to a user and a household."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rekening.facts import Facts, Figure
from rekening.payers import CHANNELS, NOW, REGIONS, ROUTES, Incidence, Recovery, drivers, incidence
from rekening.payers.channels import sells_ai
from rekening.payers.scopes import MOMENTS, Scopes
from rekening.questions.budget import assumed_by_step, budget, unknowns, weight
from rekening.questions.earn_back import scopes_of, users_of
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.questions.prices import expected_prices, price_tables
from rekening.questions.sums import chance_below_zero

__all__ = ["who_pays"]

_BILLION = "gigaUSD/year"
_MOST_DRIVERS = 12
_EXPLAINED = (
    "bill_now", "bill_later", "customers_now", "customers_later", "owners_later", "together_later",
    "together_customers_later", "netherlands_later",
)  # fmt: skip
"""Results whose spread is taken apart."""
_WEIGHED = {
    "of_bill_now": "bill_now",
    "of_customers_now": "customers_now",
    "of_bill_later": "bill_later",
    "of_customers_later": "customers_later",
}
"""Results beside the large unknowns, by column."""
_PAYERS = (*CHANNELS, "lenders", "cash_borne", "return_forgone")
_FREE = ("capital", "return_forgone")
_OUTSIDE = (("us_states", "disclosed_tax_exemption_cost_sum"), ("us_va", "data_center_tax_exemption_cost"))


def who_pays(case: Case) -> Outcome:
    """Spread the bill over those who pay it, and the payers over the world's households."""
    facts = case.facts
    found = scopes_of(case)
    missing = [f"bill_{name}" for name in found.unknown]
    values: dict[str, Figure] = {}
    tables: list[Table] = []
    chart: list[ChartRow] = []
    known = not found.firm[NOW].total.missing
    if known:
        recoveries = {moment: found.of_firm(moment) for moment in MOMENTS}
        values |= _of_firm(facts, case.firm, recoveries)
        tables.append(_payers("payers", recoveries))
        chart = [_chart_row(name, recoveries) for name in _shown(recoveries)]
        loans = {moment: loan for moment in MOMENTS if (loan := found.of_loan(moment)) is not None}
        if loans:
            values |= {f"loan_customers_{moment}": loan.customers for moment, loan in loans.items()}
            values |= {f"loan_owners_{moment}": loan.shareholders for moment, loan in loans.items()}
            tables.append(_payers("payers_of_loan", loans))
    else:
        missing.append("bill_firm")
    if found.firms[NOW]:
        together = {moment: found.of_firms(moment) for moment in MOMENTS}
        spreads = {moment: incidence(each, facts, case.scenario) for moment, each in together.items()}
        values |= _of_households(together, spreads)
        tables += [_households(moment, spread) for moment, spread in spreads.items()]
        tables.append(_payers("payers_together", together))
        expected = expected_prices(facts, case.scenario, found.firms)
        values |= {f"price_{name}_{when}": rise for (name, when), rise in expected.items()}
        values["price_step"] = case.scenario["list_price_step"].figure()
        tables += price_tables(facts, case.scenario, expected)
    shares = drivers({name: values[name] for name in _EXPLAINED if name in values}, case.scenario)
    if "customers_later" in shares:
        tables.append(_drivers(values, shares))
        results = {name: values[key] for name, key in _WEIGHED.items()}
        weights = {name: shares[key] for name, key in _WEIGHED.items()}
        tables.append(unknowns(results, weights, case.scenario))
    steps = {
        "of_together": "together_later",
        "of_together_customers": "together_customers_later",
        "of_household": "netherlands_later",
    }
    if all(key in shares for key in steps.values()):
        tables.append(budget({name: shares[key] for name, key in steps.items()}))
        tables.append(assumed_by_step("of_household", shares[steps["of_household"]]))
    if users_of(facts, case.firm).missing:
        missing.append("users")
    for entity, concept in _OUTSIDE:
        waived = facts.latest(entity, concept).figure()
        if not waived.missing and "waived_tax" not in values:
            values["waived_tax"] = Figure(waived.draws, "USD/year", waived.grade, waived.lineage)
    if "waived_tax" not in values:
        missing.append("waived_tax")
    return Outcome(
        question="who_pays",
        case=case,
        values=values,
        tables=tables,
        chart=chart,
        missing=[*missing, "elasticities"],
        flags=_flags(values, found) | {"sells_ai": sells_ai(case.scenario, case.firm)},
    )


def _of_firm(facts: Facts, firm: str, recoveries: Mapping[str, Recovery]) -> dict[str, Figure]:
    users = users_of(facts, firm)
    values: dict[str, Figure] = {}
    for moment, recovery in recoveries.items():
        bill = recovery.bill.total
        values |= {
            f"bill_{moment}": bill,
            f"customers_{moment}": recovery.customers,
            f"customers_share_{moment}": _share(recovery.customers, bill),
            f"owners_{moment}": recovery.shareholders,
            f"owners_cash_{moment}": recovery.cash_borne,
            f"return_forgone_{moment}": recovery.return_forgone,
            f"owners_gain_{moment}": chance_below_zero(recovery.shareholders),
            f"lenders_lose_{moment}": chance_below_zero(-recovery.lenders),
        }
        values |= {f"{name}_{moment}": paid for name, paid in recovery.channels.items()}
        if not users.missing:
            values[f"per_user_{moment}"] = (recovery.customers / users).to("USD/person/year")
    return values


def _share(part: Figure, whole: Figure) -> Figure:
    """Part of a whole, draw by draw; nothing where the whole is nothing."""
    return Figure.combine(
        lambda a, b: np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0),
        part,
        whole,
        unit="1",
    )


def _of_households(together: Mapping[str, Recovery], spreads: Mapping[str, Incidence]) -> dict[str, Figure]:
    values: dict[str, Figure] = {}
    paid = tuple(route for route in ROUTES if route not in _FREE)
    for moment, recovery in together.items():
        values |= {
            f"together_{moment}": recovery.bill.total,
            f"together_customers_{moment}": recovery.customers,
            f"together_investors_{moment}": recovery.sum_of("investors"),
            f"together_owners_{moment}": recovery.shareholders,
        }
        for region in REGIONS:
            if not spreads[moment].households[region].missing:
                values[f"{region}_{moment}"] = _price(spreads[moment].per_household(region, *paid))
    return values


def _price(figure: Figure) -> Figure:
    return figure.to("USD/household/year")


def _cells(recovery: Recovery) -> dict[str, Figure]:
    return dict(recovery.channels) | {
        "lenders": recovery.lenders,
        "cash_borne": recovery.cash_borne,
        "return_forgone": recovery.return_forgone,
    }


def _shown(recoveries: Mapping[str, Recovery]) -> list[str]:
    """Payers that bear or gain something at some moment, in the order of the story."""
    found = [_cells(recovery) for recovery in recoveries.values()]
    return [name for name in _PAYERS if any(name in cells and any(cells[name].interval()) for cells in found)]


def _payers(name: str, recoveries: Mapping[str, Recovery]) -> Table:
    cells = {moment: _cells(recovery) for moment, recovery in recoveries.items()}
    rows: list[dict[str, Cell]] = [
        {"payer": f"payer.{payer}", **{moment: cells[moment].get(payer) for moment in cells}}
        for payer in _PAYERS
        if any(payer in found for found in cells.values())
    ]
    rows.append(
        {"payer": "payer.bill", **{moment: recovery.bill.total for moment, recovery in recoveries.items()}}
    )
    return Table(
        name=name, columns=("payer", *recoveries), rows=rows, formats=dict.fromkeys(recoveries, "money")
    )


def _households(moment: str, spread: Incidence) -> Table:
    """What a household pays by each route, a column a region; gains in savings and return forgone apart."""
    regions = [region for region in REGIONS if not spread.households[region].missing]
    rows: list[dict[str, Cell]] = [
        {
            "route": f"route.{route}",
            **{region: _price(spread.per_household(region, route)) for region in regions},
        }
        for route in ROUTES
    ]
    rows.append(
        {
            "route": "route.all",
            **{region: _price(spread.per_household(region)) for region in regions},
        }
    )
    return Table(
        name=f"households_{moment}",
        columns=("route", *regions),
        rows=rows,
        formats=dict.fromkeys(regions, "price"),
    )


def _drivers(values: Mapping[str, Figure], found: Mapping[str, Mapping[str, Figure]]) -> Table:
    """Shares of the variance of three results that single assumptions explain."""
    results = {"of_bill": "bill_later", "of_customers": "customers_later", "of_owners": "owners_later"}
    names = sorted(
        {name for key in results.values() for name in found[key]},
        key=lambda name: -max(found[key][name].central for key in results.values() if name in found[key]),
    )
    rows: list[dict[str, Cell]] = [
        {
            "assumption": name,
            **{column: weight(name, values[key], found[key]) for column, key in results.items()},
        }
        for name in names[:_MOST_DRIVERS]
    ]
    return Table(
        name="drivers", columns=("assumption", *results), rows=rows, formats=dict.fromkeys(results, "percent")
    )


def _chart_row(name: str, recoveries: Mapping[str, Recovery]) -> ChartRow:
    row: dict[str, float | str | None] = {"payer": f"payer.{name}"}
    for moment, recovery in recoveries.items():
        figure = _cells(recovery).get(name, Figure.of(0, "USD/year")).to(_BILLION)
        low, high = figure.interval()
        row |= {moment: figure.central, f"{moment}_low": low, f"{moment}_high": high}
    return row


def _flags(values: Mapping[str, Figure], found: Scopes) -> dict[str, bool]:
    return {
        "has_firm": "bill_now" in values,
        "has_loan": "loan_customers_now" in values,
        "has_users": "per_user_now" in values,
        "has_together": "together_now" in values,
        "has_prices": "price_bundles_later" in values,
        "has_dutch": "netherlands_now" in values,
        "customers_cover": "customers_later" in values
        and values["customers_later"].central > values["bill_later"].central,
    }
