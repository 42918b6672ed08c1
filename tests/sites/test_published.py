"""Published models of an hour: each step is one input, and the steps add up to the gap."""

from __future__ import annotations

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.facts import Facts
from rekening.questions.hour_models import beside_models, bridge_table, bridges
from rekening.sites import cost_of_capital
from rekening.sites.hour import full_use, hour_inputs
from rekening.sites.published import bridge

EARLY, LATE = Facts.load("2025-11-03"), Facts.load("2026-06-20")
CHIPS = ("nvidia_h100", "nvidia_b200")
HOURS = 8766


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load()


@pytest.fixture(scope="module")
def told(scenario):
    return bridges(LATE, scenario, "meta")


@pytest.mark.parametrize("chip", CHIPS)
def test_steps_and_rest_make_up_the_gap(told, chip):
    found = told[chip]
    walked = found.ours.draws + sum(step.draws for step in found.steps.values()) + found.rest.draws
    np.testing.assert_allclose(walked, found.theirs.draws)


def test_a_model_that_tells_all_its_inputs_leaves_what_they_do_not_add_up_to(told):
    """Servers 5, the rest of 38 less 25 over 14 years, and 0.9 a year to run, of 8.5 billion a gigawatt."""
    stated = 5 + (38 - 25) / 14 + 0.9
    assert told["nvidia_b200"].rest.central == pytest.approx(2.02 * (1 - stated / 8.5))
    assert told["nvidia_b200"].rest.certain


def test_of_a_model_that_tells_only_its_outcome_nothing_but_the_writing_off_is_put_in(told):
    assert list(told["nvidia_h100"].steps) == ["lives", "return"]
    assert np.all(told["nvidia_h100"].steps["return"].draws < 0)


def test_without_funders_capital_is_written_off_in_a_straight_line(scenario):
    inputs = hour_inputs(LATE, scenario, "meta", chip="nvidia_h100")
    flat = full_use(scenario, inputs, None)
    np.testing.assert_allclose(
        flat["equipment"].draws * HOURS, inputs.system.draws / inputs.life_equipment.draws
    )


def test_before_any_model_was_public_there_is_none(scenario):
    funding = cost_of_capital(EARLY, scenario, "meta")
    assert bridge(EARLY, scenario, "meta", funding, "nvidia_h100") is None
    assert bridges(EARLY, scenario, "meta") == {}


def test_each_model_stands_beside_the_same_hour_of_ours(scenario, told):
    rows = {row["model"]: row for row in beside_models(LATE, scenario, "meta", told).rows}
    assert len(rows) == 5
    low = rows["chip.nvidia_h100", "model.rental_breakeven_low"]
    high = rows["chip.nvidia_h100", "model.rental_breakeven_high"]
    assert low["theirs"].central < low["ours"].central < high["theirs"].central
    for chip in CHIPS:
        full = rows[f"chip.{chip}", "model.full_use"]
        assert full["ours"].central == pytest.approx(told[chip].ours.central)
        assert full["theirs"].central == told[chip].theirs.central
    assert {row["differs"] for row in rows.values()} == {
        "differs.parts", "differs.outcome", "differs.rule", "differs.ratio"
    }  # fmt: skip


def test_the_table_of_steps_begins_with_ours_and_ends_with_theirs(told):
    rows = bridge_table(told).rows
    assert [rows[0]["from_to"], rows[-1]["from_to"]] == ["bridge.ours", "bridge.theirs"]
    assert rows[-1]["nvidia_h100"].central == 1.81
