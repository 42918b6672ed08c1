"""Statements: what a reader sees, sentence by sentence, with its place in the stored text.

Two recordings of a page differ mostly in what nobody reads: link targets, emphasis, numbering, quotation
marks, dates, "updated 3 days ago". A statement carries a *key* without all that. Texts with the same keys
say the same, whatever their Markdown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Form = Literal["heading", "item", "row", "text"]

_MONTH = (
    r"(?:jan(?:uary|uari)?|feb(?:ruary|ruari)?|mar(?:ch)?|maart|mrt|apr(?:il)?|may|mei|june?|juni|july?|juli|"
    r"aug(?:ust|ustus)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\.?,?\s+\d{{4}}|{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|{_MONTH}\.?,?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})(?!\d)",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"\b(?:\d+|an?|one|een)\s+(?:second|minute|hour|day|week|month|year|seconde|minuut|uur|dag|week|maand|jaar)"
    r"(?:s|en|n)?\s+(?:ago|geleden)\b|\b(?:yesterday|gisteren|last (?:week|month|year))\b",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\b(?:effective(?: (?:date|as of|from))?|(?:last )?(?:updated|modified|revised)|release date"
    r"|previous version|ingangsdatum|laatst (?:bijgewerkt|gewijzigd)|bijgewerkt)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(section|sections|clause|clauses|article|paragraph|annex|exhibit|artikel|paragraaf|bijlage)\s+\d+(?:\.\d+){0,4}"
    r"(?:\s?\([a-z0-9]{1,4}\)){0,3}",
    re.IGNORECASE,
)
# Every repetition is bounded: hostile Markdown must not make matching quadratic.
_LINK = re.compile(
    r"!?\[((?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,600})\]\((?:[^()\s\\]|\([^()]{0,300}\)|\\.){0,2000}"
    r"(?:\s+\"[^\"]{0,300}\")?\)"
)
_IMAGE = re.compile(r"!\[[^\[\]]{0,600}\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,300}\")?\)")
_URL = re.compile(r"(?:https?://|www\.|mailto:)[^\s|)\]]+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~&$])")
_TAG = re.compile(r"<[^<>]{1,200}>")
_EMPHASIS = re.compile(r"[*_`~]+")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_UNDERLINE = re.compile(r"[\s=\-]{2,}")
_RULE = re.compile(r"[\s=\-*_|:>.\\]*")
_ITEM = re.compile(r"\s*(?:[-*+•·▪◦>]|\d{1,3}[.)])\s")
_NUMBER = re.compile(
    r"\s*(?:(?:[-*+•·▪◦>]+\s*|\d{1,3}(?:\.\d{1,3}){1,4}\s+|[A-Z]\.\d{1,2}\.\s*|"
    r"\(?(?:[A-Za-z]|\d{1,3}|[ivxlIVXL]{1,5})(?:\.\d{1,3}){0,4}\\?[.)]\s*)(?=\S)){1,6}"
)
_END = re.compile(
    r"(?<=[.!?;:])[\"')\]*_”’]{0,4}\s+(?=[\"'(\[*_“‘>]{0,4}[A-Z0-9])|(?<=[a-z)][.:])(?=[A-Z][a-z])"
)
_PIPE = re.compile(r"(?<!\\)\|")
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"[\d:]")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "—": "-", "–": "-", "\u00ad": "", "\u200b": ""}
)
_STAMPED = 60
_LONGEST_LINE = 20_000
_LINES_REMEMBERED = 200_000
TEXTS_REMEMBERED = 400
"""Texts whose statements and language are kept: a history is read again with every version."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, item, heading or table row.

    ``text[start:end]`` is the stored Markdown, ``words`` what a reader sees of it, ``key`` the words without
    case, punctuation, numbering, addresses and dates: equal keys say the same.
    """

    start: int
    end: int
    words: str
    key: str
    form: Form


def visible(markdown: str) -> str:
    """Return what a reader sees of one piece of Markdown: no link targets, emphasis, tags or numbering."""
    seen = markdown
    if "](" in seen:
        seen = _LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub(" ", seen)))
    if seen.lstrip()[:1] == "#":
        seen = seen.lstrip().lstrip("#")
    seen = _TAG.sub(" ", _ESCAPE.sub(r"\1", seen))
    seen = unicodedata.normalize("NFKC", _EMPHASIS.sub("", seen)).translate(_QUOTES)
    numbering = _NUMBER.match(seen)
    return " ".join((seen[numbering.end() :] if numbering else seen).split())


def key(words: str) -> str:
    """Return the comparable form of visible words; empty for a mere date, number or address."""
    bare = (
        _DATE.sub(" ", _URL.sub(" ", words))
        if _DIGIT.search(words) or "@" in words or "www." in words
        else words
    )
    bare = _AGO.sub(" ", bare)
    bare = _STAMP.sub(" ", bare) if bare != words or len(words) < _STAMPED else bare
    bare = _REFERENCE.sub(r"\1", bare)
    return " ".join(_WORD.findall(bare.casefold().replace("'", "")))


@lru_cache(maxsize=_LINES_REMEMBERED)
def _of_line(line: str) -> tuple[tuple[int, int, str, str, Form], ...]:
    """Split one line; remembered by its text, so that an unchanged line is never read twice."""
    if _RULE.fullmatch(line):
        return ()
    row = line.lstrip().startswith("|")
    form: Form = "text"
    if row:
        form = "row"
    elif _HEADING.match(line) or _LINK.fullmatch(line.strip().lstrip("-*+ ")):
        form = "heading"
    elif _ITEM.match(line):
        form = "item"
    found = []
    for first, last in [(0, len(line))] if row else _pieces(line):
        piece = line[first:last]
        words = " | ".join(filter(None, map(visible, _PIPE.split(piece)))) if row else visible(piece)
        mark = key(words)
        if any(c.isalpha() for c in mark):
            lead = len(piece) - len(piece.lstrip())
            found.append((first + lead, first + len(piece.rstrip()), words, mark, form))
    return tuple(found)


def _pieces(line: str) -> list[tuple[int, int]]:
    spans, last = [], 0
    for match in _END.finditer(line):
        spans.append((last, match.start()))
        last = match.end()
    return [*spans, (last, len(line))]


@lru_cache(maxsize=TEXTS_REMEMBERED)
def statements(text: str) -> tuple[Statement, ...]:
    """Return the statements of a Markdown text in order.

    Positions count characters of ``text``. A line underlined with ``===`` or ``---`` is a heading. Lines of
    more than 20,000 characters are read in pieces of that length, so that no input costs more than linear
    time.
    """
    found: list[Statement] = []
    offset = 0
    last_line: list[Statement] = []
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped and _UNDERLINE.fullmatch(stripped) and last_line and last_line[0].form == "text":
            found[-len(last_line) :] = [
                Statement(s.start, s.end, s.words, s.key, "heading") for s in last_line
            ]
        last_line = [
            Statement(offset + cut + start, offset + cut + end, words, mark, form)
            for cut in range(0, len(line), _LONGEST_LINE)
            for start, end, words, mark, form in _of_line(line[cut : cut + _LONGEST_LINE])
        ]
        found += last_line
        offset += len(line) + 1
    return tuple(_numbered(found))


def _numbered(found: list[Statement]) -> Iterator[Statement]:
    """Tell repeated table rows apart: one more row with the same words is a change.

    Sentences and labels repeat freely (a menu) and are left alone, and so are rows of a page that was
    recorded twice.
    """
    times: Counter[str] = Counter()
    prose = [statement.key for statement in found if statement.form == "text"]
    if 3 * len(set(prose)) < 2 * len(prose):
        yield from found
        return
    for statement in found:
        times[statement.key] += 1
        if (n := times[statement.key]) > 1 and statement.form == "row":
            yield replace(statement, key=f"{statement.key} #{n}")
        else:
            yield statement


@lru_cache(maxsize=TEXTS_REMEMBERED)
def keys(text: str) -> frozenset[str]:
    """Return the set of keys of a text: what it says, without order, repetition or form."""
    return frozenset(statement.key for statement in statements(text))


@lru_cache(maxsize=TEXTS_REMEMBERED)
def squeezed(text: str) -> str:
    """Return all keys of a text run together: finds words again that were only split or joined otherwise."""
    return "".join(
        statement.key.replace(" ", "") for statement in statements(text) if "#" not in statement.key
    )
