"""What prices do: what the model expects of a channel, by day, and the changes that the facts tell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray
from rekening.facts.firms import firms
from rekening.facts.units import ONE
from rekening.payers.bill import LATER, NOW, Bill, firm_bill
from rekening.payers.channels import channels_of

__all__ = ["expected_rise", "price_level", "price_uplift"]


def price_uplift(
    facts: Facts,
    scenario: Scenario,
    provider: str,
    channel: str,
    *,
    bills: Mapping[str, Bill] | None = None,
) -> Figure:
    """What AI adds to a channel's prices between now and later, over today's price.

    For a firm with statements: what its channel brings later more than now, over its revenue, of which
    only the assumed part comes through prices. For others: the same with the channel's new value alone.

    Parameters
    ----------
    bills
        The firm's bill by moment, where it has been worked out already.
    """
    part = scenario["price_part_of_new_value"].figure()
    if provider in firms():
        now, later = (
            channels_of(facts, scenario, provider, when, funders="firm").get(channel) for when in (NOW, LATER)
        )
        if now is not None and later is not None:
            whole = bills or {when: firm_bill(facts, scenario, provider, when) for when in (NOW, LATER)}
            more = (later.brings(whole[LATER]) - now.brings(whole[NOW])) / now.revenue
            return Figure.combine(lambda extra, share: np.maximum(extra, 0) * share, more, part, unit=ONE)
    new = [scenario[f"{channel}_new_value_{when}"].figure() for when in (NOW, LATER)]
    margin = [scenario[f"unused_margin_{when}"].figure() for when in (NOW, LATER)]
    return Figure.combine(
        lambda n0, n1, m0, m1, share: np.maximum(n1 - n0 + m1 - m0, 0) * share, *new, *margin, part, unit=ONE
    )


def price_level(growth: FloatArray, uplift: FloatArray, ahead: float, pace: float) -> FloatArray:
    """Price over today's, some years ahead.

    Parameters
    ----------
    growth
        Of prices in general, per year.
    uplift
        What AI adds in the end.
    ahead, pace
        Years from today, and until prices have settled; before that the uplift comes in evenly.
    """
    return np.asarray((1 + growth) ** ahead * (1 + uplift * min(ahead / pace if pace else 1, 1)))


def expected_rise(scenario: Scenario, uplift: Figure, ahead: float) -> Figure:
    """Rise of a price over today's that the model expects, some years ahead."""
    pace = scenario["years_until_later"].central
    return Figure.combine(
        lambda growth, up: price_level(growth, up, ahead, pace) - 1,
        scenario["ordinary_price_growth"].figure(),
        uplift,
        unit=ONE,
    )
