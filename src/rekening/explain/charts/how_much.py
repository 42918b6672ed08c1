"""What the firms build by year, stacked, beside what others say the world needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rekening.explain.charts.theme import INK, MUTED, PALETTE, PAPER, WIDE
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
_NUMBERED = 2
_SMALL = 12


def build(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart | alt.FacetChart:
    """Draw stacked years, reported dark and the rest lighter, with outside estimates as lines and dots."""
    import altair as alt

    bars = _stacked([row for row in rows if row["kind"] == "bar"])
    sums = _totals([row for row in rows if row["kind"] == "total"], lang)
    highest = max((each["high"] for each in sums), default=0.0)
    needs = _needs([row for row in rows if row["kind"] == "estimate"], labels, lang, highest)
    years = [str(year) for year in range(_edge(bars, needs, min), _edge(bars, needs, max) + 1)]
    top = _ROOM * max([highest] + [need["amount"] for need in needs])
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
    ends = alt.Chart({"values": sums}).encode(x="year:O")
    ranges = ends.mark_rule(strokeWidth=2, color=INK).encode(y="low:Q", y2="high:Q")
    totals, halos = (
        ends.mark_text(dy=-8, fontSize=_SMALL, **style).encode(y="high:Q", text="label:N")
        for style in ({"color": INK}, {"stroke": PAPER, "strokeWidth": 5})
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
    guides = base.mark_rule(strokeWidth=2, strokeDash=[1, 4], color=MUTED).encode(
        x="guide:O", x2="last:O", y="amount:Q"
    )
    houses = [
        alt.Chart({"values": [need for need in needs if need["ends"] == ends]})
        .mark_text(
            align="right" if ends else "left", dx=-4 if ends else 0, dy=-10, color=INK, fontSize=_SMALL
        )
        .encode(x="at:O", y="amount:Q", text="label:N")
        for ends in (True, False)
    ]
    return alt.layer(stack, ranges, marks, names, spans, guides, dots, *houses, halos, totals)


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
    """Sums over the bars: one that lacks a firm has a star, and only the first two ahead have a number."""
    found: list[dict[str, Any]] = []
    for row in rows:
        year = str(int(float(row["year"] or 0)))
        amount, low, high = (float(row[key] or 0) / _BILLION for key in ("amount", "low", "high"))
        ahead = sum(each["low"] < each["high"] for each in found)
        label = "" if ahead >= _NUMBERED else _number(amount, lang) + ("" if row["whole"] else "*")
        found.append({"year": year, "low": low, "high": high, "label": label})
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


def _needs(
    rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str, highest: float
) -> list[dict[str, Any]]:
    """Estimates about the whole world; those about some of the firms stand in the table.

    A name stands where its line begins; a dotted line leads there from the dot of a single year. Among the
    bars there is no room for a name, so there it ends where the line begins.
    """
    world = [row for row in rows if row["scope"] == "scope.world"]
    begin = min((float(row["first"] or 0) for row in world), default=0)
    found = []
    for row in world:
        first, last, amount = (float(row[key] or 0) for key in ("first", "last", "amount"))
        amount /= _BILLION
        start = str(int(begin if first == last else first))
        found.append(
            {
                "year": str(int(first)),
                "last": str(int(last)),
                "at": start,
                "guide": start if first == last else str(int(last)),
                "ends": amount < highest,
                "amount": amount,
                "label": f"{labels[str(row['house'])]} {_number(amount, lang)}",
            }
        )
    return found


def _number(value: float, lang: str) -> str:
    text = f"{value:,.0f}"
    return text.replace(",", ".") if lang == "nl" else text
