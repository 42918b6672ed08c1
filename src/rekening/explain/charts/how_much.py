"""What the firms build by year, stacked, beside what others say the world needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rekening.explain.charts.theme import INK, MUTED, PALETTE, WIDE
from rekening.questions import ChartRow

if TYPE_CHECKING:
    import altair as alt

__all__ = ["build"]

_BILLION = 1e9
_HEIGHT = 380
_ROOM = 1.1
_STEP = 0.06
_INDENT = 16
_PARTS = {"reported": 1.0, "guided": 0.75, "estimated": 0.5}
_BAND = 0.72
_SMALL = 12


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw stacked years, reported dark and the rest lighter, with outside estimates as lines and dots."""
    import altair as alt

    bars = _stacked([row for row in rows if row["kind"] == "bar"])
    needs = _needs([row for row in rows if row["kind"] == "estimate"], labels, lang)
    years = [str(year) for year in range(_edge(bars, needs, min), _edge(bars, needs, max) + 1)]
    top = _ROOM * max([bar["to"] for bar in bars] + [need["amount"] for need in needs])
    x = alt.X(
        "year:O",
        title=None,
        scale=alt.Scale(domain=years, paddingInner=1 - _BAND, paddingOuter=(1 - _BAND) / 2),
        axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False),
    )
    y = alt.Y("from:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=None)
    firms = list(dict.fromkeys(bar["firm"] for bar in bars))
    colours = alt.Scale(domain=firms, range=[PALETTE[place % len(PALETTE)] for place in range(len(firms))])
    stack = (
        alt.Chart({"values": bars}, width=WIDE, height=_HEIGHT)
        .mark_bar(opacity=1)
        .encode(
            x=x,
            y=y,
            y2="to:Q",
            color=alt.Color("firm:N", scale=colours, legend=None),
            opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
        )
    )
    totals = (
        alt.Chart({"values": _totals([row for row in rows if row["kind"] == "total"], lang)})
        .mark_text(dy=-8, color=INK, fontSize=_SMALL)
        .encode(x="year:O", y="amount:Q", text="label:N")
    )
    key = alt.Chart({"values": _key(firms, years, labels, top)}).encode(x="year:O", y="amount:Q")
    marks = key.mark_square(size=140, opacity=1, xOffset=-_INDENT).encode(
        color=alt.Color("firm:N", scale=colours, legend=None)
    )
    names = key.mark_text(align="left", color=INK, xOffset=-_INDENT / 2).encode(text="label:N")
    base = alt.Chart({"values": needs})
    spans = base.mark_rule(strokeWidth=2, strokeDash=[5, 3], color=MUTED).encode(
        x="year:O", x2="last:O", y="amount:Q"
    )
    dots = base.mark_point(color=INK, filled=True, size=60).encode(x="last:O", y="amount:Q")
    houses = base.mark_text(align="right", dx=10, dy=-12, color=INK).encode(
        x=alt.datum(years[-1]), y="amount:Q", text="label:N"
    )
    return alt.layer(stack, totals, marks, names, spans, dots, houses)


def _edge(bars: Sequence[Mapping[str, Any]], needs: Sequence[Mapping[str, Any]], pick: Any) -> int:
    years = [int(bar["year"]) for bar in bars] + [int(need["last"]) for need in needs]
    return int(pick(years))


def _stacked(rows: Sequence[ChartRow]) -> list[dict[str, Any]]:
    """Segments with their ends: firms on top of one another, and each firm's parts in order of evidence."""
    firms = list(dict.fromkeys(row["firm"] for row in rows))
    order = sorted(rows, key=lambda row: (firms.index(row["firm"]), list(_PARTS).index(str(row["part"]))))
    level: dict[str, float] = {}
    found = []
    for row in order:
        year, amount = str(int(float(row["year"] or 0))), float(row["amount"] or 0) / _BILLION
        begin = level.get(year, 0.0)
        level[year] = begin + amount
        found.append(
            {
                "year": year,
                "firm": str(row["firm"]),
                "from": begin,
                "to": begin + amount,
                "opacity": _PARTS[str(row["part"])],
            }
        )
    return found


def _totals(rows: Sequence[ChartRow], lang: str) -> list[dict[str, Any]]:
    """Sums over the bars; one that lacks a firm has a star."""
    found = []
    for row in rows:
        amount = float(row["amount"] or 0) / _BILLION
        label = _number(amount, lang) + ("" if row["whole"] else "*")
        found.append({"year": str(int(float(row["year"] or 0))), "amount": amount, "label": label})
    return found


def _key(
    firms: Sequence[str], years: Sequence[str], labels: Mapping[str, str], top: float
) -> list[dict[str, Any]]:
    """Names of the firms in the empty corner, from top to bottom as they are stacked."""
    return [
        {
            "year": years[0],
            "firm": firm,
            "amount": top * (1 - _STEP * (place + 1)),
            "label": labels.get(f"bar.{firm}", labels["bar.other"]),
        }
        for place, firm in enumerate(reversed(firms))
    ]


def _needs(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> list[dict[str, Any]]:
    """Estimates about the whole world; those about some of the firms stand in the table."""
    return [
        {
            "year": str(int(float(row["first"] or 0))),
            "last": str(int(float(row["last"] or 0))),
            "amount": float(row["amount"] or 0) / _BILLION,
            "label": f"{labels[str(row['house'])]} {_number(float(row['amount'] or 0) / _BILLION, lang)}",
        }
        for row in rows
        if row["scope"] == "scope.world"
    ]


def _number(value: float, lang: str) -> str:
    text = f"{value:,.0f}"
    return text.replace(",", ".") if lang == "nl" else text
