"""What differs between two texts: statements added, removed and reworded, with the words that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from rekening.terms.changes.statements import Statement, keys, squeezed, statements

# A statement this long (in characters without spaces) that stands literally in the other text was only
# split or joined differently; a shorter one may stand there by chance.
_LITERAL = 20
_SIMILAR = 0.45
_MOST_PAIRED = 4_000


@dataclass(frozen=True, slots=True)
class Edit:
    """One changed place. ``old`` is None for an addition, ``new`` for a removal.

    ``lost`` and ``gained`` are the visible words that differ; for an addition or a removal all its words.
    """

    old: Statement | None
    new: Statement | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @property
    def statement(self) -> Statement:
        """The statement as it reads now; of a removal, as it read."""
        statement = self.new or self.old
        assert statement is not None
        return statement


def difference(old: str, new: str) -> tuple[list[Statement], list[Statement]]:
    """Return the statements of ``old`` whose key ``new`` no longer holds, and those that ``new`` adds.

    Order, layout, dates and numbering do not count; of a repetition the first is given.
    """
    before, after = keys(old), keys(new)
    removed = {s.key: s for s in reversed(statements(old)) if s.key not in after}
    added = {s.key: s for s in reversed(statements(new)) if s.key not in before}
    return [*reversed(removed.values())], [*reversed(added.values())]


def edits(removed: Sequence[Statement], added: Sequence[Statement], old: str, new: str) -> list[Edit]:
    """Pair each removed statement with the added one that rewords it, most alike first, in text order.

    Likeness is the share of words in common (Jaccard); under 0.45 two statements stay a removal and an
    addition. A statement that stands literally in the other text was only split or joined otherwise, and
    drops out. Above 4,000 statements on a side nothing is paired: that is another document.
    """
    old_letters, new_letters = squeezed(old), squeezed(new)
    kept_old = [_stands_in(s, new_letters) for s in removed]
    kept_new = [_stands_in(s, old_letters) for s in added]
    pairs = _pairs(removed, added) if max(len(removed), len(added)) <= _MOST_PAIRED else {}
    partner = {j: i for i, j in pairs.items()}
    found = []
    for j, after in enumerate(added):
        i = partner.get(j)
        if i is not None and not (kept_old[i] and kept_new[j]):
            found.append(Edit(removed[i], after, *_word_difference(removed[i].words, after.words)))
        elif i is None and not kept_new[j]:
            found.append(Edit(None, after, (), tuple(after.words.split())))
    found += [
        Edit(before, None, tuple(before.words.split()), ())
        for i, before in enumerate(removed)
        if i not in pairs and not kept_old[i]
    ]
    return found


def _stands_in(statement: Statement, letters: str) -> bool:
    bare = statement.key.replace(" ", "")
    return len(bare) >= _LITERAL and statement.form != "row" and "#" not in bare and bare in letters


def _pairs(removed: Sequence[Statement], added: Sequence[Statement]) -> dict[int, int]:
    if not removed or not added:
        return {}
    vocabulary: dict[str, int] = {}
    rows = [{vocabulary.setdefault(w, len(vocabulary)) for w in s.key.split()} for s in (*removed, *added)]
    shape = len(vocabulary)
    common = np.zeros((len(removed), len(added)), dtype=np.float32)
    of_added = np.zeros((shape, len(added)), dtype=np.float32)
    for j, words in enumerate(rows[len(removed) :]):
        of_added[list(words), j] = 1
    for i, words in enumerate(rows[: len(removed)]):
        common[i] = of_added[list(words)].sum(axis=0)
    sizes = np.array([len(words) for words in rows], dtype=np.float32)
    likeness = common / (sizes[: len(removed), None] + sizes[None, len(removed) :] - common)
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    first, second = np.nonzero(likeness >= _SIMILAR)
    for at in np.argsort(-likeness[first, second], kind="stable"):
        i, j = int(first[at]), int(second[at])
        if i not in chosen and j not in taken:
            chosen[i] = j
            taken.add(j)
    return chosen


def _word_difference(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = old.split(), new.split()
    bare = [[w.strip(".,;:()\"'|").casefold() for w in side] for side in (before, after)]
    lost: list[str] = []
    gained: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, bare[0], bare[1], autojunk=False).get_opcodes():
        if tag != "equal":
            lost += before[i1:i2]
            gained += after[j1:j2]
    return tuple(lost), tuple(gained)
