"""Who pays whom: the ledger of a year of the futures as a drawing of bands, as wide as the money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

from rekening.explain.charts.theme import FONT, INK, MUTED, PALETTE, PAPER
from rekening.explain.numbers import Lang, Style, show
from rekening.explain.words import labels
from rekening.facts import Figure
from rekening.ledger.kinds import FIRM, KINDS, PARTIES
from rekening.numerics import QUARTERS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Band", "Flow", "Node", "drawing", "flows_of", "full_year", "placed"]

_VEHICLES = "vehicles"
_CASH = "cash_in_hand"
_OTHERS = "others"
_SMALL = 0.01
"""Part of all money under which parties are drawn together."""
_SKIPPED = ("vehicle_service",)
"""Rent passed on is the firm's rent once more."""

WIDTH = 460
"""Pixels: read without zooming on a phone, where it shrinks by a fifth."""

_SUM = 300
_SLOT = 40
_GAP = 6
_BAR = 10
_EDGE = 12
_BETWEEN = 64
_HEADROOM = 16
_NAMED = 2
_FOOT = 12
_LINE = 18
_SIZE = 14
_COLOURS = {"in": PALETTE[1], "out": PALETTE[0], "vehicles": PALETTE[2]}
_OPACITY = 0.4
_TITLE_WIDTH = 56
_NOTE_WIDTH = 66


@dataclass(frozen=True, slots=True)
class Flow:
    """Money of a year from one party to another; one of them is the firm or its vehicles.

    Attributes
    ----------
    amount
        US dollars, above 0.
    """

    payer: str
    payee: str
    amount: float

    @property
    def middle(self) -> str:
        """The party in the middle column: the firm, or its vehicles where the firm is not in it."""
        return FIRM if FIRM in (self.payer, self.payee) else _VEHICLES

    @property
    def comes_in(self) -> bool:
        """True where the middle column receives it."""
        return self.payee == self.middle


@dataclass(frozen=True, slots=True)
class Node:
    """A bar: left edge, top and height in pixels."""

    party: str
    side: str
    amount: float
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """A flow between two bars: left and right edge, the top at both ends, and its height, in pixels."""

    flow: Flow
    left: float
    right: float
    left_y: float
    right_y: float
    height: float


def full_year(result: xr.Dataset) -> str:
    """The first calendar year of which a run has all quarters; else the one it begins in."""
    quarters = [str(label) for label in result["quarter"].values]
    years = [label[:-2] for label in quarters]
    return next((year for year in years if years.count(year) == QUARTERS), years[0])


def flows_of(result: xr.Dataset, year: str) -> list[Flow]:
    """Cash between parties in a calendar year: the average over the futures, all firms of a run together.

    What cash in hand gives or takes makes both sides of the firm equal. Flows without cash are left out.
    """
    quarters = [label for label in map(str, result["quarter"].values) if label.startswith(year)]
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for kind in KINDS:
        cash = any(stock == "liquidity" for stock, _ in kind.effects) or _VEHICLES in (kind.payer, kind.payee)
        if cash and kind.name not in _SKIPPED:
            amount = float(result[f"mean_{kind.name}"].sel(quarter=quarters).sum())
            payer, payee = (kind.payer, kind.payee) if amount >= 0 else (kind.payee, kind.payer)
            sums[payer, payee] += abs(amount)
    found = [Flow(payer, payee, amount) for (payer, payee), amount in sums.items() if amount > 0]
    left = sum(flow.amount * (1 if flow.comes_in else -1) for flow in found if flow.middle == FIRM)
    if left:
        found.append(Flow(FIRM, _CASH, left) if left > 0 else Flow(_CASH, FIRM, -left))
    return _gathered(found)


def _gathered(flows: Sequence[Flow]) -> list[Flow]:
    """The same flows with small ones of the same direction together, so that names keep room."""
    least = _SMALL * sum(flow.amount for flow in flows if flow.comes_in)
    kept = [flow for flow in flows if flow.amount >= least or flow.middle != FIRM]
    for comes_in in (True, False):
        small = [flow for flow in flows if flow not in kept and flow.comes_in == comes_in]
        whole = sum(flow.amount for flow in small)
        if len(small) > 1:
            kept.append(Flow(_OTHERS, FIRM, whole) if comes_in else Flow(FIRM, _OTHERS, whole))
        else:
            kept += small
    return kept


