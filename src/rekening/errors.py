"""What the user is told when an input is wrong: one clear message a problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

__all__ = ["InputError", "InputErrors", "TooLittleKnown", "misspelt", "nearest", "reason", "shown"]

_LONGEST = 80

_ALIKE = 0.6
"""Share of letters in common above which a name may be a slip for another, where no other name is allowed."""

_ALMOST_SAME = 0.8
"""The same where names of one's own are allowed: a letter or so apart."""


class InputError(Exception):
    """Something the user gave cannot be used; the command line prints it and exits with 2.

    The message names the file and line or the option, what was found and what is allowed.
    """

    @property
    def problems(self) -> Sequence[str]:
        """Every problem, one sentence each."""
        return [str(self)]


class TooLittleKnown(InputError):
    """What was public on the day does not reach far enough for what is asked."""


class InputErrors(InputError):
    """Several problems found in one go, reported together.

    Parameters
    ----------
    problems
        One message a problem, in the order of the file.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self._problems = list(problems)
        super().__init__("\n".join(self._problems))

    @property
    def problems(self) -> Sequence[str]:
        """Every problem, one sentence each."""
        return self._problems


def nearest(word: str, allowed: Iterable[str], likeness: float = _ALIKE) -> str:
    """Give " (did you mean 'x'?)" for the nearest allowed name at least so alike, or an empty text.

    Examples
    --------
    >>> nearest("capx", ["capex", "revenue"])
    " (did you mean 'capex'?)"
    >>> nearest("zebra", ["capex"])
    ''
    """
    found = get_close_matches(word, list(allowed), n=1, cutoff=likeness)
    return f" (did you mean {found[0]!r}?)" if found else ""


def misspelt(word: str, allowed: Iterable[str]) -> str:
    """Like `nearest`, where another name is no slip by itself: only what differs by a letter or so.

    Examples
    --------
    >>> misspelt("amazn", ["amazon"]), misspelt("metabase", ["meta"])
    (" (did you mean 'amazon'?)", '')
    """
    return nearest(word, allowed, likeness=_ALMOST_SAME)


def reason(error: Exception) -> str:
    """Say in words why the system refused, without its number.

    Examples
    --------
    >>> reason(IsADirectoryError(21, "Is a directory", "x"))
    'Is a directory'
    """
    return getattr(error, "strerror", None) or str(error)


def shown(value: object) -> str:
    """Write what was found in a file as its author knows it: text in quotes, cut if long, lists by kind.

    Examples
    --------
    >>> shown("three"), shown(None), shown(True), shown([3, 4])
    ("'three'", 'nothing', 'true', 'a list')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…")
    if isinstance(value, Mapping):
        return f"entries ({', '.join(map(str, value))})" if value else "no entries"
    return "a list" if isinstance(value, Sequence) else str(value)
