"""Price of an hour that is needed, against use, for three lives of a chip, over the prices of the market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import INK, MUTED, PALETTE, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_YEARS = {"nl": "jaar", "en": "years"}


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a line a life with its name at the end, and a band for the prices of the market."""
    import altair as alt

    named = [
        dict(row) | {"name": f"{labels[str(row['life'])]}: {float(row['years'] or 0):.0f} {_YEARS[lang]}"}
        for row in rows
    ]
    ends = [row for row in named if row["use"] == max(float(each["use"] or 0) for each in named)]
    x = alt.X("use:Q", title=None, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(zero=False))
    y = alt.Y("price:Q", title=None, axis=alt.Axis(format="$,.0f", tickCount=5), scale=alt.Scale(zero=True))
    colour = alt.Color("life:N", legend=None, scale=alt.Scale(range=list(PALETTE[:3])), sort=None)
    lines = alt.Chart({"values": named}, width=WIDE, height=300).mark_line().encode(x=x, y=y, color=colour)
    band = (
        alt.Chart({"values": named}).mark_area(color=MUTED, opacity=0.25).encode(x=x, y="low:Q", y2="high:Q")
    )
    text = alt.Chart({"values": ends}).mark_text(align="right", dy=-12, color=INK)
    return alt.layer(band.encode(x=x, y="low:Q", y2="high:Q"), lines, text.encode(x=x, y=y, text="name:N"))
