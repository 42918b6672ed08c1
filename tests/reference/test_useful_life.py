"""Published effects of a change of useful life, against depreciation by vintage."""

from __future__ import annotations

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts
from rekening.sites import cost_shares, investment
from rekening.sites.vintages import ages, profit_effect


def test_metas_servers_from_five_to_five_and_a_half_years_in_2025():
    """Meta told on 29 January 2025: depreciation of 2025 lower by about $2.9 billion.

    By vintage the model finds 1.4 to 1.6 billion: about half. The facts start in 2022, so the older servers
    are missing whose life was longest under way and whose yearly charge falls most; the sum must come out
    lower than what Meta told, and not by an order of magnitude.
    """
    facts, scenario = Facts.load("2025-11-03"), Scenario.load()
    told = -facts.get("meta", "depreciation_effect_useful_life", "2025").value
    spending = investment(facts, "meta")
    change = min(quarter.start for quarter in spending if quarter.year == 2025)
    start = -ages(list(spending), change) + scenario["compute_lag_years"].central
    shares = cost_shares(facts, scenario)
    computers = (shares["servers"] + shares["network"]).interval()
    dollars = np.asarray([figure.central for figure in spending.values()])
    at = np.linspace(0, 1, 101)
    low, high = (
        float(np.mean(profit_effect(dollars * share, start, at, old_life=5, new_life=5.5, change=0)))
        for share in computers
    )
    assert 0.4 * told < low < high < told
