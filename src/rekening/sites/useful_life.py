"""What a year less of useful life would do to a firm's profit."""

from __future__ import annotations

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray
from rekening.numerics import LIFE_STEPS
from rekening.sites.build import cost_shares
from rekening.sites.vintages import ages, investment, profit_effect

__all__ = ["profit_of_shorter_life", "reported_life"]


def reported_life(facts: Facts, firm: str) -> Figure:
    """Useful life over which the firm says it writes servers off, years; missing where it has not said."""
    return facts.latest(firm, "useful_life_servers").figure()


def profit_of_shorter_life(facts: Facts, scenario: Scenario, firm: str) -> Figure:
    """Change of profit before tax over the next year if servers and network lasted a year less, dollars.

    By vintage, from the quarters of the facts; older equipment is left out. Missing where the firm's
    spending or its useful life is not known.
    """
    spending = investment(facts, firm)
    life = reported_life(facts, firm)
    if not spending or life.missing:
        return Figure.unknown("USD/year", life.lineage)
    start = -ages(list(spending), facts.as_of) + scenario["compute_lag_years"].central
    at = np.linspace(0, 1, LIFE_STEPS)

    def effect(years: FloatArray, *dollars: FloatArray) -> FloatArray:
        spent = np.asarray([float(each) for each in dollars])
        lost = profit_effect(spent, start, at, old_life=float(years), new_life=float(years) - 1, change=0)
        return np.asarray(np.mean(lost))

    per_dollar = Figure.combine(effect, life, *spending.values(), unit="USD/year")
    shares = cost_shares(facts, scenario)
    return per_dollar * (shares["servers"] + shares["network"])
