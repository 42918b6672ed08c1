"""Charts drawn beside: the same drawings, whoever draws them."""

from __future__ import annotations

import sys

import pytest

from rekening.explain.charts.worker import Worker, draw
from rekening.questions import ChartRow

ROWS: list[ChartRow] = [
    {"firm": firm, "now": now, "low": now - 1, "stopped": now + 1, "high": now + 2}
    for firm, now in (("alphabet", 78.0), ("amazon", 120.0))
]


def asked(worker: Worker) -> list[tuple[str, str]]:
    with worker:
        worker.ask("why_now", ROWS, "nl")
        worker.ask("why_now", [], "en")
        worker.ask("why_now", ROWS, "en")
        return worker.drawings()


def test_the_process_draws_what_is_drawn_here() -> None:
    here = [draw("why_now", ROWS, "nl"), ("", ""), draw("why_now", ROWS, "en")]
    assert "Alphabet" in here[0][0]
    assert here[0][0] != here[0][1]
    assert asked(Worker(beside=True)) == here


@pytest.mark.parametrize("program", ["/no/such/python", "/bin/false"])
def test_without_the_process_the_charts_are_drawn_here(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert asked(Worker(beside=True))[0] == draw("why_now", ROWS, "nl")
