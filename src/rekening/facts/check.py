"""Checks of the facts: what must be true of numbers that were read one by one.

A check is a function from facts to faults; its docstring says what must hold. Faults that we can explain are
listed in `conflicts.yaml`, each with the largest difference its reason covers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias

from rekening.facts.concepts import concepts, definitions
from rekening.facts.firms import firms
from rekening.facts.periods import span_kind
from rekening.facts.read import bundled
from rekening.facts.rows import Fact, Record
from rekening.facts.store import Facts
from rekening.files import read_yaml

__all__ = ["CHECKS", "Fault", "check"]

_ONE_DAY = timedelta(days=1)
_CENT = 0.01
_ALL = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not hold.

    Attributes
    ----------
    size
        Difference in the unit of the rows; infinite where it is not a matter of amount.
    rows
        Ids of the rows it is about.
    reason
        Why it is so, for a known conflict; empty for a new fault.
    """

    check: str
    entity: str
    concept: str
    period: str
    message: str
    rows: tuple[str, ...]
    size: float = _ALL
    reason: str = ""


Check: TypeAlias = Callable[[Facts], Iterator[Fault]]


def check(facts: Facts) -> list[Fault]:
    """Run every check; known conflicts carry their reason."""
    return [_explained(fault) for function in CHECKS.values() for fault in function(facts)]


def _explained(fault: Fault) -> Fault:
    known = _conflicts().get((fault.check, fault.entity, fault.concept, fault.period))
    if known is None or fault.size > known[0] + _CENT:
        return fault
    return replace(fault, reason=known[1])


@cache
def _conflicts() -> Mapping[tuple[str, str, str, str], tuple[float, str]]:
    entries = read_yaml(Path(__file__).with_name("conflicts.yaml"))
    return {
        (entry["check"], entry["entity"], concept, str(period)): (float(size), entry["reason"])
        for entry in entries
        for concept, periods in entry["differences"].items()
        for period, size in periods.items()
    }


def _fault(name: str, fact: Fact, message: str, size: float = _ALL, *others: Fact) -> Fault:
    return Fault(
        check=name,
        entity=fact.entity,
        concept=fact.concept,
        period=fact.period,
        message=message,
        rows=tuple(each.fact_id for each in (fact, *others)),
        size=size,
    )


def _of_firms(facts: Facts) -> dict[tuple[str, str], list[Fact]]:
    """Rows of the statements, by firm and concept."""
    found: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts.rows:
        if fact.entity in facts.firms and fact.concept in concepts():
            found[fact.entity, fact.concept].append(fact)
    return found


def parts(facts: Facts) -> Iterator[Fault]:
    """Quarters add up to the half years, nine months and years they lie in."""
    for (entity, concept), rows in _of_firms(facts).items():
        if concepts()[concept].kind != "flow":
            continue
        best = {
            (fact.start, fact.end): fact
            for fact in (facts.get(entity, concept, period) for period in {fact.period for fact in rows})
            if fact.start and fact.end and fact.value is not None and fact.fact_id
        }
        quarters = {
            fact.start: fact for fact in best.values() if span_kind(fact.start, fact.end) == "quarter"
        }
        for (start, end), whole in best.items():
            if start is None or end is None or whole.value is None or span_kind(start, end) == "quarter":
                continue
            inside: list[Fact] = []
            at = start
            while at in quarters and (last := quarters[at].end) is not None and last <= end:
                inside.append(quarters[at])
                at = last + _ONE_DAY
            total = sum(fact.value for fact in inside if fact.value is not None)
            if inside and at == end + _ONE_DAY and abs(total - whole.value) > _CENT:
                yield _fault(
                    "parts",
                    whole,
                    f"the quarters add up to {total:,.0f}, the whole is {whole.value:,.0f} {whole.unit}",
                    abs(total - whole.value),
                    *inside,
                )


