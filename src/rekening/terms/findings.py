"""What a document says about one clause type, and the findings that come with the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from rekening.errors import InputError, nearest
from rekening.files import read_yaml
from rekening.terms.archive import address
from rekening.terms.segments import CrossReference


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one document to one clause type of the taxonomy.

    Attributes
    ----------
    clause : str
        Id in the taxonomy.
    present : bool
        True when the document settles the question, also when the answer is "no"; False when it is silent.
    value : str or None
        ``id`` or ``id=parameters`` in the taxonomy's form; None when absent.
    quote : str
        The words, verbatim: ``text[start:end] == quote``; "" when absent.
    start, end : int
        Position in the document, in characters (end exclusive); 0, 0 when absent.
    confidence : float
        Between 0 and 1.
    why : str
        The rule that decided, in one line.
    scope : str
        Product, plan or region the row is limited to; "" for the document as a whole.
    see : tuple[CrossReference, ...]
        Words in the quote such as "Section 4.2", with the place in the document they point to.
    """

    clause: str
    present: bool
    value: str | None
    quote: str
    start: int
    end: int
    confidence: float
    why: str
    scope: str = ""
    see: tuple[CrossReference, ...] = ()


@dataclass(frozen=True, slots=True)
class ShippedFinding:
    """A finding about a recorded version of a document, without its words.

    ``version`` is the id of the recording in the public record and ``published`` its day; ``start`` and
    ``end`` are the position of the words in it. The other fields are those of `Finding`.
    """

    service: str
    document: str
    version: str
    published: date
    clause: str
    present: bool
    value: str | None
    start: int
    end: int
    confidence: float
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Shipped:
    """The findings of a collection at its last version when the package was made.

    Attributes
    ----------
    collection : str
        Name of the collection.
    record : str
        Address of its public record.
    date : date
        Day of the newest recording read: the findings are as old as this.
    findings : tuple[ShippedFinding, ...]
        By service, document and clause type, in the order of the taxonomy.
    """

    collection: str
    record: str
    date: date
    findings: tuple[ShippedFinding, ...]

    @property
    def services(self) -> list[str]:
        """Names of the services, sorted."""
        return sorted({finding.service for finding in self.findings})

    def of(self, service: str) -> tuple[ShippedFinding, ...]:
        """Return the findings of one service.

        Raises
        ------
        InputError
            If the service is unknown; names the nearest.
        """
        found = tuple(finding for finding in self.findings if finding.service == service)
        if not found:
            raise InputError(f"unknown service {service!r}{nearest(service, self.services)}")
        return found

    def address(self, finding: ShippedFinding) -> str:
        """Return where the version can be read in the public record."""
        return address(self.record, finding.version, finding.service, finding.document)


@cache
def shipped() -> Shipped:
    """Load the findings that come with the package; nothing is downloaded."""
    raw = json.loads(files("rekening.terms").joinpath("data/findings.json").read_text("utf-8"))
    found = []
    for document in raw["documents"]:
        about = (
            document["service"],
            document["document"],
            document["version"],
            date.fromisoformat(document["published"]),
        )
        found += [
            ShippedFinding(*about, clause, value is not None, value, start, end, confidence, scope)
            for clause, value, start, end, confidence, scope in document["findings"]
        ]
    return Shipped(raw["collection"], raw["record"], date.fromisoformat(raw["date"]), tuple(found))


@dataclass(frozen=True, slots=True)
class Way:
    """How a clause makes a user pay.

    Attributes
    ----------
    clause : str
        Id in the taxonomy.
    pays_in : str
        ``money``, ``attention``, ``data`` or ``freedom``.
    channel : str
        How firms recover cost with it: ``ads``, ``subscriptions``, ``bundles``, ``cloud``;
        "" where it belongs to none.
    sentence : dict[str, str]
        What it means for the user in plain words, "nl" and "en".
    """

    clause: str
    pays_in: str
    channel: str
    sentence: dict[str, str]


@cache
def ways() -> dict[str, Way]:
    """Load ``data/ways.yaml``: for each clause type the way of paying it belongs to."""
    raw = read_yaml(Path(__file__).with_name("data") / "ways.yaml")
    return {
        clause: Way(clause, item["pays_in"], item["channel"] or "", {"nl": item["nl"], "en": item["en"]})
        for clause, item in raw["clauses"].items()
    }
