"""A profile: what a household or an organisation uses, read from YAML with every mistake reported at once."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

from rekening.assumptions.yamlfile import Node, load_yaml
from rekening.errors import InputError, InputErrors, misspelt, nearest, shown
from rekening.files import read_yaml
from rekening.numerics import DAYS_A_YEAR
from rekening.payers.channels import SOLD

__all__ = [
    "CURRENCIES",
    "EXAMPLE",
    "KINDS",
    "Item",
    "Profile",
    "Service",
    "catalogue",
    "name_of",
    "providers",
]

KINDS = ("household", "organisation")

EXAMPLE = Path(__file__).with_name("family.yaml")
"""A profile to show what a bill looks like; the facts hold no count of what households use on average."""

CURRENCIES = ("EUR", "USD")

_COUNTRY = re.compile(r"[A-Z]{2}")
_TOP = ("kind", "name", "country", "currency", "people", "cost_of_an_hour", "services", "cloud", "ads")
_SERVICE = (
    "service", "provider", "channel", "seats", "price_per_seat_per_month", "alternative_per_seat_per_month",
    "data_stored_gb", "renews", "notice_days",
)  # fmt: skip
_CLOUD = ("provider", "spend_per_month", "data_stored_gb", "renews", "notice_days")
_ADS = ("platform", "spend_per_month")
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of the catalogue; `terms` is its name among the services whose terms were read."""

    name: str
    provider: str
    kind: str
    channel: str
    product: str
    plan: str
    region: str = "US"
    terms: str = ""


@cache
def catalogue() -> Mapping[str, Service]:
    """Services that a profile can name, by id."""
    entries = read_yaml(Path(__file__).with_name("catalogue.yaml"))
    return {name: Service(**entry) for name, entry in entries.items()}


def providers() -> Mapping[str, str]:
    """Names of providers that a profile can be about, as customers know them, by slug."""
    return {slug: names["name"] for slug, names in _providers().items()}


@cache
def _providers() -> Mapping[str, Mapping[str, str]]:
    names: Mapping[str, Mapping[str, str]] = read_yaml(Path(__file__).with_name("providers.yaml"))
    return names


@cache
def _slugs() -> Mapping[str, str]:
    """Slug of a provider by all that customers call it, in small letters."""
    return {
        called.lower(): slug for slug, names in _providers().items() for called in (slug, *names.values())
    }


def name_of(provider: str, sold: str = "name") -> str:
    """Name of a provider, or of its "cloud" or "ads", as customers know it; else as it was given."""
    return _providers().get(provider, {}).get(sold, provider)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that is paid for.

    Attributes
    ----------
    listed
        The service in the catalogue, if it is one.
    per_month
        What is paid for all seats together per month, in the profile's currency; none means the list price.
    kind
        How hard it is to leave, as in the catalogue; "other" for a service of one's own.
    alternative
        What an alternative would cost per month, if the profile says so.
    renews
        Day on which the contract renews, for a year each time; none for a contract by the month.
    """

    name: str
    provider: str
    channel: str
    kind: str = "other"
    seats: float = 1
    listed: Service | None = None
    per_month: float | None = None
    alternative: float | None = None
    data_stored_gb: float = 0
    renews: date | None = None
    notice_days: int = 0

    def next_renewal(self, today: date, notice_days: int = 0) -> date:
        """First renewal, yearly from the one given, for which notice can still be given.

        Raises
        ------
        ValueError
            For a contract by the month, which never renews.
        """
        if self.renews is None:
            raise ValueError(f"{self.name}: a contract by the month has no renewal")
        found = self.renews
        while found < today + timedelta(days=notice_days):
            year = found.year + 1
            found = found.replace(year=year, day=min(self.renews.day, monthrange(year, found.month)[1]))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a household or an organisation uses.

    Attributes
    ----------
    people
        In the household, or working in the organisation; none if not told.
    cost_of_an_hour
        Value of an hour of their time in the profile's currency; none means the assumption.
    """

    kind: str
    name: str
    country: str
    currency: str
    people: float | None
    cost_of_an_hour: float | None
    items: tuple[Item, ...]

    @classmethod
    def load(cls, path: str | Path) -> Profile:
        """Read a profile.

        Raises
        ------
        InputErrors
            With one message a mistake: file, line, what was found and what is allowed.
        """
        return cls.read(load_yaml(Path(path)))

    @classmethod
    def read(cls, root: Node) -> Profile:
        """Make a profile of YAML that has been read; errors as for `load`."""
        return _Reader().profile(root)


