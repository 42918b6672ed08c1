"""How a number is written for a reader: scaled, rounded to what is known, in Dutch or English."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from rekening.errors import InputError
from rekening.explain.words import words
from rekening.facts import Figure, Grade, quantiles
from rekening.facts.periods import Quarter
from rekening.numerics import INTERVAL, MEDIAN, SPREADS_KEPT

__all__ = ["FORMS", "Lang", "Style", "clean", "show", "show_day", "show_list", "show_period", "spread"]

Lang: TypeAlias = Literal["nl", "en"]

_LOCALES = {"nl": "nl", "en": "en_GB"}
_CERTAIN_DIGITS = 3
_UNCERTAIN_DIGITS = 2
_REPORTED_DIGITS = 4
_MOST_DIGITS = 4
"""A narrower interval than these digits show is noise to a reader."""
_PERCENT_PLACES = 2
_CENTS_BELOW = 10
_WHOLE_FROM = 1000
_BETWEEN = ".."
_FROM = "from "
_MINUS = "\N{MINUS SIGN}"
_SPACE = "\N{NO-BREAK SPACE}"
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_RARE = 0.005
_SELDOM = 0.075
_NEARLY = 0.035
_WHOLES = (2, 3, 4, 5, 10)
_ONE_IN = (15, 20, 25, 30, 40, 50, 100)
_TWENTY = 20
_HUNDRED = 100
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers are written.

    Attributes
    ----------
    euros_per_dollar
        If given, dollars are shown in euros at this rate.
    short
        For tables: signs and abbreviations in place of words.
    """

    lang: Lang
    euros_per_dollar: Figure | None = None
    short: bool = False

    def in_currency(self, figure: Figure) -> Figure:
        """Turn dollars into euros, if this style shows euros."""
        if self.euros_per_dollar is None or not figure.unit.startswith("USD"):
            return figure
        return figure * self.euros_per_dollar


@dataclass(frozen=True, slots=True)
class _Form:
    """A number is divided by `divisor`, and stands between `before` and `after`."""

    divisor: float = 1.0
    before: str = ""
    after: str = ""
    decimals: int | None = None


def show(figure: Figure, form: str, style: Style, *, digits: int | None = None) -> tuple[str, str]:
    """Write a number, and its interval "(24 to 38)" where it has one.

    Parameters
    ----------
    form
        One of `FORMS`.
    digits
        Significant digits; by default three for a certain number and two for an uncertain one.

    Raises
    ------
    InputError
        If the number's unit does not fit the form.
    """
    if figure.missing:
        return words(style.lang)["unknown"], ""
    figure = style.in_currency(figure)
    if form in _UNITS and figure.unit not in (_UNITS[form], "1"):
        figure = figure.to(_UNITS[form])
    low, central, high = spread(figure)
    if not math.isfinite(central):
        return words(style.lang)["none"], ""
    if not math.isfinite(high - low):
        low = high = central
    if form == "chance":
        text = _short_odds(central) if style.short else _odds(central, style.lang, (low, high))
        return text, _counted(low, high, style)
    if form not in FORMS:
        raise InputError(f"form {form!r} of a number is not known; allowed: {', '.join(FORMS)}, chance")
    size = max(abs(central), (high - low) / 2)
    made = FORMS[form](figure.unit, size, style)
    fixed = made.decimals is not None and (figure.certain or size < _CENTS_BELOW)
    places = made.decimals
    if places is None or not fixed:
        places = _places(size / made.divisor, digits or _digits(figure, form))
        if high > low and not digits:
            places = max(places, _places((high - low) / 2 / made.divisor, 1))
            places = min(places, _places(size / made.divisor, _MOST_DIGITS))
        if form == "percent" and not digits and figure.grade is not Grade.REPORTED:
            places = min(places, max(_PERCENT_PLACES, _places(size / made.divisor, 1)))

    def write(value: float) -> str:
        return _decimal(value / made.divisor, places, style.lang, fixed=fixed or high > low)

    text = _signed(write(central), made.before) + made.after
    return text, _bracket(write(low), write(high), style.lang) if high > low else ""


