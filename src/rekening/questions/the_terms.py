"""What do the terms say? What people pay in data, attention and freedom, beside money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from rekening.facts import Figure, Grade
from rekening.facts.units import ONE
from rekening.questions.outcome import Case, Cell, Outcome, Table
from rekening.terms.summary import Said, main_answers, summary

__all__ = ["the_terms"]

WAYS = ("data", "attention", "freedom", "money")
"""How a clause makes a user pay."""

_ASKED = (
    "trains_on_user_content", "uses_data_for_ads", "unilateral_change_of_terms",
    "unilateral_price_change", "data_export_portability",
)  # fmt: skip
"""Questions that people ask first."""


def the_terms(case: Case) -> Outcome:
    """Count what the services' terms, as recorded by the day of the case, ask of their users.

    Rests on the readings that come with the package; each stands at a place in the public record.
    """
    every = summary()
    read = main_answers(said for said in every if date.fromisoformat(said.date) <= case.as_of)
    if not read:
        return Outcome(question="the_terms", case=case, values={}, missing=("unread",), flags={"read": False})
    services = sorted({service for service, _ in read})
    bad = [said for said in read.values() if said.direction == "bad"]
    values = {
        "services": _count(len(services)),
        "answers": _count(len(read)),
        "bad": _count(len(bad)),
        **{f"bad_{way}": _count(sum(said.way == way for said in bad)) for way in WAYS},
        **{name: _count(_with(read, name)) for name in _ASKED},
    }
    newest = max(said.date for said in read.values())
    return Outcome(
        question="the_terms",
        case=case,
        values=values,
        tables=(_by_service(read, services), _by_clause(read), _places(read)),
        chart=[
            {"service": service, "way": way, "count": count}
            for service in services
            for way, count in Counter(said.way for said in bad if said.service == service).items()
        ],
        missing=() if newest >= max(said.date for said in every) else ("later",),
        flags={"read": True},
    )


def _count(number: int) -> Figure:
    return Figure.of(number, ONE, Grade.DERIVED)


def _with(read: Mapping[tuple[str, str], Said], clause: str) -> int:
    """Services whose answer on a clause is bad for the user."""
    return sum(said.direction == "bad" for (_, name), said in read.items() if name == clause)


def _by_service(read: Mapping[tuple[str, str], Said], services: list[str]) -> Table:
    """Main answers on the questions that people ask first; empty where the terms are silent."""
    rows: list[Mapping[str, Cell]] = [
        {"service": service, **{name: _answer(read.get((service, name))) for name in _ASKED}}
        for service in services
    ]
    return Table(name="by_service", columns=("service", *_ASKED), rows=rows)


def _answer(said: Said | None) -> str | None:
    return None if said is None else f"{said.clause}.{said.value.partition('=')[0]}"


def _by_clause(read: Mapping[tuple[str, str], Said]) -> Table:
    """For each clause: how it is paid, its channel of who_pays, and how many services say good or bad."""
    found: dict[str, list[Said]] = {}
    for (_, clause), said in sorted(read.items(), key=lambda pair: (WAYS.index(pair[1].way), pair[0][1])):
        found.setdefault(clause, []).append(said)
    rows: list[Mapping[str, Cell]] = [
        {
            "clause": clause,
            "way": f"way.{said[0].way}",
            "channel": f"channel.{said[0].channel}" if said[0].channel else None,
            "bad": _count(sum(each.direction == "bad" for each in said)),
            "good": _count(sum(each.direction == "good" for each in said)),
        }
        for clause, said in found.items()
    ]
    return Table(name="by_clause", columns=("clause", "way", "channel", "bad", "good"), rows=rows)


def _places(read: Mapping[tuple[str, str], Said]) -> Table:
    """Where each of the first questions is answered, so that a reader can check it."""
    rows: list[Mapping[str, Cell]] = [
        {
            "service": said.service,
            "clause": said.clause,
            "day": date.fromisoformat(said.date),
            "place": f"{said.document}, {said.start}–{said.end}",
            "record": said.record,
        }
        for said in read.values()
        if said.clause in _ASKED
    ]
    return Table(name="places", columns=("service", "clause", "day", "place", "record"), rows=rows)
