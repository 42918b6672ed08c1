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
    uses = [float(row["use"] or 0) for row in named]
    ends = [row for row in named if row["use"] in (min(uses), max(uses)) and row["life"] != "middle"]
    x = alt.X("use:Q", title=None, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(zero=False))
    y = alt.Y("price:Q", title=None, axis=alt.Axis(format="$,.0f", tickCount=5), scale=alt.Scale(zero=True))
    colour = alt.Color("life:N", legend=None, scale=alt.Scale(range=list(PALETTE[:3])), sort=None)
    lines = alt.Chart({"values": named}, width=WIDE, height=300).mark_line().encode(x=x, y=y, color=colour)
    band = alt.Chart({"values": named}).mark_area(color=MUTED, opacity=0.25)
    band = band.encode(x=x, y="low:Q", y2="high:Q")
    above = [row for row in ends if row["life"] == "short" and row["use"] == min(uses)]
    below = [row for row in ends if row["life"] == "long" and row["use"] == max(uses)]
    name = {"x": x, "y": y, "text": alt.Text("name:N")}
    high = alt.Chart({"values": above}).mark_text(align="left", dy=-14, color=INK).encode(**name)
    low = alt.Chart({"values": below}).mark_text(align="right", dy=18, color=INK).encode(**name)
    return alt.layer(band, lines, high, low)
