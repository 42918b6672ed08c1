"""Printing and writing an answer, to one question or to all of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.output import console, plain_json, progress

if TYPE_CHECKING:
    from rekening.explain.report import Order, Report

__all__ = ["run"]


def run(
    questions: tuple[str, ...],
    *,
    firm: tuple[str, ...],
    facts: tuple[str, ...],
    as_json: bool,
    why: bool,
    out: str | None,
    **case: Any,
) -> None:
    """Answer questions: on the terminal, and in a file if one is named."""
    from rekening.explain.files import answer_file
    from rekening.explain.report import Order
    from rekening.files import write_whole

    path = None if out is None else answer_file(out, questions, firm)
    order = Order(questions=questions, firms=firm, facts=facts, complete=path is not None, **case)
    if as_json:
        click.echo(_data(replace(order, complete=True)), nl=False)
    else:
        _show(_report(order), why=why)
    if path:
        write_whole(path, _file(order, path.suffix.lower(), path))
        click.echo(f"-> {path}", err=True)


@lru_cache(maxsize=1)
def _data(order: Order) -> str:
    from rekening.explain.data import answer_data
    from rekening.explain.report import answers

    with _progress(order) as told:
        return plain_json(answer_data(*answers(order, told))) + "\n"


@lru_cache(maxsize=1)
def _report(order: Order) -> Report:
    from rekening.explain.cache import cached_report

    with _progress(order) as told:
        return cached_report(order, told)


def _progress(order: Order) -> AbstractContextManager[Callable[[int], None]]:
    """A bar for whoever looks on; an answer takes seconds, so a file or pipe is told nothing."""
    days = 2 if order.complete else 1
    return progress("Answering", days * len(order.questions), quiet=not (sys.stderr and sys.stderr.isatty()))


def _show(found: Report, *, why: bool) -> None:
    from rekening.explain.terminal import evidence_view, report_view

    screen = console()
    screen.print(report_view(found))
    if why:
        screen.print(evidence_view(found))


def _file(order: Order, ending: str, path: Path) -> bytes:
    match ending:
        case ".html":
            from rekening.explain.page import other_language, page

            return page(_report(order), other_language(path, order.lang)).encode()
        case ".md":
            from rekening.explain.markdown import report_markdown

            return report_markdown(_report(order)).encode()
        case ".json":
            return _data(order).encode()
        case ".xlsx":
            from rekening.explain.sheet import workbook

            return workbook(_report(order))
    return _drawing(order, ending)


def _drawing(order: Order, ending: str) -> bytes:
    from rekening.explain.report import answers

    (((answer,),), _) = answers(order)
    return answer.drawing(order.lang, ending.removeprefix("."))
