"""Cues that settle the value of a clause, read from ``data/cues.yaml``."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    raw = yaml.safe_load(files("rekening.terms").joinpath("data/cues.yaml").read_text("utf-8"))
    return {name: re.compile("|".join(words.split(" ; "))) for name, words in raw.items()}


def says(cue: str, text: str) -> bool:
    """Whether a lower-case text holds a cue."""
    return bool(_cues()[cue].search(text))
