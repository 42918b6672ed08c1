"""An answer kept so that it can be rebuilt to the byte, and the change between two answers split by cause."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from rekening import __version__
from rekening.assumptions import Scenario, baseline_parameters
from rekening.assumptions.distributions import parse_distribution
from rekening.errors import InputError, reason
from rekening.explain.answer import Answer
from rekening.explain.numbers import Style, clean, show
from rekening.explain.words import LANGS
from rekening.explain.write import value_forms
from rekening.facts import Fact, Facts, Figure, Grade, Lineage, Record
from rekening.facts.schema import TABLES
from rekening.files import write_whole
from rekening.questions import Case, Outcome, question

__all__ = ["CAUSES", "Bundle", "Change", "Split", "code_version", "split", "split_kept"]

CAUSES = ("model", "restated", "new_facts", "assumptions")
"""Causes of a change between two answers, in the order in which they are let in."""

_FORMAT = 1
_MOST_BYTES = 50_000_000
_DAY = "day:"
_GRADES = {grade.word("en"): grade for grade in Grade}


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
    values
        Its named numbers, known by their middle and interval alone.
    said
        What it said, by language.
    """

    case: Case
    question: str
    code: str
    answer: Mapping[str, Any]
    values: Mapping[str, Figure]
    said: Mapping[str, str]

    @classmethod
    def of(cls, answer: Answer) -> Bundle:
        """Keep an answer with the facts and parameters of its day."""
        outcome = answer.outcome
        return cls._holding(outcome.case, outcome.question, code_version(), answer.to_dict())

    @classmethod
    def _holding(cls, case: Case, name: str, code: str, answer: Mapping[str, Any]) -> Bundle:
        values = {value: _figure(plain) for value, plain in answer["values"].items()}
        return cls(case, name, code, answer, values, {lang: _said(answer["text"][lang]) for lang in LANGS})

    def rebuild(self) -> Mapping[str, Any]:
        """Answer again from the kept facts and parameters, with the code at hand."""
        return Answer(question(self.question)(self.case)).to_dict()

    @property
    def scenario_now(self) -> Scenario:
        """What the scenario of the answer changes, over the baseline at hand."""
        kept, now = self.case.scenario, baseline_parameters()
        changed = {name: kept[name] for name in kept.changed if name in now}
        return replace(kept, parameters={**now, **changed})

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
                "units": {name: parameter.unit for name, parameter in case.scenario.items()},
                "parameters": {
                    name: _distribution(parameter.distribution) for name, parameter in case.scenario.items()
                },
            },
            "year_ends": dict(case.facts.year_ends),
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
        units = kept.get("units", {})
        for name, given in kept["parameters"].items():
            # a parameter that has another unit by now is another parameter
            if name in known and units.get(name, known[name].unit) == known[name].unit:
                parameters[name] = replace(known[name], distribution=parse_distribution(given))
        scenario = Scenario(kept["name"], kept["title"], parameters, frozenset(kept["changed"]))
        facts = Facts(
            date.fromisoformat(plain["as_of"]),
            tuple(_fact(row) for row in plain["facts"]),
            tuple(_record(row) for row in plain["records"]),
            plain.get("year_ends", {}),
        )
        case = Case(
            facts=facts, scenario=scenario, firm=plain["firm"], paths=plain["paths"], seed=plain["seed"]
        )
        return cls._holding(case, plain["question"], plain["code"], plain["answer"])

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


def _figure(plain: Mapping[str, Any]) -> Figure:
    """A kept number: draws of which the middle and the ends of the interval are those that were kept."""
    lineage = Lineage(frozenset(plain["facts"]), frozenset(plain["parameters"]))
    low, central, high = (plain[name] for name in ("low", "central", "high"))
    if central is None:
        return Figure.unknown(plain["unit"], lineage)
    draws = central if low == high else np.array([low, low, central, high, high])
    return Figure.of(draws, plain["unit"], _GRADES[plain["grade"]], lineage)


def _said(text: str) -> str:
    """The answer in two sentences: it stands below the title."""
    return clean(text.split("\n\n")[1])


def _row(row: Fact | Record) -> dict[str, Any]:
    """A row as plain data; what it does not say is left out."""
    plain = {each.name: (getattr(row, each.name), each.default) for each in fields(row)}
    return {name: _cell(value) for name, (value, default) in plain.items() if value not in (None, default)}


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
    """A row as kept, with the fields that rows have by now."""
    told = _back(plain)
    return Fact(
        **{each.name: told.get(each.name) for each in fields(Fact) if each.name in told or _bare(each)}
    )


def _record(plain: Mapping[str, Any]) -> Record:
    """A row as kept, with the columns that its table has by now."""
    told = _back(plain)
    return Record(**told | {"fields": dict.fromkeys(TABLES[told["table"]].columns) | told["fields"]})


def _bare(of: Field[Any]) -> bool:
    return of.default is MISSING and of.default_factory is MISSING


