"""Published depreciation, and effects of a change of useful life, against depreciation by vintage."""

from __future__ import annotations

from datetime import date

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts
from rekening.sites import cost_shares, data_center_share, investment
from rekening.sites.vintages import ages, profit_effect, written_off


def computers(facts: Facts, scenario: Scenario) -> tuple[float, float]:
    """Part of what Meta builds that is servers and network of data centers: its 80% interval."""
    shares = cost_shares(facts, scenario)
    return ((shares["servers"] + shares["network"]) * data_center_share(scenario, "meta")).interval()


def test_metas_servers_from_five_to_five_and_a_half_years_in_2025():
    """Meta told on 29 January 2025: depreciation of 2025 lower by about $2.9 billion.

    By vintage the model finds 1.1 to 1.4 billion: under half. The facts start in 2022, so the older servers
    are missing whose life was longest under way and whose yearly charge falls most; the sum must come out
    lower than what Meta told, and above a third of it, since three of the five years in use are there.
    """
    facts, scenario = Facts.load("2025-11-03"), Scenario.load()
    told = -facts.get("meta", "depreciation_effect_useful_life", "2025").value
    spending = investment(facts, "meta")
    change = min(quarter.start for quarter in spending if quarter.year == 2025)
    start = -ages(list(spending), change) + scenario["compute_lag_years"].central
    dollars = np.asarray([figure.central for figure in spending.values()])
    at = np.linspace(0, 1, 101)
    low, high = (
        float(np.mean(profit_effect(dollars * share, start, at, old_life=5, new_life=5.5, change=0)))
        for share in computers(facts, scenario)
    )
    assert told / 3 < low < high < told


def test_metas_servers_and_network_in_2023_2024_and_2025():
    """Meta told on 29 January 2026 what it wrote off on servers and network: 7.3, 11.3 and 13.4 billion.

    The facts start in 2022, so the model finds a part of it, which must grow each year as the older
    machines leave the books, to most of it after four years; and never more than Meta told.
    """
    facts, scenario = Facts.load("2026-06-20"), Scenario.load()
    spending = investment(facts, "meta")
    dollars = np.asarray([[figure.central] for figure in spending.values()])
    parts = []
    for year, life in ((2023, 5), (2024, 5), (2025, 5.5)):
        turns = np.stack([ages(list(spending), date(turn, 1, 1)) for turn in (year, year + 1)])
        gone = written_off(dollars, life, turns - scenario["compute_lag_years"].central)[:, 0]
        told = facts.get("meta", "depreciation_servers_network", str(year)).value
        parts.append([(gone[1] - gone[0]) * share / told for share in computers(facts, scenario)])
    for first, second, third in zip(*parts, strict=True):
        assert first < second < third < 1
        assert third > 2 / 3
