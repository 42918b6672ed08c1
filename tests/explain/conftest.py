"""A small question that exists in the tests only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import copytree
from types import ModuleType

import altair as alt
import pytest

from rekening.assumptions import Scenario
from rekening.explain import Answer, report, words, write
from rekening.explain.charts import theme
from rekening.explain.report import Order
from rekening.facts import Facts
from rekening.questions import Case, ChartRow, Outcome, Table

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
    for path in folder.glob("*/demo.*"):
        path.with_name(path.name.replace("demo", "demo2")).write_text(path.read_text())
    for path in folder.glob("*/article.yaml"):
        path.write_text(path.read_text() + "question.demo: What is owed?\nquestion.demo2: What is owed?\n")
    monkeypatch.setattr(words, "TEXTS", folder)
    monkeypatch.setattr(write, "TEXTS", folder)
    _forget()
    yield folder
    _forget()


@pytest.fixture
def asked(texts: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Order]:
    """Orders that ask the demonstration in place of the questions of the project."""
    for name in ("demo", "demo2"):
        chart = ModuleType(f"rekening.explain.charts.{name}")
        chart.build = lines  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, chart.__name__, chart)
    monkeypatch.setattr(report, "question", lambda name: partial(outcome_of, question=name))

    def order(**changes: object) -> Order:
        parts = {"questions": ("demo",), "firms": ("meta",), "as_of": "2025-11-03", "paths": 10_000}
        return Order(**(parts | changes))  # type: ignore[arg-type]

    return order


def lines(rows: Sequence[ChartRow], labels: Mapping[str, str], lang: str) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=list(rows))).encode(x="when:Q", y="amount:Q")
    label = base.mark_text(color=theme.INK, dy=-12).encode(text="amount:Q")
    return alt.layer(base.mark_line(), label).properties(width=theme.WIDE, height=260)


def _forget() -> None:
    words.labels.cache_clear()
    write._environment.cache_clear()


def outcome_of(case: Case, **changes: object) -> Outcome:
    """What the demonstration finds, from real rows."""
    facts = case.facts
    debt = facts.get(case.firm, "total_debt", "2025-09-30").figure()
    sales = facts.get(case.firm, "revenue", "2024").figure()
    share = debt / sales
    profit = facts.get(case.firm, "net_income", "2031").figure()
    parts: dict[str, object] = {
        "question": "demo",
        "case": case,
        "values": {"debt": debt, "share": share, "profit": profit},
        "tables": [
            Table(
                name="balances",
                columns=["when", "amount", "part", "note"],
                rows=[{"when": "2025Q3", "amount": debt, "part": share, "note": "big"}],
                formats={"amount": "money", "part": "percent"},
            )
        ],
        "chart": [{"when": when, "amount": when**2} for when in range(5)],
        "missing": ["profit"],
    }
    return Outcome(**(parts | changes))  # type: ignore[arg-type]


@pytest.fixture
def made(facts: Facts) -> Callable[..., Outcome]:
    """What the demonstration finds about Meta, with parts replaced."""
    return partial(outcome_of, Case(facts=facts, scenario=Scenario.load(), firm="meta"))


@pytest.fixture
def demo(texts: Path, made: Callable[..., Outcome]) -> Answer:
    return Answer(made())