@lru_cache(maxsize=SPREADS_KEPT)
def spread(figure: Figure) -> tuple[float, float, float]:
    """Low end, middle and high end of a number: its 80% interval and median, in one sorting of the draws."""
    if figure.certain:
        return (float(figure.draws),) * 3
    tail = (1 - INTERVAL) / 2
    low, central, high = quantiles(figure.draws, (tail, MEDIAN, 1 - tail))
    return float(low), float(central), float(high)


def _digits(figure: Figure, form: str) -> int:
    """Significant digits of a number: a rate that a source reports keeps its own, such as 4.875%."""
    if not figure.certain:
        return _UNCERTAIN_DIGITS
    return _REPORTED_DIGITS if form == "percent" and figure.grade is Grade.REPORTED else _CERTAIN_DIGITS


def _bracket(low: str, high: str, lang: Lang) -> str:
    return f"({low}{_SPACE}{words(lang)['to']}{_SPACE}{high})" if low != high else ""


def _signed(number: str, before: str) -> str:
    return f"{_MINUS}{before}{number[1:]}" if number.startswith(_MINUS) else before + number


def _places(size: float, digits: int) -> int:
    """Decimals (negative: tens, hundreds) that leave this many significant digits."""
    return digits - 1 - math.floor(math.log10(size)) if size else 0


def _decimal(value: float, places: int, lang: Lang, *, fixed: bool = False) -> str:
    from babel.numbers import format_decimal

    rounded = round(value, places) + 0.0
    pattern = "#,##0." + ("0" if fixed else "#") * max(places, 0)
    text: str = format_decimal(rounded, format=pattern.rstrip("."), locale=_LOCALES[lang])
    return text.replace("-", _MINUS)


def _currency(unit: str) -> str:
    head = unit.replace("*", "/").split("/")[0].strip()
    if head not in _SIGNS:
        raise InputError(f"unit {unit!r} is not an amount of money")
    return head


def _money(unit: str, size: float, style: Style) -> _Form:
    currency = _currency(unit)
    sign = _SIGNS[currency] + (_SPACE if style.lang == "nl" else "")
    for divisor, name in _SCALES:
        if size >= divisor:
            word = words(style.lang)[f"{name}_short" if style.short else name]
            gap = "" if style.short and style.lang == "en" else _SPACE
            if style.short or style.lang == "en":
                return _Form(divisor, sign, gap + word)
            return _Form(divisor, "", f"{_SPACE}{word}{_SPACE}{words(style.lang)[currency]}")
    return _Form(1.0, sign, "", 0 if size >= _CENTS_BELOW or not size else 2)


def _price(unit: str, size: float, style: Style) -> _Form:
    currency = _currency(unit)
    if size >= _SCALES[-1][0]:
        return _money(unit, size, style)
    sign = _SIGNS[currency] + (_SPACE if style.lang == "nl" else "")
    return _Form(1.0, sign, "", 0 if size >= _WHOLE_FROM else 2)


def _percent(unit: str, size: float, style: Style) -> _Form:
    return _Form(0.01, "", "%")


def _basis_points(unit: str, size: float, style: Style) -> _Form:
    word = words(style.lang)["basis_points_short" if style.short else "basis_points"]
    return _Form(1e-4, "", _SPACE + word)


def _number(unit: str, size: float, style: Style) -> _Form:
    for divisor, name in _SCALES:
        if size >= divisor:
            word = words(style.lang)[f"{name}_short" if style.short else name]
            return _Form(divisor, "", ("" if style.short and style.lang == "en" else _SPACE) + word)
    return _Form()


def _years(unit: str, size: float, style: Style) -> _Form:
    return _Form(1.0, "", _SPACE + words(style.lang)["year" if size == 1 else "years"])


def _step(size: float, style: Style, steps: tuple[tuple[float, str], ...]) -> _Form:
    divisor, name = next((step for step in steps if size >= step[0]), steps[-1])
    return _Form(divisor, "", _SPACE + words(style.lang)[f"{name}_short" if style.short else name])


def _power(unit: str, size: float, style: Style) -> _Form:
    return _step(size, style, ((1e3, "gigawatt"), (1.0, "megawatt"), (1e-3, "kilowatt")))


def _energy(unit: str, size: float, style: Style) -> _Form:
    return _step(size, style, ((1e6, "terawatt_hour"), (1e3, "gigawatt_hour"), (1.0, "megawatt_hour"),
                               (1e-3, "kilowatt_hour")))  # fmt: skip


