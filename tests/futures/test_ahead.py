"""The door to the futures: what is simulated beside an answer is what the answer would have found."""

from __future__ import annotations

from threading import Event, Timer

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.facts import Facts, drawn
from rekening.futures import ahead
from rekening.futures.ahead import futures_of, investment_ahead, looking_ahead


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load(as_of="2025-11-03")


def test_futures_found_beside_are_the_same(facts):
    scenario = Scenario.load()
    with drawn(128, 7):
        alone = futures_of(facts, scenario, "meta")
    with drawn(128, 7), looking_ahead(facts, Scenario.load(), ["oracle", "meta"]):
        beside = futures_of(facts, Scenario.load(), "meta")
    assert np.array_equal(alone.values, beside.values)


def test_investment_is_the_same_when_nothing_else_is_kept(facts):
    scenario = Scenario.load()
    with drawn(128, 7):
        alone, among = (investment_ahead(facts, scenario, alone=which)("oracle") for which in (True, False))
    assert alone.keys() == among.keys()
    for quarter, figure in alone.items():
        np.testing.assert_array_equal(figure.draws, among[quarter].draws)


def test_questions_of_one_answer_share_their_futures(facts, monkeypatch):
    asked = []
    monkeypatch.setattr("rekening.futures.outlook.outlook", lambda *_, **__: asked.append(1))
    scenario = Scenario.load()
    with drawn(64, 13):
        investment_ahead(facts, scenario)("meta")
        futures_of(facts, scenario, "meta")
    assert len(asked) == 1


def test_what_fails_beside_fails_again_where_it_is_asked_for(facts, monkeypatch):
    def outlook(*_, **__):
        raise ValueError("no such firm")

    monkeypatch.setattr("rekening.futures.outlook.outlook", outlook)
    scenario = Scenario.load()
    with drawn(64, 11), looking_ahead(facts, scenario, ["meta"]):
        for _ in range(2):
            with pytest.raises(ValueError, match="no such firm"):
                futures_of(facts, scenario, "meta")


def test_nothing_more_is_begun_when_the_answers_are_done(facts, monkeypatch):
    asked, begun, go_on = [], Event(), Event()

    def slow(_facts, _scenario, firm):
        asked.append(firm)
        begun.set()
        go_on.wait(5)

    monkeypatch.setattr(ahead, "futures_of", slow)
    with looking_ahead(facts, Scenario.load(), ["meta", "oracle"]):
        begun.wait(5)
        Timer(0.1, go_on.set).start()
    assert asked == ["meta"]
