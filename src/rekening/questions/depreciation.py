"""When profit feels what was bought: depreciation by year of purchase, and what another useful life does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rekening.facts import Facts, Figure, Quarter
from rekening.ledger.history import flow
from rekening.numerics import LIVES_COMPARED, QUARTERS
from rekening.payers import trailing_year
from rekening.questions.building import Building
from rekening.questions.outcome import Case, Cell, Found, Table
from rekening.questions.sums import add_up
from rekening.sites.useful_life import Vintage, effect_of_life, reported_life, vintages

__all__ = ["depreciation"]

_AHEAD = 2
"""Years shown after that of the day; the year before it is shown too."""
_REPORTED = ("depreciation_property_equipment", "depreciation_amortization")
"""What firms report of all that they own, narrowest first."""


def depreciation(case: Case) -> Found:
    """Spread what was bought, and what the futures buy, over the years whose profit it comes off."""
    found = Found()
    facts, scenario, firm = case.facts, case.scenario, case.firm
    own = Building(case, firm)
    if own.told:
        years = range(facts.as_of.year - 1, facts.as_of.year + _AHEAD + 1)
        days = [date(year, 1, 1) for year in (*years, years[-1] + 1)]
        ahead = {quarter: amount for quarter, amount in own.ahead.items() if quarter.year in years}
        by_year = vintages(facts, scenario, firm, {**ahead, **own.told}, days)
        so_far = vintages(facts, scenario, firm, own.told, [facts.as_of])
        found.values["still_to_come"] = add_up(vintage.left for vintage in so_far.values())
        found.groups["bought"] = [str(min(so_far)), str(max(so_far))]
        _by_vintage(found, facts, firm, by_year, years)
    _by_life(found, case)
    found.flags |= {
        "has_vintages": bool(own.told),
        "vintages_ahead": bool(own.told and own.ahead),
        "has_check": "charge_reported" in found.values,
        "has_lives": "short_life" in found.values,
    }
    return found


def _by_vintage(found: Found, facts: Facts, firm: str, by_year: Mapping[int, Vintage], years: range) -> None:
    """The table, its sum, and that sum beside what the firm reported of the first year."""
    charges = {year: dict(zip(years, vintage.charges, strict=True)) for year, vintage in by_year.items()}
    rows: list[dict[str, Cell]] = [
        {
            "bought_in": str(bought),
            "dollars": by_year[bought].bought,
            **{str(year): charge for year, charge in of_year.items() if year >= bought},
            "later": by_year[bought].left,
        }
        for bought, of_year in charges.items()
    ]
    sums = {str(year): add_up(of_year[year] for of_year in charges.values()) for year in years}
    rows.append(
        {
            "bought_in": "together",
            "dollars": add_up(vintage.bought for vintage in by_year.values()),
            **sums,
            "later": add_up(vintage.left for vintage in by_year.values()),
        }
    )
    first, last = str(years[0]), str(years[-1])
    found.values |= {"charge_first": sums[first], "charge_last": sums[last]}
    found.groups["charged"] = [first, last]
    reported = _reported(facts, firm, years[0])
    if not reported.missing:
        gap = reported - sums[first]
        found.values |= {"charge_reported": reported, "charge_gap": gap}
        rows += [{"bought_in": "reported", first: reported}, {"bought_in": "gap", first: gap}]
    columns = ("dollars", *sums, "later")
    found.tables.append(
        Table(
            name="vintages",
            columns=("bought_in", *columns),
            rows=rows,
            formats=dict.fromkeys(columns, "money"),
        )
    )


def _reported(facts: Facts, firm: str, year: int) -> Figure:
    """Depreciation of a calendar year of all that the firm owns, as it reported; missing where it did not."""
    told = (
        flow(facts, firm, concept, Quarter(year, 1), Quarter(year, QUARTERS)).figure()
        for concept in _REPORTED
    )
    return next((figure for figure in told if not figure.missing), Figure.unknown("USD"))


def _by_life(found: Found, case: Case) -> None:
    """Profit of the next year if machines lasted shorter or longer than the firm says."""
    facts, scenario, firm = case.facts, case.scenario, case.firm
    own = reported_life(facts, firm)
    effects = {
        life: effect_of_life(facts, scenario, firm, Figure.of(life, "year"))
        for life in LIVES_COMPARED
        if life != own.central
    }
    if any(effect.next_year.missing for effect in effects.values()):
        return
    earned = trailing_year(facts, firm, "operating_income")
    rows: list[dict[str, Cell]] = [
        {
            "life": f"life.{life}",
            "next_year": effect.next_year,
            "at_once": effect.at_once if effect.at_once.central else None,
            "of_profit": None if earned.missing else (effect.next_year / earned).to("year"),
        }
        for life, effect in effects.items()
    ]
    formats = {"next_year": "money", "at_once": "money", "of_profit": "percent"}
    found.tables.append(Table(name="lives", columns=("life", *formats), rows=rows, formats=formats))
    short = effects.get(LIVES_COMPARED[0])
    if short is not None and short.next_year.central < 0:
        found.values |= {"life_told": own, "short_life": short.next_year, "short_life_at_once": short.at_once}
