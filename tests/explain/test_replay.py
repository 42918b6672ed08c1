"""An answer is rebuilt to the byte, and a change is split into parts that add up."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from rekening import Facts, InputError, Scenario
from rekening.explain import replay
from rekening.explain.answer import Answer
from rekening.explain.replay import CAUSES, Bundle, split
from rekening.questions import Case, question


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
    [b"", b"no gzip", gzip.compress(b"[]"), gzip.compress(b'{"format": 99}')],
    ids=["empty", "no gzip", "a list", "another format"],
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


def test_nothing_changes_between_equal_cases() -> None:
    same = case("2025-11-03")
    for change in split("why_now", same, replace(same)).changes:
        assert set(change.by_cause.values()) == {0}
        assert change.facts == []


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
