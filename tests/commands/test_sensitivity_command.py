"""What moves an answer, drawn with its finding above it."""

from __future__ import annotations

import pytest

pytest.importorskip("SALib", reason="the sensitivity extra is not installed")

from rekening import Facts, Scenario
from rekening.commands.sensitivity import _drawing
from rekening.explain.sensitivity import sensitivity
from rekening.questions import Case
from rekening.questions import question as find


@pytest.mark.parametrize(
    ("lang", "finding"), [("nl", "één ding doet mee in"), ("en", "one thing has a hand in")]
)
def test_a_drawing_says_what_it_found(lang, finding):
    case = Case(facts=Facts.load(as_of="2025-11-03"), scenario=Scenario.load(), firm="meta")
    found = sensitivity(find("earn_back"), case, "bill_firm_now", samples=64)
    drawn = _drawing(found, case, lang, ".svg").decode()
    text = " ".join(drawn.replace("<tspan", " <tspan").split())
    assert all(word in text for word in finding.split())
    assert f"{max(index.total for index in found.indices):.0%}" in text
