"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from rekening.defaults import AS_OF, FIRM
from rekening.errors import InputError
from rekening.numerics import DRAWS, KEPT_DRAWS, LARGEST_SEED, MOST_PATHS

__all__ = ["PATHS", "PATHS_HELD", "SEED", "WholeNumber", "case_options", "names_option"]


class WholeNumber(click.IntRange):
    """A whole number within bounds."""

    name = "whole number"


PATHS = WholeNumber(1, MOST_PATHS)
PATHS_HELD = WholeNumber(1, KEPT_DRAWS)
"""Futures that an answer holds in memory at once; `rekening simulate` takes more, block by block."""

SEED = WholeNumber(0, LARGEST_SEED)

_Command = TypeVar("_Command", bound=Callable[..., Any])


def names_option(
    name: str, *, default: str = "", metavar: str = "NAME[,NAME…]", help: str
) -> Callable[[_Command], _Command]:
    """Option for several names, between commas or by repeating it; the command gets each of them once."""

    def names(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
        found = dict.fromkeys(each.strip() for text in texts for each in text.split(",") if each.strip())
        if texts and not found:
            raise InputError(f"{name}: found {','.join(texts)!r}, expected at least one name")
        return tuple(found)

    given = (default,) if default else ()
    return click.option(
        name, multiple=True, default=given, show_default=True, metavar=metavar, help=help, callback=names
    )


_OPTIONS = (
    names_option("--firm", default=FIRM, metavar="FIRM[,FIRM…]",
                 help="Firm, or several to set side by side."),
    click.option("--as-of", default=AS_OF, show_default=True, metavar="DAY",
                 help="Only what was public on this day counts."),
    click.option("--scenario", default="baseline", show_default=True, metavar="NAME|FILE",
                 help="Assumptions to use."),
    click.option("--facts", "facts", multiple=True, metavar="FILE",
                 help="CSV file of your own, added to the facts; may be repeated."),
    click.option("--paths", default=DRAWS, show_default=True, type=PATHS_HELD, help="Futures to draw."),
    click.option("--seed", default=1, show_default=True, type=SEED, help="Seed of the futures."),
    click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]),
                 help="Language."),
    click.option("--currency", default="USD", show_default=True, type=click.Choice(["USD", "EUR"]),
                 help="Dollars, or euros at the rate of the day."),
    click.option("--json", "as_json", is_flag=True, help="Print plain data."),
    click.option("--why", is_flag=True, help="Print the rows and assumptions behind the answer."),
    click.option("--out", metavar="FILE", help="Write a file; its ending chooses the form."),
)  # fmt: skip


def case_options(command: _Command) -> _Command:
    """Add the options that say what is asked, about whom, and in which form the answer comes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
