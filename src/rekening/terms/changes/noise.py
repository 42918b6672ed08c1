"""What is not the provider's doing: failed fetches, other languages, menus, flapping, what was recorded."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rekening.terms.changes.statements import TEXTS_REMEMBERED, Statement, keys, statements
from rekening.terms.changes.vocabulary import languages, pattern

_SCRIPTS = {
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "DEVANAGARI": "hi",
}
_LAST_LATIN = "\u036f"  # and its combining accents
_LABEL = 120
_DOCUMENT = 5
_FEW_STATEMENTS = 12
_FEW_WORDS = 140
_SHRUNK = 10
_SAMPLE = 4_000


def is_furniture(statement: Statement) -> bool:
    """Return whether a statement is part of the page, not of the terms: menu, button, banner, breadcrumb."""
    short = len(statement.words) <= _LABEL and statement.form != "row"
    if short and pattern("furniture", after=r"[.:>|\s]*").fullmatch(statement.words):
        return True
    return pattern("banner", before=r"(?:>\s*)?").match(statement.words) is not None


def is_failed(block: Sequence[Statement]) -> bool:
    """Return whether these few statements are what a server says when it does not give the page."""
    if not block or len(block) > _FEW_STATEMENTS or sum(len(s.words.split()) for s in block) > _FEW_WORDS:
        return False
    return 3 * sum(_says_error(s.words) for s in block) >= len(block)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def failed_parts(text: str) -> frozenset[str]:
    """Return the keys of short error messages in a text (a file of several pages can fail in part)."""
    return frozenset(s.key for s in statements(text) if len(s.words) <= _LABEL and _says_error(s.words))


@lru_cache(maxsize=100_000)
def _says_error(words: str) -> bool:
    return pattern("error").search(words) is not None


def shrunk(old: str, new: str) -> bool:
    """Return whether hardly anything is left of a text: no page of terms, whatever it says."""
    left = sum(len(s.words.split()) for s in statements(new))
    return left <= _FEW_WORDS and left * _SHRUNK < sum(len(s.words.split()) for s in statements(old))


@lru_cache(maxsize=TEXTS_REMEMBERED)
def language(text: str) -> str | None:
    """Return the language of a Markdown text ("en", "nl", ...), or None where too little tells."""
    return language_of(s.words for s in statements(text))


def language_of(sentences: Iterable[str]) -> str | None:
    """Return the language in which most function words (or letters, for other scripts) are written."""
    counts: Counter[str] = Counter()
    read = 0
    for sentence in sentences:
        words = sentence.casefold().split()
        for name, profile in languages().items():
            counts[name] += sum(word.strip(".,;:()\"'") in profile for word in words)
        for letter in sentence[:200]:
            if letter > _LAST_LATIN and letter.isalpha():
                script = unicodedata.name(letter, "").partition(" ")[0]
                counts[_SCRIPTS.get(script, "other")] += 1
        read += len(words)
        if read > _SAMPLE:
            break
    (first, most), (_, second) = (*counts.most_common(2), ("", 0), ("", 0))[:2]
    # Languages share short words (de, en, in): a clear lead is asked for.
    return first if most > 1 and 2 * most >= 3 * second else None


def is_other_document(added: Sequence[Statement], new: str) -> bool:
    """Return whether what was added is one whole document, set off by the ``- - -`` between source pages.

    Open Terms Archive joins several pages into one file that way: the recorder took in another page.
    """
    if len(added) < _DOCUMENT:
        return False
    first, last = added[0].start, added[-1].end
    if not new[:first].rstrip().endswith("- - -") and not new[last:].lstrip().startswith("- - -"):
        return False
    fresh = {s.start for s in added}
    run = [s for s in statements(new) if first <= s.start < last]
    return 3 * sum(s.start not in fresh and s.form != "heading" for s in run) <= len(run)


def returned_to(new: str, history: Sequence[str]) -> int | None:
    """Return the index of the last earlier text that says the same as ``new``, if any."""
    said = keys(new)
    return next((i for i in reversed(range(len(history))) if keys(history[i]) == said), None)


def flapping(key: str, history: Sequence[str]) -> bool:
    """Return whether a statement has been away and come back before: its next absence is no news."""
    runs = 0
    before = False
    for text in history:
        present = key in keys(text)
        runs += present and not before
        before = present
    return runs > 1
