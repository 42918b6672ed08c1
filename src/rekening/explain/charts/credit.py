"""Debt in years of earnings: what was reported, the fan of what may come, and the lines of agencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rekening.explain.charts.theme import ACCENT, INK, MUTED, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_HEIGHT = 300
_WIDE_BAND, _NARROW_BAND = 0.18, 0.3


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw dots for reported years, two bands and a middle line for the futures, dashed lines of agencies."""
    import altair as alt

    dots, fan, lines = (
        [dict(row) for row in rows if row["kind"] == kind] for kind in ("reported", "ahead", "trigger")
    )
    whens = [float(row["when"] or 0) for row in (*dots, *fan)]
    x = alt.X(
        "when:Q",
        title=None,
        scale=alt.Scale(domain=[min(whens), max(whens)], nice=False),
        axis=alt.Axis(values=_years(whens), format="d"),
    )
    y = alt.Y("middle:Q", title=None, axis=alt.Axis(format=".1~f", tickCount=6), scale=alt.Scale(zero=True))
    layers: list[Any] = []
    if fan:
        base = alt.Chart({"values": fan}, width=WIDE, height=_HEIGHT).encode(x=x)
        for low, high, strength in (("q10", "q90", _WIDE_BAND), ("q25", "q75", _NARROW_BAND)):
            layers.append(
                base.mark_area(color=ACCENT, opacity=strength).encode(y=alt.Y(f"{low}:Q"), y2=f"{high}:Q")
            )
        layers.append(base.mark_line().encode(y=alt.Y("q50:Q")))
        layers.append(
            alt.Chart({"values": [_last(fan, lang)]})
            .mark_text(align="right", dy=-12, color=INK)
            .encode(x=x, y="q50:Q", text="label:N")
        )
    if lines:
        named = [row | {"when": min(whens), "name": labels[str(row["agency"])]} for row in lines]
        base = alt.Chart({"values": named})
        layers.append(base.mark_rule(strokeDash=[5, 4], strokeWidth=2, color=MUTED).encode(y="level:Q"))
        layers.append(base.mark_text(align="left", dy=-9, color=INK).encode(x=x, y="level:Q", text="name:N"))
    marks = alt.Chart({"values": dots}, width=WIDE, height=_HEIGHT).encode(x=x, y=y)
    layers += [marks.mark_line(color=INK, strokeWidth=1.5), marks.mark_point(color=INK, size=70)]
    return alt.layer(*layers)


def _years(whens: Sequence[float]) -> list[int]:
    return list(range(int(min(whens)), int(max(whens)) + 1))


def _last(fan: Sequence[Mapping[str, Any]], lang: str) -> dict[str, Any]:
    end = dict(fan[-1])
    label = f"{float(end['q50']):.1f}"
    return end | {"label": label.replace(".", ",") if lang == "nl" else label}
