"""What funders require, and which part of it lenders are paid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, Scenario
from rekening.facts import Figure
from rekening.payers.bill import LINES, Asset, bill_of
from rekening.sites import CostOfCapital, cost_of_capital

FACTS = Facts.load(as_of="2025-11-03")
SCENARIO = Scenario.load()


@pytest.mark.parametrize("firm", ["meta", "alphabet", "oracle", "amazon"])
def test_lenders_fund_their_part_of_all_that_a_firm_owns(firm: str) -> None:
    """Debt and assets as filed; market value, which holds far more than was built, plays no part in it."""
    owed, owned = (FACTS.latest(firm, concept).value for concept in ("total_debt", "total_assets"))
    assert owed is not None
    assert owned is not None
    assert cost_of_capital(FACTS, SCENARIO, firm).debt_share.central == pytest.approx(owed / owned)


def _bill(funding: CostOfCapital) -> dict[str, float]:
    asset = Asset("meta:test", {"servers": Figure.of(1e9, "USD"), "shell": Figure.of(1e9, "USD")})
    made = bill_of(FACTS, SCENARIO, "meta", asset, funding)
    return {name: float(made.lines[name].draws.mean()) for name in LINES} | {
        "total": float(made.total.draws.mean())
    }


@given(st.floats(0, 1))
def test_who_funds_an_asset_moves_cost_between_lines_and_never_the_bill(share: float) -> None:
    funding = cost_of_capital(FACTS, SCENARIO, "meta")
    whole, part = (_bill(replace(funding, debt_share=Figure.of(of))) for of in (1.0, share))
    assert part["total"] == pytest.approx(whole["total"])
    assert part["interest"] == pytest.approx(share * whole["interest"])
    assert part["return_to_shareholders"] >= whole["return_to_shareholders"] * (1 - 1e-12)
    for name in ("energy", "operations", "return_of_capital"):
        assert part[name] == pytest.approx(whole[name])
