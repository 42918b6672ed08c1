"""Printing and writing an answer, to one question or to all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rekening.explain.report import Order, Report

__all__ = ["run"]


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
    """Answer questions: on the terminal, and in a file if one is named."""
    from rekening.explain.files import check_ending
    from rekening.explain.report import Order

    firms = tuple(dict.fromkeys(name.strip() for name in firm.split(",")))
    path = check_ending(out, len(questions), len(firms)) if out else None
    order = Order(questions=questions, firms=firms, facts=facts, **case)
    if as_json:
        click.echo(_data(order), nl=False)
    else:
        _show(order, why=why)
    if path:
        _write(order, path)
        click.echo(f"-> {path}", err=True)


def _data(order: Order) -> str:
    from rekening.explain.data import answer_data
    from rekening.explain.report import answers

    return json.dumps(answer_data(*answers(order)), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _report(order: Order) -> Report:
    from rekening.explain.cache import cached_report

    return cached_report(order)


def _show(order: Order, *, why: bool) -> None:
    from rich.console import Console

    from rekening.explain.terminal import evidence_view, report_view

    found = _report(order)
    console = Console(highlight=False)
    console.print(report_view(found))
    if why:
        console.print(evidence_view(found))


def _write(order: Order, path: Path) -> None:
    from rekening.explain.files import write_file

    match path.suffix.lower():
        case ".html":
            from rekening.explain.page import other_language, page

            data = page(_report(order), other_language(path, order.lang)).encode()
        case ".md":
            from rekening.explain.markdown import report_markdown

            data = report_markdown(_report(order)).encode()
        case ".json":
            data = _data(order).encode()
        case ".xlsx":
            from rekening.explain.sheet import workbook

            data = workbook(_report(order))
        case ending:
            data = _drawing(order, ending)
    write_file(path, data)


def _drawing(order: Order, ending: str) -> bytes:
    from rekening.explain.report import answers

    (((answer,),), _) = answers(order)
    return answer.drawing(order.lang, ending.removeprefix("."))