@dataclass(frozen=True, slots=True)
class Change:
    """How one value of an answer changed since an earlier one, and why.

    Attributes
    ----------
    before, after
        The value then and now; missing where it could not be worked out.
    by_cause
        Part of the change in the central value by cause; None where a step has no number, or one in another
        unit. The parts add up to the change, in the order of `CAUSES`.
    facts
        Rows that the value rests on now and did not before.
    form
        How the answer writes the value; empty where no text or table tells it.
    turns
        Where a cause has no part: what it did to the value, "came", "went" or "remeasured" (in another unit).
    """

    value: str
    before: Figure
    after: Figure
    by_cause: Mapping[str, float | None]
    facts: Sequence[str]
    form: str = ""
    turns: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Unit of the value on the day on which it has one."""
        return self.before.unit if self.after.missing else self.after.unit

    @property
    def moved(self) -> bool:
        """True where a text or a table tells the value, and it reads otherwise than before."""
        if not self.form or (self.before.unit, self.before.central) == (self.after.unit, self.after.central):
            return False
        style = Style("en", short=True)
        return show(self.before, self.form, style)[0] != show(self.after, self.form, style)[0]


@dataclass(frozen=True, slots=True)
class Split:
    """An answer on two days, and how each of its values changed.

    Attributes
    ----------
    before, after
        As the code at hand answers.
    said
        What a kept answer said, by language; empty where none was kept.
    """

    before: Outcome
    after: Outcome
    changes: Sequence[Change]
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def moved(self) -> list[Change]:
        """Changes that a reader sees."""
        return [change for change in self.changes if change.moved]


def split(name: str, before: Case, after: Case) -> Split:
    """Split the change in each value of an answer by cause.

    The causes are let in one after another: first restatements of what was known before, then facts about
    what was not, with the day moved on, then the other assumptions. The part of a cause may depend on
    that order. Both answers are worked out by the code at hand, so that the model is no cause.

    Parameters
    ----------
    name
        Id of the question.
    before, after
        The earlier and the later case, for the same firm.
    """
    outcomes = _outcomes(name, before, after)
    return _split(outcomes, outcomes[0].values)


def split_kept(bundle: Bundle, after: Case) -> Split:
    """Split the change since a kept answer by cause.

    The model comes first: what the code at hand makes of the kept facts and parameters, less what was kept.
    A parameter that is newer than the bundle is part of the model. The other causes follow as in `split`.

    Parameters
    ----------
    after
        The later case, for the firm of the bundle, with as many paths and the same seed.
    """
    outcomes = _outcomes(bundle.question, bundle.case, after)
    at_hand = {fact.fact_id for fact in after.facts.rows} | {row.fact_id for row in after.facts.records}
    assumed = after.scenario.keys()
    kept = {name: _as_far_as(figure, at_hand, assumed) for name, figure in bundle.values.items()}
    return replace(_split(outcomes, kept), said=bundle.said)


def _outcomes(name: str, before: Case, after: Case) -> list[Outcome]:
    """Answers with one cause more each, from the earlier case to the later; an absent cause asks none."""
    ask = question(name)
    case, outcomes = before, [ask(before)]
    restated = replace(before, facts=_restated(before.facts, after.facts))
    for further in (restated, replace(before, facts=after.facts), after):
        outcomes.append(outcomes[-1] if _alike(case, further) else ask(further))
        case = further
    return outcomes


def _alike(one: Case, other: Case) -> bool:
    """True if two cases of a firm hold the same facts and assumptions, drawn the same way."""
    return (
        one.facts is other.facts
        and (one.paths, one.seed, one.scenario.name) == (other.paths, other.seed, other.scenario.name)
        and one.scenario.parameters == other.scenario.parameters
    )


def _split(outcomes: Sequence[Outcome], first: Mapping[str, Figure]) -> Split:
    """Compare answers with one cause more each; the values of the earlier answer itself are given first."""
    steps = [first, *(outcome.values for outcome in outcomes)]
    forms = dict(value_forms(outcomes[0], Style("en"))) | dict(value_forms(outcomes[-1], Style("en")))
    found = [
        _change(value, [step.get(value) for step in steps], forms.get(value, ""))
        for value in dict.fromkeys([*outcomes[0].values, *outcomes[-1].values, *first])
    ]
    return Split(outcomes[0], outcomes[-1], found)


def _as_far_as(figure: Figure, facts: Set[str], parameters: Set[str]) -> Figure:
    """A kept number that rests on what is still there: rows are mended, parameters renamed."""
    lineage = Lineage(figure.lineage.facts & facts, figure.lineage.parameters & parameters)
    return replace(figure, lineage=lineage)


def _restated(before: Facts, after: Facts) -> Facts:
    """Facts of the earlier day, with what the later rows say of the same entity, concept and period."""
    told = {_subject(fact) for fact in before.rows}
    later = tuple(fact for fact in after.rows if _subject(fact) in told)
    still = {_subject(fact) for fact in later}
    alone = (fact for fact in before.rows if _subject(fact) not in still)
    rows = (*alone, *later)
    as_before = {row.fact_id: row for row in rows} == {row.fact_id: row for row in before.rows}
    return before if as_before else replace(before, rows=rows)


def _subject(fact: Fact) -> tuple[str, str, str]:
    return fact.entity, fact.concept, fact.period


def _change(value: str, steps: Sequence[Figure | None], form: str) -> Change:
    known = [step if step is not None else Figure.unknown() for step in steps]
    parts: dict[str, float | None] = {}
    turns: dict[str, str] = {}
    for cause, left, right in zip(CAUSES, known[:-1], known[1:], strict=True):
        if not left.missing and not right.missing and left.unit == right.unit:
            parts[cause] = right.central - left.central
            continue
        parts[cause] = None
        if not (left.missing and right.missing):
            turns[cause] = "came" if left.missing else "went" if right.missing else "remeasured"
    before, after = known[0], known[-1]
    fresh = sorted(after.lineage.facts - before.lineage.facts)
    return Change(value, before, after, parts, fresh, form, turns)
