"""Write the page of the replay of price rises: ``python -m tools.price_page``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from rekening.assumptions import Scenario
from rekening.explain.charts.theme import ACCENT, INK, MUTED, config
from rekening.facts import Facts
from rekening.facts.firms import firms
from rekening.files import write_whole
from rekening.futures.ahead import investment_ahead
from rekening.payers.bill import Bills, bills_by_firm
from rekening.payers.channels import SOLD
from rekening.payers.mine.profile import name_of
from rekening.payers.price_replay import Replayed, price_replay
from rekening.payers.prices import expected_rise, has_elasticity, price_uplift
from tools.docs_facts import table

DOCS = Path(__file__).parents[1] / "docs"
THEN = "2024-12-31"
UNTIL = date(2026, 12, 31)
_HOURS = ("pric-c3f322c00c", "pric-4f8c389c7c", "pric-edcb1efe2b")
"""Prices of an hour of eight H200 chips at AWS: end of 2024, before January 2026, since."""
_SELLERS = {"ads": "meta", "subscriptions": "microsoft", "bundles": "microsoft", "cloud": "amazon"}
_CHANNELS = {
    "bundles": "Office bundles and other software for firms",
    "subscriptions": "Subscriptions at home",
}
_HEAD = """# Price rises, replayed

What would the model have said on {then} of prices by the end of {year}? And what did they do? The model sees
only what was public on {then}. What came is read from facts up to {newest}, with what had been announced by
then for the rest of {year}. `rekening prices` makes these tables again, for any day and window.

