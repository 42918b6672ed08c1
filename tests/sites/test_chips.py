"""Other chips: their power in proportion to the boards, and an hour that follows price and power."""

import pytest

from rekening.assumptions import Scenario
from rekening.facts import Facts
from rekening.questions.chips import CHIPS, chip_hours
from rekening.sites.hour import chip_power

EARLY, LATE = Facts.load("2025-11-03"), Facts.load("2026-06-20")


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load()


@pytest.fixture(scope="module")
def rows(scenario):
    return {row["chip"].removeprefix("chip."): row for row in chip_hours(LATE, scenario, "meta").rows}


def test_power_follows_the_boards_where_the_server_was_not_told(scenario):
    """An A100 board takes 400 watts to an H100's 700, and the H100 with its server 1,472."""
    assert chip_power(LATE, scenario, "nvidia_a100").central == pytest.approx(1472 * 400 / 700)
    assert chip_power(LATE, scenario, "nvidia_b200").central == 1833


def test_without_boards_the_assumption_stands(scenario):
    figure = chip_power(EARLY, scenario, "nvidia_a100")
    assert figure.lineage.parameters == {"chip_it_power_otherwise"}


def test_every_chip_with_a_price_is_there(rows):
    assert set(rows) == set(CHIPS)


def test_a_dearer_system_that_draws_more_costs_more_an_hour(rows):
    older, newer = rows["nvidia_a100"], rows["nvidia_b300"]
    assert older["system"].central < newer["system"].central
    assert older["draws"].central < newer["draws"].central
    assert older["always"].central < newer["always"].central


@pytest.mark.parametrize("chip", ["nvidia_h100", "nvidia_b200"])
def test_the_hour_lies_within_the_range_of_the_published_model(rows, chip):
    fact = LATE.latest(chip, "owned_cost_per_gpu_hour_full_use")
    low, high = rows[chip]["always"].interval()
    assert low < fact.high
    assert high > fact.low
