"""Price rises by channel with their dates: those that are expected, and those that the facts tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, Quarter
from rekening.numerics import DAYS_A_YEAR, STEP_YEARS
from rekening.payers import LATER, NOW, SOLD, Bill, channels_of
from rekening.payers.mine.profile import name_of
from rekening.payers.prices import LISTED, PriceChange, expected_rise, next_step, price_changes, uplifts
from rekening.questions.outcome import Cell, Table

__all__ = ["expected_prices", "price_tables"]

YEAR, AI = "year", "ai"
"""A year ahead; the part of the later rise that AI brings."""

Expected: TypeAlias = Mapping[tuple[str, str], Figure]


def expected_prices(
    facts: Facts, scenario: Scenario, bills: Mapping[str, Mapping[str, Bill]]
) -> dict[tuple[str, str], Figure]:
    """Rises that are expected of each channel, over the firms that sell by it, weighted by what they earn.

    Parameters
    ----------
    bills
        By moment and firm.

    Returns
    -------
    By channel and moment: a year ahead, later, and of the latter what AI brings.
    """
    found: dict[tuple[str, str], Figure] = {}
    firms = [firm for firm in bills[NOW] if firm in bills[LATER]]
    own = {
        firm: uplifts(facts, scenario, firm, {when: bills[when][firm] for when in (NOW, LATER)})
        for firm in firms
    }
    earned = {firm: channels_of(facts, scenario, firm, NOW, funders="firm") for firm in firms}
    for channel in SOLD:
        sellers = [firm for firm in firms if channel in own[firm]]
        if not sellers:
            continue
        whole = Figure.total(earned[firm][channel].revenue for firm in sellers)
        uplift = Figure.total(own[firm][channel] * earned[firm][channel].revenue for firm in sellers) / whole
        found[channel, YEAR] = expected_rise(scenario, uplift, 1)
        found[channel, LATER] = expected_rise(scenario, uplift, scenario["years_until_later"].central)
        found[channel, AI] = uplift
    return found


def price_tables(facts: Facts, scenario: Scenario, expected: Expected) -> list[Table]:
    """What is expected of each channel with its days, and what the facts tell of the last years."""
    changes = price_changes(facts)
    channels = [channel for channel in SOLD if (channel, LATER) in expected]
    rows = [_expected_row(facts, scenario, expected, channel, changes) for channel in channels]
    formats = dict.fromkeys((YEAR, LATER, "from_ai"), "percent")
    days = ("step_early", "step_late", "announced")
    dated = [row for row in rows if any(row[day] for day in days)]
    recent = facts.as_of - timedelta(days=scenario["years_until_later"].central * DAYS_A_YEAR)
    told = [_told_row(change) for change in changes if change.day > recent]
    tables = [
        Table(name="prices_expected", columns=("channel", *formats), rows=rows, formats=formats),
        Table(name="prices_dated", columns=("channel", *days), rows=dated),
        Table(
            name="prices_told",
            columns=("channel", "provider", "what", "day", "change"),
            rows=sorted(told, key=lambda row: SOLD.index(str(row["channel"]).rpartition(".")[2])),
            formats={"change": "percent"},
        ),
    ]
    return [table for table in tables if table.rows]


def _expected_row(
    facts: Facts, scenario: Scenario, expected: Expected, channel: str, changes: Sequence[PriceChange]
) -> dict[str, Cell]:
    """A channel: its rises, when the next step of a list price falls, and the first one announced."""
    early, late = _next(facts, scenario, expected[channel, AI], channel)
    to_come = [each.day for each in changes if each.channel == channel and each.day > facts.as_of]
    return {
        "channel": f"channel.{channel}",
        YEAR: expected[channel, YEAR],
        LATER: expected[channel, LATER],
        "from_ai": expected[channel, AI],
        "step_early": early,
        "step_late": late,
        "announced": min(to_come, default=None),
    }


def _next(facts: Facts, scenario: Scenario, uplift: Figure, channel: str) -> tuple[str | None, str | None]:
    """Quarters between which the next step of a plan of the channel falls, with the chance of an interval."""
    if channel not in LISTED:
        return None, None
    early, late = next_step(scenario, uplift, channel).interval()
    return _in_years(facts.as_of, early), _in_years(facts.as_of, late) if late < STEP_YEARS else None


def _in_years(today: date, years: float) -> str:
    return str(Quarter.of(today + timedelta(days=round(years * DAYS_A_YEAR))))


def _told_row(change: PriceChange) -> dict[str, Cell]:
    return {
        "channel": f"channel.{change.channel}",
        "provider": name_of(change.provider),
        "what": (change.what, change.name) if change.what else change.name,
        "day": change.day,
        "change": change.change,
    }
