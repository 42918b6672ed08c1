"""What a service's terms say on the questions people ask, in one table, with the place to check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rekening.files import read_yaml
from rekening.terms.archive import Archive
from rekening.terms.findings import Finding, ShippedFinding, shipped, ways
from rekening.terms.taxonomy import taxonomy

_PERIOD = re.compile(r"^(\d+)(h|bd|d|w|m|y)$")
_FEES = re.compile(r"(?:(\d+)pct_)?(\d+)m_fees")
_PART = ("{}% van ", "{}% of ")
_PAID = ("wat je in {} maanden betaalde", "what you paid in {} months")
_AMOUNT = re.compile(r"(\d+)([A-Z]{3})")
_UNITS = {
    "h": (("uur", "uur"), ("hour", "hours")),
    "d": (("dag", "dagen"), ("day", "days")),
    "bd": (("werkdag", "werkdagen"), ("working day", "working days")),
    "w": (("week", "weken"), ("week", "weeks")),
    "m": (("maand", "maanden"), ("month", "months")),
    "y": (("jaar", "jaar"), ("year", "years")),
}
_LANGUAGES = ("nl", "en")
FOR_EVERYBODY = frozenset({"Privacy Policy", "Terms of Service", "Acceptable Use Policy", "Trackers Policy"})
"""Types of document that bind every user; the others are for businesses or developers."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of one document to one question.

    Attributes
    ----------
    clause : str
        Id in the taxonomy.
    value : str
        As in the taxonomy, ``id`` or ``id=parameters``.
    direction : str
        Of that value for the user: good, bad or neutral.
    way : str
        How one pays through it: money, attention, data or freedom (to leave).
    channel : str
        The channel of who_pays it belongs to: ads, subscriptions, bundles, cloud, or "".
    service, document, date, version : str
        Where it stands: the recorded version, by the day it was recorded (ISO) and its public id.
    start, end : int
        Position in the text of that version, in characters, end exclusive.
    confidence : float
        Of the reading.
    record : str
        Address of the version in the public record; "" where there is none.
    scope : str
        Product, plan or region it is limited to; "" for all.
    quote : str
        The words; "" in findings that ship with the package.
    """

    clause: str
    value: str
    direction: str
    way: str
    channel: str
    service: str
    document: str
    date: str
    version: str
    start: int
    end: int
    confidence: float
    record: str
    scope: str = ""
    quote: str = ""

    def question(self, language: str) -> str:
        """Return the question, as people ask it."""
        return taxonomy()[self.clause].question[language]

    def answer(self, language: str) -> str:
        """Return the value in plain words."""
        return in_words(self.clause, self.value, language)

    def scope_in_words(self, language: str) -> str:
        """Return whom it is limited to, in plain words; "" for all."""
        return scope_in_words(self.scope, language)


@cache
def _words() -> Mapping[str, Any]:
    return dict(read_yaml(Path(__file__).with_name("data") / "words.yaml"))


def in_words(clause: str, value: str, language: str) -> str:
    """Return a value in plain words, with its parameters.

    Examples
    --------
    >>> in_words("retention_period", "fixed=30d", "en")
    'a fixed time (30 days)'
    >>> in_words("retention_period", "fixed=30d", "nl")
    'een vaste tijd (30 dagen)'
    """
    name, _, parameters = value.partition("=")
    column = _LANGUAGES.index(language)
    known = _words()[clause]
    words = str(known[name][column]) if name in known else name.replace("_", " ")
    if not parameters:
        return words

    def period(match: re.Match[str]) -> str:
        one, many = _UNITS[match[2]][column]
        return f"{match[1]} {one if match[1] == '1' else many}"

    told = []
    for part in parameters.split("|"):
        if fees := _FEES.fullmatch(part):
            share = _PART[column].format(fees[1]) if fees[1] else ""
            told.append(share + _PAID[column].format(fees[2]))
        else:
            names = [str(_words()["parameters"].get(name, (name, name))[column]) for name in part.split("_")]
            told.append(_AMOUNT.sub(r"\1 \2", " ".join(_PERIOD.sub(period, name) for name in names)))
    return f"{words} ({', '.join(told)})"


def scope_in_words(scope: str, language: str) -> str:
    """Return a product, plan or region in plain words; "" for all."""
    return str(_words()["scopes"][scope][_LANGUAGES.index(language)]) if scope else ""


def summary(service: str | None = None) -> list[Said]:
    """Return what the findings that ship with the package say, without any download.

    Parameters
    ----------
    service
        Only this service.

    Returns
    -------
    list[Said]
        By service, then question; the first row of a question is the main answer.

    Raises
    ------
    InputError
        When the service is unknown; names the nearest.
    """
    packed = shipped()
    findings = packed.findings if service is None else packed.of(service)
    return table(
        _said(
            finding,
            (finding.service, finding.document, finding.published.isoformat(), finding.version),
            packed.address(finding),
        )
        for finding in findings
        if finding.present
    )


def read_archive(archive: Archive, service: str | None = None) -> list[Said]:
    """Read the documents that a collection still holds, each at its last version.

    The answers are kept on disk, so that each version is read once; they are read anew when this package's
    rules change.

    Raises
    ------
    InputError
        When the service is unknown.
    """
    from rekening.terms.memory import Memory
    from rekening.terms.reading import Library

    if service is not None:
        archive.documents(service)
    memory, library = Memory("answers", archive), Library()
    found = []
    for (name, document), last in archive.current.items():
        if service not in {None, name}:
            continue
        known = memory.recall(last)
        if known is None:
            findings = library.read(archive.text(last), name, document)
            where = (name, document, last.date.isoformat(), last.commit)
            rows = [_said(f, where, archive.record(last)) for f in findings if f.present]
            memory.keep(last, [asdict(row) for row in rows])
        else:
            rows = [Said(**row) for row in known]
        found += rows
    memory.save()
    return table(found)


def _said(finding: Finding | ShippedFinding, where: tuple[str, str, str, str], record: str) -> Said:
    service, document, day, version = where
    return Said(
        clause=finding.clause,
        value=finding.value or "",
        direction=taxonomy()[finding.clause].value_polarity(finding.value),
        way=ways()[finding.clause].pays_in,
        channel=ways()[finding.clause].channel,
        service=service,
        document=document,
        date=day,
        version=version,
        start=finding.start,
        end=finding.end,
        confidence=finding.confidence,
        record=record,
        scope=finding.scope,
        quote=finding.quote if isinstance(finding, Finding) else "",
    )


def table(found: Iterable[Said]) -> list[Said]:
    """Order by service, then question, then document: those for everybody first, the surest reading first.

    Within a document the order of its reading stays: its main answer comes first. So the first row of a
    service and a question is the main answer.
    """
    order = {clause: number for number, clause in enumerate(taxonomy())}
    papers: dict[tuple[str, str, str], list[Said]] = {}
    for row in found:
        papers.setdefault((row.service, row.clause, row.document), []).append(row)

    def place(rows: list[Said]) -> tuple[str, int, bool, bool, float, str]:
        main = rows[0]
        business = main.document not in FOR_EVERYBODY
        return main.service, order[main.clause], business, main.scope != "", -main.confidence, main.document

    return [row for rows in sorted(papers.values(), key=place) for row in rows]


def main_answers(found: Iterable[Said]) -> dict[tuple[str, str], Said]:
    """Return the main answer by (service, clause)."""
    chosen: dict[tuple[str, str], Said] = {}
    for row in table(found):
        chosen.setdefault((row.service, row.clause), row)
    return chosen


def disputed(found: Iterable[Said]) -> set[tuple[str, str]]:
    """Return the (service, clause) pairs to which documents for everybody give different main answers."""
    answers: dict[tuple[str, str], dict[str, str]] = {}
    for row in found:
        if row.document in FOR_EVERYBODY:
            answers.setdefault((row.service, row.clause), {}).setdefault(row.document, row.value)
    return {pair for pair, said in answers.items() if len(set(said.values())) > 1}