class _Reader:
    """Reads a profile and collects mistakes instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def profile(self, root: Node) -> Profile:
        entry = self._entries(root, _TOP, needed=("kind", "country"))
        items = [
            *(self._service(node) for node in self._list(entry.get("services"))),
            *(self._cloud(node) for node in self._list(entry.get("cloud"))),
            *(self._ad(node) for node in self._list(entry.get("ads"))),
        ]
        profile = Profile(
            kind=self._one_of(entry.get("kind"), KINDS, KINDS[0]),
            name=self._text(entry.get("name"), ""),
            country=self._country(entry.get("country")),
            currency=self._one_of(entry.get("currency"), CURRENCIES, CURRENCIES[0]),
            people=self._amount(entry.get("people"), more=True),
            cost_of_an_hour=self._amount(entry.get("cost_of_an_hour")),
            items=tuple(item for item in items if item is not None),
        )
        if not profile.items and not self.problems:
            self.problems.append(f"{root.where}: nothing to pay for; name services, cloud or ads")
        if self.problems:
            raise InputErrors(self.problems)
        return profile

    def _service(self, node: Node) -> Item | None:
        entry = self._entries(node, _SERVICE, needed=("service",))
        name = self._text(entry.get("service"), "")
        listed = catalogue().get(name)
        if listed is None and name and not {"provider", "price_per_seat_per_month"} <= set(entry):
            hint = nearest(name, catalogue())
            self.problems.append(
                f"{entry['service'].where}: service {name!r} is not in the catalogue{hint}; "
                "a service of your own needs provider and price_per_seat_per_month"
            )
        seats = self._amount(entry.get("seats"), more=True)
        price = self._amount(entry.get("price_per_seat_per_month"), more=True)
        other = self._amount(entry.get("alternative_per_seat_per_month"))
        count = 1 if seats is None else seats
        return Item(
            name=listed.name if listed else name,
            provider=listed.provider if listed else self._provider(entry.get("provider")),
            channel=listed.channel if listed else self._one_of(entry.get("channel"), SOLD, "bundles"),
            kind=listed.kind if listed else "other",
            seats=count,
            listed=listed,
            per_month=None if price is None else price * count,
            alternative=None if other is None else other * count,
            data_stored_gb=self._amount(entry.get("data_stored_gb")) or 0,
            renews=self._day(entry.get("renews")),
            notice_days=self._notice(entry.get("notice_days")),
        )

    def _cloud(self, node: Node) -> Item:
        entry = self._entries(node, _CLOUD, needed=("provider", "spend_per_month"))
        provider = self._provider(entry.get("provider"))
        return Item(
            name=name_of(provider, "cloud"),
            provider=provider,
            channel="cloud",
            per_month=self._amount(entry.get("spend_per_month"), more=True) or 0,
            data_stored_gb=self._amount(entry.get("data_stored_gb")) or 0,
            renews=self._day(entry.get("renews")),
            notice_days=self._notice(entry.get("notice_days")),
        )

    def _ad(self, node: Node) -> Item:
        entry = self._entries(node, _ADS, needed=("platform", "spend_per_month"))
        platform = self._provider(entry.get("platform"))
        return Item(
            name=name_of(platform, "ads"),
            provider=platform,
            channel="ads",
            per_month=self._amount(entry.get("spend_per_month"), more=True) or 0,
        )

    def _entries(self, node: Node, known: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, Node]:
        entry = self._try(node.mapping, {})
        for key, child in entry.items():
            if key not in known:
                hint = nearest(key, known) or f"; allowed: {', '.join(known)}"
                self.problems.append(f"{child.where}: {key!r} is not known{hint}")
        self.problems += [f"{node.where}: {key!r} is missing" for key in needed if key not in entry]
        return entry

    def _list(self, node: Node | None) -> list[Node]:
        return [] if node is None else self._try(node.sequence, [])

    def _text(self, node: Node | None, default: str) -> str:
        return default if node is None else self._try(node.text, default)

    def _provider(self, node: Node | None) -> str:
        """Slug of a provider by any of its names; one that is not known keeps its own, unless misspelt."""
        found = self._text(node, "")
        slug = _slugs().get(found.lower())
        hint = "" if slug else misspelt(found.lower(), _slugs())
        if node is not None and hint:
            self.problems.append(f"{node.where}: provider {found!r} is not known{hint}")
        return slug or found

    def _one_of(self, node: Node | None, allowed: tuple[str, ...], default: str) -> str:
        found = self._text(node, default)
        if node is not None and found not in allowed:
            hint = nearest(found, allowed) or f"; allowed: {', '.join(allowed)}"
            self.problems.append(f"{node.where}: {found!r} is not allowed{hint}")
        return found

    def _country(self, node: Node | None) -> str:
        found = self._text(node, "")
        if node is not None and not _COUNTRY.fullmatch(found):
            self.problems.append(f"{node.where}: country {found!r} is not a code of two capitals, such as NL")
        return found

    def _amount(self, node: Node | None, *, more: bool = False) -> float | None:
        """A number that is not below 0, or with `more` above 0."""
        if node is None:
            return None
        before = len(self.problems)
        found = self._try(node.number, 0.0)
        if found < 0:
            self.problems.append(f"{node.where}: {found:g} is below 0")
        elif more and not found and len(self.problems) == before:
            self.problems.append(f"{node.where}: 0 is too few; leave out what is not there")
        return found

    def _notice(self, node: Node | None) -> int:
        """Days of notice: at most a year, since contracts renew by the year."""
        days = self._amount(node) or 0
        if node is not None and days > ceil(DAYS_A_YEAR):
            self.problems.append(f"{node.where}: {days:.0f} days of notice is more than a year")
            return 0
        return int(days)

    def _day(self, node: Node | None) -> date | None:
        """A day, in quotes or not; an hour of a day is none."""
        if node is None:
            return None
        try:
            return date.fromisoformat(str(node.value))
        except ValueError:
            self.problems.append(f"{node.where}: {shown(node.value)} is not a day; write it as 2026-08-01")
            return None

    def _try(self, read: Callable[[], _Read], default: Any) -> _Read:
        try:
            return read()
        except InputError as error:
            self.problems += error.problems
            found: _Read = default
            return found
