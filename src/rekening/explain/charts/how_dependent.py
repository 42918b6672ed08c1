"""How concentrated markets are, beside the line above which regulators call them highly concentrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, MUTED, PAPER, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_WHOLE = 10_000


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a bar a market with its margin, and the line as a dashed rule."""
    import altair as alt

    ordered = sorted(rows, key=lambda row: -float(row["hhi"] or 0))
    data = {"values": [dict(row) | {"name": labels[str(row["market"])]} for row in ordered]}
    market = alt.Y("name:N", sort=None, title=None, axis=None)
    size = alt.X(
        "hhi:Q", title=None, scale=alt.Scale(domain=[0, _WHOLE]), axis=alt.Axis(format=",.0f", tickCount=5)
    )
    base = alt.Chart(data, width=WIDE, height={"step": 52})
    bars = base.mark_bar(color=ACCENT, height=14, yOffset=8).encode(x=size, y=market)
    margins = base.mark_rule(color=INK, strokeWidth=2, yOffset=8).encode(x="low:Q", x2="high:Q", y=market)
    amounts = base.mark_text(align="left", dx=8, dy=8, color=MUTED).encode(
        x="high:Q", y=market, text=alt.Text("hhi:Q", format=",.0f")
    )
    names = base.mark_text(align="left", dy=-12).encode(x=alt.datum(0), y=market, text="name:N")
    halos = base.mark_text(align="left", dy=-12, stroke=PAPER, strokeWidth=5).encode(
        x=alt.datum(0), y=market, text="name:N"
    )
    line = base.mark_rule(color=MUTED, strokeDash=[4, 4]).encode(x="line:Q")
    return alt.layer(line, bars, margins, amounts, halos, names)
