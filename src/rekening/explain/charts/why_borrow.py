"""Money in hand a year ago, what came in and went out, and what is left now and in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rekening.explain.charts.theme import ACCENT, INK, MUTED, PALETTE, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_BILLION = 1e9
_WHOLE_FROM = 10
_ROW = 34
_THICKNESS = 20
_ROOM = 0.16
_COLOURS = {"level": MUTED, "later": PALETTE[5], "in": PALETTE[1], "out": ACCENT}


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw a waterfall: levels as full bars, what comes in and goes out as steps between them."""
    import altair as alt

    values = [_bar(row, labels, lang) for row in rows]
    ends = [end for value in values for end in (value["from"], value["to"], value["low"], value["high"])]
    left, right = min(ends), max(ends)
    room = _ROOM * (right - left)
    scale = alt.Scale(domain=[left - room if left < 0 else left, right + room], nice=False)
    order = [value["step"] for value in values]
    step = alt.Y("step:N", sort=order, title=None, axis=alt.Axis(labelColor=INK, grid=False))
    base = alt.Chart(alt.InlineData(values=values), width=WIDE, height={"step": _ROW}).encode(y=step)
    bars = base.mark_bar(height=_THICKNESS).encode(
        x=alt.X("from:Q", title=None, scale=scale, axis=None),
        x2="to:Q",
        color=alt.Color(
            "sort:N", legend=None, scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values()))
        ),
    )
    ranges = base.mark_rule(strokeWidth=2, color=INK).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    numbers = base.mark_text(align="left", dx=6, color=INK).encode(x="right:Q", text="label:N")
    zero = base.mark_rule(color=MUTED).encode(x=alt.datum(0))
    return alt.layer(bars, ranges, numbers, zero)


def _bar(row: ChartRow, labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    start, end = (float(row[key] or 0) / _BILLION for key in ("from", "to"))
    low, high = (end if row.get(key) is None else float(row[key] or 0) / _BILLION for key in ("low", "high"))
    level = row["kind"] == "level"
    amount = end if level else end - start
    sort = ("later" if low < high else "level") if level else ("in" if amount > 0 else "out")
    sign = "\N{MINUS SIGN}" if amount < 0 else "" if level else "+"
    number = f"{abs(amount):.{0 if abs(amount) >= _WHOLE_FROM else 1}f}"
    return {
        "step": labels[str(row["step"])],
        "from": start,
        "to": end,
        "low": low,
        "high": high,
        "right": max(start, end, high),
        "sort": sort,
        "label": sign + (number.replace(".", ",") if lang == "nl" else number),
    }
