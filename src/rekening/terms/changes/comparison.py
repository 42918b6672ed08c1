"""Compare two recordings of a document: noise, another wording, or a change of substance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from rekening.terms.changes import noise
from rekening.terms.changes.align import Edit, difference, edits
from rekening.terms.changes.direction import Direction, Read, direction
from rekening.terms.changes.meaning import clauses
from rekening.terms.changes.sentences import sentence
from rekening.terms.changes.sorts import SUBSTANCE, sort
from rekening.terms.changes.statements import Statement, keys, statements
from rekening.terms.reading import Library

Kind = Literal["noise", "editorial", "substantive"]


@dataclass(frozen=True, slots=True)
class Words:
    """Old and new words of one changed place, side by side.

    ``old_text[old_start:old_end]`` and ``new_text[new_start:new_end]`` are the stored Markdown; ``old`` and
    ``new`` what a reader sees of it. An addition has no old side, a removal no new side. ``sort`` is one of
    `rekening.terms.changes.sorts.SORTS`. Where the change was compared with an earlier text
    (``Change.compared_with``), the old positions count in that text.
    """

    old: str | None
    old_start: int | None
    old_end: int | None
    new: str | None
    new_start: int | None
    new_end: int | None
    lost: str
    gained: str
    sort: str

    @property
    def weighs(self) -> bool:
        """Whether the place counted as a matter of substance."""
        return self.sort in SUBSTANCE


@dataclass(frozen=True, slots=True)
class Change:
    """What happened between two recordings of a document.

    Attributes
    ----------
    kind : "noise", "editorial" or "substantive"
        Noise: the provider did not change its text. Editorial: wording, names, contact details. Substantive:
        rights, duties, data or money of a user, or the announcement of it.
    reason : str
        Why, in a word: ``same words``, ``fetch failed``, ``recovered``, ``language``, ``returned``, ``menu``,
        ``other document``, ``flapping``, ``names``, ``wording``, or the sorts of edit that weighed.
    clauses : tuple[str, ...]
        Ids in the taxonomy, or "other"; empty unless the change is substantive.
    direction : "better", "worse" or "neutral"
        For the user; "neutral" where it is neither, or where the reading does not tell.
    summary : mapping
        One plain sentence by language, "nl" and "en".
    words : tuple[Words, ...]
        The changed places, old and new side by side, in the order of the new text; empty for noise.
    compared_with : int or None
        Index in ``history`` of the text that the new one was compared with, where the old one was a failed
        fetch or in another language; None for the old text itself.
    """

    kind: Kind
    reason: str
    clauses: tuple[str, ...]
    direction: Direction
    summary: Mapping[str, str]
    words: tuple[Words, ...]
    compared_with: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Change:
        """Rebuild a change from the values that `to_dict` gave."""
        words = tuple(Words(**place) for place in values["words"])
        return cls(**{**values, "clauses": tuple(values["clauses"]), "words": words})


def compare(
    old_text: str,
    new_text: str,
    document: str = "Privacy Policy",
    history: Sequence[str] = (),
    *,
    service: str = "",
    library: Library | None = None,
) -> Change:
    """Say what changed between two recordings of a document, and whether it matters to a user.

    Parameters
    ----------
    old_text, new_text
        Markdown.
    document
        Its type, as Open Terms Archive names it; for the summary and the reading.
    history
        Earlier texts of the same document, oldest first, without ``old_text``. With it a page that flaps
        between two forms, a failed fetch and the recovery from it raise no alarm: a return to an earlier
        text is never a new change.
    service
        Whose document it is; helps the reading.
    library
        Readings to go on with, so that a segment of many versions is read once.

    Returns
    -------
    Change

    Notes
    -----
    Layout, numbering, link targets, dates and day counts never count. What is left is aligned sentence by
    sentence; a sentence seen in an earlier text, or one that has come and gone before, is not news.
    """
    reason, compared_with, found = _judge(old_text, new_text, history)
    if reason is not None:
        return Change("noise", reason, (), "neutral", sentence("noise", reason, document), (), compared_with)
    sorts = sort(found)
    weighs = [name in SUBSTANCE for name in sorts]
    if not any(weighs):
        reason = "names" if set(sorts) == {"names"} else "wording"
        summary = sentence("editorial", reason, document)
        return Change("editorial", reason, (), "neutral", summary, _words(found, sorts), compared_with)
    weighty = [edit for edit, weight in zip(found, weighs, strict=True) if weight]
    about = clauses(weighty, document)
    library = library or Library()
    reference = old_text if compared_with is None else history[compared_with]
    before, after = (Read.of(text, document, service, library) for text in (reference, new_text))
    favours = direction(weighty, before, after)
    summary = sentence("substantive", favours, document, about, weighty)
    reason = ", ".join(name for name in SUBSTANCE if name in sorts)
    return Change("substantive", reason, about, favours, summary, _words(found, sorts), compared_with)


def _judge(old: str, new: str, history: Sequence[str]) -> tuple[str | None, int | None, list[Edit]]:
    """Return the reason why it is noise (or None), the earlier text compared with, and the fresh edits."""
    if keys(old) == keys(new):
        return "same words", None, []
    if noise.is_failed(statements(new)) or noise.shrunk(old, new):
        return "fetch failed", None, []
    if (index := noise.returned_to(new, history)) is not None:
        return "returned", index, []
    compared_with, reason = _reference(old, new, history)
    if reason is not None:
        return reason, None, []
    reference = old if compared_with is None else history[compared_with]
    removed, added = difference(reference, new)
    case = _Case(old, new, reference, history)
    for step in (_without_failures, _without_known, _without_foreign, _without_pages):
        removed, added, reason = step(removed, added, case)
        if not removed and not added:
            return reason, compared_with, []
    found = edits(removed, added, reference, new)
    return (None if found else "same words"), compared_with, found


def _reference(old: str, new: str, history: Sequence[str]) -> tuple[int | None, str | None]:
    """Return which earlier text the new one must be compared with, or why there is none.

    A failed fetch or a foreign-language recording says nothing of the terms: the last sound text does.
    """
    spoken = noise.language(new)

    def failed(text: str) -> bool:
        return noise.is_failed(statements(text)) or noise.shrunk(new, text)

    def foreign(text: str) -> bool:
        return spoken is not None and noise.language(text) not in {None, spoken}

    if not failed(old) and not foreign(old):
        return None, None
    sound = [i for i, text in enumerate(history) if not failed(text)]
    if foreign(old) and sound and foreign(history[sound[-1]]):
        return None, "language"
    matching = [i for i in sound if not foreign(history[i])]
    if matching:
        return matching[-1], None
    return None, "language" if foreign(old) else "recovered"


class _Case(NamedTuple):
    """The texts at hand: ``reference`` is the one that ``new`` is compared with."""

    old: str
    new: str
    reference: str
    history: Sequence[str]


def _without_failures(
    removed: list[Statement], added: list[Statement], case: _Case
) -> tuple[list[Statement], list[Statement], str]:
    """Drop what a failed fetch of one of several pages took away, and what its recovery brought back."""
    now, before = noise.failed_parts(case.new), noise.failed_parts(case.reference)
    if now - before:
        return [], [s for s in added if s.key not in now], "fetch failed"
    if before - now:
        removed = [s for s in removed if s.key not in before]
        # Without a sound earlier text a page that appears where an error stood cannot be called new.
        unknown = all(noise.failed_parts(text) - now for text in case.history)
        return removed, ([] if unknown and not removed else added), "recovered"
    return removed, added, ""


def _without_known(
    removed: list[Statement], added: list[Statement], case: _Case
) -> tuple[list[Statement], list[Statement], str]:
    """Drop sentences that an earlier text held, and those that have come and gone before."""
    if not case.history:
        return removed, added, "returned"
    added = [s for s in added if not any(s.key in keys(text) for text in case.history)]
    removed = [s for s in removed if not noise.flapping(s.key, [*case.history, case.old])]
    return removed, added, "flapping"


def _without_foreign(
    removed: list[Statement], added: list[Statement], case: _Case
) -> tuple[list[Statement], list[Statement], str]:
    """Drop everything when what was added is in another language than the document."""
    spoken = noise.language_of(s.words for s in added)
    homes = {noise.language(case.new), noise.language(case.reference)} - {None}
    if spoken is not None and homes and homes != {spoken}:
        return [], [], "language"
    return removed, added, ""


def _without_pages(
    removed: list[Statement], added: list[Statement], case: _Case
) -> tuple[list[Statement], list[Statement], str]:
    """Drop menus, buttons and banners, and a second document that the recorder took in."""
    removed = [s for s in removed if not noise.is_furniture(s)]
    added = [s for s in added if not noise.is_furniture(s)]
    if not removed and noise.is_other_document(added, case.new):
        return [], [], "other document"
    return removed, added, "menu"


def _words(found: Sequence[Edit], sorts: Sequence[str]) -> tuple[Words, ...]:
    return tuple(
        Words(*_side(edit.old), *_side(edit.new), " ".join(edit.lost), " ".join(edit.gained), name)
        for edit, name in zip(found, sorts, strict=True)
    )


def _side(statement: Statement | None) -> tuple[str | None, int | None, int | None]:
    return (None, None, None) if statement is None else (statement.words, statement.start, statement.end)
