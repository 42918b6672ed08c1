"""What a change is about and whom it favours: clause types and direction, from the changed places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from rekening.terms.changes.align import Edit
from rekening.terms.changes.vocabulary import pattern, subjects

Direction = Literal["better", "worse", "neutral"]

_USER_FIRST = re.compile(
    r"^(?:\W*\w+,? ){0,3}?(?:you|user|customer|users|customers|je|u|jij)\b", re.IGNORECASE
)
_NEAR = 60
# What is denied stands within so many characters of the denial.
_DENIED = 80
# A subject that fewer than one in so many edits of a rewrite touch is not what the change is about.
_IN_PASSING = 25
_MOST_CLAUSES = 9
_LEAD = 3
_CONTESTED = {"trains_on_user_content", "uses_data_for_ads"}


def _stance(words: str, *, rules_of_use: bool = False) -> int:
    """Return 1 where a sentence promises the user something, -1 where it takes something, else 0.

    In rules of use, duties of the user are the matter itself and count for neither side.
    """
    denial = pattern("denial").search(words)
    if (
        denial
        and not _USER_FIRST.search(words[: denial.end()])
        and pattern("doing").search(words[denial.end() : denial.end() + _DENIED])
    ):
        return 1
    if pattern("right").search(words):
        return 1
    if pattern("power").search(words) or (pattern("burden").search(words) and not rules_of_use):
        return -1
    return 0


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


def direction(edits: Sequence[Edit], about: Sequence[str], document: str = "") -> Direction:
    """Return whom the edits favour, by the promises and the powers that came and went.

    A promise to the user that came, or a power of the provider (or duty of the user) that went, speaks for
    "better"; the reverse for "worse". One side must outweigh the other threefold. Where neither does, a
    change about training or advertising counts as "worse" (of the labelled ones most are) and any other as
    "neutral", as does a change about nothing in the taxonomy.
    """
    if set(about) <= {"other"}:
        return "neutral"
    rules_of_use = document == "Acceptable Use Policy"
    gains = [_gain(edit, rules_of_use=rules_of_use) for edit in edits]
    better, worse = gains.count(1), gains.count(-1)
    if better > _LEAD * worse:
        return "better"
    return "worse" if worse > _LEAD * better or _CONTESTED & set(about) else "neutral"


def _gain(edit: Edit, *, rules_of_use: bool) -> int:
    """Return what one edit brings the user: 1 better, -1 worse, 0 neither or unclear."""
    old = _stance(edit.old.words, rules_of_use=rules_of_use) if edit.old else 0
    new = _stance(edit.new.words, rules_of_use=rules_of_use) if edit.new else 0
    if not edit.old or not edit.new or old != new:
        return max(-1, min(1, new - old))
    lost, gained = " ".join(edit.lost), " ".join(edit.gained)
    exceptions = len(pattern("exception").findall(gained)) - len(pattern("exception").findall(lost))
    if exceptions:
        # An exception weakens a promise and bounds a power.
        return (-1 if exceptions > 0 else 1) * (new or 1)
    return max(
        -1, min(1, _stance(gained, rules_of_use=rules_of_use) - _stance(lost, rules_of_use=rules_of_use))
    )


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