def definitions_hold(facts: Facts) -> Iterator[Fault]:
    """A concept that is a sum of others equals the sum where both it and its parts are reported."""
    for fact in facts.rows:
        definition, *_ = definitions().get(fact.concept, (None,))
        if (
            definition is None
            or fact.value is None
            or facts.get(fact.entity, fact.concept, fact.period) != fact
        ):
            continue
        terms = [(sign, facts.get(fact.entity, part, fact.period)) for sign, part in definition]
        if any(part.value is None for _, part in terms):
            continue
        total = sum(sign * part.value for sign, part in terms if part.value is not None)
        if abs(total - fact.value) > _CENT:
            yield _fault(
                "definitions",
                fact,
                f"its parts give {total:,.0f}, the row {fact.value:,.0f} {fact.unit}",
                abs(total - fact.value),
            )


def signs(facts: Facts) -> Iterator[Fault]:
    """Cash that only goes one way, and what cannot be negative, is not negative."""
    for rows in _of_firms(facts).values():
        for fact in rows:
            least = min(value for value in (fact.value, fact.low, fact.high) if value is not None)
            if concepts()[fact.concept].sign in ("out", "in", "positive") and least < 0:
                yield _fault("signs", fact, f"found {least:,.0f} {fact.unit}, below zero", -least)


def units(facts: Facts) -> Iterator[Fault]:
    """A concept of the statements has its declared unit; any other has one unit for an entity."""
    seen: dict[tuple[str, str], Fact] = {}
    for fact in facts.rows:
        declared = concepts().get(fact.concept)
        if declared is not None:
            if fact.entity in firms() and fact.unit != declared.unit:
                yield _fault("units", fact, f"found {fact.unit!r}, declared {declared.unit!r}")
        elif not fact.extra:
            before = seen.setdefault((fact.entity, fact.concept), fact)
            if before.unit != fact.unit:
                yield _fault(
                    "units", fact, f"found {fact.unit!r} and, elsewhere, {before.unit!r}", _ALL, before
                )


def ranges(facts: Facts) -> Iterator[Fault]:
    """The lower end of guidance, and of any range, is not above its upper end, and the value lies between."""
    for fact in facts.rows:
        ends = [value for value in (fact.low, fact.value, fact.high) if value is not None]
        if ends != sorted(ends):
            yield _fault("ranges", fact, f"low, value and high are {ends}")
    for record in facts.table("chips"):
        for names in (("low", "median", "high"), ("h100e_low", "h100_equivalents", "h100e_high")):
            ends = [value for value in map(record.number, names) if value is not None]
            if ends != sorted(ends):
                yield _record_fault("ranges", record, f"{', '.join(names)} are {ends}")


def _record_fault(name: str, record: Record, message: str) -> Fault:
    return Fault(
        check=name, entity=record.table, concept="", period="", message=message, rows=(record.fact_id,)
    )


def duplicates(facts: Facts) -> Iterator[Fault]:
    """No id stands twice, and no file tells the same number twice."""
    rows: list[Fact | Record] = [*facts.rows, *facts.records]
    ids = Counter(row.fact_id for row in rows)
    seen: dict[tuple[object, ...], Fact] = {}
    for fact in facts.rows:
        if ids[fact.fact_id] > 1:
            yield _fault("duplicates", fact, f"the id {fact.fact_id!r} stands {ids[fact.fact_id]} times")
        subject = (
            fact.file, fact.entity, fact.concept, fact.start, fact.end, fact.published, fact.status,
            fact.source_url, fact.value, tuple(sorted(fact.extra.items())),
        )  # fmt: skip
        before = seen.setdefault(subject, fact)
        if before is not fact:
            yield _fault("duplicates", fact, f"says the same as line {before.line}", 0.0, before)


def sources(facts: Facts) -> Iterator[Fault]:
    """Every row names its source; a list without dates, such as the parties, needs none."""
    for fact in facts.rows:
        if not (fact.source_url or fact.source_title):
            yield _fault("sources", fact, "no source")
    for record in facts.records:
        if {"source_url", "source_file"} & record.fields.keys() and not (
            record.source_url or record.fields.get("source_file")
        ):
            yield _record_fault("sources", record, "no source")


