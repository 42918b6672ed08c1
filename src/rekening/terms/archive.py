"""Collections of recorded terms, read straight from git history.

An Open Terms Archive collection is a git repository of ``Service/Document.md`` files, one commit a recorded
version. Nothing is checked out: no work tree, so no hooks, filters, submodules or symbolic links come to
life. Names and sizes are checked on every read, because a collection is somebody else's work.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote, urlsplit

from rekening.errors import InputError, nearest
from rekening.terms.bundle import is_bundle, unpack

MAX_TEXT = 16 << 20
"""Largest document that is read, in bytes."""
MAX_NAME = 120
MAX_COMMITS = 500_000
MAX_ENTRIES = 5_000
"""Most services in a collection and documents in a service that are looked at."""
MAX_RECEIVED = 2 << 30
"""Most bytes taken from a server in one pull."""

_FILES = frozenset({0o100644, 0o100755, 0o100664})
_FOLDERS = frozenset({0o040000})
"""Modes of what is looked at in a tree; links and submodules have others."""
_SCHEMES = {"https", "http", "git", "ssh"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]|^\.|\.$|^\s|\s$")
_PUBLIC = re.compile(r"https://(?:github\.com|gitlab\.com|codeberg\.org)/[\w.-]+/[\w.-]+")


def needs(module: str) -> ModuleType:
    """Import a library of the terms extra, or say how to install it."""
    try:
        return __import__(module)
    except ImportError as error:
        raise InputError(
            f"this needs {module}, which is not installed: pip install 'rekening[terms]'"
        ) from error


def home() -> Path:
    """Return where collections and own documents are stored.

    ``REKENING_HOME`` if it is set, else the platform's folder for application data.
    """
    if stated := os.environ.get("REKENING_HOME"):
        return Path(stated)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "rekening"


@dataclass(frozen=True, slots=True)
class Version:
    """One recording of one document.

    ``commit`` is its public id; ``blob`` names its text (equal blobs, equal texts).
    """

    service: str
    document: str
    date: date
    commit: str
    blob: str


class Archive:
    """A collection on disk.

    Parameters
    ----------
    path
        Folder of a bare git repository.

    Raises
    ------
    InputError
        When there is no readable repository.
    """

    def __init__(self, path: Path) -> None:
        git = needs("pygit2")
        # Search paths of configuration are emptied: a user's or a server's git settings (filters, aliases,
        # commands) have no part in reading history.
        for level in (git.enums.ConfigLevel.GLOBAL, git.enums.ConfigLevel.SYSTEM, git.enums.ConfigLevel.XDG):
            git.settings.search_path[level] = ""
        self.path = path
        try:
            self._repository: Any = git.Repository(str(path))
        except git.GitError as error:
            raise InputError(f"{path}: no collection can be read there ({error})") from error

    @cached_property
    def origin(self) -> str:
        """Where the collection came from: an address, or the name of a file."""
        note = self.path / "rekening-source"
        return note.read_text("utf-8").strip() if note.is_file() else ""

    @cached_property
    def versions(self) -> Mapping[tuple[str, str], tuple[Version, ...]]:
        """Every recorded version by (service, document), oldest first.

        Only regular files two levels deep with safe names and the ending ``.md`` count; links, submodules
        and anything else are passed over.
        """
        git = needs("pygit2")
        found: dict[tuple[str, str], list[Version]] = {}
        try:
            if self._repository.head_is_unborn:
                return {}
            order = git.enums.SortMode.TOPOLOGICAL | git.enums.SortMode.REVERSE
            for count, commit in enumerate(self._repository.walk(self._repository.head.target, order)):
                if count >= MAX_COMMITS:
                    raise InputError(f"{self.path}: more than {MAX_COMMITS} commits")
                before = commit.parents[0].tree if commit.parents else None
                day = datetime.fromtimestamp(commit.commit_time, UTC).date()
                for service, document, blob in _touched(before, commit.tree):
                    version = Version(service, document, day, str(commit.id), blob)
                    found.setdefault((service, document), []).append(version)
        except (git.GitError, KeyError, ValueError, OverflowError, OSError) as error:
            raise InputError(f"{self.path}: the history cannot be read ({error})") from error
        return {name: tuple(versions) for name, versions in sorted(found.items())}

    @cached_property
    def current(self) -> Mapping[tuple[str, str], Version]:
        """The last version of every document that the collection still holds.

        Some documents were recorded for a time and then dropped; those have versions, but nothing is known
        of what they say now.
        """
        git = needs("pygit2")
        try:
            if self._repository.head_is_unborn:
                return {}
            held = set(_touched(None, self._repository.head.peel(git.Commit).tree))
        except (git.GitError, KeyError, ValueError) as error:
            raise InputError(f"{self.path}: the history cannot be read ({error})") from error
        names = {(service, document) for service, document, _ in held}
        return {name: versions[-1] for name, versions in self.versions.items() if name in names}

    def text(self, version: Version) -> str:
        """Return the Markdown of a version; bytes that are not UTF-8 show as the replacement sign."""
        git = needs("pygit2")
        try:
            _, size = self._repository.odb.read_header(version.blob)
            if size > MAX_TEXT:
                raise InputError(f"{version.service}/{version.document}: larger than {MAX_TEXT >> 20} MB")
            _, data = self._repository.odb.read(version.blob)
        except (git.GitError, KeyError, ValueError) as error:
            raise InputError(f"{version.service}/{version.document}: {error}") from error
        return str(data.decode("utf-8", "replace"))

    def services(self) -> list[str]:
        """Return the names of the services, sorted."""
        return sorted({service for service, _ in self.versions})

    def documents(self, service: str) -> list[str]:
        """Return the document types of a service.

        Raises
        ------
        InputError
            When the service is unknown; names the nearest.
        """
        known = [document for name, document in self.versions if name == service]
        if not known:
            raise InputError(f"unknown service {service!r}{nearest(service, self.services())}")
        return known

    def record(self, version: Version) -> str:
        """Return the address of a version in the public record; "" where its origin is not public."""
        if not _PUBLIC.match(self.origin):
            return ""
        base = self.origin.removesuffix(".git").rstrip("/")
        return address(base, version.commit, version.service, version.document)


def _touched(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the documents whose blob differs between two trees."""
    for service, folder in _entries(after, _FOLDERS):
        old = _child(before, service, _FOLDERS)
        if old is not None and old.id == folder.id:
            continue
        for name, blob in _entries(folder, _FILES):
            if not name.endswith(".md"):
                continue
            same = _child(old, name, _FILES)
            if same is None or same.id != blob.id:
                yield service, name.removesuffix(".md"), str(blob.id)


