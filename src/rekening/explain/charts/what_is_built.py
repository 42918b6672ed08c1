"""Power bought in each quarter, as reported and as simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a dot a quarter over its interval."""
    import altair as alt

    data = {"values": [dict(row) for row in rows]}
    quarter = alt.X("quarter:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))
    axis, scale = alt.Axis(format=".2~f", tickCount=5), alt.Scale(zero=True)
    colour = alt.Color("when:N", legend=None, scale=alt.Scale(domain=["told", "ahead"], range=[INK, ACCENT]))
    base = alt.Chart(data, width=WIDE, height=280)
    margins = base.mark_rule(strokeWidth=2, color=MUTED).encode(
        x=quarter, y=alt.Y("low:Q", title=None, axis=axis, scale=scale), y2="high:Q"
    )
    middles = base.mark_point(size=70, filled=True, opacity=1).encode(x=quarter, y="power:Q", color=colour)
    return alt.layer(margins, middles)