def order(facts: Facts) -> Iterator[Fault]:
    """What is reported of a firm was published after its period, and periods begin before they end."""
    for fact in facts.rows:
        if fact.start and fact.end and fact.start > fact.end:
            yield _fault("order", fact, f"begins on {fact.start}, ends on {fact.end}")
    for rows in _of_firms(facts).values():
        for fact in rows:
            kind = concepts()[fact.concept].kind
            if (
                fact.status == "reported"
                and kind in ("flow", "balance")
                and fact.end
                and fact.published < fact.end
            ):
                yield _fault("order", fact, f"published on {fact.published}, before {fact.end}")


def balances(facts: Facts) -> Iterator[Fault]:
    """Cash, securities and property together are no more than all assets, and equity is no more either."""
    for entity in facts.firms:
        for period, assets in facts.series(entity, "total_assets", "point").items():
            for names in (
                ("cash_and_equivalents", "marketable_securities", "property_and_equipment_net"),
                ("total_equity",),
                ("total_debt",),
            ):
                found = [facts.get(entity, name, period) for name in names]
                known = [fact.value for fact in found if fact.value is not None]
                total = sum(known)
                if known and assets.value is not None and total > assets.value:
                    yield _fault(
                        "balances",
                        assets,
                        f"{' + '.join(names)} {total:,.0f} exceed {assets.value:,.0f}",
                        total - assets.value,
                    )


def cash(facts: Facts) -> Iterator[Fault]:
    """Where a year's three cash flows and currency effect are reported, they change cash by their sum."""
    for entity in facts.firms:
        for period, operating in facts.series(entity, "operating_cash_flow", "year").items():
            if operating.start is None or operating.end is None:
                continue
            flows = [
                operating,
                facts.get(entity, "net_cash_from_investing", period),
                facts.get(entity, "net_cash_from_financing", period),
                facts.get(entity, "fx_effect_on_cash", period),
            ]
            opening = facts.get(entity, "cash_and_restricted_cash", str(operating.start - _ONE_DAY))
            closing = facts.get(entity, "cash_and_restricted_cash", str(operating.end))
            if opening.value is None or closing.value is None or any(flow.value is None for flow in flows):
                continue
            gap = opening.value + sum(flow.value for flow in flows if flow.value is not None) - closing.value
            if abs(gap) > _CENT:
                yield _fault("cash", operating, f"cash ends {gap:,.0f} {operating.unit} off", abs(gap))


def references(facts: Facts) -> Iterator[Fault]:
    """Events are of deals that are listed, exposures of parties and beside exposures that are listed.

    A name may be listed in a row that is published later, so all rows count here, whatever their day.
    """
    listed: defaultdict[str, set[str]] = defaultdict(set)
    for record in (*bundled()[1], *facts.records):
        for column in ("deal_id", "exposure_id", "slug"):
            if record.table != "deal_events" and column in record.fields:
                listed[column].add(record.text(column))
    for table, column, names in (
        ("deal_events", "deal_id", "deal_id"),
        ("deals", "parties", "slug"),
        ("exposures", "debtor", "slug"),
        ("exposures", "creditor", "slug"),
        ("exposures", "overlaps_with", "exposure_id"),
    ):
        for record in facts.table(table):
            for name in filter(None, record.text(column).split(";")):
                if name not in listed[names]:
                    yield _record_fault("references", record, f"{column}: {name!r} is not listed")


CHECKS: Mapping[str, Check] = {
    "parts": parts,
    "definitions": definitions_hold,
    "signs": signs,
    "units": units,
    "ranges": ranges,
    "duplicates": duplicates,
    "sources": sources,
    "order": order,
    "balances": balances,
    "cash": cash,
    "references": references,
}
"""Every check, by name."""
