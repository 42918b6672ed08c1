"""Whom a change favours: what is read before and after, and what the difference means for a user."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rekening.terms.changes.align import Edit
from rekening.terms.changes.statements import Statement, statements
from rekening.terms.changes.vocabulary import pattern, subjects
from rekening.terms.clauses.decide import Document
from rekening.terms.reading import Library, settle
from rekening.terms.taxonomy import taxonomy

Direction = Literal["better", "worse", "neutral"]

_LEAD = 2
"""How many clauses must have moved one way for each that moved the other way."""

_ANEW = 2
"""A document is written anew where more than one in so many statements came or went."""

_TRAINING, _REFUSING = "trains_on_user_content", "training_opt_out"
_ADS = "uses_data_for_ads"
_PERIOD = re.compile(
    r"\b(\d{1,4})[ -](days?|weeks?|months?|years?|dag(?:en)?|weken|maand(?:en)?|jaar)\b", re.IGNORECASE
)
_LENGTHS = {"d": 1.0, "w": 7.0, "m": 30.4, "y": 365.25, "j": 365.25}
"""Days in a period, by the first letter of its name in English or Dutch."""
_SITE = re.compile(r"\w\.\w")
_ONE_SIDED = 2
"""How many times as many words must have come behind an exception as went, or the reverse."""


@dataclass(frozen=True)
class Read:
    """A text, and what is read in it."""

    text: str
    document: Document

    @classmethod
    def of(cls, text: str, document: str, service: str, library: Library) -> Read:
        """Read a text with a library, which reads no segment twice."""
        return cls(text, library.placed(text, service, document))

    @cached_property
    def values(self) -> Mapping[str, Mapping[str, str]]:
        """The value of each clause type by scope (product, plan, region), the main one first."""
        return _values(self.document, self.text)

    def at(self, place: Statement | None) -> Mapping[str, str]:
        """Return the main values that the words of a statement carry by themselves; headings say nothing."""
        if place is None or place.form == "heading":
            return {}
        marks = {
            clause: [p for p in found if p.start < place.end and place.start < p.end]
            for clause, found in self.document.marks.items()
        }
        here = Document(self.document.kind, {clause: found for clause, found in marks.items() if found})
        return {
            clause: next(iter(by_scope.values())) for clause, by_scope in _values(here, self.text).items()
        }


def direction(edits: Sequence[Edit], before: Read, after: Read) -> Direction:
    """Return whom the edits favour, as far as the reading of both texts carries it.

    Each clause type moves for the better, for the worse or not at all: by its value in the whole document, by
    the order of values in the taxonomy; where that stayed, by the values read at the changed places, the
    times that grew longer or shorter there, the exceptions that grew or shrank, and the rows of tables about
    advertising. Of a document that was largely written anew only values and tables count: its places have
    nothing to be set against. One side must outweigh the other twofold. In all other cases it is "neutral":
    neither, or the reading does not tell.
    """
    unpaired = sum(edit.old is None or edit.new is None for edit in edits)
    anew = _ANEW * unpaired > len(statements(after.text))
    places = {} if anew else _by_place(edits, before, after)
    moved = {**_by_row(edits), **places, **_by_value(before, after)}
    counts = Counter(_training_once(moved).values())
    better, worse = counts[1], counts[-1]
    if better and better >= _LEAD * worse:
        return "better"
    return "worse" if worse and worse >= _LEAD * better else "neutral"


def _training_once(moved: dict[str, int]) -> dict[str, int]:
    """Leave out the way to refuse training where the training itself is read: its values hold it."""
    return {c: gain for c, gain in moved.items() if c != _REFUSING or _TRAINING not in moved}


def _values(document: Document, text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for finding in settle(document, text):
        if finding.value is not None:
            found.setdefault(finding.clause, {}).setdefault(finding.scope, finding.value)
    return found


def _by_value(before: Read, after: Read) -> dict[str, int]:
    """Return how each clause type moved in the document as a whole: its main value, else scope by scope."""
    moved = {}
    for clause, kind in taxonomy().items():
        old, new = before.values.get(clause, {}), after.values.get(clause, {})
        if set(old.values()) == set(new.values()):
            continue
        gain = kind.gain(next(iter(old.values()), None), next(iter(new.values()), None))
        if not gain:
            gain = sum(kind.gain(old.get(scope), new.get(scope)) for scope in old.keys() | new.keys())
        if gain:
            moved[clause] = 1 if gain > 0 else -1
    return moved


def _by_place(edits: Sequence[Edit], before: Read, after: Read) -> dict[str, int]:
    """Return how each clause type moved at the changed places, taken together."""
    gains: Counter[str] = Counter()
    for edit in edits:
        old, new = before.at(edit.old), after.at(edit.new)
        here = {
            clause: _gain(clause, old.get(clause), new.get(clause), before, after)
            for clause in old.keys() | new.keys()
        }
        here = _training_once(here)
        if not any(here.values()):
            here = _of_period(edit) or _of_exception(edit, old, new)
        gains.update(here)
    return {clause: 1 if gain > 0 else -1 for clause, gain in gains.items() if gain}


def _by_row(edits: Sequence[Edit]) -> dict[str, int]:
    """Return how advertising moved in tables, such as lists of trackers."""
    gain = sum(map(_of_row, edits))
    return {_ADS: 1 if gain > 0 else -1} if gain else {}


def _gain(clause: str, old: str | None, new: str | None, before: Read, after: Read) -> int:
    """Return what one place brings.

    A promise that went counts unless the document still makes it; a burden that went does not count, for it
    can stand elsewhere in other words. A burden that came counts also where the document knew it, since it
    then holds for something more.
    """
    gain = taxonomy()[clause].gain(old, new)
    if new is None and (gain > 0 or old in after.values.get(clause, {}).values()):
        return 0
    if old is None and gain > 0 and new in before.values.get(clause, {}).values():
        return 0
    return gain


def _of_period(edit: Edit) -> dict[str, int]:
    """Return what it brings that in the same words only a time became longer or shorter."""
    if edit.old is None or edit.new is None:
        return {}
    words = [_PERIOD.sub("", side.words) for side in (edit.old, edit.new)]
    before, after = (_days(side.words) for side in (edit.old, edit.new))
    if words[0] != words[1] or len(before) != 1 or len(after) != 1 or before == after:
        return {}
    longer = 1 if after[0] > before[0] else -1
    return {
        clause: longer if kind.more == "better" else -longer
        for clause, kind in taxonomy().items()
        if kind.more and subjects()[clause].search(edit.new.words)
    }


def _days(words: str) -> list[float]:
    return [int(match[1]) * _LENGTHS[match[2][0].lower()] for match in _PERIOD.finditer(words)]


def _of_exception(edit: Edit, old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, int]:
    """Return what it brings that an exception in a sentence grew or shrank.

    An exception weakens a promise and bounds a power. The words before it must be the same.
    """
    if edit.old is None or edit.new is None:
        return {}
    first, second = (pattern("exception").search(side.words) for side in (edit.old, edit.new))
    if first is None or second is None:
        return {}
    if edit.old.words[: first.start()].split() != edit.new.words[: second.start()].split():
        return {}
    lost, gained = len(edit.lost), len(edit.gained)
    grew = (gained > _ONE_SIDED * lost) - (lost > _ONE_SIDED * gained)
    values = {**old, **new}
    if values:
        clause, value = next(iter(values.items()))
        burden = taxonomy()[clause].value_polarity(value) == "bad"
        return {clause: grew if burden else -grew}
    return {
        clause: grew if taxonomy()[clause].polarity == "bad" else -grew
        for clause, subject in subjects().items()
        if subject.search(edit.new.words)
    }


def _of_row(edit: Edit) -> int:
    """Return what a table row about advertising brings: it came, went, or holds for another site."""
    if edit.statement.form != "row" or not subjects()[_ADS].search(edit.statement.words):
        return 0
    if edit.old is None or edit.new is None:
        return -1 if edit.old is None else 1
    more, fewer = (bool(_SITE.search(" ".join(words))) for words in (edit.gained, edit.lost))
    return fewer - more
