"""An answer kept so that it can be rebuilt to the byte, and the change between two answers split by cause."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from rekening import __version__
from rekening.assumptions import Scenario, baseline_parameters
from rekening.assumptions.distributions import parse_distribution
from rekening.errors import InputError, reason
from rekening.explain.answer import Answer
from rekening.explain.numbers import Style
from rekening.explain.write import value_forms
from rekening.facts import Fact, Facts, Figure, Record
from rekening.files import write_whole
from rekening.questions import Case, Outcome, question

__all__ = ["CAUSES", "Bundle", "Change", "Split", "code_version", "split"]

CAUSES = ("restated", "new_facts", "assumptions")
"""Causes of a change between two answers by the same code, in the order in which they are let in."""

_FORMAT = 1
_MOST_BYTES = 50_000_000
_DAY = "day:"


@cache
def code_version() -> str:
    """Fingerprint of the code and of the words, facts aside: two installs that answer alike share it."""
    package = Path(__file__).parents[1]
    digest = sha256()
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package)
        if path.suffix in (".py", ".yaml", ".j2", ".txt"):
            digest.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True)
class Bundle:
    """Everything an answer was made of, beside the answer itself.

    Attributes
    ----------
    code
        Fingerprint of the code that gave the answer.
    answer
        The answer as plain data.
    """

    case: Case
    question: str
    code: str
    answer: Mapping[str, Any]

    @classmethod
    def of(cls, answer: Answer) -> Bundle:
        """Keep an answer with the facts and parameters of its day."""
        outcome = answer.outcome
        return cls(outcome.case, outcome.question, code_version(), answer.to_dict())

    def rebuild(self) -> Mapping[str, Any]:
        """Answer again from the kept facts and parameters, with the code at hand."""
        return Answer(question(self.question)(self.case)).to_dict()

    def save(self, path: Path) -> None:
        """Write the bundle; equal bundles are equal byte for byte.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        write_whole(path, gzip.compress(_packed(self._plain()), mtime=0))

    @classmethod
    def open(cls, path: Path) -> Bundle:
        """Read a bundle.

        Raises
        ------
        InputError
            If it cannot be read or is no bundle of this project.
        """
        try:
            with gzip.open(path) as file:
                text = file.read(_MOST_BYTES + 1)
        except gzip.BadGzipFile as error:
            raise InputError(f"{path}: is no bundle; 'rekening bundle save' makes one") from error
        except (EOFError, zlib.error) as error:
            raise InputError(f"{path}: a bundle that is damaged or cut short") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({reason(error)})") from error
        if len(text) > _MOST_BYTES:
            raise InputError(f"{path}: unpacks to more than {_MOST_BYTES:,} bytes, the most that is read")
        try:
            return cls._of_plain(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"{path}: is no bundle of format {_FORMAT}") from error

    def _plain(self) -> dict[str, Any]:
        case = self.case
        return {
            "format": _FORMAT,
            "rekening": __version__,
            "code": self.code,
            "question": self.question,
            "firm": case.firm,
            "as_of": case.as_of.isoformat(),
            "paths": case.paths,
            "seed": case.seed,
            "scenario": {
                "name": case.scenario.name,
                "title": dict(case.scenario.title),
                "changed": sorted(case.scenario.changed),
                "parameters": {
                    name: _distribution(parameter.distribution) for name, parameter in case.scenario.items()
                },
            },
            "facts": [_row(fact) for fact in case.facts.rows],
            "records": [_row(record) for record in case.facts.records],
            "answer": self.answer,
        }

    @classmethod
    def _of_plain(cls, plain: Mapping[str, Any]) -> Bundle:
        if plain["format"] != _FORMAT:
            raise ValueError(f"format {plain['format']!r}")
        kept = plain["scenario"]
        known = baseline_parameters()
        parameters = dict(known)
        for name, given in kept["parameters"].items():
            if name in known:
                parameters[name] = replace(known[name], distribution=parse_distribution(given))
        scenario = Scenario(kept["name"], kept["title"], parameters, frozenset(kept["changed"]))
        facts = Facts(
            date.fromisoformat(plain["as_of"]),
            tuple(_fact(row) for row in plain["facts"]),
            tuple(_record(row) for row in plain["records"]),
        )
        case = Case(
            facts=facts, scenario=scenario, firm=plain["firm"], paths=plain["paths"], seed=plain["seed"]
        )
        return cls(case, plain["question"], plain["code"], plain["answer"])

    @property
    def same(self) -> bool:
        """True if the code at hand gives the kept answer again, byte for byte."""
        return _packed(self.rebuild()) == _packed(self.answer)


