"""Which assumptions move an answer most."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rekening.defaults import AS_OF, FIRM
from rekening.errors import InputError

if TYPE_CHECKING:
    from rekening.assumptions import Scenario
    from rekening.explain.sensitivity import Index, Sensitivity
    from rekening.questions import ChartRow

__all__ = ["command"]

_MOST = 15
_TITLES = {
    "en": {"assumed": "What we assume", "estimated": "Estimates", "guided or announced": "Announced",
           "derived": "Worked out", "reported": "Reported", "chance": "Chance",
           "name": "Assumption", "first": "Alone", "total": "In all", "kind": "Kind of evidence"},
    "nl": {"assumed": "Aannames", "estimated": "Schattingen", "guided or announced": "Aangekondigd",
           "derived": "Uitgerekend", "reported": "Gerapporteerd", "chance": "Toeval",
           "name": "Aanname", "first": "Alleen", "total": "Met alles", "kind": "Soort bewijs"},
}  # fmt: skip


@click.command("sensitivity")
@click.argument("question")
@click.option("--value", default=None, help="Value of the answer; its first uncertain one if left out.")
@click.option("--firm", default=FIRM, show_default=True, help="Firm.")
@click.option("--as-of", default=AS_OF, show_default=True, help="Only what was public on this day.")
@click.option("--scenario", default="baseline", show_default=True, help="Name or file of a scenario.")
@click.option("--evidence", is_flag=True, help="Group the spread by kind of evidence.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]), help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--out", metavar="FILE", help="Draw it: .svg or .png.")
def command(question: str, lang: str, as_json: bool, out: str | None, **chosen: Any) -> None:
    """Show which assumptions move an answer to QUESTION most (Sobol indices, with their margins)."""
    from rekening.assumptions import Scenario
    from rekening.explain.ask import checked_firm
    from rekening.explain.sensitivity import by_evidence, sensitivity
    from rekening.facts import Facts
    from rekening.questions import Case
    from rekening.questions import question as find

    facts, assumed = Facts.load(as_of=chosen["as_of"]), Scenario.load(chosen["scenario"])
    case = Case(facts=facts, scenario=assumed, firm=checked_firm(chosen["firm"], facts))
    analysis = by_evidence if chosen["evidence"] else sensitivity
    found = analysis(find(question), case, chosen["value"])
    if out is not None:
        _draw(found, assumed, lang, Path(out))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    elif out is None:
        _print(found, assumed, lang)


def _label(index: Index, scenario: Scenario, lang: str) -> str:
    if index.name in scenario:
        return scenario[index.name].sentence[lang]
    return _TITLES[lang].get(index.name, index.name)


def _print(found: Sensitivity, scenario: Scenario, lang: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from rekening.explain.words import labels

    words = _TITLES[lang]
    table = Table(title=labels(found.question, lang)[f"values.{found.value}"], box=None, title_justify="left")
    table.add_column(words["name"])
    for column in ("first", "total"):
        table.add_column(words[column], justify="right")
    table.add_column("")
    for index in found.indices[:_MOST]:
        table.add_row(
            escape(_label(index, scenario, lang)),
            f"{index.first:.0%} ± {index.first_margin:.0%}",
            f"{index.total:.0%} ± {index.total_margin:.0%}",
            "█" * round(index.total * 20),
        )
    Console().print(table)


def _draw(found: Sensitivity, scenario: Scenario, lang: str, path: Path) -> None:
    from rekening.explain.charts.sensitivity import build
    from rekening.explain.charts.theme import PAPER, png, spec, svg
    from rekening.files import write_whole

    if path.suffix not in (".svg", ".png"):
        raise InputError(f"--out {path}: {path.suffix or 'no ending'!r} is not allowed; allowed: .svg, .png")
    shown = found.indices[:_MOST]
    rows: list[ChartRow] = [
        {
            "name": index.name,
            "total": index.total,
            "low": max(0.0, index.total - index.total_margin),
            "high": index.total + index.total_margin,
        }
        for index in shown
    ]
    chart = build(rows, {index.name: _label(index, scenario, lang) for index in shown}, lang)
    described = spec(chart.to_dict(), background=PAPER)
    data = svg(described, lang).encode() if path.suffix == ".svg" else png(described, lang)
    write_whole(path, data)
