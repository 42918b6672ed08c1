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
    """Answer one QUESTION.

    Questions: why_borrow, loan_cost, why_now, what_it_buys, how_much, earn_back, who_pays, how_dependent,
    the_terms, my_bill (of an example; 'rekening mine' does yours), what_is_built, what_must_be_true and
    credit.
    """
    from rekening.commands.answer import run

    run((question,), **options)