def _packed(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def _distribution(distribution: Any) -> dict[str, list[float]]:
    return {
        type(distribution).__name__.lower(): [
            getattr(distribution, each.name) for each in fields(distribution)
        ]
    }


def _row(row: Fact | Record) -> dict[str, Any]:
    plain = {each.name: getattr(row, each.name) for each in fields(row)}
    return {name: _cell(value) for name, value in plain.items() if value not in (None, "", (), 0)} | (
        {} if isinstance(row, Record) else {"value": row.value}
    )


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return _DAY + value.isoformat()
    if isinstance(value, Mapping):
        return {name: _cell(each) for name, each in value.items()}
    return value


def _back(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_DAY):
        return date.fromisoformat(value.removeprefix(_DAY))
    if isinstance(value, Mapping):
        return {name: _back(each) for name, each in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _fact(plain: Mapping[str, Any]) -> Fact:
    given: dict[str, Any] = {"start": None, "end": None, "value": None} | _back(plain)
    return Fact(**given)


def _record(plain: Mapping[str, Any]) -> Record:
    return Record(**_back(plain))


@dataclass(frozen=True, slots=True)
class Change:
    """How one value of an answer changed between two days, and why.

    Attributes
    ----------
    before, after
        The value on both days; missing where it could not be worked out.
    by_cause
        Part of the change in the central value by cause; None where a step has no number. The parts add
        up to the change, in the order of `CAUSES`.
    facts
        Rows that the value rests on now and did not before.
    form
        How the answer writes the value; empty where no text or table tells it.
    """

    value: str
    before: Figure
    after: Figure
    by_cause: Mapping[str, float | None]
    facts: Sequence[str]
    form: str = ""

    @property
    def unit(self) -> str:
        """Unit of the value on the day on which it has one."""
        return self.before.unit if self.after.missing else self.after.unit

    @property
    def moved(self) -> bool:
        """True where a text or a table tells the value, and it is another or came or went."""
        appeared = self.before.missing != self.after.missing
        other = not self.after.missing and self.before.central != self.after.central
        return bool(self.form) and (appeared or other)


@dataclass(frozen=True, slots=True)
class Split:
    """An answer on two days, and how each of its values changed."""

    before: Outcome
    after: Outcome
    changes: Sequence[Change]

    @property
    def moved(self) -> list[Change]:
        """Changes that a reader sees."""
        return [change for change in self.changes if change.moved]


def split(name: str, before: Case, after: Case) -> Split:
    """Split the change in each value of an answer by cause.

    The causes are let in one after another: first restatements of what was known before, then facts about
    what was not, with the day moved on, then the other assumptions. The part of a cause may depend on
    that order.

    Parameters
    ----------
    name
        Id of the question.
    before, after
        The earlier and the later case, for the same firm.
    """
    ask = question(name)
    restated = replace(before, facts=_restated(before.facts, after.facts))
    outcomes = [ask(case) for case in (before, restated, replace(before, facts=after.facts), after)]
    steps = [outcome.values for outcome in outcomes]
    forms = dict(value_forms(outcomes[0], Style("en"))) | dict(value_forms(outcomes[-1], Style("en")))
    found = [
        _change(value, [step.get(value) for step in steps], forms.get(value, ""))
        for value in dict.fromkeys([*steps[0], *steps[-1]])
    ]
    return Split(outcomes[0], outcomes[-1], found)


def _restated(before: Facts, after: Facts) -> Facts:
    """Facts of the earlier day with the later rows about the same entity, concept and period let in."""
    told = {(fact.entity, fact.concept, fact.period) for fact in before.rows}
    ids = {fact.fact_id for fact in before.rows}
    later = [
        fact
        for fact in after.rows
        if fact.fact_id not in ids and (fact.entity, fact.concept, fact.period) in told
    ]
    return Facts(before.as_of, (*before.rows, *later), before.records)


def _change(value: str, steps: Sequence[Figure | None], form: str) -> Change:
    known = [step if step is not None else Figure.unknown() for step in steps]
    parts: dict[str, float | None] = {}
    for cause, left, right in zip(CAUSES, known[:-1], known[1:], strict=True):
        comparable = not left.missing and not right.missing
        parts[cause] = right.central - left.central if comparable else None
    before, after = known[0], known[-1]
    return Change(value, before, after, parts, sorted(after.lineage.facts - before.lineage.facts), form)
