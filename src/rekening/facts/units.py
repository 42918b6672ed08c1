"""Units: spelled as in the facts, multiplied and converted by pint."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rekening.errors import InputError

if TYPE_CHECKING:
    import pint

__all__ = ["MONEY", "ONE", "conversion", "divide", "known", "multiply", "scale"]

ONE = "1"
"""The unit of a pure number: a ratio, a rate, an index, a count of nothing in particular."""

MONEY = frozenset({"USD", "EUR", "GBP", "CHF", "JPY", "AUD", "KRW", "INR", "SEK", "DKK"})
"""Currencies; amounts in them may be added up over time."""

_PURE = {"ratio", "index", "elasticity", "flag", "count", "share", "1", ""}
_FORM = re.compile(r"\w{1,40}(\*\*-?\d)?([/*]\w{1,40}(\*\*-?\d)?){0,5}", re.ASCII)
_PER_HUNDRED = {"percent", "percentage points", "percent of GDP"}
_SPELLINGS = {
    "USD/1000 impressions": "USD/thousand_impressions",
    "USD/MW-day": "USD/MW/day",
    "TFLOPS": "Tflop/second",
    "votes/share": "vote/share_of_stock",
    "shares": "share_of_stock",
}


@cache
def _registry() -> pint.UnitRegistry[float]:
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry(None, cache_folder=None)
    registry.load_definitions(Path(__file__).with_name("units.txt"))
    registry.formatter.default_format = "C"
    return registry


@lru_cache(maxsize=4096)
def scale(unit: str) -> tuple[float, str]:
    """Split a unit of the facts into a factor and a unit to compute in.

    Percentages and basis points become pure decimals, so that 5 percent is 0.05.

    Examples
    --------
    >>> scale("percent"), scale("bp"), scale("USD/year")
    ((0.01, '1'), (0.0001, '1'), (1.0, 'USD/year'))
    """
    if unit in _PURE:
        return 1.0, ONE
    head, slash, tail = unit.partition("/")
    if head in _PER_HUNDRED:
        return 0.01, f"{ONE}/{tail}" if slash else ONE
    if head == "bp":
        return 1e-4, f"{ONE}/{tail}" if slash else ONE
    return 1.0, _SPELLINGS.get(unit, unit)


@lru_cache(maxsize=4096)
def _parse(unit: str) -> Any:
    import pint

    registry = _registry()
    try:
        quantity = registry.parse_expression(unit)
    except (pint.UndefinedUnitError, pint.DefinitionSyntaxError, ValueError, AttributeError) as error:
        raise InputError(f"unit {unit!r} is not known; the units are listed in facts/units.txt") from error
    return quantity.units if hasattr(quantity, "units") else registry.dimensionless


@cache
def _symbols() -> tuple[frozenset[str], tuple[str, ...]]:
    """Names and short prefixes in `units.txt`, for units that can be recognised without pint."""
    names: set[str] = set()
    prefixes: list[str] = []
    for line in Path(__file__).with_name("units.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, *others = (part.strip() for part in line.split("="))
            if name.endswith("-"):
                prefixes += (each.removesuffix("-") for each in others)
            else:
                names |= {name, *others}
    return frozenset(names - {"_"} | {ONE}), tuple(prefixes)


@lru_cache(maxsize=4096)
def known(unit: str) -> bool:
    """Tell whether a unit of the facts can be computed with."""
    names, prefixes = _symbols()
    spelled = scale(unit)[1]
    if all(
        atom in names or (atom[:1] in prefixes and atom[1:] in names)
        for atom in spelled.removeprefix(f"{ONE}/").split("/")
    ):
        return True
    if not _FORM.fullmatch(spelled):
        return False
    try:
        _parse(spelled)
    except InputError:
        return False
    return True


def _spell(unit: object) -> str:
    text = str(unit)
    return ONE if text in ("", "dimensionless") else text


@lru_cache(maxsize=4096)
def multiply(left: str, right: str) -> str:
    """Unit of a product, spelled canonically."""
    return _spell(_parse(left) * _parse(right))


@lru_cache(maxsize=4096)
def divide(left: str, right: str) -> str:
    """Unit of a quotient, spelled canonically."""
    return _spell(_parse(left) / _parse(right))


@lru_cache(maxsize=4096)
def conversion(unit: str, into: str) -> float:
    """Factor that turns a number in `unit` into one in `into`.

    Raises
    ------
    InputError
        If the two measure different things, such as dollars and euros.
    """
    if unit == into:
        return 1.0
    import pint

    try:
        return float(_registry().Quantity(1.0, _parse(unit)).to(_parse(into)).magnitude)
    except pint.DimensionalityError as error:
        raise InputError(f"{unit!r} cannot be turned into {into!r}: they measure different things") from error
