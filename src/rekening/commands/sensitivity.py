"""Which assumptions move an answer most."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.output import console, print_json, table
from rekening.defaults import AS_OF, FIRM

if TYPE_CHECKING:
    from rekening.explain.numbers import Lang
    from rekening.explain.sensitivity import Index, Sensitivity
    from rekening.questions import Case, ChartRow

__all__ = ["command"]

_MOST = 15
_LEAST = 0.01
_PIPE_WIDTH = 120


@click.command("sensitivity")
@click.argument("question")
@click.option("--value", default=None, help="Value of the answer; its first uncertain one if left out.")
@click.option("--firm", default=FIRM, show_default=True, help="Firm.")
@click.option("--as-of", default=AS_OF, show_default=True, help="Only what was public on this day.")
@click.option("--scenario", default="baseline", show_default=True, help="Name or file of a scenario.")
@click.option("--facts", multiple=True, metavar="FILE", help="CSV file of your own; may be repeated.")
@click.option("--evidence", is_flag=True, help="Group the spread by kind of evidence.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]), help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--out", metavar="FILE", help="Draw it: .svg or .png.")
def command(question: str, lang: Lang, as_json: bool, out: str | None, **chosen: Any) -> None:
    """Show which assumptions move an answer to QUESTION most (Sobol indices, with their margins)."""
    from rekening.assumptions import Scenario
    from rekening.explain.ask import checked_firm
    from rekening.explain.files import DRAWINGS
    from rekening.explain.sensitivity import by_evidence, sensitivity
    from rekening.facts import Facts
    from rekening.files import file_to_write, write_whole
    from rekening.questions import Case
    from rekening.questions import question as find

    path = None if out is None else file_to_write(out, DRAWINGS)
    facts = Facts.load(as_of=chosen["as_of"], extra=chosen["facts"])
    assumed = Scenario.load(chosen["scenario"])
    case = Case(facts=facts, scenario=assumed, firm=checked_firm(chosen["firm"], facts))
    analysis = by_evidence if chosen["evidence"] else sensitivity
    found = analysis(find(question), case, chosen["value"])
    if path is not None:
        write_whole(path, _drawing(found, case, lang, path.suffix.lower()))
    if as_json:
        print_json(asdict(found))
    elif path is None:
        _print(found, case, lang)


def _label(name: str, case: Case, lang: Lang) -> str:
    """Words for what moves an answer: an assumption, a kind of evidence, a row of the facts, or a draw."""
    from rekening.explain.evidence import source
    from rekening.explain.numbers import Style
    from rekening.explain.sensitivity import drawn_as
    from rekening.explain.words import labels
    from rekening.explain.write import names

    words, named = labels("sensitivity", lang), names(case.facts)
    if name in case.scenario:
        return case.scenario[name].sentence[lang]
    if f"kind.{name}" in words:
        return words[f"kind.{name}"]
    with suppress(KeyError):
        return source(case.facts.row(name), Style(lang), named).about
    drawn = drawn_as(name)
    if drawn is None:
        return f"{words['kind.chance']}: {name.replace('_', ' ')}"
    pattern, parts = drawn
    return words[f"drawn.{pattern}"].format(*(named.get(part) or _part(part, lang) for part in parts))


def _part(name: str, lang: Lang) -> str:
    """Words for a period, a market or a channel in the name of a draw."""
    from rekening.explain.numbers import show_period
    from rekening.explain.words import labels

    market = labels("how_dependent", lang).get(f"market.{name}")
    channel = labels("who_pays", lang).get(f"channel.{name}")
    return show_period(name, lang) or market or channel or name.replace("_", " ")


def _least(found: Sensitivity) -> float:
    """Share below which nothing is told: it may be noise."""
    return max(_LEAST, found.noise_floor)


def _telling(found: Sensitivity) -> Sequence[Index]:
    return [index for index in found.indices if index.total >= _least(found)][:_MOST]


def _print(found: Sensitivity, case: Case, lang: Lang) -> None:
    from rich.text import Text

    from rekening.explain.words import labels

    words = labels("sensitivity", lang)
    title = labels(found.question, lang)[f"values.{found.value}"]
    view = table(words["name"], (words["first"], "right"), (words["total"], "right"), "", title=title)
    for column in view.columns[1:]:
        column.no_wrap = True
    telling = _telling(found)
    for index in telling:
        view.add_row(
            Text(_label(index.name, case, lang)),
            f"{max(index.first, 0):.0%} ± {index.first_margin:.0%}",
            f"{max(index.total, 0):.0%} ± {index.total_margin:.0%}",
            "█" * round(index.total * 20),
        )
    screen = console(_PIPE_WIDTH)
    screen.print(view)
    if rest := len(found.indices) - len(telling):
        below = telling[-1].total if len(telling) == _MOST else _least(found)
        screen.print(words["rest"].format(rest, below))


def _drawing(found: Sensitivity, case: Case, lang: Lang, ending: str) -> bytes:
    from rekening.explain.charts.sensitivity import build
    from rekening.explain.charts.theme import PAPER, png, spec, svg, titled
    from rekening.explain.words import labels

    shown = _telling(found)
    rows: list[ChartRow] = [
        {
            "name": index.name,
            "total": index.total,
            "low": max(0.0, index.total - index.total_margin),
            "high": index.total + index.total_margin,
        }
        for index in shown
    ]
    words, names = labels("sensitivity", lang), {each.name: _label(each.name, case, lang) for each in shown}
    finding = words["finding"].format(
        what=labels(found.question, lang)[f"values.{found.value}"],
        share=max((index.total for index in shown), default=0.0),
    )
    described = titled(spec(build(rows, names, lang).to_dict(), background=PAPER), finding, words["note"])
    return svg(described, lang).encode() if ending == ".svg" else png(described, lang)
