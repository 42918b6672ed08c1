"""What a change is about: the clause types that the changed places speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rekening.terms.changes.align import Edit
from rekening.terms.changes.vocabulary import subjects

_NEAR = 60
# A subject that fewer than one in so many edits of a rewrite touch is not what the change is about.
_IN_PASSING = 25
_MOST_CLAUSES = 9


def clauses(edits: Sequence[Edit], document: str = "") -> tuple[str, ...]:
    """Return the clause types that the edits speak of, most spoken of first; "other" where they are of none.

    Ids are those of the taxonomy. A row of a processing agreement names a sub-processor.
    """
    counts: Counter[str] = Counter()
    silent = 0
    for edit in edits:
        windows = _windows(edit)
        named = document == "Data Processor Agreement" and edit.statement.form == "row"
        said = [
            clause
            for clause, subject in subjects().items()
            if any(subject.search(window) for window in windows)
            or (named and clause == "shares_with_third_parties")
        ]
        counts.update(said)
        silent += not said
    least = max(1, len(edits) // _IN_PASSING)
    found = [clause for clause, n in counts.most_common(_MOST_CLAUSES) if n >= least]
    return (*found, *(["other"] if 2 * silent >= len(edits) or not found else []))


def _windows(edit: Edit) -> list[str]:
    """Return the words to ask for a subject: a whole new or gone sentence, else what is near the change."""
    found = []
    for statement, words in ((edit.old, edit.lost), (edit.new, edit.gained)):
        if statement is None:
            continue
        if edit.old is None or edit.new is None or len(statement.words) <= 4 * _NEAR:
            found.append(statement.words)
            continue
        for word in words:
            at = statement.words.find(word)
            found.append(statement.words[max(0, at - _NEAR) : at + len(word) + _NEAR])
    return found
