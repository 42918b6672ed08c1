"""A small question that exists in the tests only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest

from rekening.assumptions import Scenario
from rekening.explain import Answer, words, write
from rekening.facts import Facts
from rekening.questions import Case, Outcome, Table

DEMO = Path(__file__).with_name("demo")


@pytest.fixture(scope="session")
def facts() -> Facts:
    return Facts.load(as_of="2025-11-03")


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The texts of the project and of the demonstration, in a folder that may be changed."""
    folder = tmp_path / "texts"
    copytree(words.TEXTS, folder)
    copytree(DEMO, folder, dirs_exist_ok=True)
    monkeypatch.setattr(words, "TEXTS", folder)
    monkeypatch.setattr(write, "TEXTS", folder)
    _forget()
    yield folder
    _forget()


def _forget() -> None:
    words.labels.cache_clear()
    write._environment.cache_clear()


def outcome_of(facts: Facts, **changes: object) -> Outcome:
    """What the demonstration finds, from real rows."""
    debt = facts.get("meta", "total_debt", "2025-09-30").figure()
    sales = facts.get("meta", "revenue", "2024").figure()
    share = debt / sales
    profit = facts.get("meta", "net_income", "2031").figure()
    parts: dict[str, object] = {
        "question": "demo",
        "case": Case(facts=facts, scenario=Scenario.load(), firm="meta"),
        "values": {"debt": debt, "share": share, "profit": profit},
        "tables": [
            Table(
                name="balances",
                columns=["when", "amount", "part", "note"],
                rows=[{"when": "2025Q3", "amount": debt, "part": share, "note": "big"}],
                formats={"amount": "money", "part": "percent"},
            )
        ],
        "missing": ["profit"],
    }
    return Outcome(**(parts | changes))  # type: ignore[arg-type]


@pytest.fixture
def made() -> Callable[..., Outcome]:
    return outcome_of


@pytest.fixture
def demo(texts: Path, facts: Facts) -> Answer:
    return Answer(outcome_of(facts))
