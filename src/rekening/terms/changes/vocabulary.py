"""The words by which changes are judged, from ``vocabulary.yaml``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from rekening.files import read_yaml


@cache
def _vocabulary() -> dict[str, Any]:
    return dict(read_yaml(Path(__file__).with_name("vocabulary.yaml")))


@cache
def pattern(name: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Return the pattern of a part of the vocabulary, with something fixed ``before`` and ``after`` it."""
    part = _vocabulary()[name]
    alternatives = "|".join(part["words"] if "words" in part else part["patterns"])
    edge = r"\b" if "words" in part else ""
    return re.compile(f"{before}{edge}(?:{alternatives}){edge}{after}", re.IGNORECASE)


@cache
def subjects() -> dict[str, re.Pattern[str]]:
    """Return for each clause type the pattern of what a sentence about it speaks of."""
    return {
        clause: re.compile("|".join(patterns), re.IGNORECASE)
        for clause, patterns in _vocabulary()["subjects"].items()
    }


@cache
def languages() -> dict[str, frozenset[str]]:
    """Return the function words of each language."""
    return {name: frozenset(words.split()) for name, words in _vocabulary()["languages"].items()}
