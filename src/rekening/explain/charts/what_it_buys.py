"""Where the dollars go, by part of a data center."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_WHOLE_FROM = 5
"""Billions from which five ticks fall on whole ones."""


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a bar a part, its name above it and its amount behind it."""
    import altair as alt

    data = {"values": [dict(row) | {"name": labels[str(row["class"])]} for row in rows]}
    part = alt.Y("name:N", sort=None, title=None, axis=None)
    whole = max(float(row["high"] or 0) for row in rows) >= _WHOLE_FROM
    dollars = alt.X("dollars:Q", title=None, axis=alt.Axis(format="$,.0f" if whole else "$,.1f", tickCount=5))
    base = alt.Chart(data, width=WIDE, height={"step": 52})
    bars = base.mark_bar(color=ACCENT, height=14, yOffset=8).encode(x=dollars, y=part)
    margins = base.mark_rule(color=INK, strokeWidth=2, yOffset=8).encode(x="low:Q", x2="high:Q", y=part)
    amounts = base.mark_text(align="left", dx=8, dy=8, color=MUTED).encode(
        x="high:Q", y=part, text=alt.Text("dollars:Q", format="$,.1f")
    )
    names = base.mark_text(align="left", dy=-12).encode(x=alt.datum(0), y=part, text="name:N")
    return alt.layer(bars, margins, amounts, names)
