"""An answer is rebuilt to the byte, and a change is split into parts that add up."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, InputError, Scenario
from rekening.assumptions.distributions import Fixed
from rekening.explain import replay
from rekening.explain.answer import Answer
from rekening.explain.numbers import Style, show
from rekening.explain.replay import CAUSES, Bundle, Change, split, split_kept
from rekening.explain.write import form_of
from rekening.facts import Figure, Grade
from rekening.questions import Case, Outcome, question
from rekening.questions import why_now as module


def case(as_of: str, scenario: str | Path = "baseline") -> Case:
    return Case(facts=Facts.load(as_of=as_of), scenario=Scenario.load(scenario), firm="meta")


@pytest.fixture(scope="module")
def answer() -> Answer:
    return Answer(question("why_now")(case("2025-11-03")))


def test_a_bundle_is_rebuilt_to_the_byte(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "answer.bundle"
    Bundle.of(answer).save(path)
    opened = Bundle.open(path)
    assert opened.same
    opened.save(tmp_path / "again.bundle")
    assert (tmp_path / "again.bundle").read_bytes() == path.read_bytes()


def test_a_changed_number_in_a_bundle_is_noticed(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "answer.bundle"
    Bundle.of(answer).save(path)
    plain = json.loads(gzip.decompress(path.read_bytes()))
    capex = next(
        row
        for row in plain["facts"]
        if (row["entity"], row["concept"], row["period"]) == ("meta", "capex", "2025Q3")
    )
    capex["value"] += 1e9
    path.write_bytes(gzip.compress(json.dumps(plain).encode()))
    assert not Bundle.open(path).same


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        gzip.compress(b"[]"),
        gzip.compress(b'{"format": 99}'),
        gzip.compress(b'{"format": 1}'),
    ],
    ids=["empty", "no gzip", "a list", "another format", "nothing in it"],
)
def test_what_is_no_bundle_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "answer.bundle"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"answer\.bundle"):
        Bundle.open(path)


def test_parts_of_a_change_add_up(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("parameters: {race_decisiveness: 0.9}\n", encoding="utf-8")
    found = {
        change.value: change
        for change in split("why_now", case("2025-11-03"), case("2026-06-20", mine)).changes
    }
    prize = found["prize"]
    parts = [prize.by_cause[cause] for cause in CAUSES]
    assert sum(parts) == pytest.approx(prize.after.central - prize.before.central)
    assert prize.by_cause["assumptions"] != 0
    assert found["own_building"].by_cause["assumptions"] == 0
    assert found["own_building"].facts


def kept(answer: Answer, tmp_path: Path) -> Bundle:
    """The answer as someone else reads it from a file."""
    Bundle.of(answer).save(tmp_path / "answer.bundle")
    return Bundle.open(tmp_path / "answer.bundle")


def adds_up(change: Change) -> bool:
    parts = [change.by_cause[cause] for cause in CAUSES]
    whole = change.after.central - change.before.central
    return sum(parts) == pytest.approx(whole, abs=1e-9 * abs(change.before.central))


def test_a_planted_change_of_the_model_is_the_part_of_the_model(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = kept(answer, tmp_path)
    prize = module.implied_prize
    monkeypatch.setattr(module, "implied_prize", lambda *given: 2 * prize(*given))
    found = {change.value: change for change in split_kept(bundle, case("2026-06-20")).changes}
    assert found["prize"].by_cause["model"] == answer.values["prize"].central
    assert found["own_building"].by_cause["model"] == 0
    assert found["own_building"].by_cause["new_facts"] != 0
    assert all(adds_up(change) for change in found.values())


def test_the_same_code_is_no_cause(answer: Answer, tmp_path: Path) -> None:
    since_kept = split_kept(kept(answer, tmp_path), case("2026-06-20"))
    since_day = split("why_now", case("2025-11-03"), case("2026-06-20"))
    for told, worked_out in zip(since_kept.changes, since_day.changes, strict=True):
        assert told.by_cause["model"] == 0
        assert (told.value, told.by_cause) == (worked_out.value, worked_out.by_cause)
        assert told.before.lineage == worked_out.before.lineage


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_kept_number_reads_as_it_did(answer: Answer, tmp_path: Path, lang: str) -> None:
    for name, figure in kept(answer, tmp_path).values.items():
        was = answer.values[name]
        assert show(figure, form_of(figure), Style(lang)) == show(was, form_of(was), Style(lang))
        assert (figure.grade, figure.lineage) == (was.grade, was.lineage)


def test_another_baseline_is_a_change_of_assumptions(answer: Answer, tmp_path: Path) -> None:
    then = case("2025-11-03")
    known = dict(then.scenario)
    known["race_decisiveness"] = replace(known["race_decisiveness"], distribution=Fixed(0.5))
    older = replace(then, scenario=replace(then.scenario, parameters=known))
    bundle = kept(Answer(question("why_now")(older)), tmp_path)
    (prize,) = [
        change
        for change in split_kept(bundle, replace(then, scenario=bundle.scenario_now)).changes
        if change.value == "prize"
    ]
    assert {cause for cause in CAUSES if prize.by_cause[cause]} == {"assumptions"}


def test_what_a_scenario_changes_stays_changed(tmp_path: Path) -> None:
    then = case("2025-11-03", "race_stops")
    now = kept(Answer(question("why_now")(then)), tmp_path).scenario_now
    assert now.changed
    assert dict(now) == dict(then.scenario)


def test_a_mended_row_counts_as_restated(answer: Answer, tmp_path: Path) -> None:
    now = case("2025-11-03")
    mended = [
        replace(row, value=row.value + 1e9)
        if (row.entity, row.concept, row.period) == ("meta", "capex", "2025Q3")
        else row
        for row in now.facts.rows
    ]
    after = replace(now, facts=replace(now.facts, rows=tuple(mended)))
    (own,) = [
        change
        for change in split_kept(kept(answer, tmp_path), after).changes
        if change.value == "own_building"
    ]
    assert own.by_cause == {"model": 0, "restated": 1e9, "new_facts": 0, "assumptions": 0}


def test_a_zero_bound_and_the_year_of_a_firm_of_ones_own_are_kept(answer: Answer, tmp_path: Path) -> None:
    facts = answer.outcome.case.facts
    first, *others = facts.rows
    ranged = replace(first, value=None, low=0.0, high=2.0)
    own = replace(facts, rows=(ranged, *others), year_ends={"acme": 9})
    outcome = replace(answer.outcome, case=replace(answer.outcome.case, facts=own))
    opened = kept(Answer(outcome), tmp_path).case.facts
    assert opened.rows == own.rows
    assert opened.records == own.records
    assert opened.year_ends == {"acme": 9}


def edited(answer: Answer, path: Path, edit: Callable[[dict[str, Any]], None]) -> Bundle:
    """The answer as kept by other code."""
    Bundle.of(answer).save(path)
    plain = json.loads(gzip.decompress(path.read_bytes()))
    edit(plain)
    path.write_bytes(gzip.compress(json.dumps(plain).encode()))
    return Bundle.open(path)


def test_a_kept_parameter_of_another_unit_is_another_parameter(answer: Answer, tmp_path: Path) -> None:
    def edit(plain: dict[str, Any]) -> None:
        plain["scenario"]["units"]["race_decisiveness"] = "percent"
        plain["scenario"]["parameters"]["race_decisiveness"] = {"fixed": [50]}
        plain["scenario"]["parameters"]["no_longer_there"] = {"fixed": [1]}

    opened = edited(answer, tmp_path / "answer.bundle", edit)
    assert opened.case.scenario["race_decisiveness"] == Scenario.load()["race_decisiveness"]
    assert "no_longer_there" not in opened.case.scenario


def test_a_row_of_older_columns_has_the_newer_ones_empty(answer: Answer, tmp_path: Path) -> None:
    def edit(plain: dict[str, Any]) -> None:
        for row in plain["records"]:
            if row["table"] == "bonds":
                del row["fields"]["maturity_year"]
        for row in plain["facts"]:
            row["no_longer_there"] = 1

    opened = edited(answer, tmp_path / "answer.bundle", edit)
    assert {row["maturity_year"] for row in opened.case.facts.table("bonds")} == {None}
    assert opened.case.facts.rows == answer.outcome.case.facts.rows


@given(st.lists(st.none() | st.floats(-1e15, 1e15), min_size=5, max_size=5))
def test_parts_add_up_whatever_the_steps(values: list[float | None]) -> None:
    steps = [
        Figure.unknown() if value is None else Figure.of(value, grade=Grade.REPORTED) for value in values
    ]
    change = replay._change("x", steps, "number")
    for at, cause in enumerate(CAUSES):
        left, right = values[at : at + 2]
        assert (change.by_cause[cause] is None) == (left is None or right is None)
        assert change.turns.get(cause) == (
            None if (left is None) == (right is None) else "came" if left is None else "went"
        )
    if None not in values:
        largest = max(map(abs, values))
        assert sum(change.by_cause.values()) == pytest.approx(values[-1] - values[0], abs=1e-9 * largest)


def test_numbers_in_other_units_have_no_difference() -> None:
    steps = [Figure.of(1, "USD"), *[Figure.of(2, "EUR")] * 4]
    change = replay._change("x", steps, "money")
    assert change.by_cause["model"] is None
    assert change.turns == {"model": "remeasured"}


def test_nothing_changes_between_equal_cases() -> None:
    same = case("2025-11-03")
    for change in split("why_now", same, replace(same)).changes:
        assert set(change.by_cause.values()) == {0}
        assert change.facts == []


def test_a_question_is_asked_once_a_cause_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Case] = []

    def counted(name: str) -> Callable[[Case], Outcome]:
        return lambda each: asked.append(each) or question(name)(each)

    monkeypatch.setattr(replay, "question", counted)
    same, later = case("2025-11-03"), case("2025-11-10")
    for before, after, times in (
        (same, replace(same), 1),
        (same, later, 3),  # some of what was known was told anew
        (same, replace(same, scenario=Scenario.load("rates_up")), 2),
        (same, replace(later, scenario=Scenario.load("rates_up")), 4),
    ):
        asked.clear()
        split("loan_cost", before, after)
        assert len(asked) == times


def test_the_fingerprint_of_the_code_hangs_on_words_and_not_on_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fingerprint(place: str, rule: str) -> str:
        module = tmp_path / place / "rekening" / "explain" / "replay.py"
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text("a = 1\n")
        rules = tmp_path / place / "rekening" / "terms" / "data" / "rules.yaml"
        rules.parent.mkdir(parents=True, exist_ok=True)
        rules.write_text(rule)
        monkeypatch.setattr(replay, "__file__", str(module))
        return replay.code_version.__wrapped__()

    first = fingerprint("here", "a: 1")
    assert fingerprint("data", "a: 1") == first
    assert fingerprint("data", "a: 2") != first
