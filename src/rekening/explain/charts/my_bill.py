"""What the same use costs, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_DIGITS = 3


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a bar a year with its interval and its amount."""
    import altair as alt

    base = alt.Chart({"values": [_rounded(row) for row in rows]}, width=WIDE, height={"step": 44})
    year = alt.Y("year:N", sort=None, title=None, axis=alt.Axis(grid=False))
    axis = alt.Axis(format=",.0f", tickCount=4)
    bars = base.mark_bar(color=ACCENT, height=18).encode(x=alt.X("cost:Q", title=None, axis=axis), y=year)
    interval = base.mark_rule(color=INK, strokeWidth=2).encode(x="low:Q", x2="high:Q", y=year)
    amounts = base.mark_text(align="left", dx=8).encode(
        x="high:Q", y=year, text=alt.Text("said:Q", format=",.0f")
    )
    return alt.layer(bars, interval, amounts)


def _rounded(row: ChartRow) -> dict[str, float | str | None]:
    """A row with its amount in three significant digits, as many as the interval bears."""
    return dict(row) | {"said": float(f"{float(row['cost'] or 0):.{_DIGITS}g}")}
