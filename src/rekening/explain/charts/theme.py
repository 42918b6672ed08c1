"""The look of the charts: few colours, told apart by the colour-blind too, and type that can be read."""

from __future__ import annotations

import re
from copy import deepcopy
from textwrap import wrap
from typing import Any

__all__ = [
    "ACCENT", "FONT", "INK", "MUTED", "NARROW", "PALETTE", "PAPER", "RULE", "WIDE",
    "config", "png", "spec", "svg", "themed", "titled",
]  # fmt: skip

INK = "#1b1b1a"
"""Text and the lines that matter."""
MUTED = "#6a6965"
"""Notes, axes, what is there for comparison."""
RULE = "#d8d5cd"
"""Grid lines."""
PAPER = "#fffefb"
"""The page behind the chart, for halos around labels."""
ACCENT = "#b3361b"
"""The one colour of the page: the finding."""
PALETTE = ("#b3361b", "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#6a6965")
"""Colours of series, the accent first (after Okabe and Ito 2008)."""

FONT = "Seravek, 'Gill Sans Nova', Ubuntu, Calibri, 'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif"

WIDE = 672
"""Width of a chart on a screen with all its labels, in pixels."""
NARROW = 335
"""Width of a chart on a phone with all its labels, in pixels."""

_SIZE = 14
_ROOM = 26
_TITLE_LINE = 58
_NOTE_LINE = 88
_WRAPPED = "split(slice(replace(datum.label, regexp('(.{1,18})( +|$)', 'g'), '$1|'), 0, -1), '|')"
_NAMES_OF_PARTS = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_VARIABLES = {INK: "ink", MUTED: "muted", RULE: "rule", PAPER: "paper"} | {
    colour: f"series-{place}" for place, colour in enumerate(PALETTE) if colour != MUTED
}
_FORMATS = {
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["$ ", ""]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""]},
}


def config() -> dict[str, Any]:
    """Vega-Lite configuration of every chart."""
    text = {"font": FONT, "fontSize": _SIZE, "color": INK}
    axis = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": _SIZE, "titleFontSize": _SIZE}
    return {
        "aria": False,
        "font": FONT,
        "padding": 2,
        "view": {"stroke": None},
        "text": text,
        "line": {"strokeWidth": 3, "color": ACCENT},
        "bar": {"color": ACCENT},
        "rule": {"color": INK},
        "point": {"color": ACCENT, "size": 70, "filled": True},
        "range": {"category": list(PALETTE)},
        "header": {"labelFont": FONT, "labelFontSize": _SIZE, "labelColor": INK, "title": None},
        "legend": {"labelFont": FONT, "titleFont": FONT, "labelFontSize": _SIZE, "labelColor": INK},
        "axis": axis
        | {
            "labelColor": MUTED, "titleColor": MUTED, "titleFontWeight": "normal", "domainColor": MUTED,
            "tickColor": RULE, "gridColor": RULE, "labelLimit": 260, "ticks": False, "labelPadding": 6,
            "domain": False,
        },
        "axisX": {"grid": False},
        "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -12},
    }  # fmt: skip


def spec(chart: dict[str, Any], width: int = WIDE, background: str = "transparent") -> dict[str, Any]:
    """Put a chart, as Vega-Lite, in this theme at a width, its labels included."""
    made = deepcopy(chart)
    if "layer" in made or "mark" in made:
        made |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
        made["padding"] = {"left": 2, "top": 4, "bottom": 2, "right": _ROOM}
    if width <= NARROW:
        _wrap_names(made)
    own, ours = made.get("config", {}), config() | {"background": background}
    made["config"] = own | {
        key: value | own.get(key, {}) if isinstance(value, dict) else value for key, value in ours.items()
    }
    return made


def titled(described: dict[str, Any], finding: str, note: str) -> dict[str, Any]:
    """Put the finding and the note above a chart that stands on its own."""
    title = {
        "text": wrap(finding, _TITLE_LINE), "subtitle": wrap(note, _NOTE_LINE), "anchor": "start",
        "font": FONT, "subtitleFont": FONT, "fontSize": _SIZE + 4, "subtitleFontSize": _SIZE - 1,
        "color": INK, "subtitleColor": MUTED, "offset": 14, "subtitlePadding": 6,
    }  # fmt: skip
    return described | {"title": title, "padding": {"left": 14, "top": 12, "bottom": 10, "right": _ROOM + 8}}


def _wrap_names(made: dict[str, Any]) -> None:
    """Break long names down the side over lines, so that a narrow chart keeps room to draw in."""
    for part in (made, *made.get("layer", ())):
        channel = part.get("encoding", {}).get("y", {})
        if channel.get("type") in ("nominal", "ordinal") and channel.get("axis", {}) is not None:
            channel["axis"] = channel.get("axis", {}) | {"labelExpr": _WRAPPED}


def svg(described: dict[str, Any], lang: str) -> str:
    """Draw a described chart, with decimal signs of the language."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(described, format_locale=_FORMATS[lang])
    return drawn


def png(described: dict[str, Any], lang: str) -> bytes:
    """Draw a described chart in pixels, two for each of its own."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(described, scale=2, format_locale=_FORMATS[lang]))


def themed(drawing: str) -> str:
    """Let the colours of a drawing follow the page, so that it can be read on a dark one too.

    Names of its parts are taken out: on the page the drawing as a whole has a name.
    """
    drawing = _NAMES_OF_PARTS.sub("", drawing)
    for colour, name in _VARIABLES.items():
        drawing = drawing.replace(f'"{colour}"', f'"var(--{name}, {colour})"')
    return drawing
