"""Answers as files: the ending chooses the form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rekening.errors import InputError
from rekening.files import file_to_write

__all__ = ["DRAWINGS", "ENDINGS", "answer_file"]

DRAWINGS = (".svg", ".png")
ENDINGS = (".html", ".md", ".json", ".xlsx", *DRAWINGS)


def answer_file(out: str, questions: Sequence[str], firms: Sequence[str]) -> Path:
    """Take the path of an answer to write, before any work is done for it.

    Raises
    ------
    InputError
        As `rekening.files.file_to_write`, or if a drawing is asked of several questions or firms.
    """
    path = file_to_write(out, ENDINGS)
    if path.suffix.lower() in DRAWINGS and (len(questions) > 1 or len(firms) > 1):
        raise InputError(
            f"--out {out}: a drawing shows one question and one firm; use 'rekening ask QUESTION'"
        )
    return path
