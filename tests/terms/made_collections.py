"""Collections made for a test: any tree, any mode, any name, any lie about size."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pygit2

START = 1_760_000_000
DAY = 86_400


def make_repository(path: Path, versions: Sequence[Mapping[str, str | bytes | None]]) -> Any:
    """A repository in which each mapping (path in it -> text, None drops it) is one commit, a day apart."""
    repository = pygit2.init_repository(str(path), bare=True, initial_head="main")
    parents: list[Any] = []
    folders: dict[str, dict[str, Any]] = {}
    for number, files in enumerate(versions):
        for name, text in files.items():
            folder, _, leaf = name.rpartition("/")
            if text is None:
                del folders[folder][leaf]
                continue
            data = text if isinstance(text, bytes) else text.encode()
            folders.setdefault(folder, {})[leaf] = repository.create_blob(data)
        root = repository.TreeBuilder()
        for folder, leaves in folders.items():
            builder = root if not folder else repository.TreeBuilder()
            for leaf, blob in leaves.items():
                builder.insert(leaf, blob, pygit2.enums.FileMode.BLOB)
            if folder:
                root.insert(folder, builder.write(), pygit2.enums.FileMode.TREE)
        author = pygit2.Signature("a", "a@example.org", START + DAY * number, 0)
        parents = [repository.create_commit("refs/heads/main", author, author, "v", root.write(), parents)]
    return repository


def raw_tree(entries: Sequence[tuple[str, str, str]]) -> bytes:
    """A tree object with entries that no decent program would write: (octal mode, name, object id)."""
    return b"".join(
        f"{mode} ".encode() + name.encode() + b"\x00" + bytes.fromhex(oid) for mode, name, oid in entries
    )


def pack(objects: Sequence[tuple[int, bytes]], sizes: Mapping[int, int] | None = None) -> bytes:
    """A pack of whole objects (kind, content); ``sizes`` makes an object lie about its size."""
    content = b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big")
    for number, (kind, data) in enumerate(objects):
        size = (sizes or {}).get(number, len(data))
        byte, size = kind << 4 | size & 15, size >> 4
        while size:
            content += bytes([byte | 128])
            byte, size = size & 127, size >> 7
        content += bytes([byte]) + zlib.compress(data)
    return content + hashlib.sha1(content).digest()


def bundle(path: Path, head: str, packed: bytes, extra: str = "") -> Path:
    """A bundle file with one branch."""
    path.write_bytes(f"# v2 git bundle\n{extra}{head} refs/heads/main\n\n".encode() + packed)
    return path


def everything(path: Path) -> tuple[str, list[tuple[int, bytes]]]:
    """The head of a repository and all its objects, to pack."""
    repository = pygit2.Repository(str(path))
    found = [repository.odb.read(oid) for oid in repository.odb]
    return str(repository.head.target), [(int(item[0]), item[-1]) for item in found]
