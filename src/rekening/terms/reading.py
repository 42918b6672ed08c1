"""Read a document: what it says about each clause type, in which words, and where."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from rekening.errors import InputError
from rekening.terms.clauses import decide_contract as contract
from rekening.terms.clauses import decide_data as data
from rekening.terms.clauses.decide import Decision, Document, Placed, findings, standing
from rekening.terms.clauses.marks import Mark, Reader, Referred, Setting, setting
from rekening.terms.findings import Finding
from rekening.terms.segments import Segment, cross_references, definitions, segment, visible

DECISIONS: dict[str, Decision] = {
    "trains_on_user_content": data.trains,
    "training_opt_out": data.opting_out,
    "human_review_of_content": data.human_review,
    "retention_period": data.retention,
    "retention_after_deletion": data.after_deletion,
    "shares_with_third_parties": data.third_parties,
    "uses_data_for_ads": data.ads,
    "cross_border_transfer": data.abroad,
    "licence_to_user_content": contract.licence,
    "ownership_of_output": contract.output,
    "unilateral_change_of_terms": contract.change_of_terms,
    "unilateral_price_change": contract.price_change,
    "auto_renewal": contract.renewal,
    "termination_suspension": contract.cutting_off,
    "data_export_portability": contract.export,
    "deletion_right": contract.deletion,
    "liability_cap": contract.liability,
    "indemnity_by_user": contract.indemnity,
    "mandatory_arbitration_or_class_waiver": contract.arbitration,
    "governing_law_and_forum": contract.court,
    "restriction_on_competing_use": contract.competing,
    "reverse_engineering_benchmark_ban": contract.taking_apart,
    "age_minimum": contract.age,
    "acceptance_by_use": contract.acceptance,
    "service_change_or_discontinuation": contract.service_change,
}
"""How each clause's marks become values; shares_with_affiliates has one value only."""


class Library:
    """Readings of segments, kept: a segment that did not change is never read twice.

    One library serves any number of documents and versions; it grows with the distinct segments read.
    """

    def __init__(self) -> None:
        self._readers: dict[Setting, Reader] = {}
        self._marks: dict[tuple[Setting, str, tuple[Referred, ...]], tuple[Mark, ...]] = {}

    def marks(self, part: Segment, where: Setting, referred: tuple[Referred, ...] = ()) -> tuple[Mark, ...]:
        """Marks of a segment in a setting, with what it refers to, read now or remembered."""
        key = (where, part.key, referred)
        found = self._marks.get(key)
        if found is None:
            if where not in self._readers:
                self._readers[where] = Reader(where)
            found = self._marks[key] = self._readers[where].marks(part, referred)
        return found

    def placed(self, text: str, service: str, document: str) -> Document:
        """Read a document up to its marks: which rules fired where."""
        parts = segment(text)
        where = setting(document, service, parts, definitions(parts))
        references = cross_references(parts)
        starts = [reference.start for reference in references]
        found: dict[str, list[Placed]] = {}
        for part in parts:
            inside = references[bisect_left(starts, part.start) : bisect_left(starts, part.end)]
            referred = tuple(
                (r.start - part.start, visible(text[r.target_start : r.target_end]).lower()) for r in inside
            )
            for mark in self.marks(part, where, referred):
                start, end = part.start + mark.start, part.start + mark.end
                lead = part.lead_start if part.lead_start >= 0 else start
                place = Placed(mark, start, end, part.start, lead)
                found.setdefault(mark.clause, []).append(place)
        return Document(where.kind, found, references)

    def read(self, text: str, service: str = "", document: str = "Terms of Service") -> list[Finding]:
        """Read a document; see `read`."""
        if not isinstance(text, str):
            raise InputError(f"text: expected the words of a document (str), found {type(text).__name__}")
        return settle(self.placed(text, service, document), text)


def settle(document: Document, text: str) -> list[Finding]:
    """Turn the marks of a document into findings with their words."""
    ordered = {
        clause: sorted(marks, key=lambda p: (-standing(p), p.start))
        for clause, marks in document.marks.items()
    }
    found = findings(replace(document, marks=ordered), DECISIONS)
    return [replace(f, quote=text[f.start : f.end]) if f.present else f for f in found]


def read(text: str, service: str = "", document: str = "Terms of Service") -> list[Finding]:
    """Say what a document settles for each clause type of the taxonomy.

    Parameters
    ----------
    text : str
        The document, Markdown or plain text, English or Dutch.
    service : str
        Name of the service; helps to tell the provider's duties from the user's.
    document : str
        Type of document: a name of the taxonomy ("Privacy Policy", "Terms of Service", ...) or one that
        contains it ("Business Privacy Policy", "Algemene voorwaarden"). Of other types only what is clearly
        there is reported.

    Returns
    -------
    list[Finding]
        In the order of the taxonomy: for each clause type that applies one finding, ``present`` False where
        the document is silent, or several where plans, products or regions differ, the main one first.
        ``text[f.start:f.end] == f.quote`` for each.

    Raises
    ------
    InputError
        If ``text`` is not a string.
    """
    return Library().read(text, service, document)
