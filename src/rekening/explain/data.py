"""Answers as plain data, in the published form ``answer.schema.json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rekening import __version__
from rekening.explain.answer import Answer

__all__ = ["answer_data"]


def answer_data(then: Sequence[Sequence[Answer]], now: Sequence[Sequence[Answer]]) -> dict[str, Any]:
    """Every answer, as known on the day asked about and as known by the newest facts."""
    return {
        "rekening": __version__,
        "answers": [answer.to_dict() for question in then for answer in question],
        "now": [answer.to_dict() for question in now for answer in question],
    }
