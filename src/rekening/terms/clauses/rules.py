"""Rules as data: which concepts, in which order and how near, say what about which clause."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rekening.errors import InputError
from rekening.files import read_yaml
from rekening.terms.clauses.lexicon import Span, Words, lexicon

GAP = 90
"""Most characters between two concepts of a pattern when the rule names no distance."""

NEGATION_REACH = 60
"""A negation this many characters before the first concept still covers the pattern."""

_CLAUSE_BREAK = re.compile(r"[;.:]|\b(?:but|however|maar|echter)\b")
_ASIDE = re.compile(r"(?:that|which|who) (?:is|are|do|does|was) not|not (?:limited to|only)|(?:die|dat) niet")
_ASIDE_REACH = 11
_TOKEN = re.compile(r"~(\d{1,3})|([a-z_/0-9]+)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Concepts in order, each with the most characters allowed before it."""

    steps: tuple[tuple[int, str], ...]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Read ``"not ~30 use ~90 content"``."""
        steps: list[tuple[int, str]] = []
        gap = GAP
        for distance, concept in _TOKEN.findall(text):
            if distance:
                gap = int(distance)
            else:
                steps.append((gap, concept))
                gap = GAP
        return cls(tuple(steps))

    def find(self, words: Words) -> Span | None:
        """Tightest stretch that holds the concepts in order and ends after the introduction, or None."""
        reached: list[tuple[int, int]] = []
        for step, (gap, concept) in enumerate(self.steps):
            spans = words.spans(concept)
            if not spans:
                return None
            if step == 0:
                reached = [(end, begin) for begin, end in spans]
                continue
            reached.sort()
            ends = [end for end, _ in reached]
            following = []
            for begin, end in spans:
                at = bisect_left(ends, begin + 1) - 1
                if at >= 0 and begin - ends[at] <= gap:
                    following.append((end, reached[at][1]))
            reached = following
            if not reached:
                return None
        best = [(end - begin, begin, end) for end, begin in reached if end > words.begin]
        return min(best)[1:] if best else None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which documents speak about a clause.

    ``say``: any of these patterns. ``also``: all of these stand in the sentence (or its introduction).
    ``without``: none of these does. ``under``: one of these stands in a heading or the introduction.
    ``near``: one of these stands in the same segment. ``types``: only in these documents.
    ``affirmed``: no negation covers the pattern.
    """

    clause: str
    name: str
    value: str
    weight: float
    say: tuple[Pattern, ...]
    also: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    affirmed: bool = False

    @property
    def concepts(self) -> list[str]:
        """Names of all concepts the rule uses."""
        said = [name for pattern in self.say for _, name in pattern.steps]
        return [*said, *self.also, *self.without, *self.under, *self.near]

    def possible(self, concepts: Set[str]) -> bool:
        """Whether the rule can fire where only these concepts can stand."""
        return all(name in concepts for name in self.also) and any(
            all(name in concepts for _, name in pattern.steps) for pattern in self.say
        )

    def match(self, words: Words, above: Words, around: Words) -> Span | None:
        """Stretch of the sentence on which the rule rests, or None.

        Parameters
        ----------
        words : Words
            Introduction and sentence.
        above : Words
            Headings and introduction.
        around : Words
            The whole segment.
        """
        for pattern in self.say:
            span = pattern.find(words)
            if span is None:
                continue
            if not all(words.has(name) for name in self.also):
                return None
            if any(words.has(name) for name in self.without):
                return None
            if self.under and not any(above.has(name) for name in self.under):
                return None
            if self.near and not any(around.has(name) for name in self.near):
                return None
            if self.affirmed and negated(words, span):
                continue
            return span
        return None


def negated(words: Words, span: Span) -> bool:
    """Whether a negation stands in the stretch, or shortly before it within the same clause."""
    begin, end = span
    found = [
        stop
        for start, stop in words.spans("not")
        if begin - NEGATION_REACH <= start
        and stop <= end
        and not _ASIDE.search(words.text[max(0, start - _ASIDE_REACH) : stop + _ASIDE_REACH])
    ]
    return bool(found) and not (found[-1] <= begin and _CLAUSE_BREAK.search(words.text, found[-1], begin))


_KEYS = {"name", "value", "weight", "say", "also", "without", "under", "near", "types", "affirmed"}


def _rule(clause: str, raw: Mapping[str, Any], file: str) -> Rule:
    unknown = set(raw) - _KEYS
    if unknown:
        raise InputError(f"{file}: rule {raw.get('name')!r} of {clause}: unknown key {sorted(unknown)[0]!r}")
    rule = Rule(
        clause=clause,
        name=str(raw["name"]),
        value=str(raw["value"]),
        weight=float(raw.get("weight", 0.8)),
        say=tuple(Pattern.parse(text) for text in raw["say"]),
        also=tuple(raw.get("also", ())),
        without=tuple(raw.get("without", ())),
        under=tuple(raw.get("under", ())),
        near=tuple(raw.get("near", ())),
        types=tuple(raw.get("types", ())),
        affirmed=bool(raw.get("affirmed", False)),
    )
    known = lexicon().concepts
    for name in rule.concepts:
        for part in name.split("/"):
            if part not in known:
                raise InputError(
                    f"{file}: rule {rule.name!r} of {clause}: no concept {part!r} in the lexicon"
                )
    return rule


@cache
def rules() -> tuple[Rule, ...]:
    """Load the rules of ``data/rules``, by file and in the order of the file."""
    folder = Path(__file__).parents[1] / "data" / "rules"
    found: list[Rule] = []
    for file in sorted(folder.glob("*.yaml")):
        raw = read_yaml(file)
        found += [_rule(clause, item, file.name) for clause, items in raw.items() for item in items]
    return tuple(found)
