"""The bill of the loan and of the firm, now and later: what is paid, and the return forgone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a bar a scope, dark for cash and light for the rest, with its margin and its amount."""
    import altair as alt

    data = {"values": [dict(row) | {"name": labels[str(row["scope"])]} for row in rows]}
    scope = alt.Y("name:N", sort=None, title=None, axis=None)
    base = alt.Chart(data, width=WIDE, height={"step": 56})
    total = base.mark_bar(color=ACCENT, opacity=0.4, height=16, yOffset=8).encode(
        x=alt.X("total:Q", title=None, axis=alt.Axis(format="$,.0f", tickCount=5)), y=scope
    )
    cash = base.mark_bar(color=ACCENT, height=16, yOffset=8).encode(x="cash:Q", y=scope)
    margins = base.mark_rule(color=INK, strokeWidth=2, yOffset=8).encode(x="low:Q", x2="high:Q", y=scope)
    amounts = base.mark_text(align="left", dx=8, dy=8, color=MUTED).encode(
        x="high:Q", y=scope, text=alt.Text("total:Q", format="$,.1f")
    )
    names = base.mark_text(align="left", dy=-14).encode(x=alt.datum(0), y=scope, text="name:N")
    return alt.layer(total, cash, margins, amounts, names)