def placed(flows: Sequence[Flow], width: float = WIDTH, top: float = 0) -> tuple[list[Node], list[Band]]:
    """Put bars and bands on a page: payers left, the firm and its vehicles between, payees right.

    Every bar is as high as its money; on the sides each has a slot of its own, high enough for its name.
    """
    sides = {
        side: sorted(
            (flow for flow in flows if flow.comes_in == (side == "left")),
            key=lambda flow: (flow.middle != FIRM, -flow.amount),
        )
        for side in ("left", "right")
    }
    middles = [party for party in (FIRM, _VEHICLES) if any(flow.middle == party for flow in flows)]
    whole = {
        party: max(sum(flow.amount for flow in side if flow.middle == party) for side in sides.values())
        for party in middles
    }
    scale = _SUM / max(sum(whole.values()), 1)
    slots = {
        side: [max(flow.amount * scale, _SLOT) + _GAP for flow in ordered] for side, ordered in sides.items()
    }
    height = max(sum(heights) for heights in slots.values())
    centre = (width - _BAR) / 2
    nodes, tops = [], {}
    y = top + (height - sum(whole.values()) * scale - _BETWEEN * (len(middles) - 1)) / 2
    for party in middles:
        tops[party] = y
        nodes.append(Node(party, "middle", whole[party], centre, y, whole[party] * scale))
        y += whole[party] * scale + _BETWEEN
    bands = []
    for side, ordered in sides.items():
        x = _EDGE if side == "left" else width - _EDGE - _BAR
        y = top + (height - sum(slots[side])) / 2
        inner = dict(tops)
        for flow, slot in zip(ordered, slots[side], strict=True):
            size = flow.amount * scale
            outer = y + (slot - size) / 2
            party = flow.payer if side == "left" else flow.payee
            nodes.append(Node(party, side, flow.amount, x, outer, size))
            ends = (outer, inner[flow.middle]) if side == "left" else (inner[flow.middle], outer)
            left, right = (_EDGE + _BAR, centre) if side == "left" else (centre + _BAR, width - _EDGE - _BAR)
            bands.append(Band(flow, left, right, *ends, size))
            inner[flow.middle] += size
            y += slot
    return nodes, bands


def drawing(flows: Sequence[Flow], firms: Sequence[str], year: str, lang: Lang) -> str:
    """Draw the flows as SVG, with names, amounts, and a text for who cannot see it.

    Parameters
    ----------
    firms
        Names to write over the middle bar.
    """
    words = labels("flows", lang)
    names = {party: pair[lang == "en"] for party, pair in PARTIES.items()}
    several = len(firms) > _NAMED
    names |= {
        FIRM: words["firms"] if several else ", ".join(firms),
        _CASH: words["cash_in_hand"],
        _OTHERS: words["others"],
    }
    title = words["title"].format(firm=", ".join(firms), year=year)
    head, note = wrap(title, _TITLE_WIDTH), wrap(words["note"], _NOTE_WIDTH)
    nodes, bands = placed(flows, top=_EDGE + _LINE * (len(head) + len(note)) + _HEADROOM)
    height = max(node.y + max(node.height, _SLOT) for node in nodes) + _FOOT
    told = "; ".join(
        f"{names[flow.payer]} \N{RIGHTWARDS ARROW} {names[flow.payee]}: {_money(flow.amount, lang)}"
        for flow in flows
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" font-family="{escape(FONT)}" font-size="{_SIZE}">',
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>",
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="{PAPER}"/>',
        *_heading(head, note),
        *map(_path, bands),
        *(_bar(node) for node in nodes),
        *(text for node in nodes for text in _label(node, names[node.party], lang)),
        "</svg>",
    ]
    return "\n".join(parts)


def _heading(title: Sequence[str], note: Sequence[str]) -> Iterable[str]:
    for line, text in enumerate((*title, *note), start=1):
        look = (
            f'fill="{MUTED}" font-size="{_SIZE - 2}"'
            if line > len(title)
            else f'fill="{INK}" font-weight="bold"'
        )
        yield f'<text x="{_EDGE}" y="{_EDGE + line * _LINE:.0f}" {look}>{escape(text)}</text>'


def _path(band: Band) -> str:
    half = (band.left + band.right) / 2
    upper = f"M{band.left:.1f},{band.left_y:.1f} C{half:.1f},{band.left_y:.1f} {half:.1f},{band.right_y:.1f} "
    upper += f"{band.right:.1f},{band.right_y:.1f}"
    low_left, low_right = band.left_y + band.height, band.right_y + band.height
    lower = f"L{band.right:.1f},{low_right:.1f} C{half:.1f},{low_right:.1f} {half:.1f},{low_left:.1f} "
    lower += f"{band.left:.1f},{low_left:.1f} Z"
    return f'<path d="{upper} {lower}" fill="{_colour(band.flow)}" fill-opacity="{_OPACITY}"/>'


def _colour(flow: Flow) -> str:
    return _COLOURS["vehicles" if flow.middle == _VEHICLES else "in" if flow.comes_in else "out"]


def _bar(node: Node) -> str:
    place = f'x="{node.x:.1f}" y="{node.y:.1f}" width="{_BAR}" height="{max(node.height, 1):.1f}"'
    return f'<rect {place} fill="{INK}"/>'


def _label(node: Node, name: str, lang: Lang) -> Iterable[str]:
    """Name and amount beside a bar, on the band; over it in the middle."""
    amount = _money(node.amount, lang)
    if node.side == "middle":
        x, y, anchor = node.x + _BAR / 2, node.y - _LINE - 6, "middle"
    else:
        right = node.side == "right"
        x, anchor = (node.x - 6, "end") if right else (node.x + _BAR + 6, "start")
        y = node.y + node.height / 2 - 4
    halo = f'paint-order="stroke" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round"'
    for line, (text, weight) in enumerate(((name, "normal"), (amount, "bold"))):
        place = f'x="{x:.1f}" y="{y + line * _LINE:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
        yield f'<text {place} fill="{INK}" {halo}>{escape(text)}</text>'


def _money(amount: float, lang: Lang) -> str:
    return show(Figure.of(amount, "USD"), "money", Style(lang, short=True), digits=2)[0]
