"""The ways a firm gets cost back: each worked out on its own, within what its demand allows.

A channel brings four things: the cost of use that passes into its price; something new that people pay
for; margin not used so far; and sunk cost that scarcity lets all rivals charge. Their sum stops at what
demand bears. No channel knows of another, and nothing is scaled to fit the bill.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray
from rekening.facts.units import ONE
from rekening.payers.bill import LATER, NOW, Bill
from rekening.payers.labs import lab_shares
from rekening.payers.pass_through import pass_through

__all__ = [
    "CHANNELS", "SOLD", "Channel", "ai_sales", "channels_of", "new_value", "passed_on",
    "revenue_by_channel", "sells_ai", "trailing_year",
]  # fmt: skip

SOLD = ("ads", "subscriptions", "bundles", "cloud")
CHANNELS = (*SOLD, "efficiency", "investors", "taxpayers", "electricity_customers")
"""Sold to customers; saved inside the firm; paid by investors in labs, taxpayers, others on the grid."""

_AI_REVENUE = "ai_revenue_run_rate"
_AI_SHARE = "ai_share_of_revenue"
_INVOICED = "dst_pass_through_ratio"
_REPORTED = {
    ("meta", "ads"): "ads_revenue",
    ("alphabet", "cloud"): "cloud_revenue",
    ("amazon", "cloud"): "aws_revenue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way of earning, for one firm and one moment.

    Attributes
    ----------
    revenue
        What the channel earns in a year; of a firm whose AI sales are told, see `channels_of`.
    use
        Share of the sites' use that serves it.
    passed_on
        Part of the cost of use that ends in its price.
    new_value
        Something new that people pay for, as a share of revenue, after what else it costs to make.
    unused_margin
        Margin that the firm could take and takes, as a share of revenue.
    scarcity
        Share of its part of the sunk cost that all rivals can charge.
    capacity
        Most that demand bears on top, as a share of revenue.
    """

    revenue: Figure
    use: Figure
    passed_on: Figure
    new_value: Figure
    unused_margin: Figure
    scarcity: Figure
    capacity: Figure

    @property
    def ceiling(self) -> Figure:
        """Most that the channel can bring, dollars per year."""
        return self.revenue * self.capacity

    def brings(self, bill: Bill) -> Figure:
        """What the channel brings towards a bill, dollars per year."""
        of_use = self.passed_on * bill.with_use + self.scarcity * bill.sunk
        wanted = self.use * of_use.to("USD/year") + self.revenue * (self.new_value + self.unused_margin)
        return Figure.combine(within, wanted, self.ceiling, unit="USD/year")


def within(wanted: FloatArray, ceiling: FloatArray) -> FloatArray:
    """What a channel brings: no more than demand bears, and no less than nothing."""
    return np.asarray(np.clip(wanted, 0, ceiling))


def trailing_year(facts: Facts, firm: str, concept: str) -> Figure:
    """A flow over the last four quarters told, else over the last year told; dollars per year."""
    quarters = facts.series(firm, concept, "quarter")
    total = (
        facts.get(firm, concept, f"TTM@{next(reversed(quarters))}").figure()
        if quarters
        else Figure.unknown("USD")
    )
    if total.missing:
        years = facts.series(firm, concept, "year")
        total = next(reversed(years.values())).figure() if years else Figure.unknown("USD")
    return Figure(total.draws, "USD/year", total.grade, total.lineage)


def revenue_by_channel(facts: Facts, scenario: Scenario, firm: str) -> dict[str, Figure]:
    """Sales of the firm by channel, dollars per year; reported where it is, else by a share.

    A firm that the parameters do not know is taken to sell to businesses.
    """
    whole = trailing_year(facts, firm, "revenue")
    shares = {name: scenario.own(firm, f"{name}_share_of_revenue") for name in SOLD}
    known = {name: share for name, share in shares.items() if share}
    known = known or {"bundles": scenario["bundles_share_of_revenue"]}
    found = {name: whole * share.figure() for name, share in known.items()}
    for (owner, name), concept in _REPORTED.items():
        if owner == firm and not (told := trailing_year(facts, firm, concept)).missing:
            found[name] = told
    return {name: figure for name, figure in found.items() if not figure.missing}


