"""Every change of a collection, judged once and remembered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from rekening.files import write_whole
from rekening.terms.archive import Archive, Version, home
from rekening.terms.changes import Change, compare
from rekening.terms.reading import Library


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A change between two consecutive versions of a document."""

    version: Version
    previous: Version
    change: Change


def review(archive: Archive, *, service: str | None = None, since: date | None = None) -> list[Reviewed]:
    """Judge the changes of a collection, oldest first.

    The judgements are kept on disk, so that each is made once; they are made anew when this package's rules
    change.

    Parameters
    ----------
    archive
        The collection.
    service
        Only this service.
    since
        Only versions recorded on or after this day; earlier ones still serve as history.

    Raises
    ------
    InputError
        When the service is unknown, or a version cannot be read.
    """
    if service is not None:
        archive.documents(service)
    memory, library = _Memory(archive), Library()
    found = [
        reviewed
        for (name, _), versions in archive.versions.items()
        if service in {None, name}
        for reviewed in _of_document(archive, versions, since, memory, library)
    ]
    memory.save()
    return sorted(found, key=lambda r: (r.version.date, r.version.service, r.version.document))


def _of_document(
    archive: Archive, versions: Sequence[Version], since: date | None, memory: _Memory, library: Library
) -> Iterator[Reviewed]:
    texts: dict[str, str] = {}

    def text(version: Version) -> str:
        if version.blob not in texts:
            texts[version.blob] = archive.text(version)
        return texts[version.blob]

    for i in range(1, len(versions)):
        previous, version = versions[i - 1], versions[i]
        if since is not None and version.date < since:
            continue
        change = memory.recall(version)
        if change is None:
            history = [text(earlier) for earlier in versions[: i - 1]]
            change = compare(
                text(previous),
                text(version),
                version.document,
                history,
                service=version.service,
                library=library,
            )
            memory.keep(version, change)
        yield Reviewed(version, previous, change)


@cache
def rules() -> str:
    """Return a fingerprint of the rules by which terms are read and changes are judged."""
    digest = hashlib.sha256()
    for item in _sources(files("rekening.terms")):
        digest.update(item.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Traversable) -> Iterator[Traversable]:
    """Yield the code and the rules in a folder of the package, in a fixed order."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _sources(item)
        elif item.name.endswith((".py", ".yaml")):
            yield item


class _Memory:
    """Judgements on disk: one JSON file a collection, void when the rules change."""

    def __init__(self, archive: Archive) -> None:
        self._path = home() / "terms" / "changes" / f"{archive.path.stem}.json"
        self._changes: dict[str, Mapping[str, Any]] = {}
        self._new = False
        try:
            stored = json.loads(self._path.read_text("utf-8"))
            if stored["rules"] == rules():
                self._changes = stored["changes"]
        except (OSError, ValueError, KeyError, TypeError):
            self._changes = {}

    def recall(self, version: Version) -> Change | None:
        values = self._changes.get(self._name(version))
        return None if values is None else Change.from_dict(values)

    def keep(self, version: Version, change: Change) -> None:
        self._changes[self._name(version)] = change.to_dict()
        self._new = True

    def save(self) -> None:
        if self._new:
            stored = {"rules": rules(), "changes": self._changes}
            write_whole(self._path, json.dumps(stored, ensure_ascii=False).encode("utf-8"))

    @staticmethod
    def _name(version: Version) -> str:
        return f"{version.commit}:{version.service}/{version.document}"
