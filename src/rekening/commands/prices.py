"""Price rises as expected on a day, beside what came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from rekening.commands.options import names_option
from rekening.commands.output import console, print_json, table

if TYPE_CHECKING:
    from rekening.facts import Figure
    from rekening.payers.price_replay import Replayed

__all__ = ["command"]

_PIPE_WIDTH = 120


@click.command("prices")
@click.option("--as-of", default="2024-12-31", show_default=True, metavar="DAY", help="What is known then.")
@click.option("--until", default="2026-12-31", show_default=True, metavar="DAY", help="End of the window.")
@names_option("--channel", help="Channels; all by default.")
@click.option("--scenario", default="baseline", show_default=True, metavar="NAME|FILE", help="Assumptions.")
@click.option("--facts", "extra", multiple=True, metavar="FILE", help="CSV file of your own.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
def command(
    as_of: str, until: str, channel: tuple[str, ...], scenario: str, extra: tuple[str, ...], *, as_json: bool
) -> None:
    """Set price rises that the model expects on a day beside what came since: hits and misses."""
    from rekening.assumptions import Scenario
    from rekening.errors import InputError, InputErrors, nearest
    from rekening.facts import Facts
    from rekening.facts.periods import day
    from rekening.futures.ahead import investment_ahead
    from rekening.payers.bill import bills_by_firm
    from rekening.payers.channels import SOLD
    from rekening.payers.price_replay import price_replay

    unknown = [name for name in channel if name not in SOLD]
    if unknown:
        allowed = f"; allowed: {', '.join(SOLD)}"
        raise InputErrors(
            f"--channel {name!r} is not known{nearest(name, SOLD)}{allowed}" for name in unknown
        )
    then, assumed = Facts.load(as_of, extra), Scenario.load(scenario)
    found = price_replay(
        then,
        Facts.load(extra=extra),
        assumed,
        day(until, "--until"),
        bills=bills_by_firm(then, assumed, investment_ahead(then, assumed, alone=True)),
        channels=channel,
    )
    if not found:
        raise InputError("the facts tell of no price in that window")
    if as_json:
        print_json([_plain(each) for each in found])
    else:
        _print(found, as_of, until)


def _plain(each: Replayed) -> dict[str, object]:
    low, high = each.expected.interval()
    return {
        "channel": each.channel,
        "provider": each.provider,
        "name": each.name,
        "day": each.day.isoformat() if isinstance(each.day, date) else None,
        "came": each.came.central,
        "expected": each.expected.central,
        "low": low,
        "high": high,
        "inside": each.inside,
        "plan_low": each.plan.interval()[0],
        "plan_high": each.plan.interval()[1],
        "plan_inside": each.plan_inside,
        "rival_inside": each.rival_inside,
        "grade": each.expected.grade.word("en"),
        "elasticity_measured": each.measured,
        "facts": sorted(each.came.lineage.facts),
    }


def _print(found: Sequence[Replayed], as_of: str, until: str) -> None:
    from rich.markup import escape

    title = f"Price rises by {until}, and if they came in or out of the 80% interval expected on {as_of}"
    heads = ("day", "came", "channel", "one plan")
    view = table("price", *((head, "right") for head in heads), title=title)
    for column in view.columns[1:]:
        column.no_wrap = True
    for before, each in zip((None, *found), found, strict=False):
        if before is None or before.channel != each.channel:
            view.add_row(f"[bold]{each.channel}[/bold]")
        view.add_row(
            escape(each.name),
            each.day.isoformat() if each.day else "",
            f"{each.came.central:+.1%}",
            _spread(each.expected, inside=each.inside),
            _spread(each.plan, inside=each.plan_inside),
        )
    console(_PIPE_WIDTH).print(view)
    hits, plans = (sum(which) for which in zip(*((x.inside, x.plan_inside) for x in found), strict=True))
    click.echo(
        f"{hits} of {len(found)} inside what is said of the channel, {plans} inside what is said of one "
        "plan. Every interval rests on assumptions."
    )


def _spread(rise: Figure, *, inside: bool) -> str:
    low, high = (100 * end for end in rise.interval())
    return f"{rise.central:+.0%} ({low:+.0f} to {high:+.0f}) {'in ' if inside else 'out'}"
