"""What each part of the loan borrows, and the interest on top of it over its life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a bar a part: the amount borrowed in grey, the interest beside it in the accent."""
    import altair as alt

    values = [
        {
            "due": row["due"],
            "borrowed": row["borrowed"],
            "interest": row["interest"],
            "end": float(row["borrowed"] or 0) + float(row["interest"] or 0),
        }
        for row in rows
    ]
    base = alt.Chart(alt.InlineData(values=values), width=WIDE, height={"step": 40})
    due = alt.Y("due:O", sort=None, title=labels["due"], axis=alt.Axis(grid=False))
    scale = alt.X("borrowed:Q", title=None, axis=None)
    borrowed = base.mark_bar(color=MUTED, opacity=0.55).encode(x=scale, y=due)
    interest = base.mark_bar(color=ACCENT).encode(x=alt.X("borrowed:Q"), x2="end:Q", y=due)
    borrowed_label = base.mark_text(align="left", dx=6, color=INK).encode(
        x=alt.datum(0), y=due, text=alt.Text("borrowed:Q", format=",.1f")
    )
    interest_label = base.mark_text(align="left", dx=6, color=ACCENT).encode(
        x="end:Q", y=due, text=alt.Text("interest:Q", format=",.1f")
    )
    one = alt.Chart(alt.InlineData(values=values[:1]))
    borrowed_name = one.mark_text(align="left", color=MUTED).encode(
        x=alt.value(8), y=alt.value(-12), text=alt.datum(labels["borrowed"])
    )
    interest_name = one.mark_text(align="left", color=ACCENT).encode(
        x=alt.value(100), y=alt.value(-12), text=alt.datum(labels["interest"])
    )
    return alt.layer(borrowed, interest, borrowed_label, interest_label, borrowed_name, interest_name)
