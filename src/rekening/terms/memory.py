"""What was worked out before, kept on disk, so that nothing is read or judged twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from rekening.files import write_whole
from rekening.terms.archive import Archive, Version, home


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


class Memory:
    """Plain values by version: one JSON file for each kind and collection, void when the rules change.

    Parameters
    ----------
    kind
        What the values are: a folder of its own.
    archive
        The collection that the versions are of.
    """

    def __init__(self, kind: str, archive: Archive) -> None:
        self._path = home() / "terms" / kind / f"{archive.path.stem}.json"
        self._values: dict[str, Any] = {}
        self._new = False
        try:
            stored = json.loads(self._path.read_text("utf-8"))
            if stored["rules"] == rules() and isinstance(stored["values"], dict):
                self._values = stored["values"]
        except (OSError, ValueError, KeyError, TypeError):
            self._values = {}

    def recall(self, version: Version) -> Any:
        """Return what was kept for a version; None if nothing was."""
        return self._values.get(_name(version))

    def keep(self, version: Version, value: Any) -> None:
        """Keep a plain value for a version, on disk after the next `save`."""
        self._values[_name(version)] = value
        self._new = True

    def save(self) -> None:
        """Write what is new."""
        if self._new:
            stored = {"rules": rules(), "values": self._values}
            write_whole(self._path, json.dumps(stored, ensure_ascii=False).encode("utf-8"))
            self._new = False


def _name(version: Version) -> str:
    return f"{version.commit}:{version.service}/{version.document}"
