"""What changed in the answers between two days, or since an answer was kept, and why."""

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
@click.option(
    "--since",
    metavar="DAY|FILE",
    help="Earlier day, or an answer kept by 'bundle save'; by default the day before.",
)
@click.option("--as-of", default=None, metavar="DAY", help="Later day; by default the last filing.")
@click.option("--firm", default=None, help=f"Firm; by default {FIRM}, or that of the kept answer.")
@click.option(
    "--scenario",
    default=None,
    help="Scenario of the later day; by default the baseline, or that of the kept answer.",
)
@click.option("--facts", "own", multiple=True, metavar="FILE", help="CSV file, such as a new filing.")
@click.option("--lang", default="en", show_default=True, type=click.Choice(["nl", "en"]), help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--out", metavar="FILE", help="Write a page: .html or .md.")
def command(questions: tuple[str, ...], lang: Lang, as_json: bool, out: str | None, **chosen: Any) -> None:
    """Say what changed in the answers to QUESTIONS (all of them if none are named), and why.

    Without days it takes the firm's last filing: an earnings day on one page. Since a kept answer, a change
    of the model is a cause too.
    """
    from pathlib import Path

    from rekening.facts import Facts
    from rekening.files import file_to_write

    path = None if out is None else file_to_write(out, _ENDINGS)
    everything = Facts.load(extra=[Path(path) for path in chosen["own"]])
    if chosen["since"] is not None and Path(chosen["since"]).is_file():
        found = _since_kept(questions, everything, chosen)
    else:
        found = _since_day(questions, everything, chosen)
    if as_json:
        print_json({name: [_plain(change) for change in each.changes] for name, each in found.items()})
    elif path is None:
        _print(found, lang)
    if path is not None:
        _write(path, found, lang)


def _since_day(asked: Sequence[str], everything: Facts, chosen: Mapping[str, Any]) -> dict[str, Split]:
    """Changes in answers, by question, all by the code at hand."""
    from dataclasses import replace

    from rekening.assumptions import Scenario
    from rekening.explain.ask import checked_firm
    from rekening.explain.replay import split
    from rekening.facts.periods import day
    from rekening.questions import Case

    asked = _questions(asked)
    firm = checked_firm(chosen["firm"] or FIRM, everything)
    later = _later_day(everything, firm, chosen["as_of"])
    first = day(chosen["since"], "--since (no such file)") if chosen["since"] else later - timedelta(days=1)
    _check_days(everything, first, later)
    before = Case(facts=everything.known_on(first), scenario=Scenario.load(), firm=firm)
    assumed = Scenario.load(chosen["scenario"]) if chosen["scenario"] else before.scenario
    after = replace(before, facts=everything.known_on(later), scenario=assumed)
    return {name: split(name, before, after) for name in asked}


def _since_kept(asked: Sequence[str], everything: Facts, chosen: Mapping[str, Any]) -> dict[str, Split]:
    """The change in a kept answer, under its question."""
    from dataclasses import replace
    from pathlib import Path

    from rekening.assumptions import Scenario
    from rekening.explain.ask import checked_firm
    from rekening.explain.replay import Bundle, split_kept

    bundle = Bundle.open(Path(chosen["since"]))
    before = bundle.case
    for what, given, kept in (
        ("QUESTIONS", " ".join(asked), bundle.question),
        ("--firm", chosen["firm"], before.firm),
    ):
        if given and given != kept:
            raise InputError(f"{what} {given}: {chosen['since']} holds {kept}; leave it out")
    try:
        firm = checked_firm(before.firm, everything)
    except InputError as error:
        told = f"{chosen['since']}: holds {before.firm}, which is not among the facts"
        raise InputError(f"{told}; give a file of your own again with --facts") from error
    later = _later_day(everything, firm, chosen["as_of"], earliest=before.as_of)
    _check_days(everything, before.as_of, later)
    assumed = Scenario.load(chosen["scenario"]) if chosen["scenario"] else bundle.scenario_now
    after = replace(before, facts=everything.known_on(later), scenario=assumed)
    return {bundle.question: split_kept(bundle, after)}


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


def _later_day(facts: Facts, firm: str, given: str | None, earliest: date = date.min) -> date:
    """The day as given, else that of the firm's last filing, or the earliest allowed where that is later."""
    from rekening.facts.periods import day

    if given is not None:
        return day(given, "--as-of")
    filings = [fact.published for fact in facts.find(firm, "revenue")]
    if not filings:
        raise InputError(f"--as-of: {firm} has no filing among the facts; name the day")
    return max(*filings, earliest)


def _check_days(facts: Facts, first: date, later: date) -> None:
    known = min(fact.published for fact in facts.rows)
    if not known <= first <= later <= facts.as_of:
        raise InputError(
            f"--since {first} and --as-of {later}: the first must come before the second, "
            f"both between {known} and {facts.as_of}"
        )


def _plain(change: Change) -> dict[str, Any]:
    return {
        "value": change.value,
        "before": None if change.before.missing else change.before.central,
        "after": None if change.after.missing else change.after.central,
        "unit": change.unit,
        "by_cause": dict(change.by_cause),
        "turns": dict(change.turns),
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


def _print(found: Mapping[str, Split], lang: Lang) -> None:
    from rekening.explain.change import causes_of, change_cells
    from rekening.explain.numbers import Style, clean, show_day
    from rekening.explain.words import labels
    from rekening.explain.words import words as page_words
    from rekening.explain.write import names

    screen, words, style = console(_PIPE_WIDTH), labels("change", lang), Style(lang, short=True)
    any_split = next(iter(found.values()))
    before, after = any_split.before.case, any_split.after.case
    days = dict.fromkeys(show_day(case.as_of, lang) for case in (before, after))
    heading = f"{clean(names(after.facts).get(after.firm, after.firm))} · {' → '.join(days)}"
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