FORMS: dict[str, Callable[[str, float, Style], _Form]] = {
    "money": _money,
    "price": _price,
    "percent": _percent,
    "basis_points": _basis_points,
    "number": _number,
    "years": _years,
    "power": _power,
    "energy": _energy,
}
"""Ways to write a number. Each takes unit, size and style; power is in MW, energy in MWh."""

_UNITS = {"years": "year", "power": "MW", "energy": "MWh"}


def _odds(share: float, lang: Lang, interval: tuple[float, float]) -> str:
    """A chance as odds that people know: "1 in 5", "about 1 in 20", "about 99 in 100"; no digit is false.

    Odds outside the interval are about right, and say so; a chance without an interval may be rounded.
    """
    say = words(lang)
    if share < _RARE:
        return say["odds.below"].format(1, _HUNDRED)
    if share >= 1 - _RARE:
        return say["odds.above"].format(_HUNDRED - 1, _HUNDRED)
    if share < _SELDOM:
        whole = min(_ONE_IN, key=lambda number: abs(math.log(share * number)))
        return say["odds.about"].format(1, whole)
    if share > 1 - _NEARLY:
        return say["odds.about"].format(min(round(share * _HUNDRED), _HUNDRED - 1), _HUNDRED)
    if share > 1 - _SELDOM:
        return say["odds.about"].format(_TWENTY - 1, _TWENTY)
    part, whole = min(
        ((min(max(round(share * whole), 1), whole - 1), whole) for whole in _WHOLES),
        key=lambda odd: (abs(odd[0] / odd[1] - share), odd[1]),
    )
    low, high = interval
    exact = low == high or low <= part / whole <= high
    return say["odds" if exact else "odds.about"].format(part, whole)


def _short_odds(share: float) -> str:
    """A chance in a table: whole percents, and never 0% or 100%."""
    percent = min(max(round(share * _HUNDRED), 1), _HUNDRED - 1)
    sign = "<" if share < _RARE else ">" if share >= 1 - _RARE else ""
    return f"{sign}{percent}%"


def _counted(low: float, high: float, style: Style) -> str:
    """Interval of a chance, in percents: odds that people know are too coarse for it."""
    if low == high:
        return ""
    width = (high - low) * _HUNDRED
    places = max(min(_places(width / 2, 1), max(_PERCENT_PLACES, _places(width, 1))), 0)
    ends = [_decimal(end * _HUNDRED, places, style.lang, fixed=True) for end in (low, high)]
    return _bracket(ends[0], ends[1] if style.short else f"{ends[1]}%", style.lang)


def show_day(day: date, lang: Lang) -> str:
    """Write a day: "3 november 2025", "3 November 2025"."""
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale=_LOCALES[lang])


def show_list(names: Sequence[str], lang: Lang) -> str:
    """Write a list: "Meta, Alphabet en Oracle", "Meta, Alphabet and Oracle"."""
    from babel.lists import format_list

    return format_list(names, locale=_LOCALES[lang])


def show_period(text: str, lang: Lang) -> str | None:
    """Write a period of the facts ("2025Q3", "2025", "FY2026", an ISO day); None for anything else."""
    say = words(lang)
    if text.startswith("TTM@"):
        end = show_period(text.removeprefix("TTM@"), lang)
        return None if end is None else say["trailing"].format(end)
    if text.startswith("FY") and text[2:].isdigit():
        return say["fiscal_year"].format(text[2:])
    if text.isdigit() and len(text) == len("2025"):
        return text
    if text.startswith(_FROM):
        begin = show_period(text.removeprefix(_FROM), lang)
        return None if begin is None else say["period.from"].format(begin)
    if _BETWEEN in text:
        ends = [show_period(end, lang) for end in text.split(_BETWEEN)]
        return None if None in ends else say["period"].format(*ends)
    try:
        quarter = Quarter.parse(text)
    except InputError:
        try:
            return show_day(date.fromisoformat(text), lang)
        except ValueError:
            return None
    return say["quarter"].format(quarter.number, quarter.year)


def clean(text: str) -> str:
    """Take out what could take over a terminal or turn text around: control and format characters."""
    if text.isprintable():
        return text
    return "".join(
        character if unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs") else " "
        for character in text
    )
