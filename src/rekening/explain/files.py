"""Answers as files: the ending chooses the form; a file is complete or not there at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rekening.errors import InputError, nearest

__all__ = ["ENDINGS", "check_ending", "write_file"]

ENDINGS = (".html", ".md", ".json", ".xlsx", ".png", ".svg")


def check_ending(out: str, questions: int, firms: int) -> Path:
    """Take the path of a file to write, before any work is done for it.

    Raises
    ------
    InputError
        If its ending is no known form, a drawing is asked of several questions or firms, or it is a folder.
    """
    path = Path(out)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        hint = nearest(ending, ENDINGS) or f"; allowed: {', '.join(ENDINGS)}"
        raise InputError(f"--out {out}: ending {ending!r} is no known form{hint}")
    if ending in (".png", ".svg") and (questions > 1 or firms > 1):
        raise InputError(
            f"--out {out}: a drawing shows one question and one firm; use 'rekening ask QUESTION'"
        )
    if path.is_dir():
        raise InputError(f"--out {out}: is a folder; give the name of a file")
    return path


def write_file(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there when it is whole.

    Raises
    ------
    InputError
        If the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(draft).chmod(0o666 & ~_umask())
            os.replace(draft, path)  # noqa: PTH105  (the atomic move is the point)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
