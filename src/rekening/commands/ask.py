"""Ask one question."""

from __future__ import annotations

from typing import Any

import click

from rekening.commands.options import case_options

__all__ = ["command"]


@click.command("ask")
@click.argument("question")
@case_options
def command(question: str, **options: Any) -> None:
    """Answer one QUESTION: why_borrow, loan_cost, how_much, what_it_buys, earn_back or who_pays."""
    from rekening.commands.answer import run

    run((question,), **options)
