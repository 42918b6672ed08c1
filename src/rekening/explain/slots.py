"""Numbers and names inside a text, kept apart from its words until the medium is known.

A template writes a slot as two private characters around its place in a list. Whatever stands in a slot
never passes through Markdown, so that nothing in the facts can turn into markup, and each medium fills
the slots in its own way: a link on the page, plain characters on a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Slot", "fill", "holds_slots", "mark", "plain", "unmarked", "with_span"]

_OPEN, _CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands in a place of the text.

    Attributes
    ----------
    span
        Interval of a number in brackets, if it is to be shown.
    grade
        Evidence of a number, as the value of `Grade`; None for a name or a word.
    basis
        Place of what the number rests on in the list of the section; None for a name or a word.
    """

    text: str
    span: str = ""
    grade: int | None = None
    basis: int | None = None

    @property
    def full(self) -> str:
        """The text with its interval."""
        return with_span(self.text, self.span)


def with_span(text: str, span: str) -> str:
    """A number as written, with its interval where it has one."""
    return f"{text}\N{NO-BREAK SPACE}{span}" if span else text


def mark(place: int) -> str:
    """Stand-in for the slot at a place of the list."""
    return f"{_OPEN}{place}{_CLOSE}"


def holds_slots(text: str) -> bool:
    """Tell whether slots stand in the text."""
    return _OPEN in text


def fill(text: str, slots: Sequence[Slot], write: Callable[[Slot], str]) -> str:
    """Put the slots into the text; slots may stand inside slots of words."""

    def put(found: re.Match[str]) -> str:
        slot = slots[int(found[1])]
        return fill(slot.text, slots, write) if holds_slots(slot.text) else write(slot)

    return _SLOT.sub(put, text)


def plain(text: str, slots: Sequence[Slot]) -> str:
    """The text with its numbers and names as plain characters."""
    return fill(text, slots, lambda slot: slot.full)


def unmarked(text: str, slots: Sequence[Slot]) -> str:
    """The text as plain characters, without the marks of its emphasis."""
    return plain(text.replace("*", ""), slots)
