"""A bill of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.output import console, plain_json, print_json
from rekening.errors import InputError

if TYPE_CHECKING:
    from rekening.explain.answer import Answer
    from rekening.explain.numbers import Lang

__all__ = ["command"]


@click.command("mine")
@click.argument("profile", required=False, type=click.Path(path_type=Path))
@click.option("--new", is_flag=True, help="Ask ten questions and write PROFILE.")
@click.option("--as-of", default=None, metavar="DAY", help="Only what was public then; default today.")
@click.option(
    "--scenario",
    default="baseline",
    show_default=True,
    metavar="NAME|FILE[,…]",
    help="Assumptions; several to set side by side.",
)
@click.option("--facts", "facts", multiple=True, metavar="FILE", help="CSV file of your own.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]), help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--out", metavar="FILE", help="Write .html, .md, .json, .xlsx, .png, .svg or .ics (calendar).")
def command(
    profile: Path | None, new: bool, lang: Lang, as_json: bool, out: str | None, **chosen: Any
) -> None:
    """Work out what you pay, for the household or organisation in PROFILE, a YAML file.

    Nothing leaves this machine.
    """
    if profile is None:
        raise InputError("PROFILE is missing; give a YAML file, or --new with the file to write")
    from rekening.explain.files import ENDINGS
    from rekening.files import file_to_write

    target = None if out is None else file_to_write(out, (*ENDINGS, ".ics"))
    if new:
        from rekening.commands.interview import interview

        interview(profile, lang)
    from rekening.explain.own import mine

    names = [name.strip() for name in chosen.pop("scenario").split(",")]
    answer = mine(profile, scenario=names, **chosen)
    if target is not None:
        _write(answer, profile, lang, target)
        click.echo(f"-> {target}", err=True)
    if as_json:
        print_json(answer.to_dict())
    elif target is None:
        from rekening.explain.report import written
        from rekening.explain.terminal import report_view

        console().print(report_view(written([[answer]], [], lang=lang, drawings=list)))


def _write(answer: Answer, profile: Path, lang: Lang, path: Path) -> None:
    from rekening.explain.report import written
    from rekening.files import write_whole

    match path.suffix.lower():
        case ".ics":
            from rekening.explain.calendar import calendar
            from rekening.payers.mine import Profile, duties_of

            case = answer.outcome.case
            duties = duties_of(Profile.load(profile), case.facts, case.scenario)
            data = calendar(duties, lang, case.as_of)
        case ".html":
            from rekening.explain.page import page

            data = page(written([[answer]], [], lang=lang)).encode()
        case ".md":
            data = answer.markdown(lang).encode()
        case ".xlsx":
            from rekening.explain.sheet import workbook

            data = workbook(written([[answer]], [], lang=lang, drawings=list))
        case ".json":
            data = plain_json(answer.to_dict()).encode()
        case ending:
            data = answer.drawing(lang, ending.removeprefix("."))
    write_whole(path, data)
