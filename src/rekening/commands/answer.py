"""The whole answer, and everything that printing or writing an answer takes."""

from __future__ import annotations

import json
from typing import Any

import click

from rekening.commands.options import case_options

__all__ = ["command", "run"]


@click.command("answer")
@case_options
def command(**options: Any) -> None:
    """Answer every question about a loan, in order."""
    from rekening.questions import QUESTIONS

    run(QUESTIONS, **options)


def run(
    questions: tuple[str, ...],
    *,
    firm: str,
    facts: tuple[str, ...],
    as_json: bool,
    why: bool,
    out: str | None,
    **case: Any,
) -> None:
    """Answer questions, and print the answer or write it to a file."""
    from rekening.explain.report import Order, answers, report

    firms = tuple(dict.fromkeys(name.strip() for name in firm.split(",")))
    order = Order(questions=questions, firms=firms, facts=facts, **case)
    if as_json:
        from rekening.explain.data import answer_data

        click.echo(json.dumps(answer_data(*answers(order)), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from rekening.explain.terminal import evidence_view, report_view

    found = report(order)
    console = Console(highlight=False)
    console.print(report_view(found))
    if why:
        console.print(evidence_view(found))
