"""Measure how easily the texts read: ``python -m tools.readability [QUESTION ...]``.

Running text only: numbers, names from the facts and tables are left out. Dutch is scored by the formula of
Douma (1960), 206.835 - 0.93 x words a sentence - 77 x syllables a word, English by that of Flesch (1948),
206.835 - 1.015 x words a sentence - 84.6 x syllables a word. Syllables and sentences are counted as textstat
0.7.4 does: by places of hyphenation, and sentences of one or two words not at all.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyphen import Pyphen

from rekening.explain import ask
from rekening.explain.markdown import blocks
from rekening.explain.numbers import Lang
from rekening.explain.sections import Section
from rekening.explain.slots import fill
from rekening.questions import QUESTIONS

MOST_WORDS = 12
EASE = {"nl": 55, "en": 60}

_SHORTEST = 2
_FORMULA = {"nl": (206.835, 0.93, 77.0), "en": (206.835, 1.015, 84.6)}
_HYPHENS = {"nl": "nl_NL", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text reads: words a sentence, and ease (100 is very easy)."""

    words: float
    ease: float

    def passes(self, lang: Lang) -> bool:
        """True where the text meets the bars of its language."""
        return self.words < MOST_WORDS and self.ease >= EASE[lang]


def running_text(section: Section) -> str:
    """Sentences of an answer and its explanation, without numbers, names and marks."""
    parts = [section.answer, *(block.text for block in blocks(section.body)), *section.missing]
    text = "\n".join(fill(part, section.slots, lambda slot: "") for part in parts)
    lines = [
        re.sub(r"^[#>*\-\d. ]+", "", line).replace("*", "").replace("`", "") for line in text.splitlines()
    ]
    kept = [line for line in lines if line and not line.startswith("|")]
    text = re.sub(r"\d+(?:[.,]\d+)*%?", "", " ".join(kept))
    return re.sub(r"\s+([.,:;!?)])", r"\1", re.sub(r"\s+", " ", text)).strip()


def reading(text: str, lang: Lang) -> Reading:
    """Score a text."""
    hyphens = Pyphen(lang=_HYPHENS[lang])
    sentences = [len(found.split()) for found in re.findall(r"\b[^.!?]+[.!?]*", text)]
    words = re.sub(r"[^\w\s']", "", text.lower()).split()
    syllables = sum(len(hyphens.positions(word)) + 1 for word in words)
    length = len(words) / max(sum(count > _SHORTEST for count in sentences), 1)
    base, per_word, per_syllable = _FORMULA[lang]
    return Reading(length, base - per_word * length - per_syllable * syllables / max(len(words), 1))


def longest(text: str, count: int) -> Sequence[str]:
    """The longest sentences, to start mending with."""
    return sorted(re.split(r"(?<=[.!?])\s+", text), key=lambda sentence: -len(sentence.split()))[:count]


def main() -> None:
    """Print a line a question and language, and its longest sentences."""
    parser = argparse.ArgumentParser(prog="python -m tools.readability")
    parser.add_argument("question", nargs="*", default=list(QUESTIONS))
    parser.add_argument("--as-of", default="2025-11-03")
    arguments = parser.parse_args()
    langs: tuple[Lang, ...] = ("nl", "en")
    for question in arguments.question:
        answer = ask(question, as_of=arguments.as_of)
        for lang in langs:
            section = answer.section(lang)
            text = running_text(section)
            found = reading(text, lang)
            miss = "" if found.passes(lang) else "  <- misses"
            print(f"{question} {lang}: {found.words:.1f} words a sentence, ease {found.ease:.1f}{miss}")
            for key in section.unlabelled:
                print(f"    no label for {key}")
            for sentence in longest(text, 3):
                print(f"    {len(sentence.split())}: {sentence}")


if __name__ == "__main__":
    main()