**{hits} of {count} office bundles came inside the interval of 80%; on average {mean}.**
The mean score is {score}, that of the naive rival {rival}. By seller the model does better than by plan: see
[below](#by-seller).

**A single plan is no average.** That miss is why the model now has a second reading, *one plan*: the price
on a list stays, and then moves by a whole step. The size of a step is an assumption (`list_price_step`, 5 to
25%) that rests on the six rises of March 2022, all known by {then}. So read, {plan_hits} of {count} came
inside, with a mean score of {plan_score}; eight would be right, so it is rather wide. This reading was added
after the first was seen: it proves nothing about these ten. It is what
[your own bill](../how-to/work-out-your-own-bill.md) uses.

- *Channel* is the rise of the whole window: ordinary growth of prices, and what AI adds to the channel's
  prices (see [the bill](bill.md)). It speaks of the average of a channel, not of one plan: a seller
  raises one plan steeply and leaves the next alone. How much a seller builds by then is simulated from what
  was public on {then}; path by path it moves the price.
- *Past steps* is a naive rival: the changes that list prices of the channel had made by {then}, once more. It
  rests on {steps} of them, nearly all of one day in March 2022, and says {past} for office bundles.
- *Score* is the continuous ranked probability score, as in [the backtest](backtest.md): smaller is better.
- Every interval is graded assumed, for each rests on assumptions. The facts hold a measured elasticity for
  subscriptions at home only. For office software, cloud and ads there is none: the reaction of customers
  is assumed too.

**What this is not.** The ranges of the parameters were written in view of facts up to November 2025, and
the first version of this table was known before the model got its last changes. Nothing was tuned to it,
but it shows whether the model is sane, not that it can predict. A clean test needs prices of 2027. A plan
counts only where a price was told after {then}; plans of which nobody wrote that they stayed as they were
are missing, which makes the rises here look steeper than they were. List prices are not what large
customers pay.

![Expected and actual price rises of office bundles](../assets/price-rises.svg)
"""


def rows(found: Sequence[Replayed]) -> str:
    """Write prices as a Markdown table."""
    head = ("price", "from", "came", "channel", "inside", "one plan", "inside", "past steps inside")
    return table(
        head,
        [
            (
                each.name,
                each.day.isoformat() if each.day else "stayed",
                f"{each.came.central:+.1%}",
                interval(each.expected.central, each.expected.interval()),
                "yes" if each.inside else "**no**",
                interval(each.plan.central, each.plan.interval()),
                "yes" if each.plan_inside else "**no**",
                "" if each.rival_inside is None else "yes" if each.rival_inside else "no",
            )
            for each in found
        ],
    )


def interval(central: float, ends: tuple[float, float]) -> str:
    """Write a rise with its interval."""
    return f"{central:+.1%} ({ends[0]:+.1%} to {ends[1]:+.1%})"


def by_seller(found: Sequence[Replayed]) -> str:
    """Average what came over the plans of each seller, the level at which the model speaks."""
    lines = []
    for provider in dict.fromkeys(each.provider for each in found):
        own = [each for each in found if each.provider == provider]
        came = float(np.mean([each.came.central for each in own]))
        low, high = own[0].expected.interval()
        lines.append(
            (
                name_of(provider),
                str(len(own)),
                f"{came:+.1%}",
                interval(own[0].expected.central, (low, high)),
                "yes" if low <= came <= high else "**no**",
            )
        )
    return table(("seller", "prices", "average that came", "expected", "inside"), lines)


def channels(then: Facts, scenario: Scenario, bills: Bills) -> str:
    """What the model expected of each channel, and what its elasticity rests on."""
    years = UNTIL.year - then.as_of.year
    lines = []
    for channel in SOLD:
        uplift = price_uplift(then, scenario, _SELLERS[channel], channel, bills)
        rise = expected_rise(scenario, uplift, years)
        measured = has_elasticity(then, scenario, channel)
        lines.append(
            (
                channel,
                firms()[_SELLERS[channel]].name,
                interval(rise.central, rise.interval()),
                rise.grade.word("en"),
                "measured, other services" if measured else "assumed",
            )
        )
    return table(("channel", "seller", f"expected by the end of {UNTIL.year}", "grade", "elasticity"), lines)


def drawing(found: Sequence[Replayed]) -> str:
    """Draw what was expected of each price as a bar with its middle, and what came as a dot."""
    import altair as alt
    import vl_convert

    data = [
        {
            "name": each.name,
            "low": each.expected.interval()[0],
            "middle": each.expected.central,
            "high": each.expected.interval()[1],
            "least": each.plan.interval()[0],
            "most": each.plan.interval()[1],
            "came": each.came.central,
            "said": f"{each.came.central:+.0%}",
        }
        for each in sorted(found, key=lambda each: -each.came.central)
    ]
    axis = alt.Axis(format="+.0%", tickCount=5)
    name = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=440))
    base = alt.Chart()
    title = "grey: 80% of the channel, and its middle; thin line: 80% of one plan; dot: what came"
    scale = alt.X("low:Q", title=title, axis=axis)
    layered = alt.layer(
        base.mark_rule(color=MUTED, strokeWidth=2).encode(x="least:Q", x2="most:Q", y=name),
        base.mark_bar(color=MUTED, opacity=0.35, height=12).encode(x=scale, x2="high:Q", y=name),
        base.mark_tick(color=INK, thickness=2, size=16).encode(x="middle:Q", y=name),
        base.mark_point(color=ACCENT, filled=True, size=90, opacity=1).encode(x="came:Q", y=name),
        base.mark_text(color=ACCENT, dy=-13).encode(x="came:Q", y=name, text="said:N"),
        data={"values": data},
    ).properties(width=430, height={"step": 34})
    spec = layered.to_dict() | {"config": config()}
    drawn: str = vl_convert.vegalite_to_svg(spec)
    return drawn


def main() -> None:
    """Replay everything and write the page with its picture."""
    then, now, scenario = Facts.load(THEN), Facts.load(), Scenario.load()
    bills = bills_by_firm(then, scenario, investment_ahead(then, scenario, alone=True))
    found = price_replay(then, now, scenario, UNTIL, bills=bills)
    bundles = [each for each in found if each.channel == "bundles"]
    rival = next(each.rival for each in bundles if each.rival is not None)
    parts = [
        _HEAD.format(
            then=THEN,
            year=UNTIL.year,
            newest=now.newest,
            hits=sum(each.inside for each in bundles),
            plan_hits=sum(each.plan_inside for each in bundles),
            plan_score=_mean(each.score(each.plan) for each in bundles),
            count=len(bundles),
            steps=rival.draws.size,
            past=interval(rival.central, rival.interval()),
            mean=_means(bundles),
            score=_mean(each.score(each.expected) for each in bundles),
            rival=_mean(each.score(each.rival) for each in bundles if each.rival is not None),
        )
    ]
    for channel, title in _CHANNELS.items():
        own = [each for each in found if each.channel == channel]
        parts += [f"## {title}\n", rows(own)]
        if channel == "bundles":
            parts += ["### By seller\n", by_seller(own)]
    parts += [
        "## What was expected of each channel\n",
        channels(then, scenario, bills),
        _cloud(now),
        "For ads the facts tell one thing that compares: Meta's average price per ad rose by 9% in the year\n"
        "2025, after it fell by 9% in 2023. Prices per ad move with the mix of countries and formats too.\n",
    ]
    write_whole(DOCS / "explanation" / "price-rises.md", "\n".join(parts).encode())
    write_whole(DOCS / "assets" / "price-rises.svg", drawing(bundles).encode())


def _cloud(now: Facts) -> str:
    """What the facts tell of the hour of a server with eight H200 chips."""
    then, before, after = (float(getattr(now.row(name), "value", 0)) for name in _HOURS)
    return (
        "For cloud no price compares cleanly: those of rented chips are reviewed every quarter and differ\n"
        f"by region. An hour of a server with eight H200 chips at AWS cost ${then:.2f} in Ohio at the end\n"
        f"of 2024. In most regions it cost ${before:.2f} before January 2026 and ${after:.2f} since: first\n"
        "down, then up.\n"
    )


def _mean(scores: Iterable[float]) -> str:
    return f"{np.mean(list(scores)):.3f}"


def _means(found: Sequence[Replayed]) -> str:
    came = float(np.mean([each.came.central for each in found]))
    expected = float(np.mean([each.expected.central for each in found]))
    return f"{came:+.1%} came where {expected:+.1%} was expected"


if __name__ == "__main__":
    main()
