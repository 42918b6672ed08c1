"""Cost of an accelerator-hour, beside published cost models and market rents."""

from __future__ import annotations

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.sites import accelerator_hour, build, cost_of_capital, cost_shares, market_rents
from rekening.sites.evidence import pool
from rekening.sites.hour import electricity_price

CHIP = "nvidia_h100"
FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load()


@pytest.fixture(scope="module")
def newest():
    return Facts.load("2026-06-20")


@pytest.fixture(scope="module")
def then():
    return Facts.load("2025-11-03")


@pytest.mark.parametrize("firm", FIRMS)
def test_an_h100_hour_lies_within_the_published_cost_models(newest, scenario, firm):
    funding = cost_of_capital(newest, scenario, firm)
    cost = accelerator_hour(newest, scenario, firm, funding, chip=CHIP)
    model = newest.latest(CHIP, "owned_cost_per_gpu_hour_full_use")
    # Low: every hour is sold; high: 60% of them.
    assert model.low <= cost.total_at_full_use.central <= cost.total.central <= model.high
    breakeven = [newest.latest(CHIP, f"rental_breakeven_{end}").value for end in ("low", "high")]
    assert breakeven[0] <= cost.total.central <= breakeven[1]


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_market_rents_of_the_year_lie_inside_the_interval(newest, scenario, year):
    """Two of three years; the table of the docs holds 2023 and 2026 too, with what misses."""
    funding = cost_of_capital(newest, scenario, "coreweave")
    low, high = accelerator_hour(
        newest, scenario, "coreweave", funding, chip=CHIP, year=year
    ).total.interval()
    rents = [fact.midpoint() for fact in market_rents(newest, CHIP)[year]]
    assert low <= np.median(rents) <= high


def test_a_dearer_chip_or_a_shorter_life_costs_more(newest, scenario, tmp_path):
    quick = tmp_path / "quick.yaml"
    quick.write_text("extends: baseline\nparameters: {accelerator_life_years: 3}\n", encoding="utf-8")
    funding = cost_of_capital(newest, scenario, "meta")
    usual = accelerator_hour(newest, scenario, "meta", funding, chip=CHIP).total
    short = accelerator_hour(newest, Scenario.load(quick), "meta", funding, chip=CHIP).total
    assert short.central > usual.central
    dear = accelerator_hour(newest, scenario, "meta", funding, chip=CHIP, year="2023").total
    cheap = accelerator_hour(newest, scenario, "meta", funding, chip=CHIP, year="2025").total
    assert np.all(dear.draws > cheap.draws)


def test_a_chip_without_a_price_is_unknown(then, scenario):
    funding = cost_of_capital(then, scenario, "meta")
    assert accelerator_hour(then, scenario, "meta", funding, chip=CHIP, year="2024").total.missing


def test_every_part_is_known_and_rests_on_something(then, scenario):
    cost = accelerator_hour(then, scenario, "meta", cost_of_capital(then, scenario, "meta"), chip=CHIP)
    assert set(cost.full_use) == {"equipment", "site", "energy", "operations"}
    assert sum(part.central for part in cost.full_use.values()) == pytest.approx(
        cost.total_at_full_use.central, rel=0.02
    )
    assert "accelerator_life_years" in cost.full_use["equipment"].lineage.parameters
    for fact_id in cost.total.lineage.facts:
        assert then.row(fact_id).published <= then.as_of


def test_weaker_credit_and_more_debt_show_in_the_cost_of_debt(then, scenario):
    rates = {firm: cost_of_capital(then, scenario, firm) for firm in ("meta", "coreweave")}
    assert rates["coreweave"].debt.central > rates["meta"].debt.central
    assert 0.05 < rates["meta"].required.central < 0.15
    # Meta's six tranches: coupons weighted by principal.
    assert rates["meta"].debt.central == pytest.approx(0.051358, abs=1e-6)


def test_shares_of_the_classes_are_one(then, scenario):
    for facts in (then, Facts.load("2024-12-31")):
        shares = cost_shares(facts, scenario)
        np.testing.assert_allclose(Figure.total(shares.values()).draws, 1, rtol=1e-12)
        assert all(np.all(share.draws > 0) for share in shares.values())


def test_breakdown_is_published_on_29_october_2025_and_assumed_before(scenario):
    assert not cost_shares(Facts.load("2025-10-28"), scenario)["servers"].lineage.facts
    assert cost_shares(Facts.load("2025-10-29"), scenario)["servers"].lineage.facts


def test_thirty_billion_dollars_buy_what_the_estimates_say(then, scenario):
    made = build(then, scenario, "meta", Figure.of(30e9, "USD"))
    # $35 to $57 million per MW, as published by then.
    assert made.it_power.draws.min() < 30e9 / 57e6 < 30e9 / 35e6 < made.it_power.draws.max()
    assert 30e9 / 57e6 < made.it_power.central < 30e9 / 35e6
    np.testing.assert_allclose(made.facility_power.draws, made.it_power.draws * 1.08)
    np.testing.assert_allclose(made.total.draws, 30e9)
    hours = made.energy.to("MWh/year").draws / made.facility_power.draws
    assert np.all((hours > 0.6 * 8766 * 0.999) & (hours < 0.92 * 8766 * 1.001))


def test_twice_the_money_buys_twice_as_much(then, scenario):
    one, two = (build(then, scenario, "meta", Figure.of(size, "USD")) for size in (1e9, 2e9))
    for name in ("it_power", "accelerators", "energy", "water"):
        np.testing.assert_allclose(getattr(two, name).draws, 2 * getattr(one, name).draws)


def test_pool_spans_its_estimates_and_keeps_a_single_one():
    found = pool("x", [Figure.of(3.0, "USD"), Figure.of(1.0, "USD"), Figure.of(10.0, "USD")])
    assert found.draws.min() >= 1
    assert found.draws.max() <= 10
    assert found.central == pytest.approx(3, abs=0.3)
    assert pool("x", [Figure.of(3.0, "USD")]).certain


def test_electricity_prices_are_those_published_by_then(then, scenario):
    low, high = electricity_price(then, scenario).interval()
    assert 40 < low < high < 130
