"""A chip earns its keep exactly at the price that is needed, and lenders come before owners."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, Figure, Scenario
from rekening.questions import Case
from rekening.questions.what_must_be_true import what_must_be_true
from rekening.sites import cost_of_capital
from rekening.sites.break_even import break_even, levelled

FACTS = Facts.load(as_of="2025-11-03")
SCENARIO = Scenario.load()


@given(st.floats(0, 0.5), st.floats(0.001, 0.3), st.integers(1, 15))
def test_levelled_income_is_worth_as_much_as_the_falling_one(decline: float, rate: float, life: int) -> None:
    years = np.arange(1, life + 1)
    falling = np.sum((1 - decline) ** (years - 1) / (1 + rate) ** years)
    flat = np.sum(1 / (1 + rate) ** years)
    found = levelled(np.asarray(decline), np.asarray(rate), np.asarray(float(life)))
    assert float(found) == pytest.approx(falling / flat, rel=1e-9)


def test_at_the_price_needed_the_margin_is_nothing() -> None:
    found = break_even(FACTS, SCENARIO, "meta", cost_of_capital(FACTS, SCENARIO, "meta"), chip="nvidia_h100")
    income = found.price_needed / found.price * (found.owner_margin + found.cost.total_at_full_use)
    assert np.allclose(income.draws, found.cost.total_at_full_use.draws, rtol=1e-9)


def test_use_and_price_needed_agree() -> None:
    found = break_even(FACTS, SCENARIO, "meta", cost_of_capital(FACTS, SCENARIO, "meta"), chip="nvidia_h100")
    assert np.allclose((found.use_needed / found.use).draws, (found.price_needed / found.price).draws)


def test_a_longer_life_needs_a_lower_price() -> None:
    funding = cost_of_capital(FACTS, SCENARIO, "meta")
    needed = [
        break_even(FACTS, SCENARIO, "meta", funding, chip="nvidia_h100", life=Figure.of(years, "year"))
        .price_needed.central
        for years in (3, 4, 5, 6)
    ]  # fmt: skip
    assert needed == sorted(needed, reverse=True)


@pytest.mark.parametrize("firm", ["meta", "oracle", "coreweave"])
def test_lenders_come_before_owners(firm: str) -> None:
    values = what_must_be_true(Case(facts=FACTS, scenario=SCENARIO, firm=firm, paths=200)).values
    assert values["share_lenders"].central >= values["share_earned"].central


def test_without_a_price_of_the_chip_it_says_so() -> None:
    outcome = what_must_be_true(Case(facts=Facts.load(as_of="2022-06-30"), scenario=SCENARIO, firm="meta"))
    assert outcome.missing == ("chip_price",)
    assert not outcome.values