def _entries(tree: Any, modes: Set[int]) -> Iterator[tuple[str, Any]]:
    """Yield the first entries of a tree that have a safe name and one of the modes."""
    for entry in islice(tree, MAX_ENTRIES):
        if is_safe(entry.name) and entry.filemode in modes:
            yield entry.name, entry


def _child(tree: Any, name: str, modes: Set[int]) -> Any:
    """Return the entry of that name and one of the modes, None where there is none."""
    if tree is None or name not in tree:
        return None
    entry = tree[name]
    return entry if entry.filemode in modes else None


def address(record: str, commit: str, service: str, document: str) -> str:
    """Return where a version can be read in the public record of its collection."""
    return f"{record}/blob/{commit}/{quote(f'{service}/{document}.md')}"


def is_safe(name: str | None) -> bool:
    """Return whether a name can be shown and used in a path anywhere: printable, short, no separators."""
    if not name or len(name) > MAX_NAME or _UNSAFE.search(name):
        return False
    return all(unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for letter in name)


def collections() -> dict[str, Path]:
    """Return the pulled collections by name."""
    folder = home() / "terms" / "collections"
    return {path.stem: path for path in sorted(folder.glob("*.git"))} if folder.is_dir() else {}


def pull(source: str) -> Archive:
    """Fetch a collection, or bring it up to date.

    Parameters
    ----------
    source
        Address of a git repository (https, http, git, ssh), or a local path of a repository or a bundle; or
        the name of a collection pulled before.

    Returns
    -------
    Archive
        Bare: nothing of it is checked out or run. A pull that fails leaves what was there as it was.

    Raises
    ------
    InputError
        When the source cannot be read, is no git history, or is larger than the limits.
    """
    git = needs("pygit2")
    known = collections()
    if source in known:
        source = Archive(known[source]).origin
    local = Path(source).expanduser()
    remote = "://" in source
    if remote and urlsplit(source).scheme not in _SCHEMES:
        raise InputError(
            f"{source}: only {', '.join(sorted(_SCHEMES))} addresses, paths and bundles can be pulled"
        )
    if not remote and not local.exists():
        raise InputError(f"{source}: no such file, folder or pulled collection{nearest(source, known)}")
    origin = source if remote else str(local.resolve())
    target = home() / "terms" / "collections" / f"{_name(origin)}.git"
    target.parent.mkdir(parents=True, exist_ok=True)
    # Work beside and swap at the end: a broken download never replaces a good collection.
    work = Path(tempfile.mkdtemp(prefix=".pull-", dir=target.parent))
    try:
        if target.exists():
            shutil.copytree(target, work, dirs_exist_ok=True)
        repository = git.init_repository(str(work), bare=True)
        if not remote and local.is_file():
            if not is_bundle(local):
                raise InputError(f"{source}: neither a git repository nor a git bundle")
            head = unpack(local, repository)
            _set_head(repository, head, source)
        else:
            _fetch(git, repository, origin)
        (work / "rekening-source").write_text(origin, "utf-8")
        Archive(work).versions  # noqa: B018  every commit and tree is read once before it is kept
        old = target.with_suffix(".old")
        if target.exists():
            target.replace(old)
        work.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Archive(target)


