"""The cost of a million tokens: arithmetic by hand, and what moves it."""

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.assumptions.distributions import Fixed
from rekening.facts import Facts, Figure, Grade
from rekening.sites.tokens import million_tokens, operations_per_token, tokens_per_hour

EARLY, LATE = Facts.load("2025-11-03"), Facts.load("2026-06-20")
CHIP = "nvidia_h100"


def fixed(**values: float) -> Scenario:
    baseline = Scenario.load()
    parameters = dict(baseline.parameters)
    for name, value in values.items():
        parameters[name] = parameters[name].with_distribution(Fixed(value), "test")
    return Scenario("fixed", baseline.title, parameters)


def test_a_model_does_two_operations_per_parameter():
    assert operations_per_token(70e9) == 140e9


def test_tokens_by_hand():
    """1979 trillion x 10% x 3600 seconds over 100 billion operations: 7.12 million tokens an hour."""
    scenario = fixed(share_of_peak_in_service=0.1, active_parameters_in_billions=50)
    assert tokens_per_hour(LATE, scenario, CHIP).central == pytest.approx(1979e12 * 0.1 * 3600 / 100e9)
    cost = million_tokens(LATE, scenario, CHIP, Figure.of(3, "USD/chip/hour"))
    assert cost.central == pytest.approx(3 / 7.1244)
    assert cost.unit == "USD/million_tokens"


def test_a_larger_model_costs_in_proportion():
    hour = Figure.of(3, "USD/chip/hour")
    small, large = (
        million_tokens(LATE, fixed(active_parameters_in_billions=size), CHIP, hour) for size in (20, 60)
    )
    np.testing.assert_allclose(large.draws, 3 * small.draws)


def test_before_the_facts_name_the_peak_it_is_assumed_and_the_same():
    early, late = (tokens_per_hour(facts, Scenario.load(), CHIP) for facts in (EARLY, LATE))
    np.testing.assert_allclose(early.draws, late.draws)
    assert "chip_peak_operations_otherwise" in early.lineage.parameters
    assert "chip_peak_operations_otherwise" not in late.lineage.parameters
    assert early.grade is Grade.ASSUMED
