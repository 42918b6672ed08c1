"""What changed in the answers between two days, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.output import console, print_json, table
from rekening.defaults import FIRM
from rekening.errors import InputError, InputErrors

if TYPE_CHECKING:
    from pathlib import Path

    from rekening.explain.numbers import Lang
    from rekening.explain.replay import Change, Split
    from rekening.facts import Facts

__all__ = ["command"]

_PIPE_WIDTH = 120
_ENDINGS = (".html", ".md")


@click.command("change")
@click.argument("questions", nargs=-1)
@click.option("--since", default=None, metavar="DAY", help="Earlier day; by default the day before.")
@click.option("--as-of", default=None, metavar="DAY", help="Later day; by default the last filing.")
@click.option("--firm", default=FIRM, show_default=True, help="Firm.")
@click.option("--scenario", default="baseline", show_default=True, help="Scenario of the later day.")
@click.option("--facts", "own", multiple=True, metavar="FILE", help="CSV file, such as a new filing.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]), help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--out", metavar="FILE", help="Write a page: .html or .md.")
def command(questions: tuple[str, ...], lang: Lang, as_json: bool, out: str | None, **chosen: Any) -> None:
    """Say what changed in the answers to QUESTIONS (all of them if none are named), and why.

    Without days it takes the firm's last filing: an earnings day on one page.
    """
    from pathlib import Path

    from rekening.assumptions import Scenario
    from rekening.explain.ask import checked_firm
    from rekening.explain.replay import split
    from rekening.facts import Facts
    from rekening.files import file_to_write
    from rekening.questions import Case

    path = None if out is None else file_to_write(out, _ENDINGS)
    asked = _questions(questions)
    everything = Facts.load(extra=[Path(path) for path in chosen["own"]])
    firm = checked_firm(chosen["firm"], everything)
    days = _days(everything, firm, chosen["since"], chosen["as_of"])
    first, later = (everything.known_on(day) for day in days)
    before = Case(facts=first, scenario=Scenario.load(), firm=firm)
    after = Case(facts=later, scenario=Scenario.load(chosen["scenario"]), firm=firm)
    found = {name: split(name, before, after) for name in asked}
    if as_json:
        print_json({name: [_plain(change) for change in each.changes] for name, each in found.items()})
    elif path is None:
        _print(found, (first, later), firm, lang)
    if path is not None:
        _write(path, found, lang)


def _questions(given: Sequence[str]) -> Sequence[str]:
    """Ids of questions as given, all of them if none are."""
    from rekening.questions import QUESTIONS, question

    problems: list[str] = []
    for name in given:
        try:
            question(name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputErrors(problems)
    return given or QUESTIONS


def _days(facts: Facts, firm: str, since: str | None, as_of: str | None) -> tuple[date, date]:
    from rekening.facts.periods import day

    filings = sorted({fact.published for fact in facts.find(firm, "revenue")})
    if as_of is None and not filings:
        raise InputError(f"--as-of: {firm} has no filing among the facts; name the day")
    later = day(as_of, "--as-of") if as_of is not None else filings[-1]
    first = day(since, "--since") if since is not None else later - timedelta(days=1)
    known = min(fact.published for fact in facts.rows)
    if not known <= first <= later <= facts.as_of:
        raise InputError(
            f"--since {first} and --as-of {later}: the first must come before the second, "
            f"both between {known} and {facts.as_of}"
        )
    return first, later


def _plain(change: Change) -> dict[str, Any]:
    return {
        "value": change.value,
        "before": None if change.before.missing else change.before.central,
        "after": None if change.after.missing else change.after.central,
        "unit": change.unit,
        "by_cause": dict(change.by_cause),
        "facts": list(change.facts),
    }


def _write(path: Path, found: Mapping[str, Split], lang: Lang) -> None:
    from rekening.explain.change import change_report
    from rekening.explain.markdown import report_markdown
    from rekening.explain.page import page
    from rekening.files import write_whole

    report = change_report(found, lang)
    write_whole(path, (page(report) if path.suffix.lower() == ".html" else report_markdown(report)).encode())
    click.echo(f"-> {path}", err=True)


def _print(found: Mapping[str, Split], facts: tuple[Facts, Facts], firm: str, lang: Lang) -> None:
    from rekening.explain.change import causes_of, change_cells
    from rekening.explain.numbers import Style, clean, show_day
    from rekening.explain.words import labels
    from rekening.explain.words import words as page_words
    from rekening.explain.write import names

    screen, words, style = console(_PIPE_WIDTH), labels("change", lang), Style(lang, short=True)
    first, later = facts
    heading = clean(names(later).get(firm, firm))
    heading += f" · {show_day(first.as_of, lang)} → {show_day(later.as_of, lang)}"
    screen.print(heading, style="bold", markup=False)
    for question, each in found.items():
        if not each.moved:
            continue
        label, causes = labels(question, lang), causes_of(each.moved)
        heads = (words[column] for column in ("before", "after", *causes, "rows"))
        title = page_words(lang)[f"question.{question}"]
        view = table(words["value"], *((head, "right") for head in heads), title=title)
        for column in view.columns[1:-1]:
            column.no_wrap = True
        for change in each.moved:
            view.add_row(
                label.get(f"values.{change.value}", change.value),
                *change_cells(change, causes, style),
                str(len(change.facts)),
            )
        screen.print()
        screen.print(view)
    if not any(each.moved for each in found.values()):
        screen.print(words["none"])
