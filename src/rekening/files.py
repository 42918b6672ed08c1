"""Files are written whole or not at all; the package's own tables are read fast."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from rekening.errors import InputError, nearest, reason
from rekening.numerics import GIGABYTE, MEGABYTE

__all__ = [
    "cache_folder",
    "file_to_write",
    "folder_to_write",
    "need_disk",
    "need_memory",
    "read_yaml",
    "write_whole",
]


def cache_folder() -> Path:
    """Folder for what can be made again: ``$XDG_CACHE_HOME/rekening``, else ``~/.cache/rekening``.

    A relative path in the variable does not count, as the XDG base directory specification has it.

    Raises
    ------
    InputError
        If there is no home either.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        return (base if base.is_absolute() else Path.home() / ".cache") / "rekening"
    except RuntimeError as error:
        raise InputError("this user has no home folder; set XDG_CACHE_HOME to a folder") from error


def file_to_write(out: str, endings: Sequence[str], *, option: str = "--out", instead: str = "") -> Path:
    """Take the path of a file to write, before any work is done for it; large letters count too.

    Parameters
    ----------
    endings
        Allowed ones, each with its dot.
    option, instead
        Where the path was given, and what is allowed there beside a file, for the message.

    Raises
    ------
    InputError
        If the ending is another, the path is a folder, or its folder cannot be written.
    """
    path, ending = Path(out), Path(out).suffix.lower()
    if ending not in endings:
        found = f"ending {ending!r}{nearest(ending, endings)}" if ending else "no ending"
        allowed = ", ".join(endings) + instead
        raise InputError(f"{option} {out or repr(out)}: found {found}; allowed: {allowed}")
    try:
        if path.is_dir():
            raise InputError(f"{option} {out}: is a folder; give the name of a file")
    except OSError as error:
        raise InputError(f"{option} {out}: cannot be written ({reason(error)})") from error
    folder_to_write(path.parent, f"{option} {out}")
    return path


def folder_to_write(folder: Path, where: str) -> Path:
    """Take a folder to write in, there already or to be made.

    Raises
    ------
    InputError
        Beginning with `where`, if nothing can be written there.
    """
    there = folder
    try:
        while not there.exists() and there != there.parent:
            there = there.parent
    except OSError as error:
        raise InputError(f"{where}: cannot be written ({reason(error)})") from error
    if not there.is_dir():
        raise InputError(f"{where}: cannot be written ({there} is not a folder)")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"{where}: cannot be written (no permission in {there})")
    return folder


def need_memory(size: float, what: str) -> None:
    """Refuse work that would fill the memory of this machine, before it begins.

    Parameters
    ----------
    size
        Bytes.
    what
        What needs them, for the message.

    Raises
    ------
    MemoryError
        With the size needed and the size there is.
    """
    if not hasattr(os, "sysconf"):
        return
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if size > there:
        raise MemoryError(f"{what} need {_size(size)} of memory; this machine has {_size(there)}")


def need_disk(folder: Path, size: float, what: str) -> None:
    """Refuse work whose files would not fit where they are to stand, before it begins.

    Raises
    ------
    InputError
        With the size needed and the size that is free.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    free = shutil.disk_usage(there).free
    if size > free:
        raise InputError(f"{folder}: {what} need {_size(size)}; {_size(free)} are free")


def _size(size: float) -> str:
    return f"{size / GIGABYTE:,.1f} GB" if size >= GIGABYTE else f"{size / MEGABYTE:,.1f} MB"


def read_yaml(path: Path) -> Any:
    """Read a YAML file that comes with the package, with the compiled parser where there is one."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there; missing folders are made.

    Raises
    ------
    InputError
        If it cannot be written: no permission, a directory in its place, a full disk. What stood there before
        still stands there then.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise InputError(f"{path}: cannot be written ({reason(error)})") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
