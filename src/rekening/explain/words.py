"""Labels: the words of readers for the keys of the code, one YAML file a question and language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rekening.assumptions.yamlfile import load_yaml

__all__ = ["LANGS", "TEXTS", "labels", "words"]

TEXTS = Path(__file__).with_name("texts")
LANGS = ("nl", "en")


@cache
def labels(question: str, lang: str) -> Mapping[str, str]:
    """Labels of a question in a language, by key.

    Raises
    ------
    InputError
        If the file is no flat mapping of keys to texts.
    """
    return {key: node.text() for key, node in load_yaml(TEXTS / lang / f"{question}.yaml").mapping().items()}


def words(lang: str) -> Mapping[str, str]:
    """Words of the page itself, of units and of scales."""
    return labels("article", lang)
