"""Rows of facts from what a firm files with the US securities regulator (SEC EDGAR company facts).

Fetching and reading go through `edgartools`, an extra. What was fetched is kept in a folder, so that a run
that was broken off goes on where it stopped and the regulator is asked once a day at most. Filings give a
year to date; single quarters follow from them when facts are looked up (`rekening.facts.derive`).
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rekening.errors import InputError, reason
from rekening.facts.concepts import concepts
from rekening.facts.firms import FISCAL_YEAR_END
from rekening.facts.periods import span_kind
from rekening.facts.units import MONEY
from rekening.files import cache_folder, folder_to_write, read_yaml, write_whole

if TYPE_CHECKING:
    from edgar.entity.models import FinancialFact

__all__ = ["company_facts", "default_cache", "rows", "tags"]

REQUESTS_A_SECOND = 2
"""Pace of requests; the regulator allows ten."""

KEPT_SECONDS = 24 * 3600
"""Age at which what was fetched is fetched again."""

_ARCHIVE = "https://www.sec.gov/Archives/edgar/data"
_REPORTS = ("10-K", "10-Q", "20-F", "40-F")
_ANNUAL = ("10-K", "20-F", "40-F")
_FIRST_WEEK = 7
_ONE_DAY = timedelta(days=1)


@cache
def tags() -> Mapping[str, tuple[str, ...]]:
    """Tags by concept, each with its taxonomy, the preferred one first."""
    entries = read_yaml(Path(__file__).with_name("edgar_tags.yaml"))
    return {
        concept: tuple(tag if ":" in tag else f"us-gaap:{tag}" for tag in listed)
        for concept, listed in entries.items()
    }


def default_cache() -> Path:
    """Folder in which fetched company facts are kept."""
    return cache_folder() / "edgar"


def company_facts(cik: int, identity: str | None, folder: Path) -> dict[str, Any]:
    """Company facts of a firm, from the folder if they are fresh, else from the regulator.

    Parameters
    ----------
    cik
        Number of the firm at the regulator.
    identity
        Name and address of who asks; the regulator wants to know.

    Raises
    ------
    InputError
        If they are not at hand and cannot be fetched: no identity, no extra, no network, no such firm.
    """
    path = folder / f"CIK{cik:010}.json"
    if path.is_file() and time.time() - path.stat().st_mtime < KEPT_SECONDS:
        return read_company_facts(path)
    if not identity or "@" not in identity:
        raise InputError(
            "the SEC asks for your name: give --identity 'Name name@example.org' or set EDGAR_IDENTITY"
        )
    folder_to_write(folder, f"--cache {folder}")
    found = _fetch(cik, identity, folder)
    write_whole(path, json.dumps(found).encode())
    return found


def read_company_facts(path: Path) -> dict[str, Any]:
    """Read a file of company facts.

    Raises
    ------
    InputError
        If it cannot be read or is no such file.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({reason(error)})") from error
    except ValueError as error:
        raise InputError(f"{path}: not a file of company facts ({error}); remove it and run again") from error
    if not isinstance(found, dict) or not isinstance(found.get("facts"), dict):
        raise InputError(f"{path}: not a file of company facts; remove it and run again")
    return found


def _fetch(cik: int, identity: str, folder: Path) -> dict[str, Any]:
    os.environ.setdefault("EDGAR_RATE_LIMIT_PER_SEC", str(REQUESTS_A_SECOND))
    os.environ.setdefault("EDGAR_LOCAL_DATA_DIR", str(folder))
    os.environ["EDGAR_IDENTITY"] = identity
    _need_edgartools()
    from edgar.entity.entity_facts import CompanyFactsNotFoundError, download_company_facts_from_sec
    from httpx import HTTPError

    try:
        found: dict[str, Any] = download_company_facts_from_sec(cik)
    except CompanyFactsNotFoundError as error:
        raise InputError(f"the SEC has no company facts of CIK {cik}") from error
    except (HTTPError, OSError, ValueError) as error:
        raise InputError(f"the SEC could not be reached ({error}); run again to go on") from error
    return found


def _need_edgartools() -> None:
    try:
        import edgar.entity.parser  # noqa: F401
    except ImportError as error:
        raise InputError("reading the SEC's data needs an extra: pip install 'rekening[edgar]'") from error


@dataclass(frozen=True, slots=True)
class _Told:
    """One number as one filing tells it."""

    tag: str
    start: date | None
    end: date
    value: float
    unit: str
    filed: date
    form: str
    accession: str


