"""Money in AI labs: who really pays for what the labs buy from the clouds.

A lab pays a cloud with what users pay, with what outside investors put in, and with what the cloud firms
themselves put in. The last goes round: out as an investment, back as revenue. It pays for nothing and is
netted to the firm that funded it; among the firms together all of it drops out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Figure, FloatArray
from rekening.facts.units import ONE

__all__ = ["LabShares", "lab_shares", "spending_without_subsidy"]


@dataclass(frozen=True, slots=True)
class LabShares:
    """Shares of what a cloud earns on AI.

    Attributes
    ----------
    users_now
        Paid by users of the cloud and of the labs.
    investors_now
        Paid by outside investors in the labs.
    round_trip
        The firms' own money coming back. The three together are one.
    users_later
        What users pay once nobody makes up the difference, as a share of today's total.
    """

    users_now: Figure
    investors_now: Figure
    round_trip: Figure
    users_later: Figure


def spending_without_subsidy(subsidy: FloatArray, elasticity: FloatArray) -> FloatArray:
    """What users spend once they pay the whole price, over what was spent with the subsidy.

    Without the subsidy the price they face rises by the factor ``1 / (1 - s)`` and use falls by that factor
    to the power of minus the elasticity; times the full price, ``(1 - s) ** e`` is left.

    Parameters
    ----------
    subsidy
        Share of the price that others paid, in [0, 1).
    elasticity
        Of demand, as a positive number: at 0 users pay all, at 1 they spend what they spent before.
    """
    return np.asarray((1 - subsidy) ** elasticity)


def lab_shares(scenario: Scenario, funders: str) -> LabShares:
    """Shares by whose money it is; `funders` is "firm" (its own is netted) or "firms" (all of theirs)."""
    labs = scenario["labs_share_of_cloud_ai"].figure()
    subsidy = scenario["labs_paid_by_investors"].figure()
    own = scenario[f"labs_funded_by_{funders}"].figure()
    one = Figure.of(1)
    paid_for = labs * subsidy
    kept = Figure.combine(
        spending_without_subsidy, subsidy, scenario["labs_demand_elasticity"].figure(), unit=ONE
    )
    return LabShares(
        users_now=one - paid_for,
        investors_now=paid_for * (one - own),
        round_trip=paid_for * own,
        users_later=one - labs + labs * kept,
    )
