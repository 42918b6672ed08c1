"""Charts, one file a question: ``build(rows, labels, lang)`` gives a Vega-Altair chart."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from rekening.explain.words import labels
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["chart", "described"]


def chart(question: str, rows: Sequence[ChartRow], lang: str) -> alt.TopLevelMixin:
    """The chart of a question over its rows, with words of a language."""
    from altair.utils.schemapi import debug_mode

    build = import_module(f"rekening.explain.charts.{question}").build
    with debug_mode(False):
        made: alt.TopLevelMixin = build(rows, labels(question, lang), lang)
    return made


def described(question: str, rows: Sequence[ChartRow], lang: str) -> dict[str, Any]:
    """The chart of a question as Vega-Lite."""
    from altair.utils.schemapi import debug_mode

    made = chart(question, rows, lang)
    with debug_mode(False):
        return made.to_dict()
