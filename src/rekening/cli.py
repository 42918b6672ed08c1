"""The command line: loads a command only when it is asked for."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click
from click.core import ParameterSource

from rekening import __version__
from rekening.commands.options import case_options
from rekening.errors import InputError

__all__ = ["main"]

_INTERRUPTED = 130

COMMANDS = {
    "ask": "Answer one question.",
    "change": "Say what changed in the answers between two days, and why.",
    "bundle": "Keep an answer so that anyone can rebuild it to the byte.",
    "mine": "Work out your own bill, as a household or an organisation.",
    "simulate": "Draw many futures of firms, and set scenarios side by side.",
    "backtest": "Score the simulation on what came, beside naive rivals.",
    "prices": "Set expected price rises beside those that came.",
    "sensitivity": "Show which assumptions move an answer most.",
    "bond": "Price, yield and cash flows of a bond given by its terms.",
    "terms": "Check the terms of AI services, and see what changes.",
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


@click.group(
    cls=_Lazy,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND [ARGS]...]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
@case_options
@click.pass_context
def cli(ctx: click.Context, /, **options: Any) -> None:
    """Who pays for the AI build-out? Without a command: the whole answer.

    By default it is about Meta's loan of October 2025, as known on the day it was paid out.
    """
    if ctx.invoked_subcommand is None:
        from rekening.commands.answer import run
        from rekening.questions import QUESTIONS

        run(QUESTIONS, **options)
        return
    for option in ctx.command.params:
        if option.name and ctx.get_parameter_source(option.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option.opts[0]} belongs after the command {ctx.invoked_subcommand}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a wrong input gives its message on standard error and exit code 2."""
    logging.basicConfig(format="%(message)s")
    logging.getLogger("rekening").setLevel(logging.INFO)
    try:
        status = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="rekening",
            standalone_mode=False,
        )
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as error:
        click.echo(f"rekening: {error.format_message()}", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(_INTERRUPTED)
    except InputError as error:
        for problem in error.problems:
            click.echo(f"rekening: {problem}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
