"""What ``rekening terms`` prints: matrices, answers with their words, changes."""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.text import Text

    from rekening.terms.changes import Change
    from rekening.terms.findings import Finding
    from rekening.terms.review import Reviewed
    from rekening.terms.summary import Said

__all__ = [
    "age",
    "answers",
    "changes",
    "checked",
    "in_signs",
    "in_words",
    "print_json",
    "say",
    "side_by_side",
]

_MARKS = {"good": "+", "bad": "-", "neutral": "~", "better": "+", "worse": "-"}
_STYLES = {"+": "green", "-": "red", ".": "dim"}
_MOST_QUOTED = 240
_MOST_READ = 100
"""Widest lines of running words, in columns."""
_QUESTION = 24
_ANSWER = 14
_WIDEST = 32
"""Columns of a terminal that a question needs, and an answer at least and at most, in a matrix of words."""
_NEAR = 10
"""Words that old and new share which are shown on each side of a difference."""
_WIDE, _NARROW = 3, 2
"""Columns of a terminal for a sign, with and without room to spare."""
_LETTERS = string.ascii_uppercase
_WAYS = {
    "nl": {
        "data": "Je betaalt met gegevens",
        "attention": "Met aandacht",
        "freedom": "Met vrijheid",
        "money": "Met geld",
    },
    "en": {
        "data": "You pay in data",
        "attention": "In attention",
        "freedom": "In freedom",
        "money": "In money",
    },
}
"""Ways of paying, as headings."""


def fits_in_words(services: Sequence[str]) -> bool:
    """Return whether the terminal has room for a matrix of words about so many services."""
    return _QUESTION + _ANSWER * len(services) <= _width()


