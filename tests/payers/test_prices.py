"""Prices: what is expected of them, what the facts tell, and the replay that sets the two side by side."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from rekening.assumptions import Scenario
from rekening.cli import cli
from rekening.errors import InputError
from rekening.facts import Facts, Figure, Grade
from rekening.futures.ahead import investment_ahead
from rekening.payers.bill import bills_by_firm
from rekening.payers.channels import SOLD
from rekening.payers.price_replay import Replayed, price_replay, within
from rekening.payers.prices import (
    expected_rise,
    has_elasticity,
    in_steps,
    list_price_changes,
    next_step,
    plan_rise,
    price_changes,
    price_level,
    price_plans,
    price_uplift,
)

THEN, NOW = Facts.load("2024-12-31"), Facts.load("2026-06-20")
END = date(2026, 12, 31)


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load()


@pytest.fixture(scope="module")
def ahead(scenario):
    return investment_ahead(THEN, scenario)


@pytest.fixture(scope="module")
def bills(scenario, ahead):
    return bills_by_firm(THEN, scenario, ahead)


@pytest.fixture(scope="module")
def replayed(scenario, bills):
    return price_replay(THEN, NOW, scenario, END, bills=bills)


def test_a_price_level_by_hand():
    """Two of three years on: (1 + 2%) squared, and two thirds of an uplift of 6%."""
    assert price_level(np.asarray(0.02), np.asarray(0.06), 2, 3) == pytest.approx(1.02**2 * 1.04)


@given(st.floats(0, 0.1), st.floats(0, 1), st.floats(0, 10), st.floats(0, 10))
def test_prices_never_fall_back_as_time_goes_on(growth, uplift, first, more):
    early, late = (
        price_level(np.asarray(growth), np.asarray(uplift), ahead, 3) for ahead in (first, first + more)
    )
    assert early <= late * (1 + 1e-12)


def test_a_price_on_a_list_by_hand():
    """At 9% due and steps of 6% it moves once; with half a step due before, too; with nine tenths, twice."""
    step = np.asarray(0.06)
    levels = [in_steps(np.asarray(1.09), step, np.asarray(phase)) for phase in (0.0, 0.5, 0.9)]
    assert levels == pytest.approx([1.06, 1.06, 1.06**2])


@given(st.floats(1, 3), st.floats(0.01, 1))
def test_steps_are_on_average_what_is_due(level, step):
    phases = (np.arange(10_000) + 0.5) / 10_000
    prices = in_steps(np.asarray(level), np.asarray(step), phases)
    assert np.mean(np.log(prices)) == pytest.approx(np.log(level), abs=np.log1p(step) * 1e-4)


def test_the_next_step_comes_when_the_price_first_moves(scenario, bills):
    uplift = price_uplift(THEN, scenario, "microsoft", "bundles", bills)
    waits = next_step(scenario, uplift, "plan").draws
    for years in (1, 2, 5):
        moved = plan_rise(scenario, uplift, years, "plan").draws > 0
        np.testing.assert_array_equal(moved, waits <= years)


def test_plans_step_at_times_of_their_own(scenario, bills):
    uplift = price_uplift(THEN, scenario, "microsoft", "bundles", bills)
    one, other = (next_step(scenario, uplift, name).draws for name in ("one", "other"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.5


def test_what_ai_adds_follows_the_building_of_the_same_future(scenario, ahead):
    followed, blind = (
        price_uplift(THEN, scenario, "microsoft", "cloud", bills_by_firm(THEN, scenario, each))
        for each in (ahead, lambda _firm: {})
    )
    built = Figure.total(ahead("microsoft").values())
    assert followed.draws.shape == built.draws.shape
    assert np.corrcoef(followed.draws - blind.draws, built.draws)[0, 1] > 0.5


@pytest.mark.parametrize("channel", SOLD)
def test_ai_adds_something_to_every_channel_and_every_interval_is_assumed(scenario, bills, channel):
    rise = expected_rise(scenario, price_uplift(THEN, scenario, "microsoft", channel, bills), 2)
    low, high = rise.interval()
    assert 0 < low < high
    assert rise.grade is Grade.ASSUMED


def test_only_subscriptions_rest_on_a_measured_elasticity(scenario):
    assert [name for name in SOLD if has_elasticity(NOW, scenario, name)] == ["subscriptions"]


def test_the_steps_of_march_2022_by_hand():
    found = {
        change.name: change.change.central for change in list_price_changes(THEN) if change.day.year == 2022
    }
    assert found["Microsoft 365 Business Basic"] == pytest.approx(6 / 5 - 1)
    assert found["Office 365 E1"] == pytest.approx(10 / 8 - 1)
    assert len(found) == 6


def test_every_priced_product_of_a_channel_is_known():
    """A product whose list price is told and that no channel claims would silently drop out."""
    products = {fact.extra["product"] for fact in NOW.find(concept="list_price")}
    claimed = {fact.extra["product"] for rows in price_plans(NOW).values() for fact in rows}
    assert products == claimed


def test_nothing_is_told_of_a_price_before_it_was_published():
    assert all(
        change.change.lineage.facts <= {row.fact_id for row in THEN.rows} for change in price_changes(THEN)
    )


def test_two_prices_of_one_day_are_no_change():
    assert not any("deepseek" in change.name for change in price_changes(NOW))


def test_the_model_of_the_replay_sees_the_facts_of_the_day_alone(replayed):
    visible = {row.fact_id for row in THEN.rows} | {row.fact_id for row in THEN.records}
    assert replayed
    for each in replayed:
        assert each.expected.lineage.facts <= visible, each.name


def test_what_came_of_office_software(replayed):
    came = {each.name: each.came.central for each in replayed if each.channel == "bundles"}
    assert came["Google Workspace Business Standard"] == pytest.approx(14 / 12 - 1)
    assert came["Microsoft 365 E3"] == pytest.approx(39 / 36 - 1)
    assert came["Microsoft 365 Business Premium"] == 0


def test_a_plan_of_which_nothing_was_told_since_is_left_out(replayed):
    assert not {"Office 365 E1", "Office 365 E5"} & {each.name for each in replayed}


def test_what_was_not_sold_yet_or_has_no_known_price_is_left_out(replayed):
    assert not any(name in each.name for each in replayed for name in ("Ultra", "EC2"))


def test_an_earlier_end_sees_fewer_changes(scenario, bills):
    early = price_replay(THEN, NOW, scenario, date(2025, 12, 31), bills=bills, channels=["bundles"])
    assert {each.name for each in early if each.came.central} == {
        "Google Workspace Business Standard",
        "Microsoft 365 annual commitment billed monthly",
        "Microsoft 365 enterprise agreements (volume discount ended)",
        "Creative Cloud Enterprise Edition 4",
        "Creative Cloud Pro Plus for Teams",
    }


def test_hits_and_scores_by_hand():
    expected = Figure.of(np.linspace(0, 1, 101))
    assert within(Figure.of(0.1), expected)
    assert not within(Figure.of(0.09), expected)
    each = Replayed(
        channel="bundles", provider="x", name="x", day=None, came=Figure.of(2.0), expected=expected,
        plan=expected, rival=Figure.of(np.asarray([1.0, 1.0])), measured=False,
    )  # fmt: skip
    assert each.score(each.rival) == pytest.approx(1)
    assert each.rival_inside is False


@pytest.mark.parametrize("until", [date(2024, 12, 31), date(2020, 1, 1)])
def test_a_window_that_ends_before_it_begins_is_refused(scenario, bills, until):
    with pytest.raises(InputError, match="not after"):
        price_replay(THEN, NOW, scenario, until, bills=bills)


def test_facts_that_know_no_more_are_refused(scenario, bills):
    with pytest.raises(InputError, match="nothing has come since"):
        price_replay(NOW, THEN, scenario, date(2027, 1, 1), bills=bills)


def test_the_command_says_hits_and_misses():
    result = CliRunner().invoke(cli, ["prices", "--channel", "bundles"])
    assert result.exit_code == 0
    assert "Every interval rests on assumptions." in result.output


def test_the_command_refuses_a_channel_that_is_none():
    result = CliRunner().invoke(cli, ["prices", "--channel", "bundels"])
    assert isinstance(result.exception, InputError)
    assert "did you mean 'bundles'" in str(result.exception)
