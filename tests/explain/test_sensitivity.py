"""Sensitivities against a closed form, and the door through which chance enters."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("SALib", reason="the sensitivity extra is not installed")

from rekening import Facts, Figure, InputError, Scenario
from rekening.explain.sensitivity import DRAWN, by_evidence, drawn_as, sensitivity
from rekening.explain.words import LANGS, labels
from rekening.facts import Grade, Lineage, Plan, planned, uniform_draws
from rekening.questions import FURTHER, QUESTIONS, Case, Outcome
from rekening.questions import question as find

CASE = Case(facts=Facts.load(as_of="2025-11-03"), scenario=Scenario.load(), firm="meta")


def figure(draws: np.ndarray) -> Figure:
    return Figure.of(draws, "1", Grade.ASSUMED, Lineage())


def ishigami(case: Case) -> Outcome:
    """Ishigami and Homma (1990) with a = 7, b = 0.1, the usual test of sensitivity analysis."""
    x1, x2, x3 = (np.pi * (2 * uniform_draws(name) - 1) for name in ("x1", "x2", "x3"))
    y = np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)
    return Outcome(question="ishigami", case=case, values={"y": figure(y), "fixed": Figure.of(1)})


def weighted(case: Case) -> Outcome:
    y = 3 * uniform_draws("race_decisiveness") + uniform_draws("toss of a coin")
    return Outcome(question="weighted", case=case, values={"y": figure(y)})


def test_ishigami_has_its_closed_form() -> None:
    found = {index.name: index for index in sensitivity(ishigami, CASE, "y", samples=4096).indices}
    first = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
    total = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}
    for name, index in found.items():
        assert index.first == pytest.approx(first[name], abs=0.02)
        assert index.total == pytest.approx(total[name], abs=0.02)


def test_spread_by_kind_of_evidence() -> None:
    shares = {index.name: index.total for index in by_evidence(weighted, CASE).indices}
    assert shares == pytest.approx({"assumed": 0.9, "chance": 0.1}, abs=0.02)


@pytest.mark.parametrize(
    ("question", "value"),
    [("earn_back", "bill_firm_now"), ("who_pays", "customers_later"), ("why_borrow", "next_shortfall")],
)
def test_the_parameters_of_a_question_move_it(question: str, value: str) -> None:
    asked = find(question)
    before = asked(CASE).values
    found = sensitivity(asked, CASE, value, samples=256)
    assert 0.6 < sum(index.total for index in found.indices) < 2
    assert found.indices[0].total > 0.2
    after = asked(CASE).values
    assert all(np.array_equal(figure.draws, after[at].draws, equal_nan=True) for at, figure in before.items())


def test_a_value_that_is_not_there() -> None:
    with pytest.raises(InputError, match="fixed"):
        sensitivity(ishigami, CASE, "fixed")


def test_a_plan_is_lifted_when_its_block_ends() -> None:
    before = uniform_draws("x", 5)
    with planned(Plan(count=3, columns={"x": np.asarray([0.1, 0.2, 0.3])})) as plan:
        assert uniform_draws("x").tolist() == [0.1, 0.2, 0.3]
        assert uniform_draws("y").tolist() == [0.5, 0.5, 0.5]
    assert plan.asked == {"x", "y"}
    assert np.array_equal(uniform_draws("x", 5), before)


@pytest.mark.parametrize("firm", ["meta", "oracle"])
def test_whatever_is_drawn_has_a_kind_and_words(firm: str) -> None:
    case = replace(CASE, firm=firm)
    for name in (*QUESTIONS, *FURTHER):
        with planned(Plan(count=1)) as plan:
            find(name)(case)
        ids = {row.fact_id for row in (*case.facts.rows, *case.facts.records)}
        for asked in plan.asked - case.scenario.keys() - ids:
            assert drawn_as(asked) is not None, asked
    for lang in LANGS:
        words = {key.removeprefix("drawn.") for key in labels("sensitivity", lang) if "drawn." in key}
        assert words == DRAWN.keys()


def test_what_nobody_published_is_no_chance() -> None:
    found = by_evidence(find("how_dependent"), CASE, samples=256)
    assert found.indices[0].name == "unknown"
    assert found.indices[0].total > 0.9


def test_the_pattern_of_a_draw_leaves_its_parts() -> None:
    assert drawn_as("rest of cloud_iaas_uk 2024") == ("rest of * *", ("cloud_iaas_uk", "2024"))
    assert drawn_as("toss of a coin") is None
