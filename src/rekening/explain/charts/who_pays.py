"""Who pays the bill of a firm: now, and once subsidies end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import ACCENT, INK, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_MOMENTS = (("now", MUTED, -2), ("later", ACCENT, 16))
"""Each moment with its colour and the place of its bar under the payer's name, pixels."""

_TENTH = 0.1
"""Smaller amounts are written to their first digit, so that none reads as nothing."""


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw two bars a payer with their margins; each bar says its moment and amount, each pair its payer."""
    import altair as alt

    data = {"values": [_row(row, labels) for row in rows]}
    payer = alt.Y("name:N", sort=None, title=None, axis=None)
    base = alt.Chart(data, width=WIDE, height={"step": 72})
    layers: list[alt.Chart] = []
    for moment, colour, offset in _MOMENTS:
        amount = alt.X(f"{moment}:Q", title=None, axis=alt.Axis(format="$,.0f", tickCount=5))
        layers += [
            base.mark_bar(color=colour, height=14, yOffset=offset).encode(x=amount, y=payer),
            base.mark_rule(color=INK, strokeWidth=2, yOffset=offset).encode(
                x=f"{moment}_low:Q", x2=f"{moment}_high:Q", y=payer
            ),
            base.transform_calculate(
                said=f"datum.word_{moment} + ' ' + format(datum.{moment}, datum.form_{moment})"
            )
            .mark_text(align="left", dx=8, dy=offset, color=colour, fontSize=13)
            .encode(x=f"{moment}_end:Q", y=payer, text="said:N"),
        ]
    names = base.mark_text(align="left", dy=-22).encode(x=alt.datum(0), y=payer, text="name:N")
    return alt.layer(*layers, names)


def _row(row: ChartRow, labels: Mapping[str, str]) -> dict[str, float | str | None]:
    """A row with its words, and where the label behind each bar begins."""
    found = dict(row) | {"name": labels[str(row["payer"])]}
    for moment, _, _ in _MOMENTS:
        ends = [float(row[key] or 0) for key in (moment, f"{moment}_low", f"{moment}_high")]
        found |= {
            f"word_{moment}": labels[f"chart.{moment}"],
            f"form_{moment}": "$,.1f" if abs(ends[0]) >= _TENTH or not ends[0] else "$,.1r",
            f"{moment}_end": max(0.0, *ends),
        }
    return found
