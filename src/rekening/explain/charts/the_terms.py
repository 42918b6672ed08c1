"""For each service, how many answers are bad for the user, by the way in which they are paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import PALETTE, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_WAYS = ("data", "attention", "freedom", "money")


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a bar a service, in parts by way; the legend stands above."""
    import altair as alt

    named = [dict(row) | {"label": labels[f"way.{row['way']}"]} for row in rows]
    order = [labels[f"way.{way}"] for way in _WAYS]
    colour = alt.Color(
        "label:N",
        sort=order,
        title=None,
        scale=alt.Scale(domain=order, range=list(PALETTE[: len(order)])),
        legend=alt.Legend(orient="top", columns=2, labelLimit=300),
    )
    base = alt.Chart({"values": named}, width=WIDE, height={"step": 30})
    service = alt.Y("service:N", sort="-x", title=None, axis=alt.Axis(grid=False, labelLimit=140))
    bars = base.mark_bar(height=16).encode(
        x=alt.X("sum(count):Q", title=None, axis=alt.Axis(tickCount=5, format="d")), y=service, color=colour
    )
    return alt.layer(bars)
