"""From marks to findings: which marks count, what value they add up to, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rekening.terms.clauses.marks import Mark
from rekening.terms.findings import Finding
from rekening.terms.segments import CrossReference
from rekening.terms.taxonomy import ClauseType, taxonomy

CLEAR = 0.93
"""Rank from which a clause counts as clearly there in a document type it is not asked of."""

ABSENT_CONFIDENCE = 0.8
"""Confidence of silence when no rule fired at all."""

MAX_ROWS = 3
"""Most rows of one clause in one document."""

MAX_PASSAGE = 800
"""Longest quote that joins several sentences of one segment, in characters."""

_ADDS_UP = frozenset({"shares_with_third_parties", "retention_period"})
"""Clauses of which one sentence may give several values: receivers, and what is kept with its period."""

_NEAR = 300
_SUPPORT = 0.02
_MOST_SUPPORT = 0.04


@dataclass(frozen=True)
class Placed:
    """A mark, where its words stand in the document and where their segment starts.

    ``lead`` is where its introduction starts, ``start`` if it has none.
    """

    mark: Mark
    start: int
    end: int
    segment: int
    lead: int

    @property
    def words(self) -> str:
        """The lower-case sentence with what introduces it."""
        return self.mark.words

    @property
    def around(self) -> str:
        """The lower-case sentences near it."""
        return self.mark.around

    @property
    def limited(self) -> str:
        """The lower-case sentence with its introduction and the conditions in the sentences beside it."""
        first, last = self.mark.whole
        beside = (text for text, begin, end in self.mark.beside if first <= begin and end <= last)
        return " ".join([self.words, *(text for text in beside if text not in self.words)])

    @property
    def whole(self) -> tuple[int, int]:
        """Position in the document of the sentence with the conditions beside it."""
        moved = self.start - self.mark.start
        return self.mark.whole[0] + moved, self.mark.whole[1] + moved


@dataclass(frozen=True)
class Row:
    """One answer: the mark it rests on, the value, and the place beside it that settles the value."""

    placed: Placed
    value: str
    scope: str = ""
    proof: tuple[int, int] | None = None


@dataclass(frozen=True)
class Document:
    """All marks of a document, by clause, best first, and the references within it."""

    kind: str
    marks: Mapping[str, Sequence[Placed]] = field(default_factory=dict)
    references: Sequence[CrossReference] = ()

    def of(self, clause: str) -> Sequence[Placed]:
        """Marks of a clause, best first."""
        return self.marks.get(clause, ())


_LATER = 2e-6
_MOST_LATER = 0.1


def standing(placed: Placed) -> float:
    """Rank of a mark in its document: the general text stands first, supplements and annexes follow."""
    return placed.mark.rank - min(_LATER * placed.start, _MOST_LATER)


Decision = Callable[[Document, Sequence[Placed]], Sequence[Row]]


def plain(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Take the best mark's own value."""
    return [Row(marks[0], marks[0].mark.value)]


def findings(document: Document, decisions: Mapping[str, Decision]) -> list[Finding]:
    """One finding per clause type that applies, silence included, and more where rows differ.

    Parameters
    ----------
    document : Document
        Marks by clause.
    decisions : Mapping[str, Decision]
        How a clause's marks become rows; a clause without one takes its best mark.
    """
    found: list[Finding] = []
    for clause in taxonomy().values():
        applies = document.kind in clause.applies_to
        marks = document.of(clause.id)
        if not applies and not any(p.mark.rank >= CLEAR for p in marks):
            marks = ()
        decided = decisions.get(clause.id, plain)(document, marks) if marks else ()
        rows = consistent(clause, decided)[:MAX_ROWS]
        rows += elsewhere(rows, marks)[: MAX_ROWS - len(rows)]
        for row in rows:
            support = min(_SUPPORT * (len(marks) - 1), _MOST_SUPPORT)
            start, end = passage(row, rows, marks)
            found.append(
                Finding(
                    clause=clause.id,
                    present=True,
                    value=row.value,
                    quote="",
                    start=start,
                    end=end,
                    confidence=round(min(row.placed.mark.weight + support, 1), 2),
                    why=row.placed.mark.rule,
                    scope=row.scope,
                    see=tuple(r for r in document.references if start <= r.start < end),
                )
            )
        if not rows and applies:
            why = "what was found does not settle it" if marks else "no rule fired"
            found.append(Finding(clause.id, False, None, "", 0, 0, ABSENT_CONFIDENCE, why))
    return found


def consistent(clause: ClauseType, rows: Sequence[Row]) -> list[Row]:
    """Rows without those that read the words of an earlier one as something else.

    A sentence has one value, unless the answers to the question add up. Words that limit each other
    never say both what is good and what is bad for the user.
    """
    kept: list[Row] = []
    for row in rows:
        polarity = clause.value_polarity(row.value)
        others = [other for other in kept if other.value != row.value]
        same = clause.id not in _ADDS_UP and any(_meet(row.placed, other.placed) for other in others)
        opposite = any(
            {polarity, clause.value_polarity(other.value)} == {"good", "bad"}
            and _overlap(row.placed.whole, other.placed.whole)
            for other in others
        )
        if not same and not opposite:
            kept.append(row)
    return kept


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _meet(one: Placed, other: Placed) -> bool:
    return _overlap((one.start, one.end), (other.start, other.end))


def settling(placed: Placed, test: Callable[[str], object]) -> tuple[int, int] | None:
    """Place of the nearest sentence near a mark that passes a test: the words that settle its value."""
    moved = placed.start - placed.mark.start
    near = sorted(placed.mark.beside, key=lambda sentence: abs(sentence[1] - placed.mark.start))
    return next(((begin + moved, end + moved) for text, begin, end in near if test(text)), None)


def elsewhere(rows: Sequence[Row], marks: Sequence[Placed]) -> list[Row]:
    """The best marks in other segments that say what the first row says: a reader can check it there too."""
    taken = {row.placed.segment for row in rows}
    found: list[Row] = []
    for placed in marks:
        if rows and placed.segment not in taken and placed.mark.value == rows[0].value:
            taken.add(placed.segment)
            found.append(Row(placed, rows[0].value, rows[0].scope))
    return found


def passage(row: Row, rows: Sequence[Row], marks: Sequence[Placed]) -> tuple[int, int]:
    """Stretch that holds the chosen words, what introduces and proves them, and support beside them.

    Words of another answer that stand apart stay out.
    """
    chosen = row.placed
    start, end = chosen.start, chosen.end
    apart = [r.placed for r in rows if r.value != row.value and not _meet(r.placed, chosen)]
    beside = sorted(
        (p.start, p.end)
        for p in marks
        if p.segment == chosen.segment and not any(_meet(p, other) for other in apart)
    )
    beside.sort(key=lambda place: abs(place[0] - chosen.start))
    proof = [row.proof] if row.proof else []
    for left, right in [*proof, (chosen.lead, chosen.end), chosen.whole, *beside]:
        first, last = min(start, left), max(end, right)
        if last - first <= MAX_PASSAGE and left - end <= _NEAR and start - right <= _NEAR:
            start, end = first, last
    return start, end
