"""A bill of one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.options import names_option
from rekening.commands.output import console, plain_json, print_json
from rekening.errors import InputError

if TYPE_CHECKING:
    from rekening.explain.own import OwnOrder

__all__ = ["command"]


@click.command("mine")
@click.argument("profile", required=False, type=click.Path(path_type=Path))
@click.option("--new", is_flag=True, help="Ask ten questions and write PROFILE.")
@click.option("--as-of", default=None, metavar="DAY", help="Only what was public then; default today.")
@names_option(
    "--scenario",
    default="baseline",
    metavar="NAME|FILE[,…]",
    help="Assumptions; several to set side by side.",
)
@click.option("--facts", "facts", multiple=True, metavar="FILE", help="CSV file of your own.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]), help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--why", is_flag=True, help="Print the rows and assumptions behind the bill.")
@click.option("--out", metavar="FILE", help="Write .html, .md, .json, .xlsx, .png, .svg or .ics (calendar).")
def command(
    profile: Path | None,
    scenario: tuple[str, ...],
    *,
    new: bool,
    as_json: bool,
    why: bool,
    out: str | None,
    **chosen: Any,
) -> None:
    """Work out what you pay, for the household or organisation in PROFILE, a YAML file.

    Nothing leaves this machine.
    """
    if profile is None:
        raise InputError("PROFILE is missing; give a YAML file, or --new with the file to write")
    from rekening.explain.files import ENDINGS
    from rekening.files import file_to_write, write_whole

    target = None if out is None else file_to_write(out, (*ENDINGS, ".ics"))
    if new:
        from rekening.commands.interview import interview

        interview(profile, chosen["lang"])
    from rekening.explain.own import OwnOrder

    order = OwnOrder(profile=str(profile), scenarios=scenario, **chosen)
    if target is not None:
        write_whole(target, _file(order, target.suffix.lower()))
        click.echo(f"-> {target}", err=True)
    if as_json:
        print_json(order.answer().to_dict())
    elif target is None or why:
        _show(replace(order, why=why))


def _show(order: OwnOrder) -> None:
    from rekening.explain.own import own_report
    from rekening.explain.terminal import evidence_view, report_view

    report, screen = own_report(order), console()
    screen.print(report_view(report))
    if order.why:
        screen.print(evidence_view(report))


def _file(order: OwnOrder, ending: str) -> bytes:
    match ending:
        case ".ics":
            from rekening.explain.own import own_dates

            return own_dates(order)
        case ".html":
            from rekening.explain.own import own_report
            from rekening.explain.page import page

            return page(own_report(replace(order, drawn=True, why=True))).encode()
        case ".xlsx":
            from rekening.explain.own import own_report
            from rekening.explain.sheet import workbook

            return workbook(own_report(replace(order, why=True)))
        case ".md":
            return order.answer().markdown(order.lang).encode()
        case ".json":
            return plain_json(order.answer().to_dict()).encode()
    return order.answer().drawing(order.lang, ending.removeprefix("."))
