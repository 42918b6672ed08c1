"""Answers as files: the ending chooses the form."""

from __future__ import annotations

from pathlib import Path

from rekening.errors import InputError, nearest

__all__ = ["ENDINGS", "check_ending"]

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
