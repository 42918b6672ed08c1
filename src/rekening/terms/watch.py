"""Tell others about changes of substance: an Atom feed, a JSON feed, a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from textwrap import shorten
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from rekening.files import write_whole
from rekening.terms.archive import Archive, home
from rekening.terms.changes import Change
from rekening.terms.extract import printable
from rekening.terms.fetch import Limits, post
from rekening.terms.review import Reviewed

_ATOM = "http://www.w3.org/2005/Atom"
_PLACES = 40
_LENGTH = 600
_MAX_MESSAGE = 1 << 20
_TITLE = {"nl": "Voorwaarden: wat er verandert", "en": "Terms: what changes"}


@dataclass(frozen=True, slots=True)
class Told:
    """Names of the changes that were told before; kept with the collections."""

    ids: frozenset[str]

    @classmethod
    def load(cls) -> Told:
        """Read what was told; nothing where no watch has run."""
        try:
            stored = json.loads(_told().read_text("utf-8"))
        except (OSError, ValueError):
            return cls(frozenset())
        return cls(frozenset(map(str, stored)) if isinstance(stored, list) else frozenset())

    def with_ids(self, ids: Iterable[str]) -> Told:
        """Return the same with more."""
        return Told(self.ids | frozenset(ids))

    def save(self) -> None:
        """Keep it on disk."""
        write_whole(_told(), json.dumps(sorted(self.ids)).encode("utf-8"))


def _told() -> Path:
    return home() / "terms" / "told.json"


def identity(reviewed: Reviewed) -> str:
    """Return the lasting name of a change, a tag URI (RFC 4151)."""
    version = reviewed.version
    name = quote(f"{version.commit}/{version.service}/{version.document}")
    return f"tag:rekening.readthedocs.io,2026:terms/{name}"


def entry(reviewed: Reviewed, archive: Archive, language: str) -> dict[str, Any]:
    """Return what a reader is told of one change, as plain values."""
    version, change = reviewed.version, reviewed.change
    return {
        "id": identity(reviewed),
        "service": version.service,
        "document": version.document,
        "date": version.date.isoformat(),
        "version": version.commit,
        "previous": reviewed.previous.commit,
        "kind": change.kind,
        "direction": change.direction,
        "clauses": list(change.clauses),
        "summary": printable(change.summary[language]),
        "record": archive.record(version),
    }


def json_feed(found: Sequence[Reviewed], archive: Archive, language: str) -> str:
    """Return a JSON Feed (version 1.1), newest first."""
    items = []
    for reviewed in reversed(found):
        told = entry(reviewed, archive, language)
        item: dict[str, Any] = {
            "id": told["id"],
            "title": _headline(told),
            "content_text": _body(reviewed.change, told["summary"]),
            "summary": told["summary"],
            "date_published": _moment(reviewed),
            "tags": told["clauses"],
            "_rekening": told,
        }
        if told["record"]:
            item["url"] = told["record"]
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _TITLE[language],
        "language": language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def atom(found: Sequence[Reviewed], archive: Archive, language: str) -> str:
    """Return an Atom feed (RFC 4287), newest first; everything from outside is escaped text."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _child(feed, "id", f"tag:rekening.readthedocs.io,2026:terms/{archive.path.stem}")
    _child(feed, "title", _TITLE[language])
    _child(feed, "updated", _moment(found[-1]) if found else "1970-01-01T00:00:00+00:00")
    _child(_child(feed, "author"), "name", "Rekening")
    for reviewed in reversed(found):
        told = entry(reviewed, archive, language)
        item = _child(feed, "entry")
        _child(item, "id", told["id"])
        _child(item, "title", _headline(told))
        _child(item, "updated", _moment(reviewed))
        if told["record"]:
            _child(item, "link").set("href", told["record"])
        _child(item, "summary", told["summary"])
        _child(item, "content", _body(reviewed.change, told["summary"])).set("type", "text")
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def notify(
    url: str, found: Sequence[Reviewed], archive: Archive, language: str, *, private: bool = False
) -> int:
    """Send the changes to a webhook and return its status.

    A private address is refused unless ``private`` says that the server is the user's own.
    """
    told = [entry(reviewed, archive, language) for reviewed in found]
    body = json.dumps({"changes": told}, ensure_ascii=False).encode("utf-8")
    while len(body) > _MAX_MESSAGE:
        told = told[len(told) // 2 + 1 :]
        body = json.dumps({"changes": told, "shortened": True}, ensure_ascii=False).encode("utf-8")
    return post(url, body, Limits(max_bytes=_MAX_MESSAGE, seconds=10, private=private))


def _headline(told: dict[str, Any]) -> str:
    return printable(f"{told['service']}: {told['document']}")


def _body(change: Change, summary: str) -> str:
    lines = [summary, ""]
    weighty = [place for place in change.words if place.weighs]
    for place in weighty[:_PLACES]:
        lines += [f"- {shorten(place.old, _LENGTH)}"] if place.old else []
        lines += [f"+ {shorten(place.new, _LENGTH)}"] if place.new else []
    if len(weighty) > _PLACES:
        lines.append(f"(+ {len(weighty) - _PLACES})")
    return printable("\n".join(lines))


def _moment(reviewed: Reviewed) -> str:
    return datetime.combine(reviewed.version.date, time(), UTC).isoformat()


def _child(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    found = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}")
    found.text = printable(text) if text is not None else None
    return found
