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
        "cloud": "10. Cloud: provider, spend per month, gigabytes, as amazon 3000 20000 (nothing: none)",
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
        "cloud": "10. Cloud: aanbieder, bedrag per maand, gigabytes, als amazon 3000 20000 (niets: geen)",
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
        answers["cloud"] = [_cloud(cloud)]
    text = yaml.safe_dump({key: value for key, value in answers.items() if value not in ("", [])},
                          sort_keys=False, allow_unicode=True)  # fmt: skip
    try:
        Profile.read(parse_yaml(text, _ANSWERS))
    except InputError as error:
        problems = (re.sub(rf"^{_ANSWERS}(:\d+)?: ", "", problem) for problem in error.problems)
        raise InputErrors([f"{problem}; {path} was not written" for problem in problems]) from None
    write_whole(path, text.encode())


def _cloud(words: list[str]) -> dict[str, Any]:
    provider, *numbers = words
    if len(numbers) not in (1, 2):
        raise InputError(f"cloud {' '.join(words)!r}: expected a provider and one or two numbers")
    return {"provider": provider} | {
        key: _number(number)
        for key, number in zip(("spend_per_month", "data_stored_gb"), numbers, strict=False)
    }


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