def _name(origin: str) -> str:
    """Return a safe, stable and readable name for a collection."""
    last = origin.rstrip("/").rpartition("/")[2].removesuffix(".git").removesuffix(".bundle")
    readable = re.sub(r"[^\w-]+", "-", last).strip("-")[:60] or "collection"
    return f"{readable}-{hashlib.sha256(origin.encode()).hexdigest()[:8]}"


def _set_head(repository: Any, commit: str, source: str) -> None:
    git = needs("pygit2")
    try:
        if repository[commit].type != git.enums.ObjectType.COMMIT:
            raise InputError(f"{source}: its branch names no commit")
        repository.references.create("refs/heads/main", commit, force=True)
    except (KeyError, ValueError, git.GitError) as error:
        raise InputError(f"{source}: its branch names a commit that it does not hold") from error
    repository.set_head("refs/heads/main")


def _fetch(git: ModuleType, repository: Any, origin: str) -> None:
    class Bounded(git.RemoteCallbacks):  # type: ignore[name-defined,misc]
        def transfer_progress(self, stats: Any) -> None:
            if stats.received_bytes > MAX_RECEIVED:
                raise InputError(f"{origin}: more than {MAX_RECEIVED >> 30} GB")

    try:
        remote = repository.remotes.create_anonymous(origin)
        heads = {head.name: str(head.oid) for head in remote.list_heads(callbacks=Bounded())}
        wanted = heads.get("HEAD") or heads.get("refs/heads/main") or heads.get("refs/heads/master")
        if wanted is None:
            raise InputError(f"{origin}: no branch to read")
        branch = next((n for n, oid in heads.items() if oid == wanted and n.startswith("refs/heads/")), None)
        if branch is None:
            raise InputError(f"{origin}: no branch to read")
        remote.fetch([f"+{branch}:refs/heads/main"], callbacks=Bounded(), depth=0)
    except (git.GitError, ValueError, OSError) as error:
        raise InputError(f"{origin}: cannot be fetched ({error})") from error
    repository.set_head("refs/heads/main")