def channels_of(
    facts: Facts, scenario: Scenario, firm: str, moment: str, *, funders: str
) -> dict[str, Channel]:
    """Channels of a firm that sell, save or are paid by investors, at a moment: `NOW` or `LATER`.

    The use of the sites that is sold is spread over the channels as revenue is; the rest, for training and
    for the firm itself, brings in nothing of its own.

    Where the AI sales of a firm are told as a part of all its sales, they are what is new now, and already
    hold what use, scarcity and margin put into their price. The channel is then as large as that of other
    firms with as much AI in it, so that it grows, and is bounded, as theirs is.

    Parameters
    ----------
    funders
        Whose money in the labs is netted out: "firm" for the firm's own, "firms" for all of them.
    """
    earned = revenue_by_channel(facts, scenario, firm)
    total = trailing_year(facts, firm, "revenue")
    if not earned or not total.draws.all():
        return {}
    sold = scenario["use_that_is_sold"].figure()
    nothing = Figure.of(0)
    found = {
        name: Channel(
            revenue=revenue,
            use=sold * (revenue / total).minimum(Figure.of(1)),
            passed_on=passed_on(facts, scenario, name),
            new_value=new_value(scenario, name, moment),
            unused_margin=scenario[f"unused_margin_{moment}"].figure(),
            scarcity=scenario[f"scarcity_{moment}"].figure(),
            capacity=scenario[f"{name}_capacity"].figure(),
        )
        for name, revenue in earned.items()
    }
    if sells_ai(scenario, firm):
        found = {name: _told(scenario, firm, name, channel) for name, channel in found.items()}
    found["efficiency"] = Channel(
        revenue=total,
        use=nothing,
        passed_on=nothing,
        new_value=new_value(scenario, "efficiency", moment),
        unused_margin=nothing,
        scarcity=nothing,
        capacity=scenario["efficiency_capacity"].figure(),
    )
    if "cloud" in found:
        found |= _with_labs(scenario, found["cloud"], moment, funders)
    return found


def sells_ai(scenario: Scenario, firm: str) -> bool:
    """True for a firm whose AI sales are told, as a part of its sales."""
    return scenario.own(firm, _AI_SHARE) is not None


def ai_sales(facts: Facts, scenario: Scenario, firm: str) -> Figure:
    """Sales of AI in a year: as reported, else as the told part of all sales; dollars per year."""
    told = facts.latest(firm, _AI_REVENUE).figure()
    if told.missing and sells_ai(scenario, firm):
        return trailing_year(facts, firm, "revenue") * scenario.of_firm(firm, _AI_SHARE).figure()
    return told


def _told(scenario: Scenario, firm: str, name: str, channel: Channel) -> Channel:
    """Channel of a firm whose AI sales are told: they hold all that AI brings, less what else they cost."""
    kept = Figure.of(1) - scenario["ai_sales_other_costs"].figure()
    sold = channel.revenue * scenario.of_firm(firm, _AI_SHARE).figure() * kept
    usual = Figure.combine(
        lambda sales, share: np.divide(
            sales, share, out=np.zeros(np.broadcast(sales, share).shape), where=share > 0
        ),
        sold,
        scenario[f"{name}_new_value_{NOW}"].figure(),
        unit="USD/year",
    )
    nothing = Figure.of(0)
    return replace(
        channel, revenue=usual, use=nothing, passed_on=nothing, unused_margin=nothing, scarcity=nothing
    )


def new_value(scenario: Scenario, channel: str, moment: str) -> Figure:
    """What AI adds to a channel, as a part of today's sales; later it follows the demand for AI."""
    value = scenario[f"{channel}_new_value_{moment}"].figure()
    return value * scenario["ai_demand_multiple"].figure() if moment == LATER else value


def _with_labs(scenario: Scenario, cloud: Channel, moment: str, funders: str) -> dict[str, Channel]:
    """Split what the cloud earns on AI by whose money it is: users', outside investors', the firms' own."""
    labs = lab_shares(scenario, funders)
    if moment == LATER:
        return {"cloud": replace(cloud, new_value=cloud.new_value * labs.users_later)}
    customers = replace(cloud, new_value=cloud.new_value * labs.users_now, use=cloud.use * labs.users_now)
    nothing = Figure.of(0)
    investors = Channel(
        revenue=cloud.revenue,
        use=nothing,
        passed_on=nothing,
        new_value=cloud.new_value * labs.investors_now,
        unused_margin=nothing,
        scarcity=nothing,
        capacity=scenario["investors_capacity"].figure(),
    )
    return {"cloud": customers, "investors": investors}


def passed_on(facts: Facts, scenario: Scenario, name: str) -> Figure:
    """Part of the cost of use that enters a channel's price, from its elasticities, conduct and curvature.

    For ads no more than the largest share of a digital tax that platforms have put on the invoice: an upper
    bound, since what is invoiced may be given back in the price.
    """
    inputs = [
        scenario[f"{name}_{what}"].figure()
        for what in ("demand_elasticity", "supply_elasticity", "conduct", "demand_curvature")
    ]
    rate = Figure.combine(pass_through, *inputs, unit=ONE)
    invoiced = [fact.figure() for fact in facts.find(concept=_INVOICED)] if name == "ads" else []
    return rate.minimum(max(invoiced, key=lambda figure: figure.central)) if invoiced else rate
