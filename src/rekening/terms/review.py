"""Every change of a collection, judged once and remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rekening.terms.archive import Archive, Version
from rekening.terms.changes import Change, compare
from rekening.terms.memory import Memory
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
    memory, library = Memory("changes", archive), Library()
    found = [
        reviewed
        for (name, _), versions in archive.versions.items()
        if service in {None, name}
        for reviewed in _of_document(archive, versions, since, memory, library)
    ]
    memory.save()
    return sorted(found, key=lambda r: (r.version.date, r.version.service, r.version.document))


def _of_document(
    archive: Archive, versions: Sequence[Version], since: date | None, memory: Memory, library: Library
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
        known = memory.recall(version)
        if known is not None:
            change = Change.from_dict(known)
        else:
            history = [text(earlier) for earlier in versions[: i - 1]]
            change = compare(
                text(previous),
                text(version),
                version.document,
                history,
                service=version.service,
                library=library,
            )
            memory.keep(version, change.to_dict())
        yield Reviewed(version, previous, change)
