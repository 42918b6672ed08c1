"""What the others build now, and what the race says they would build if one firm stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a line a firm: hollow dot for now, filled dot with its interval for what would be."""
    import altair as alt

    data = {"values": [dict(row) | {"name": labels[str(row["firm"])]} for row in rows]}
    name = alt.Y("name:N", sort="-x", title=None, axis=alt.Axis(grid=False))
    scale = alt.Scale(zero=True, nice=True)
    base = alt.Chart(data, width=WIDE, height={"step": 46})
    interval = base.mark_rule(strokeWidth=6, opacity=0.35, color=ACCENT).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=alt.Axis(format="$,.0f", tickCount=5)),
        x2="high:Q",
        y=name,
    )
    now = base.mark_point(filled=False, size=110, strokeWidth=2, color=INK).encode(x="now:Q", y=name)
    stopped = base.mark_point(filled=True, size=110, color=ACCENT).encode(x="stopped:Q", y=name)
    now_label = base.mark_text(align="right", dx=-12, color=MUTED).encode(
        x="now:Q", y=name, text=alt.Text("now:Q", format=",.0f")
    )
    stopped_label = base.mark_text(dy=-16, color=ACCENT).encode(
        x="stopped:Q", y=name, text=alt.Text("stopped:Q", format=",.0f")
    )
    return alt.layer(interval, now, stopped, now_label, stopped_label)