def in_words(
    found: Mapping[tuple[str, str], Said], several: Set[tuple[str, str]], services: Sequence[str], lang: str
) -> None:
    """Print a matrix of answers in words, a table for each way of paying."""
    # Every table gets the same columns, so that a service stays in its place; two blanks part them.
    wide = min((_width() - _QUESTION) // len(services) - 2, _WIDEST) if services else _WIDEST
    for title, questions in _questions(lang):
        head = ((title, _QUESTION - 2), *((service, wide) for service in services))
        rows = []
        for clause, label in questions:
            cells = [label]
            for service in services:
                row = found.get((service, clause))
                more = "*" if (service, clause) in several else ""
                cells.append(f"{_MARKS[row.direction]} {row.answer(lang)}{more}" if row else "")
            rows.append(cells)
        _table(head, rows)
        say("")


def in_signs(
    found: Mapping[tuple[str, str], Said], several: Set[tuple[str, str]], services: Sequence[str], lang: str
) -> None:
    """Print one sign a service, as many services beside each other as fit, and what the letters stand for."""
    room = max(len(label) for _, questions in _questions(lang) for _, label in questions) + 2
    wide = _WIDE if room + _WIDE * len(services) <= _width() else _NARROW
    beside = min(max(1, (_width() - room) // wide), len(_LETTERS))
    for start in range(0, len(services), beside):
        part = dict(zip(_LETTERS, services[start : start + beside], strict=False))
        for title, questions in _questions(lang):
            _line((f"{title.upper():<{room}}", "bold"), *((f"{letter:<{wide}}", "bold") for letter in part))
            for clause, label in questions:
                signs = []
                for service in part.values():
                    row = found.get((service, clause))
                    sign = _MARKS[row.direction] if row else "."
                    more = "*" if (service, clause) in several else ""
                    signs.append((f"{sign + more:<{wide}}", _STYLES.get(sign, "")))
                _line((f"{label:<{room}}", ""), *signs)
            say("")
        _legend(part)
    say({"nl": ". zegt er niets over", "en": ". says nothing of it"}[lang])


def answers(rows: Sequence[Said], lang: str, *, everything: bool) -> None:
    """Print each question with its answers: the main one with its words, others that differ by their place.

    ``everything`` gives every answer with its words. Where each document can be read comes last.
    """
    by_clause: dict[str, list[Said]] = {}
    for row in rows:
        by_clause.setdefault(row.clause, []).append(row)
    for title, questions in _questions(lang):
        held = [clause for clause, _ in questions if clause in by_clause]
        if held:
            _line((title.upper(), "bold"))
        for clause in held:
            say("")
            _line((by_clause[clause][0].question(lang), "bold"))
            told: set[tuple[str, str]] = set()
            for row in by_clause[clause]:
                said = row.answer(lang), row.scope_in_words(lang)
                if said in told and not everything:
                    continue
                place = f"{row.document}, {row.start}-{row.end}"
                _answer(_MARKS[row.direction], *said, place, row.quote if everything or not told else "")
                told.add(said)
        if held:
            say("")
    for document, (day, record) in {row.document: (row.date, row.record) for row in rows}.items():
        say(f"{document}, {day}{': ' if record else ''}{record}")
    say("")


def checked(findings: Sequence[Finding], text: str, lang: str) -> None:
    """Print what one text says, with its words, and on which questions it is silent."""
    from rekening.terms.summary import in_words as words
    from rekening.terms.summary import scope_in_words
    from rekening.terms.taxonomy import taxonomy

    last, told = "", set()
    for finding in findings:
        kind = taxonomy()[finding.clause]
        once = finding.clause, finding.value, finding.scope, finding.quote
        if not finding.present or once in told:
            continue
        told.add(once)
        if finding.clause != last:
            say("")
            _line((kind.question[lang], "bold"))
            last = finding.clause
        mark = _MARKS[kind.value_polarity(finding.value)]
        answer = words(finding.clause, finding.value or "", lang)
        _answer(
            mark, answer, scope_in_words(finding.scope, lang), f"{finding.start}-{finding.end}", finding.quote
        )
        for place in finding.see:
            _quoted(f"→ {place.label}: ", text[place.target_start : place.target_end])
    silent = [taxonomy()[f.clause].label[lang] for f in findings if not f.present]
    say("")
    if not last:
        say({"nl": "Geen van de vragen wordt beantwoord.", "en": "None of the questions is answered."}[lang])
    if silent:
        _wrapped({"nl": "Zegt niets over: ", "en": "Says nothing of: "}[lang] + ", ".join(silent) + ".")
    _signs(lang)


def changes(found: Iterable[Reviewed], lang: str) -> None:
    """Print changes: the day, whose document, and a sentence with its sign."""
    for r in found:
        sign = _MARKS.get(r.change.direction, "~") if r.change.kind == "substantive" else " "
        _line((f"{r.version.date.isoformat()}  ", ""), (f"{r.version.service}, {r.version.document}", "bold"))
        _wrapped(r.change.summary[lang], first=f" {sign} ", style=_STYLES.get(sign, ""))


def side_by_side(change: Change, lang: str) -> None:
    """Print a change: its sentence, and its places with the old and the new words."""
    _wrapped(change.summary[lang])
    if change.words:
        half = (_width() - 2) // 2 - 2
        old, new = ("Oud", "Nieuw") if lang == "nl" else ("Old", "New")
        rows = [("*" if p.weighs else "", *_focused(p.old or "", p.new or "")) for p in change.words]
        say("")
        _table((("", 1), (old, half), (new, half)), rows)
        say({"nl": "* weegt mee", "en": "* counts as substance"}[lang])


def _focused(old: str, new: str) -> tuple[Text, Text]:
    """Return both sides with the words that differ in colour; of what they share only what stands near."""
    from difflib import SequenceMatcher

    from rich.text import Text

    sides = old.split(), new.split()
    shown = Text(), Text()
    if not (old and new):
        return Text(_printable(old)), Text(_printable(new))
    runs = SequenceMatcher(None, *sides, autojunk=False).get_opcodes()
    for place, (tag, *bounds) in enumerate(runs):
        for side, (first, last) in enumerate((bounds[:2], bounds[2:])):
            words = sides[side][first:last]
            if tag == "equal" and len(words) > 2 * _NEAR + 1:
                before = words[:_NEAR] if place else []
                after = words[-_NEAR:] if place < len(runs) - 1 else []
                words = [*before, "…", *after]
            if words:
                style = "" if tag == "equal" else ("red", "green")[side]
                shown[side].append(_printable(" ".join(words)) + " ", style)
    return shown


def age(rows: Sequence[Said], lang: str) -> None:
    """Say what the signs mean and how old the newest reading is."""
    _signs(lang)
    if rows:
        newest = max(row.date for row in rows)
        days = (date.today() - date.fromisoformat(newest)).days
        said = {
            "nl": f"Laatst vastgelegd op {newest}, {days} dagen geleden.",
            "en": f"Last recorded on {newest}, {days} days ago.",
        }
        say(said[lang])


def say(line: str) -> None:
    """Print one line as it stands, without anything that orders a terminal about."""
    click.echo(_printable(line).replace("\n", " "))


def print_json(value: Any) -> None:
    """Print plain data."""
    click.echo(json.dumps(value, ensure_ascii=True, indent=2))


def _questions(lang: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each way of paying with the questions (clause, label) that belong to it."""
    from rekening.terms.findings import ways
    from rekening.terms.taxonomy import taxonomy

    for way, title in _WAYS[lang].items():
        yield title, [(c, kind.label[lang]) for c, kind in taxonomy().items() if ways()[c].pays_in == way]


def _legend(part: Mapping[str, str]) -> None:
    """Print what the letters stand for, in columns as wide as the longest name."""
    entries = [f"{letter} {service}" for letter, service in part.items()]
    wide = max(map(len, entries)) + 2
    columns = max(1, _width() // wide)
    for start in range(0, len(entries), columns):
        say("".join(f"{entry:<{wide}}" for entry in entries[start : start + columns]).rstrip())
    say("")


def _answer(sign: str, answer: str, scope: str, place: str, quote: str) -> None:
    limited = f" ({scope})" if scope else ""
    _line((f" {sign} ", _STYLES.get(sign, "")), (f"{answer}{limited}", ""), (f"  {place}", "dim"))
    if quote:
        _quoted("", quote)


def _quoted(before: str, quote: str) -> None:
    from rekening.terms.segments import visible

    flat = " ".join(visible(quote).split())
    short = flat if len(flat) <= _MOST_QUOTED else f"{flat[: _MOST_QUOTED - 1]}…"
    _wrapped(f"{before}“{short}”", first="   ")


def _signs(lang: str) -> None:
    signs = {
        "nl": "+ goed voor jou, - slecht voor jou, ~ geen van beide",
        "en": "+ good for you, - bad for you, ~ neither",
    }
    say(signs[lang])


def _wrapped(words: str, first: str = "", style: str = "") -> None:
    """Print running words; later lines stand under the words of the first, after what opens it."""
    lines = wrap(words, max(len(first) + _ANSWER, min(_width(), _MOST_READ)) - len(first)) or [""]
    for place, line in enumerate(lines):
        _line((first if place == 0 else " " * len(first), style), (line, ""))


def _line(*parts: tuple[str, str]) -> None:
    """Print a line of texts in styles; plain where the output is no terminal."""
    from rich.console import Console
    from rich.text import Text

    line = Text.assemble(*((_printable(words).replace("\n", " "), style) for words, style in parts))
    line.rstrip()
    Console(highlight=False, soft_wrap=True).print(line)


def _table(columns: Iterable[tuple[str, int]], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print a table; what others wrote is shown as it stands, never as markup."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column, width in columns:
        table.add_column(column, overflow="fold", width=width)
    for cells in rows:
        table.add_row(*(Text(_printable(cell)) if isinstance(cell, str) else cell for cell in cells))
    Console(soft_wrap=False, highlight=False).print(table)


def _printable(words: str) -> str:
    from rekening.terms.extract import printable

    return printable(words)


def _width() -> int:
    from rich.console import Console

    return Console().width
