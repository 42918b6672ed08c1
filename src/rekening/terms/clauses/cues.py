"""Cues that settle the value of a clause, read from ``data/cues.yaml``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from rekening.files import read_yaml
from rekening.terms.clauses.lexicon import in_full


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    raw = read_yaml(Path(__file__).parents[1] / "data" / "cues.yaml")
    return {name: re.compile("|".join(in_full(words).split(" ; "))) for name, words in raw.items()}


def says(cue: str, text: str) -> bool:
    """Whether a lower-case text holds a cue."""
    return bool(_cues()[cue].search(text))


def before(cue: str, text: str) -> str:
    """Return what stands before a cue in a lower-case text, all of it if the cue is absent."""
    found = _cues()[cue].search(text)
    return text[: found.start()] if found else text
