"""Bars of what moves an answer most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw one bar an assumption: its total share of the variance, with its margin, most telling first."""
    import altair as alt

    data = {"values": [dict(row) | {"label": labels[str(row["name"])]} for row in rows]}
    axis = alt.Axis(format=".0%", tickCount=5)
    name = alt.Y("label:N", sort=None, title=None, axis=None)
    base = alt.Chart(data, width=WIDE, height={"step": 52})
    bars = base.mark_bar(color=ACCENT, height=12, yOffset=8).encode(
        x=alt.X("total:Q", title=None, axis=axis, scale=alt.Scale(domainMin=0)), y=name
    )
    margins = base.mark_rule(color=MUTED, strokeWidth=2, yOffset=8).encode(x="low:Q", x2="high:Q", y=name)
    shares = base.mark_text(align="left", dx=6, dy=8).encode(
        x="high:Q", y=name, text=alt.Text("total:Q", format=".0%")
    )
    names = base.mark_text(align="left", dy=-10).encode(x=alt.datum(0), y=name, text="label:N")
    return alt.layer(bars, margins, shares, names)
