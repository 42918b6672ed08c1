"""What the commands print: tables, plain data, and how far the work is."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["console", "plain_json", "print_json", "progress", "table"]

_QUIET_SECONDS = 2
_TENTH = 10


def console(pipe_width: int | None = None) -> Console:
    """The place to print to; where the output goes elsewhere, so wide unless ``COLUMNS`` says otherwise."""
    from rich.console import Console

    made = Console(highlight=False)
    if pipe_width is not None and not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = pipe_width
    return made


def table(*columns: str | tuple[str, Literal["left", "right"]], title: str | None = None) -> Table:
    """A table without columns of lines; a column is its head, or its head and its side."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    heads = [(column, "left") if isinstance(column, str) else column for column in columns]
    made = Table(
        title=Text(title) if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
        show_header=any(head for head, _ in heads),
    )
    for head, side in heads:
        made.add_column(Text(head), justify="right" if side == "right" else "left", overflow="fold")
    return made


def plain_json(value: Any) -> str:
    """Write plain data; a number that is none, or has no end, becomes null."""
    return json.dumps(_finite(value), ensure_ascii=False, indent=1, allow_nan=False)


def print_json(value: Any) -> None:
    """Print plain data."""
    click.echo(plain_json(value))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextmanager
def progress(doing: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show on standard error how far the work is, by what the function that is given is told.

    On a terminal a bar; elsewhere a line at each tenth of work that takes longer than a moment.
    """
    from rich.console import Console
    from rich.progress import Progress

    screen = Console(stderr=True)
    if quiet or screen.is_terminal:
        with Progress(transient=True, disable=quiet, console=screen) as bar:
            task = bar.add_task(doing, total=total)
            yield lambda done: bar.advance(task, done)
        return
    began, finished, told = time.monotonic(), 0, -1

    def advance(done: int) -> None:
        nonlocal finished, told
        finished += done
        tenth = _TENTH * finished // total
        if tenth > told and finished < total and time.monotonic() - began > _QUIET_SECONDS:
            told = tenth
            click.echo(f"{doing}: {finished / total:.0%}", err=True)

    yield advance
