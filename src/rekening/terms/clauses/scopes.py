"""For whom a passage holds: the region, plan or product named in its headings or its own words."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml


@cache
def _scopes() -> dict[str, re.Pattern[str]]:
    raw = yaml.safe_load(files("rekening.terms").joinpath("data/scopes.yaml").read_text("utf-8"))
    return {
        name: re.compile(rf"(?<!\w)(?:{'|'.join(words.split(' ; '))})(?!\w)") for name, words in raw.items()
    }


def scope(text: str) -> str:
    """Name of the narrowest scope in a lower-case text, "" if it holds for everyone."""
    return next((name for name, pattern in _scopes().items() if pattern.search(text)), "")
