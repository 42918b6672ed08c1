"""What a number rests on, row by row and parameter by parameter, as plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rekening.assumptions import Parameter
from rekening.explain.numbers import Style, clean, show, show_day, show_period
from rekening.explain.words import labels, words
from rekening.facts import Fact, Figure, Grade, Record
from rekening.facts.schema import TABLES
from rekening.facts.units import ONE, scale

__all__ = ["Assumed", "Source", "assumed", "parameter_row", "source", "table_row"]

_ALL_DIGITS = 12
_SPACE = "\N{NO-BREAK SPACE}"
_Plain = str | float | None


@dataclass(frozen=True, slots=True)
class Source:
    """A row of the facts as a reader sees it.

    Attributes
    ----------
    value
        As the source gives it, in its own unit, with its bounds.
    published
        Day on which the number became public, in words.
    """

    fact_id: str
    about: str
    value: str
    published: str
    grade: int
    via: str
    title: str
    url: str
    file: str


@dataclass(frozen=True, slots=True)
class Assumed:
    """A parameter as a reader sees it."""

    name: str
    sentence: str
    value: str
    reason: str
    sources: tuple[str, ...]
    changed: bool


def table_row(row: Fact | Record) -> dict[str, _Plain]:
    """A row with its columns, days as ISO texts."""
    if isinstance(row, Record):
        fields = {name: _plain(cell) for name, cell in row.fields.items()}
    else:
        fields = {
            "entity": row.entity, "concept": row.concept, "start": _plain(row.start), "end": _plain(row.end),
            "value": row.value, "low": row.low, "high": row.high, "unit": row.unit, "via": row.via,
            "source_title": row.source_title, "source_url": row.source_url, "hedge": row.hedge, **row.extra,
        }  # fmt: skip
    return fields | {
        "fact_id": row.fact_id,
        "published": row.published.isoformat(),
        "grade": row.grade.word("en"),
        "status": row.status,
        "file": row.file,
        "line": row.line,
    }


def parameter_row(parameter: Parameter) -> dict[str, object]:
    """A parameter with its range, reason and sentences; percentages and basis points as decimals."""
    figure = parameter.figure()
    low, high = figure.interval()
    return {
        "name": parameter.name,
        "distribution": str(parameter.distribution),
        "unit": figure.unit,
        "central": figure.central,
        "low": low,
        "high": high,
        "reason": parameter.reason,
        "source": list(parameter.source),
        "nl": parameter.sentence["nl"],
        "en": parameter.sentence["en"],
        "origin": parameter.origin.rpartition("/")[2],
    }


def _plain(cell: str | float | date | None) -> _Plain:
    return cell.isoformat() if isinstance(cell, date) else cell


def source(row: Fact | Record, style: Style, names: Mapping[str, str]) -> Source:
    """A row in words; `names` gives the names of firms and parties by slug."""
    title, via, say = "", "", labels("rows", style.lang)
    if isinstance(row, Record):
        named = next((row.text(key) for key in _NAMES if key in row.fields and row.text(key)), "")
        told = show_period(named, style.lang) or names.get(named, named.replace("_", " "))
        about, value = f"{say.get(f'table.{row.table}', row.table)}: {told}", _told(row, style)
        url = row.text("source_url") if "source_url" in row.fields else ""
        title = row.text("source_title") if "source_title" in row.fields else ""
        via = row.text("via") if "via" in row.fields else ""
    else:
        period = show_period(row.period, style.lang) or row.period
        name = names.get(row.entity) or say.get(f"entity.{row.entity}", row.entity.replace("_", " "))
        about = f"{name}: {say.get(f'concept.{row.concept}', row.concept.replace('_', ' '))}, {period}"
        value, url, title, via = _value(row, style), row.source_url, row.source_title, row.via
    return Source(
        fact_id=row.fact_id,
        about=clean(about),
        value=clean(value),
        published=show_day(row.published, style.lang),
        grade=int(row.grade),
        via=via,
        title=clean(title or url),
        url=url if url.startswith(("https://", "http://")) else "",
        file=f"{row.file}:{row.line}",
    )


_FORMS = {
    "percent": "percent", "percentage points": "percent", "share": "percent", "bp": "basis_points",
    "1": "percent", "year": "years", "years": "years", "kW": "power", "W": "power", "MW": "power",
}  # fmt: skip
"""How a number of a unit is written; a pure number per something is a part of it."""
_MONEY = re.compile(r"(giga|mega)?(USD|EUR|GBP)")
_PRICES = ("hour", "kWh", "GB")
_BARE = ("ratio", "count", "elasticity", "index")
_NAMES = ("name", "bond_id", "deal_id", "site_id", "entity", "owner", "creditor", "curve", "date")


_TELLING = {
    "curves": ("tenor_years", "yield_percent"), "bonds": ("principal", "coupon_percent"),
    "ratings": ("rating",), "exposures": ("total_usd",), "deals": ("amount_usd",),
    "sites": ("facility_mw",), "chips": ("h100_equivalents",),
}  # fmt: skip
"""Columns of a table that say most of a row."""


def _told(row: Record, style: Style) -> str:
    """What the telling columns of a row say, as far as they are filled."""
    units = TABLES[row.table].units
    said = []
    for column in _TELLING.get(row.table, ()):
        cell = row[column]
        unit = row.text("currency") if column == "principal" else units.get(column, "count")
        if cell:
            said.append(_amount(cell, unit, style) if isinstance(cell, float) else str(cell))
    return ", ".join(said)


def _value(row: Fact, style: Style) -> str:
    if row.value is None and (row.low is None or row.high is None):
        bounds = [("≥", row.low), ("≤", row.high)]
        return " ".join(f"{sign}\u00a0{_amount(value, row.unit, style)}" for sign, value in bounds
                        if value is not None)  # fmt: skip
    if row.value is None:
        assert row.low is not None
        assert row.high is not None
        to = words(style.lang)["to"]
        return f"{_amount(row.low, row.unit, style)} {to} {_amount(row.high, row.unit, style)}"
    return _amount(row.value, row.unit, style)


def _amount(value: float, unit: str, style: Style) -> str:
    """A number to the last digit that the source gives, in the source's own unit."""
    form = {"percent": "percent", "share": "percent", "USD": "money", "EUR": "money"}.get(unit)
    if form is not None:
        figure = Figure.of(value * scale(unit)[0], scale(unit)[1], Grade.REPORTED)
        return show(figure, form, style, digits=_ALL_DIGITS)[0]
    number = show(Figure.of(value), "number", style, digits=_ALL_DIGITS)[0]
    return number if unit in _BARE else f"{number}{_SPACE}{_unit(unit, style)}"


def _unit(unit: str, style: Style) -> str:
    """A unit in words, or as the facts spell it."""
    return words(style.lang).get(f"unit.{unit}", unit)


def _valued(figure: Figure, unit: str, style: Style) -> str:
    """The value of a parameter with its interval, in words of its unit."""
    head, _, per = unit.partition("/")
    if _MONEY.fullmatch(head):
        form = "price" if per in _PRICES else "money"
        plain = head.removeprefix("giga").removeprefix("mega")
        figure = figure.to(plain) if plain != head else figure
    else:
        form = _FORMS.get(head, "number") if head != "1" or per else "number"
    text, span = show(figure, form, style)
    said = f"{_SPACE}{_unit(head, style)}" if form == "number" and figure.unit != ONE else ""
    return f"{text}{said}" + (f" {_unit('/' + per, style)}" if per else "") + (f" {span}" if span else "")


def assumed(parameter: Parameter, style: Style, *, changed: bool) -> Assumed:
    """A parameter in words."""
    return Assumed(
        name=parameter.name,
        sentence=parameter.sentence[style.lang],
        value=_valued(parameter.figure(), parameter.unit, style),
        reason=clean(parameter.reason),
        sources=parameter.source,
        changed=changed,
    )
