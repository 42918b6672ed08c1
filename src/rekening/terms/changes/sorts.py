"""What tells a change of substance from another wording: the sort of each changed place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from rekening.terms.changes.align import Edit
from rekening.terms.changes.vocabulary import pattern

_ADDRESS = re.compile(r"://|\w\.\w+/")
_QUANTITY = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W_]")
_SAME_SPELLING = 0.85
_FILLERS = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "by",
        "for",
        "with",
        "as",
        "is",
        "are",
        "be",
        "our",
        "we",
        "your",
        "you",
        "de",
        "het",
        "een",
        "dit",
        "dat",
        "deze",
        "die",
        "en",
        "van",
        "te",
        "op",
        "door",
        "voor",
        "met",
        "als",
        "zijn",
        "ons",
        "onze",
        "wij",
        "uw",
        "je",
        "jouw",
    ]
)
_SIGNS = ".,;:()[]\"'|"
_SENTENCE = 5
_PROSE = 8


SORTS = {
    "added": "a sentence or item that speaks of duties, data, money or rights came",
    "removed": "the same went",
    "reworded": "words of duty, data, money, rights or number differ in a sentence",
    "scope": "in a sentence about data, money or rights something was only added or only taken out",
    "rows": "a row of a table came, went or changed",
    "plain": "another sentence came, went or reads otherwise",
    "labels": "a short fragment (title, link) came or went",
    "names": "only names, contact details or spelling differ in a sentence",
}
"""The sorts of edit."""

SUBSTANCE = ("added", "removed", "reworded", "scope", "rows")
"""The sorts that make a change substantive; the others are editorial."""


def sort(edits: Sequence[Edit]) -> list[str]:
    """Return the sort of each edit."""
    renamed = _renames(edits)
    return [_sort(edit, renamed) for edit in edits]


def _sort(edit: Edit, renamed: frozenset[str]) -> str:
    statement = edit.statement
    length = len(statement.words.split())
    if not (edit.old and edit.new):
        if statement.form == "row":
            return "rows"
        if statement.form == "heading" or length < _SENTENCE:
            return "labels"
        if not (pattern("duty").search(statement.words) or pattern("stake").search(statement.words)):
            return "plain"
        if _contact(statement.words) and length < 2 * _PROSE:
            return "names"
        return "added" if edit.new else "removed"
    lost = [w for w in edit.lost if w not in renamed]
    gained = [w for w in edit.gained if w not in renamed]
    moved = _bare(lost) & _bare(gained)
    differ = [
        word
        for word in (*lost, *gained)
        if word.strip(_SIGNS).casefold() not in moved | _FILLERS and not _ADDRESS.search(word)
    ]
    if not differ or _spelling(lost, gained) or _numbering(edit):
        return "names"
    one_sided = not edit.lost or not edit.gained or bool(moved)
    named = all(map(_is_name, differ))
    if statement.form == "row":
        return "rows" if one_sided or not named else "names"
    if _weight("duty", differ) or _weight("stake", differ):
        return "reworded"
    if _contact(statement.words):
        return "names"
    if any(map(_QUANTITY.search, differ)):
        return "reworded"
    if one_sided and pattern("stake").search(statement.words):
        return "scope"
    return "names" if named else "plain"


def _numbering(edit: Edit) -> bool:
    """Return whether only a number in front of the sentence came or went."""
    (mark, *more), bare = (edit.gained, edit.lost) if edit.gained else (edit.lost, edit.gained)
    side = edit.new if edit.gained else edit.old
    return not more and not bare and mark.isdigit() and side is not None and side.words.split()[0] == mark


def _spelling(lost: Sequence[str], gained: Sequence[str]) -> bool:
    """Return whether the words are the same but for a letter or a space."""
    before, after = ("".join(_LETTERS.findall(" ".join(side))).casefold() for side in (lost, gained))
    if before == after:
        return True
    if min(len(before), len(after)) < _SENTENCE or any(map(str.isdigit, before + after)):
        return False
    return SequenceMatcher(None, before, after).ratio() >= _SAME_SPELLING and len(lost) == len(gained)


def _weight(part: str, words: Iterable[str]) -> int:
    return sum(pattern(part).search(word) is not None for word in words)


def _contact(words: str) -> bool:
    return "@" in words or pattern("contact").search(words) is not None


def _is_name(word: str) -> bool:
    """Return whether a word is a name, address or mere sign: capitalised, or without letters and digits."""
    bare = word.strip(_SIGNS)
    return not any(c.isalnum() for c in bare) or bare[:1].isupper() or "@" in bare or "." in bare


def _renames(edits: Sequence[Edit]) -> frozenset[str]:
    """Return the words of a substitution that comes back in several sentences: a product got another name."""
    seen = Counter((edit.lost, edit.gained) for edit in edits if edit.old and edit.new)
    words: set[str] = set()
    for (lost, gained), times in seen.items():
        swapped = lost and gained and not _bare(lost) & _bare(gained)
        if (
            times > 1
            and swapped
            and len(lost) <= _SENTENCE >= len(gained)
            and not _weight("duty", (*lost, *gained))
        ):
            words |= {*lost, *gained}
    return frozenset(words)


def _bare(words: Iterable[str]) -> set[str]:
    return {word.strip(_SIGNS).casefold() for word in words}
