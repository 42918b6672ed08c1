"""Ten questions that make a profile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from rekening.errors import InputError, InputErrors

__all__ = ["interview"]

_ANSWERS = "answers"
"""Stands before a problem until the answers have a file."""

_ASK = {
    "en": {
        "kind": "1. Household or organisation",
        "name": "2. Name (stays on this machine)",
        "country": "3. Country, two letters",
        "currency": "4. Currency",
        "people": "5. How many people",
        "services": "6. Services, separated by commas ({known})",
        "seats": "7. Seats of {service}",
        "price": "8. Price of {service} per seat per month (nothing: list price)",
        "renews": "9. Day on which it renews, as 2026-08-01 (nothing: by the month)",
        "cloud": "10. Cloud provider and spend per month, such as amazon 3000 (nothing: none)",
    },
    "nl": {
        "kind": "1. Huishouden (household) of organisatie (organisation)",
        "name": "2. Naam (blijft op deze computer)",
        "country": "3. Land, twee letters",
        "currency": "4. Munt",
        "people": "5. Hoeveel mensen",
        "services": "6. Diensten, met komma's ertussen ({known})",
        "seats": "7. Aantal plekken voor {service}",
        "price": "8. Prijs van {service} per plek per maand (niets: prijslijst)",
        "renews": "9. Dag van verlenging, zoals 2026-08-01 (niets: per maand)",
        "cloud": "10. Cloudaanbieder en bedrag per maand, zoals amazon 3000 (niets: geen)",
    },
}


def interview(path: Path, lang: str) -> None:
    """Ask, and write the profile where it was asked for; nothing is written if the answers do not make one.

    Raises
    ------
    InputError
        If the file exists already, or what was answered is no profile.
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
        "name": click.prompt(say["name"], default="", show_default=False),
        "country": click.prompt(say["country"], default="NL").upper(),
        "currency": click.prompt(say["currency"], type=click.Choice(CURRENCIES), default=CURRENCIES[0]),
        "people": click.prompt(say["people"], type=click.FloatRange(min=1), default=1),
    }
    known = ", ".join(catalogue())
    chosen = click.prompt(say["services"].format(known=known), default="", show_default=False)
    named = [name.strip() for name in chosen.split(",") if name.strip()]
    answers["services"] = [_service(name, say) for name in named]
    cloud = click.prompt(say["cloud"], default="", show_default=False).split()
    if cloud:
        answers["cloud"] = [{"provider": cloud[0], "spend_per_month": _number(cloud[-1])}]
    text = yaml.safe_dump({key: value for key, value in answers.items() if value not in ("", [])},
                          sort_keys=False, allow_unicode=True)  # fmt: skip
    try:
        Profile.read(parse_yaml(text, _ANSWERS))
    except InputError as error:
        problems = (re.sub(rf"^{_ANSWERS}(:\d+)?: ", "", problem) for problem in error.problems)
        raise InputErrors([f"{problem}; {path} was not written" for problem in problems]) from None
    write_whole(path, text.encode())


def _service(name: str, say: dict[str, str]) -> dict[str, Any]:
    return dict(_facts_of(name, say))


def _facts_of(name: str, say: dict[str, str]) -> Iterator[tuple[str, Any]]:
    yield "service", name
    yield "seats", click.prompt(say["seats"].format(service=name), type=click.FloatRange(min=0), default=1)
    price = click.prompt(say["price"].format(service=name), default="", show_default=False)
    if price:
        yield "price_per_seat_per_month", _number(price)
    renews = click.prompt(say["renews"], default="", show_default=False)
    if renews:
        yield "renews", _day(renews)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"{text!r} is not a number") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a day; write it as 2026-08-01") from None
