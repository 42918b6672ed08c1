"""The words of each concept, English and Dutch, and a fast way to find them in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

from rekening.files import read_yaml
from rekening.terms.clauses.numbers import NUMBER

Span = tuple[int, int]

_GRAM = 3
_BETWEEN = " ; "
"""Stands between the words of one name in the files of ``data``."""

_DENIAL = "not"
_USER = (
    r"(?:you|(?:the |a |an )?(?:end )?(?:users?|customers?)|je|jij|jullie|u|(?:de |een )?(?:klant|gebruiker))"
)
_IF_USER = re.compile(
    rf"\b(?:if|when|where|unless|until|should|in case|als|wanneer|indien|tenzij) {_USER}"
    rf"(?: [\w']{{1,20}}){{0,3}} (?<!are )(?<!bent )$"
    rf"|\bwhether or $|\bwilt? (?:je|u|jij|jullie) (?:[\w']{{1,20}} ){{0,2}}$"
    rf"|\b{_USER} (?:[\w']{{1,20}} ){{0,2}}(?:choose|decide|prefer|ask|tell|instruct|request|elect"
    rf"|would rather|vraagt?|kiest?)s?(?: us| we| ons)? $"
)
_WISH = re.compile(r" (?:want|wish|like|agree|consent|prefer|allow|permit|authori[sz]e|willen|wilt?)\b")
_SAYS_USER = re.compile(rf"\b{_USER} (?:[\w']{{1,20}} ){{0,2}}$")
_WISH_REACH = 60


def _wished(text: str, denial: Span) -> bool:
    """Whether a denial is the user's own ("if you do not want us to ..."): it promises nothing."""
    before = text[max(0, denial[0] - _WISH_REACH) : denial[0]]
    if _IF_USER.search(before):
        return True
    return bool(_WISH.match(text, denial[1]) and _SAYS_USER.search(before))


def _anchor(pattern: str) -> str:
    """Longest run of plain letters that every match of the pattern holds."""
    runs, depth, i = [""], 0, 0
    while i < len(pattern):
        char = pattern[i]
        size = 1
        if char == "\\":
            char, size = pattern[i + 1], 2
            literal = not char.isalnum()
        elif char == "[":
            size = pattern.index("]", i) + 1 - i
            literal = False
        else:
            depth += (char == "(") - (char == ")")
            literal = char not in "().^$|"
        after = pattern[i + size : i + size + 1]
        if after == "{":
            size = pattern.index("}", i + size) + 1 - i
        if depth or not literal or after in ("?", "{"):
            size += after == "?"
            runs.append("")
        else:
            runs[-1] += char
        i += size
    return max(runs, key=len).strip()


def in_full(words: str) -> str:
    """Write out ``{number}`` in words of a file of ``data``."""
    return words.replace("{number}", NUMBER)


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """Compile small patterns into one that finds any of them where it stands as a whole word."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


@cache
def named_words(file: str) -> dict[str, re.Pattern[str]]:
    """Load a file of ``data`` that gives words by name, in its order."""
    raw = read_yaml(Path(__file__).parents[1] / "data" / file)
    return {name: whole_words(words.split(_BETWEEN)) for name, words in raw.items()}


@dataclass(frozen=True)
class Concept:
    """A set of words: found where one of them stands as a whole word.

    A word is a small pattern without unbounded repetition. Words are grouped by the longest plain run of
    letters that each of their matches holds (the anchor), which is looked for first.
    """

    name: str
    groups: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, name: str, words: Iterable[str]) -> Concept:
        """Compile a concept from its words."""
        grouped: dict[str, list[str]] = {}
        for word in words:
            grouped.setdefault(_anchor(word), []).append(word)
        return cls(name, tuple((anchor, whole_words(group)) for anchor, group in grouped.items()))


Candidates = Mapping[str, list[tuple[str, re.Pattern[str]]]]
"""The groups of each concept that may stand in a text; a concept left out certainly does not."""


@dataclass(frozen=True)
class Lexicon:
    """All concepts, with the names this document gives to the provider and to the user's content."""

    concepts: dict[str, Concept]

    def with_words(self, extra: Mapping[str, Iterable[str]], unions: Iterable[str] = ()) -> Lexicon:
        """Return a lexicon with literal words added to concepts, and with unions named ``a/b``."""
        added = dict(self.concepts)
        for name, words in extra.items():
            known = self.concepts[name].groups
            added[name] = Concept(name, known + Concept.of(name, [re.escape(word) for word in words]).groups)
        for name in unions:
            added[name] = Concept(
                name, tuple(group for part in name.split("/") for group in added[part].groups)
            )
        return Lexicon(added)

    @cached_property
    def _index(self) -> tuple[dict[str, list[tuple[str, int]]], list[tuple[str, int]]]:
        """Groups by the first letters of their anchor, and those whose anchor is shorter."""
        by_gram: dict[str, list[tuple[str, int]]] = {}
        short: list[tuple[str, int]] = []
        for name, concept in self.concepts.items():
            for number, (anchor, _) in enumerate(concept.groups):
                home = by_gram.setdefault(anchor[:_GRAM], []) if len(anchor) >= _GRAM else short
                home.append((name, number))
        return by_gram, short

    def candidates(self, text: str) -> Candidates:
        """Groups of concepts worth looking for in a lower-case text or any part of it."""
        by_gram, short = self._index
        grams = {text[i : i + _GRAM] for i in range(len(text) - _GRAM + 1)} & by_gram.keys()
        found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for name, number in chain(short, *(by_gram[gram] for gram in grams)):
            group = self.concepts[name].groups[number]
            if group[0] in text:
                found.setdefault(name, []).append(group)
        return found


@cache
def lexicon() -> Lexicon:
    """Load the words of ``data/lexicon``."""
    folder = Path(__file__).parents[1] / "data" / "lexicon"
    concepts: dict[str, Concept] = {}
    for file in sorted(folder.glob("*.yaml")):
        raw = read_yaml(file)
        concepts |= {name: Concept.of(name, in_full(words).split(_BETWEEN)) for name, words in raw.items()}
    return Lexicon(concepts)


@dataclass
class Words:
    """The lower-case words of a sentence with what introduces it; finds each concept at most once.

    ``begin`` is where the sentence itself starts; ``candidates`` what is worth looking for.
    """

    text: str
    begin: int
    candidates: Candidates
    _found: dict[str, list[Span]] = field(default_factory=dict)

    def spans(self, name: str) -> list[Span]:
        """Where a concept stands, in order."""
        found = self._found.get(name)
        if found is None:
            groups = self.candidates.get(name, ())
            found = self._found[name] = sorted(
                match.span()
                for anchor, words in groups
                if anchor in self.text
                for match in words.finditer(self.text)
            )
            if name == _DENIAL:
                found[:] = [span for span in found if not _wished(self.text, span)]
        return found

    def has(self, name: str) -> bool:
        """Whether a concept stands anywhere in the sentence or what introduces it."""
        return bool(self.spans(name))
