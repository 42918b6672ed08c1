"""What changed in the answers between two days, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.output import console, print_json, table
from rekening.defaults import FIRM
from rekening.errors import InputError, InputErrors

if TYPE_CHECKING:
    from rekening.explain.numbers import Lang, Style
    from rekening.explain.replay import Change
    from rekening.facts import Facts

__all__ = ["command"]

_PIPE_WIDTH = 120
_WORDS = {
    "en": {
        "value": "What", "before": "Was", "after": "Is", "restated": "Restated", "new_facts": "New facts",
        "assumptions": "Assumptions", "rows": "New rows", "none": "Nothing changed.",
        "points": "points",
    },
    "nl": {
        "value": "Wat", "before": "Was", "after": "Is", "restated": "Herzien", "new_facts": "Nieuwe feiten",
        "assumptions": "Aannames", "rows": "Nieuwe regels", "none": "Er is niets veranderd.",
        "points": "punten",
    },
}  # fmt: skip


@click.command("change")
@click.argument("questions", nargs=-1)
@click.option("--since", default=None, metavar="DAY", help="Earlier day; by default the day before.")
@click.option("--as-of", default=None, metavar="DAY", help="Later day; by default the last filing.")
@click.option("--firm", default=FIRM, show_default=True, help="Firm.")
@click.option("--scenario", default="baseline", show_default=True, help="Scenario of the later day.")
@click.option("--facts", "own", multiple=True, metavar="FILE", help="CSV file, such as a new filing.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]), help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
def command(questions: tuple[str, ...], lang: Lang, as_json: bool, **chosen: Any) -> None:
    """Say what changed in the answers to QUESTIONS (all of them if none are named), and why.

    Without days it takes the firm's last filing: an earnings day on one page.
    """
    from pathlib import Path

    from rekening.assumptions import Scenario
    from rekening.explain.ask import checked_firm
    from rekening.explain.replay import changes
    from rekening.facts import Facts
    from rekening.questions import Case

    asked = _questions(questions)
    everything = Facts.load(extra=[Path(path) for path in chosen["own"]])
    firm = checked_firm(chosen["firm"], everything)
    days = _days(everything, firm, chosen["since"], chosen["as_of"])
    first, later = (everything.known_on(day) for day in days)
    before = Case(facts=first, scenario=Scenario.load(), firm=firm)
    after = Case(facts=later, scenario=Scenario.load(chosen["scenario"]), firm=firm)
    found = {name: changes(name, before, after) for name in asked}
    if as_json:
        print_json({name: [_plain(change) for change in split] for name, split in found.items()})
    else:
        _print(found, (first, later), firm, lang)


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


def _moved(split: Sequence[Change]) -> Iterator[Change]:
    """Changes of what a text or a table tells."""
    for change in split:
        if not change.form:
            continue
        appeared = change.before.missing != change.after.missing
        if appeared or (not change.after.missing and change.before.central != change.after.central):
            yield change


def _print(found: dict[str, list[Change]], facts: tuple[Facts, Facts], firm: str, lang: Lang) -> None:
    from rekening.explain.numbers import Style, clean, show_day
    from rekening.explain.replay import CAUSES
    from rekening.explain.words import labels
    from rekening.explain.words import words as page_words
    from rekening.explain.write import names

    screen, words, style = console(_PIPE_WIDTH), _WORDS[lang], Style(lang, short=True)
    first, later = facts
    heading = clean(names(later).get(firm, firm))
    heading += f" · {show_day(first.as_of, lang)} → {show_day(later.as_of, lang)}"
    screen.print(heading, style="bold", markup=False)
    moved = {name: list(_moved(split)) for name, split in found.items()}
    for question, split in moved.items():
        if not split:
            continue
        label = labels(question, lang)
        causes = [cause for cause in CAUSES if any(change.by_cause[cause] for change in split)]
        heads = (words[column] for column in ("before", "after", *causes, "rows"))
        title = page_words(lang).get(f"question.{question}", question)
        view = table(words["value"], *((head, "right") for head in heads), title=title)
        for column in view.columns[1:-1]:
            column.no_wrap = True
        for change in split:
            view.add_row(label.get(f"values.{change.value}", change.value), *_cells(change, causes, style))
        screen.print()
        screen.print(view)
    if not any(moved.values()):
        screen.print(words["none"])


def _cells(change: Change, causes: Sequence[str], style: Style) -> Iterator[str]:
    from rekening.explain.numbers import show
    from rekening.facts import Figure

    form = "percent" if change.form == "chance" else change.form
    yield show(change.before, form, style)[0]
    yield show(change.after, form, style)[0]
    for cause in causes:
        part = change.by_cause[cause]
        text = show(Figure.of(part, change.unit), form, style)[0] if part else "·"
        yield text.replace("%", f" {_WORDS[style.lang]['points']}")
    yield str(len(change.facts))
