"""The command line: loads a command only when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from rekening import __version__
from rekening.errors import InputError

__all__ = ["main"]

COMMANDS = {
    "ask": "Answer one question.",
    "sensitivity": "Show which assumptions move an answer most.",
    "facts": "Look numbers up, with their sources, as known on a day.",
}


class _Lazy(click.Group):
    """A group whose commands are imported when they run, so that help answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"rekening.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Who pays for the AI build-out? The bill of Meta's loan, or of any firm, date and scenario."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a wrong input gives its message on standard error and exit code 2."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="rekening")
    except InputError as error:
        for problem in error.problems:
            click.echo(f"rekening: {problem}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
