"""Unpack a git bundle into a bare repository, object by object, with every size checked first.

libgit2 reads no bundles. The format is small: a header of references, then a pack of deflated objects, some
of them deltas against others (https://git-scm.com/docs/gitformat-bundle, .../gitformat-pack).
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rekening.errors import InputError

MAX_FILE = 1 << 30
"""Largest bundle file, in bytes."""
MAX_OBJECT = 32 << 20
"""Largest single object once inflated, in bytes."""
MAX_INFLATED = 4 << 30
"""Most bytes that all objects of one bundle may inflate to."""
MAX_OBJECTS = 2_000_000

_SIGNATURES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_REFERENCE = re.compile(rb"([0-9a-f]{40}) (HEAD|refs/[\x21-\x7e]{1,200})")
_PREREQUISITE = re.compile(rb"-[0-9a-f]{40}(?: .*)?")
_MAX_HEADER = 1 << 20
_COMMIT, _TREE, _BLOB, _TAG, _BY_OFFSET, _BY_NAME = 1, 2, 3, 4, 6, 7
_CHECKSUM = 20


@dataclass(frozen=True, slots=True)
class _Packed:
    offset: int
    kind: int
    base: int | bytes | None
    data: bytes


def is_bundle(path: Path) -> bool:
    """Return whether a file starts as a git bundle does."""
    with path.open("rb") as file:
        return file.read(len(_SIGNATURES[0])) in _SIGNATURES


def unpack(path: Path, repository: Any) -> str:
    """Write the objects of a bundle into ``repository`` (pygit2) and return the commit that HEAD names.

    Raises
    ------
    InputError
        When the file is no sound bundle, or larger than the limits of this module.
    """
    if path.stat().st_size > MAX_FILE:
        raise InputError(f"{path}: a bundle of at most {MAX_FILE >> 20} MB can be read")
    content = path.read_bytes()
    try:
        start, head = _header(content)
        names: dict[int, Any] = {}
        waiting = [packed for packed in _objects(content, start) if not _store(packed, names, repository)]
        while waiting:
            left = [packed for packed in waiting if not _store(packed, names, repository)]
            if len(left) == len(waiting):
                raise _Broken(f"{len(left)} objects need others that the bundle does not hold")
            waiting = left
    except (_Broken, zlib.error, IndexError) as error:
        raise InputError(f"{path}: not a sound git bundle ({error})") from error
    return head


class _Broken(Exception):
    """Something in the file is not as the format says."""


def _header(content: bytes) -> tuple[int, str]:
    end = content.find(b"\n\n", 0, _MAX_HEADER)
    if end < 0 or not content.startswith(_SIGNATURES):
        raise _Broken("no header")
    references: dict[bytes, bytes] = {}
    for line in content[:end].split(b"\n")[1:]:
        if line.startswith(b"@") and line != b"@object-format=sha1":
            raise _Broken("an extension that is not known")
        if _PREREQUISITE.fullmatch(line):
            raise _Broken("it builds on commits that it does not hold; make a full bundle with --all")
        if match := _REFERENCE.fullmatch(line):
            references[match[2]] = match[1]
    for name in (b"HEAD", b"refs/heads/main", b"refs/heads/master", *references):
        if name in references:
            return end + 2, references[name].decode("ascii")
    raise _Broken("no branch in it")


def _objects(content: bytes, start: int) -> Iterator[_Packed]:
    if content[start : start + 4] != b"PACK" or int.from_bytes(content[start + 4 : start + 8], "big") not in {
        2,
        3,
    }:
        raise _Broken("no pack")
    if hashlib.sha1(content[start:-_CHECKSUM], usedforsecurity=False).digest() != content[-_CHECKSUM:]:
        raise _Broken("the checksum does not match")
    count = int.from_bytes(content[start + 8 : start + 12], "big")
    if count > MAX_OBJECTS:
        raise _Broken(f"more than {MAX_OBJECTS} objects")
    at = start + 12
    inflated = 0
    for _ in range(count):
        offset = at
        byte = content[at]
        at += 1
        kind, size, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 128:
            byte = content[at]
            at += 1
            size |= (byte & 127) << shift
            shift += 7
        base: int | bytes | None = None
        if kind == _BY_OFFSET:
            byte = content[at]
            at += 1
            back = byte & 127
            while byte & 128:
                byte = content[at]
                at += 1
                back = (back + 1) << 7 | byte & 127
            base = offset - back
        elif kind == _BY_NAME:
            base = content[at : at + _CHECKSUM]
            at += _CHECKSUM
        elif kind not in {_COMMIT, _TREE, _BLOB, _TAG}:
            raise _Broken(f"an object of kind {kind}")
        inflated += size
        if size > MAX_OBJECT or inflated > MAX_INFLATED:
            raise _Broken("an object that is too large")
        stream = zlib.decompressobj()
        # One byte more than declared: an object that inflates further than it says is refused unseen.
        data = stream.decompress(content[at : at + size + (size >> 3) + 4096], size + 1)
        if len(data) != size or not stream.eof:
            raise _Broken("an object of another size than it says")
        at += min(len(content) - at, size + (size >> 3) + 4096) - len(stream.unused_data)
        yield _Packed(offset, kind, base, data)


def _store(packed: _Packed, names: dict[int, Any], repository: Any) -> bool:
    """Write one object; False when the object it is a delta of is not there yet."""
    kind, data = packed.kind, packed.data
    if isinstance(packed.base, int):
        if packed.base not in names:
            return False
        kind, source = repository.odb.read(names[packed.base])
        data = _patched(source, data)
    elif packed.base is not None:
        name = packed.base.hex()
        if name not in repository.odb:
            return False
        kind, source = repository.odb.read(name)
        data = _patched(source, data)
    names[packed.offset] = repository.odb.write(kind, data)
    return True


def _patched(source: bytes, delta: bytes) -> bytes:
    """Apply a delta: copies from the source and literal bytes, to exactly the size it declares."""
    expected, at = _length(delta, 0)
    size, at = _length(delta, at)
    if expected != len(source) or size > MAX_OBJECT:
        raise _Broken("a delta of another object, or too large")
    result = bytearray()
    while at < len(delta):
        command = delta[at]
        at += 1
        if command & 128:
            numbers = []
            for present, count in ((command & 15, 4), (command >> 4 & 7, 3)):
                number = 0
                for i in range(count):
                    if present >> i & 1:
                        number |= delta[at] << 8 * i
                        at += 1
                numbers.append(number)
            start, length = numbers[0], numbers[1] or 0x10000
            result += source[start : start + length]
        elif command:
            result += delta[at : at + command]
            at += command
        else:
            raise _Broken("a delta with an unknown command")
        if len(result) > size:
            raise _Broken("a delta larger than it says")
    if len(result) != size:
        raise _Broken("a delta of another size than it says")
    return bytes(result)


def _length(delta: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = delta[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            return value, at
