"""Answers kept so that anyone can rebuild them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from rekening.commands.options import PATHS_HELD, SEED
from rekening.defaults import AS_OF, FIRM
from rekening.errors import InputError
from rekening.numerics import DRAWS

__all__ = ["command"]


@click.group("bundle")
def command() -> None:
    """Keep an answer with the facts and assumptions of its day, and rebuild it to the byte."""


@command.command("save")
@click.argument("question")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--firm", default=FIRM, show_default=True, help="Firm.")
@click.option("--as-of", default=AS_OF, show_default=True, help="Only what was public on this day.")
@click.option("--scenario", default="baseline", show_default=True, help="Name or file of a scenario.")
@click.option("--facts", multiple=True, metavar="FILE", help="CSV file of your own; may be repeated.")
@click.option("--paths", default=DRAWS, show_default=True, type=PATHS_HELD, help="Futures to draw.")
@click.option("--seed", default=1, show_default=True, type=SEED, help="Seed of the futures.")
def save(question: str, file: Path, **chosen: Any) -> None:
    """Answer QUESTION and keep the answer, with all it was made of, in FILE."""
    from rekening.explain.ask import ask
    from rekening.explain.replay import Bundle
    from rekening.files import folder_to_write

    if file.is_dir():
        raise InputError(f"{file}: is a folder; give the name of a file")
    folder_to_write(file.parent, str(file))
    Bundle.of(ask(question, **chosen)).save(file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Rebuild the answer in FILE; exit with 1 if it comes out differently."""
    from rekening.explain.replay import Bundle, code_version

    bundle = Bundle.open(file)
    if bundle.same:
        click.echo(f"{file}: rebuilt to the byte")
        return
    cause = "the kept answer was changed"
    if bundle.code != code_version():
        cause = (
            f"the code has changed since: rekening change --since {shlex.quote(str(file))} says by how much"
        )
    click.echo(f"{file}: comes out differently; {cause}")
    sys.exit(1)
