"""Files are written whole or not at all; the package's own tables are read fast."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from rekening.errors import InputError

__all__ = ["read_yaml", "write_whole"]


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
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
