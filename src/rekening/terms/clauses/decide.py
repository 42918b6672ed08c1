"""From marks to findings: which marks count, what value they add up to, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rekening.terms.clauses.marks import Mark
from rekening.terms.findings import Finding
from rekening.terms.taxonomy import taxonomy

CLEAR = 0.93
"""Rank from which a clause counts as clearly there in a document type it is not asked of."""

ABSENT_CONFIDENCE = 0.8
"""Confidence of silence when no rule fired at all."""

MAX_ROWS = 3
"""Most rows of one clause in one document."""

MAX_PASSAGE = 800
"""Longest quote that joins several sentences of one segment, in characters."""

_NEAR = 300
_SUPPORT = 0.02
_MOST_SUPPORT = 0.04


@dataclass(frozen=True)
class Placed:
    """A mark, where its words stand in the document and where their segment starts."""

    mark: Mark
    start: int
    end: int
    segment: int

    @property
    def words(self) -> str:
        """The lower-case sentence with what introduces it."""
        return self.mark.words

    @property
    def around(self) -> str:
        """The lower-case sentences near it."""
        return self.mark.around


@dataclass(frozen=True)
class Row:
    """One answer: the mark it rests on and the value."""

    placed: Placed
    value: str
    scope: str = ""


@dataclass(frozen=True)
class Document:
    """All marks of a document, by clause, best first."""

    kind: str
    marks: Mapping[str, Sequence[Placed]] = field(default_factory=dict)

    def of(self, clause: str) -> Sequence[Placed]:
        """Marks of a clause, best first."""
        return self.marks.get(clause, ())


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
        marks = [p for p in document.of(clause.id) if applies or p.mark.rank >= CLEAR]
        rows = list(decisions.get(clause.id, plain)(document, marks))[:MAX_ROWS] if marks else []
        rows += elsewhere(rows, marks)[: MAX_ROWS - len(rows)]
        for row in rows:
            support = min(_SUPPORT * (len(marks) - 1), _MOST_SUPPORT)
            start, end = passage(row.placed, marks)
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
                )
            )
        if not rows and applies:
            why = "what was found does not settle it" if marks else "no rule fired"
            found.append(Finding(clause.id, False, None, "", 0, 0, ABSENT_CONFIDENCE, why))
    return found


def elsewhere(rows: Sequence[Row], marks: Sequence[Placed]) -> list[Row]:
    """The best marks in other segments that say what the first row says: a reader can check it there too."""
    taken = {row.placed.segment for row in rows}
    found: list[Row] = []
    for placed in marks:
        if rows and placed.segment not in taken and placed.mark.value == rows[0].value:
            taken.add(placed.segment)
            found.append(Row(placed, rows[0].value, rows[0].scope))
    return found


def passage(chosen: Placed, marks: Sequence[Placed]) -> tuple[int, int]:
    """Stretch of one segment that holds the chosen words and those beside it that support them."""
    start, end = chosen.start, chosen.end
    beside = sorted(
        (p for p in marks if p.segment == chosen.segment), key=lambda p: abs(p.start - chosen.start)
    )
    for other in beside:
        left, right = min(start, other.start), max(end, other.end)
        if right - left <= MAX_PASSAGE and other.start - end <= _NEAR and start - other.end <= _NEAR:
            start, end = left, right
    return start, end
