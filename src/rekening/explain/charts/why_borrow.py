"""Money in hand: fans of the years to come, else what came in and went out and what is left in a year."""

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
_HEIGHT = 340
_PALE = 0.24
_OVER = 1.06
_APART = 0.055
_MARKS = {
    "known": "\N{EM DASH} ",
    "without": "\N{BLACK SQUARE} ",
    "with": "\N{BLACK SQUARE} ",
    "floor": "\N{EN DASH} \N{EN DASH} ",
}
_SERIES = {"without": ACCENT, "with": PALETTE[1]}
_COLOURS = {"level": MUTED, "later": PALETTE[5], "in": PALETTE[1], "out": ACCENT}


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw fans where there are any, else a waterfall."""
    if any(row["kind"] == "fan" for row in rows):
        return _fans(rows, labels)
    return _waterfall(rows, labels, lang)


def _fans(rows: Sequence[ChartRow], labels: Mapping[str, str]) -> alt.LayerChart | alt.FacetChart:
    """Draw what is known as a line, then a band and its middle a series, and the floor dashed."""
    import altair as alt

    values = [_point(row) for row in rows]
    fans = [value for value in values if value["kind"] == "fan"]
    years = [value["when"] for value in values]
    first, last = min(years), max(years)
    named = list(dict.fromkeys(value["series"] for value in fans))
    key = [("floor", INK), *((name, _SERIES[name]) for name in named), ("known", INK)]
    bottom = min(0.0, *(value.get("low", value["middle"]) for value in values))
    top = _top(values, bottom, _APART * (len(key) + 1))
    x = alt.X(
        "when:Q",
        title=None,
        scale=alt.Scale(domain=[first, last], nice=False),
        axis=alt.Axis(
            values=list(range(int(first) + 1, int(last) + 1)), format="d", grid=False, labelFlush=True
        ),
    )
    y = alt.Y("middle:Q", title=None, axis=alt.Axis(tickCount=5), scale=alt.Scale(domainMax=top, nice=False))
    colours = [_SERIES[name] for name in named]
    colour = alt.Color("series:N", legend=None, scale=alt.Scale(domain=named, range=colours))
    base = alt.Chart(alt.InlineData(values=fans), width=WIDE, height=_HEIGHT).encode(x=x, color=colour)
    bands = base.mark_area(opacity=_PALE).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    middles = base.mark_line(strokeWidth=3).encode(y=y)
    known = _line(values, "known").mark_line(strokeWidth=3, color=INK).encode(x=x, y=y)
    floor = _line(values, "floor").mark_line(strokeWidth=2, color=INK, strokeDash=[6, 4]).encode(x=x, y=y)
    told = {name: name for name, _ in key} | ({"without": "alone"} if len(named) == 1 else {})
    words = [
        {
            "when": first,
            "middle": top - _APART * (len(key) - place) * (top - bottom),
            "label": _MARKS[name] + labels[f"series.{told[name]}"],
            "colour": paint,
        }
        for place, (name, paint) in enumerate(key)
    ]
    names = (
        alt.Chart(alt.InlineData(values=words))
        .mark_text(align="left", dx=4)
        .encode(x=x, y=y, text="label:N", color=alt.Color("colour:N", scale=None, legend=None))
    )
    return alt.layer(bands, middles, known, floor, names)


def _top(values: Sequence[Mapping[str, Any]], bottom: float, words: float) -> float:
    """Upper end of the scale: above every band, and so high that the words stand above what is known.

    Parameters
    ----------
    words
        Part of the height that the words take.
    """
    known: float = max((value["middle"] for value in values if value["kind"] == "known"), default=bottom)
    above = (known - words * bottom) / (1 - words)
    high: float = max(value.get("high", value["middle"]) for value in values)
    return max(_OVER * high, above)


def _line(values: Sequence[Mapping[str, Any]], kind: str) -> alt.Chart:
    import altair as alt

    return alt.Chart(alt.InlineData(values=[value for value in values if value["kind"] == kind]))


def _point(row: ChartRow) -> dict[str, Any]:
    amounts = {key: float(row[key] or 0) / _BILLION for key in ("low", "middle", "high") if key in row}
    return {
        "kind": str(row["kind"]),
        "when": float(row["when"] or 0),
        "series": str(row.get("series")).removeprefix("series."),
        **amounts,
    }


def _waterfall(
    rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str
) -> alt.LayerChart | alt.FacetChart:
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
