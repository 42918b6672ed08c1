"""The command line: loads a command only when it is asked for."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import BufferedWriter, RawIOBase, TextIOWrapper
from typing import Any, TextIO

import click
from click.core import ParameterSource

from rekening import __version__
from rekening.commands.options import case_options
from rekening.errors import InputError, nearest, reason
from rekening.numerics import COLLECT_AFTER

__all__ = ["main"]

_WRONG = 2
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; of a name that is none say what it might be."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from rekening.questions import QUESTIONS

        asked = name if name in QUESTIONS else ""
        hint = f" (did you mean 'rekening ask {asked}'?)" if asked else nearest(name, COMMANDS)
        raise click.UsageError(f"command {name!r} is not known{hint}; allowed: {', '.join(COMMANDS)}")

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
    # sums of small matrices: threads cost more than they give, and would make the last digits depend on cores
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # rows and figures live as long as the answer: the collector would walk them again and again
    gc.set_threshold(*COLLECT_AFTER)
    logging.basicConfig(format="%(message)s")
    logging.getLogger("rekening").setLevel(logging.INFO)
    sys.stdout, sys.stderr = _ready(sys.stdout), _ready(sys.stderr)
    status = _status(arguments)
    # the system takes all memory back at once: the collector need not walk it first
    gc.freeze()
    sys.exit(status)


def _status(arguments: Sequence[str] | None) -> int:
    """Run a command and say how it ended."""
    try:
        status = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="rekening",
            standalone_mode=False,
        )
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
    except click.ClickException as error:
        _say(error.format_message())
    except click.Abort:
        _say("stopped")
        return _INTERRUPTED
    except InputError as error:
        for problem in error.problems:
            _say(problem)
    except BrokenPipeError:
        _discard(sys.stdout)
        return 1
    except MemoryError as error:
        _say(f"{error or 'not enough memory'}; ask for fewer firms, quarters or --paths")
    except OSError as error:
        if error.filename is None:
            _discard(sys.stdout)
        _say(f"{error.filename or 'standard output'}: {reason(error)}")
    else:
        return status if isinstance(status, int) else 0
    return _WRONG


def _say(message: str) -> None:
    click.echo(f"rekening: {message}", err=True)


def _ready(stream: TextIO) -> TextIO:
    """A stream that shows a question mark for a letter it lacks, and loses nothing unnoticed."""
    if not isinstance(stream, TextIOWrapper):
        return stream
    if not stream.encoding.lower().startswith("utf"):
        stream.reconfigure(errors="replace")
    if stream is not sys.__stdout__ or not isinstance(stream.buffer, RawIOBase):
        return stream
    # PYTHONUNBUFFERED: Python forgets what a full disk cuts off a write
    whole = BufferedWriter(stream.buffer)
    return TextIOWrapper(whole, stream.encoding, stream.errors, line_buffering=True)


def _discard(stream: TextIO | None) -> None:
    """Send what is still to be written nowhere, so that the end of the program does not trip over it."""
    with suppress(OSError, ValueError):
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
