"""Ten questions that make a profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from rekening.errors import InputError, InputErrors, nearest

__all__ = ["interview"]

_ANSWERS = "answers"
"""Stands before a problem until the answers have a file."""

_Read = TypeVar("_Read")

_ASK = {
    "en": {
        "kind": "1. Household or organisation",
        "country": "2. Country, two letters",
        "currency": "3. Currency",
        "people": "4. How many people",
        "services": "5. Services, separated by commas ({known})",
        "seats": "6. Seats of {service}",
        "price": "7. Price of {service} per seat per month (nothing: list price)",
        "renews": "8. Day on which it renews, as 2026-08-01 (nothing: by the month)",
        "cloud": "9. Cloud: provider, spend per month, gigabytes, as amazon 3000 20000 (nothing: none)",
        "ads": "10. Advertising: platform and spend per month, as meta 500, alphabet 300 (nothing: none)",
    },
    "nl": {
        "kind": "1. Huishouden (household) of organisatie (organisation)",
        "country": "2. Land, twee letters",
        "currency": "3. Munt",
        "people": "4. Hoeveel mensen",
        "services": "5. Diensten, met komma's ertussen ({known})",
        "seats": "6. Aantal plekken voor {service}",
        "price": "7. Prijs van {service} per plek per maand (niets: prijslijst)",
        "renews": "8. Dag van verlenging, zoals 2026-08-01 (niets: per maand)",
        "cloud": "9. Cloud: aanbieder, bedrag per maand, gigabytes, als amazon 3000 20000 (niets: geen)",
        "ads": "10. Reclame: platform en bedrag per maand, als meta 500, alphabet 300 (niets: geen)",
    },
}

_COMMA = re.compile(r",(?!\d)")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def interview(path: Path, lang: str) -> None:
    """Ask, and write the profile where it was asked for; what is not understood is asked again.

    Raises
    ------
    InputError
        If the file exists already, or what was answered makes no profile; nothing is written then.
    """
    import yaml

    from rekening.assumptions.yamlfile import parse_yaml
    from rekening.files import write_whole
    from rekening.payers.mine.profile import CURRENCIES, KINDS, Profile, catalogue

    if path.exists():
        raise InputError(f"{path}: exists already; --new writes a new file")
    say = _ASK[lang]
    answers: dict[str, Any] = {
        "kind": click.prompt(say["kind"], type=click.Choice(KINDS), default=KINDS[0]),
        "country": click.prompt(say["country"], default="NL", value_proc=_again(_country)),
        "currency": click.prompt(say["currency"], type=click.Choice(CURRENCIES), default=CURRENCIES[0]),
        "people": click.prompt(say["people"], type=click.FloatRange(min=1), default=1),
    }
    services = say["services"].format(known=", ".join(catalogue()))
    answers["services"] = [dict(_facts_of(name, say)) for name in _ask(services, _services)]
    answers["cloud"] = _ask(say["cloud"], lambda text: _spending(text, _CLOUD))
    answers["ads"] = _ask(say["ads"], lambda text: _spending(text, _ADS))
    text = yaml.safe_dump({key: value for key, value in answers.items() if value != []},
                          sort_keys=False, allow_unicode=True)  # fmt: skip
    try:
        Profile.read(parse_yaml(text, _ANSWERS))
    except InputError as error:
        problems = (re.sub(rf"^{_ANSWERS}(:\d+)?: ", "", problem) for problem in error.problems)
        raise InputErrors([f"{problem}; {path} was not written" for problem in problems]) from None
    write_whole(path, text.encode())


def _ask(question: str, read: Callable[[str], _Read]) -> _Read:
    """An answer that may be empty."""
    answer: _Read = click.prompt(question, default="", show_default=False, value_proc=_again(read))
    return answer


def _again(read: Callable[[str], _Read]) -> Callable[[str], _Read]:
    """Have a question asked again where its answer is not understood."""

    def answered(text: str) -> _Read:
        try:
            return read(text)
        except InputError as error:
            raise click.UsageError(str(error)) from None

    return answered


def _facts_of(name: str, say: dict[str, str]) -> Iterator[tuple[str, Any]]:
    yield "service", name
    least = click.FloatRange(min=0, min_open=True)
    yield "seats", click.prompt(say["seats"].format(service=name), type=least, default=1)
    price = _ask(say["price"].format(service=name), _number)
    if price is not None:
        yield "price_per_seat_per_month", price
    renews = _ask(say["renews"], _day)
    if renews is not None:
        yield "renews", renews


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise InputError(f"{text!r} is not a code of two letters, such as NL")
    return text.upper()


def _services(text: str) -> list[str]:
    from rekening.payers.mine.profile import catalogue

    names = _parts(text)
    for name in names:
        if name not in catalogue():
            raise InputError(f"service {name!r} is not in the list{nearest(name, catalogue())}")
    return names


_CLOUD = ("provider", "spend_per_month", "data_stored_gb")
_ADS = ("platform", "spend_per_month")


def _spending(text: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """What is paid by provider: a name, an amount and, where `keys` has a third, gigabytes."""
    found = []
    for part in _parts(text):
        name, *numbers = part.split()
        if not numbers or len(numbers) >= len(keys):
            allowed = "a name and one number" if keys == _ADS else "a name and one or two numbers"
            raise InputError(f"{part!r}: expected {allowed}")
        found.append(dict(zip(keys, (name, *map(_number, numbers)), strict=False)))
    return found


def _parts(text: str) -> list[str]:
    """What stands between commas; one within a number is a decimal mark."""
    return [part.strip() for part in _COMMA.split(text) if part.strip()]


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"{text!r} is not a number") from None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a day; write it as 2026-08-01") from None