def rows(entity: str, found: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows of the long form from a firm's company facts.

    A number that a later filing repeats is one row; one that a later filing restates is two.

    Parameters
    ----------
    entity
        Name of the firm in the facts.
    found
        Company facts as the regulator gives them.

    Raises
    ------
    InputError
        If the extra is missing, or nothing in the file answers to our concepts.
    """
    _need_edgartools()
    from edgar.entity.parser import EntityFactsParser

    told: dict[str, list[_Told]] = {}
    try:
        name, cik = str(found.get("entityName", entity)), int(found.get("cik", 0))
        parsed = EntityFactsParser.parse_company_facts(dict(found))
        for fact in parsed.get_all_facts() if parsed is not None else ():
            each = _told(fact)
            if each is not None:
                told.setdefault(each.tag, []).append(each)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"the company facts of {entity} cannot be read ({error})") from error
    result = [
        _row(entity, concept, each, name, cik)
        for concept, listed in tags().items()
        for each in _versions(told, listed, concepts()[concept].kind)
    ]
    if not result:
        raise InputError(f"{name}: none of the tags in edgar_tags.yaml is in its company facts")
    return [*_fiscal_year(entity, told.values(), name, cik), *result]


def _told(fact: FinancialFact) -> _Told | None:
    form = str(fact.form_type)
    if (
        fact.numeric_value is None
        or not math.isfinite(fact.numeric_value)
        or fact.period_end is None
        or fact.filing_date is None
        or fact.unit not in MONEY
        or not form.startswith(_REPORTS)
    ):
        return None
    start = fact.period_start if fact.period_type == "duration" else None
    return _Told(
        fact.concept, start, fact.period_end, float(fact.numeric_value), fact.unit, fact.filing_date, form,
        fact.accession,
    )  # fmt: skip


def _versions(told: Mapping[str, list[_Told]], listed: Iterable[str], kind: str) -> list[_Told]:
    """Each period's number as first told and as restated, from the first tag that has the period."""
    chosen: dict[tuple[date | None, date], list[_Told]] = {}
    for tag in listed:
        found: dict[tuple[date | None, date], list[_Told]] = {}
        for each in sorted(told.get(tag, ()), key=lambda one: (one.filed, one.accession)):
            versions = found.setdefault((each.start, each.end), [])
            right_kind = (each.start is None) == (kind == "balance")
            if right_kind and (not versions or versions[-1].value != each.value):
                versions.append(each)
        for period, versions in found.items():
            if versions:
                chosen.setdefault(period, versions)
    return [
        each for period in sorted(chosen, key=lambda one: (one[1], str(one[0]))) for each in chosen[period]
    ]


def _row(entity: str, concept: str, each: _Told, name: str, cik: int) -> dict[str, str]:
    subject = repr((cik, each.tag, each.start, each.end, each.filed)).encode()
    return {
        "fact_id": f"edga-{blake2b(subject, digest_size=5).hexdigest()}",
        "entity": entity,
        "concept": concept,
        "start": "" if each.start is None else each.start.isoformat(),
        "end": each.end.isoformat(),
        "value": f"{each.value:.0f}" if each.value.is_integer() else repr(each.value),
        "unit": each.unit,
        "published": each.filed.isoformat(),
        "status": "reported",
        "source_url": f"{_ARCHIVE}/{cik}/{each.accession.replace('-', '')}/",
        "source_title": f"{name}, {each.form} filed {each.filed}",
        "note": each.tag,
        "via": "primary",
        "published_precision": "day",
    }


def _fiscal_year(entity: str, told: Iterable[list[_Told]], name: str, cik: int) -> list[dict[str, str]]:
    """A row that says in which month the fiscal year ends, where it is not December."""
    years = [
        each
        for listed in told
        for each in listed
        if each.form.startswith(_ANNUAL) and span_kind(each.start, each.end) == "year"
    ]
    if not years:
        return []
    last = max(years, key=lambda each: (each.end, each.filed, each.tag))
    month = last.end.month if last.end.day > _FIRST_WEEK else (last.end.replace(day=1) - _ONE_DAY).month
    row = _row(entity, FISCAL_YEAR_END, last, name, cik)
    subject = repr((cik, FISCAL_YEAR_END)).encode()
    return [
        row
        | {
            "fact_id": f"edga-{blake2b(subject, digest_size=5).hexdigest()}",
            "start": "",
            "value": str(month),
            "unit": concepts()[FISCAL_YEAR_END].unit,
            "note": f"end of the newest fiscal year, {last.end}",
        }
    ]
