"""Kinds of flow and the invariants that follow from their table."""

from __future__ import annotations

import numpy as np
import pytest
from invariants import balances_of, broken_levers, closing_balances, closure_residual

from rekening.ledger.kinds import FIRM, KIND_NAMES, KINDS, PARTIES, STOCK_NAMES, effects


def _flows(paths: int = 5, quarters: int = 7) -> np.ndarray:
    return np.random.default_rng(1).normal(1e9, 3e8, (quarters, len(KINDS), paths))


def test_every_kind_names_declared_parties_and_balances():
    assert len(set(KIND_NAMES)) == len(KINDS)
    for kind in KINDS:
        assert kind.payer in PARTIES
        assert kind.payee in PARTIES
        assert all(stock in STOCK_NAMES and sign in {-1, 1} for stock, sign in kind.effects)


def test_cash_of_the_firm_follows_payer_and_payee():
    for kind, effect in zip(KINDS, effects()[STOCK_NAMES.index("liquidity")], strict=True):
        if effect:
            assert effect == (kind.payee == FIRM) - (kind.payer == FIRM)


def test_a_hand_made_quarter_closes():
    flows = np.zeros((1, len(KINDS), 1))
    for name, amount in {
        "business_revenue": 50,
        "operating_costs": 20,
        "capex_shell": 25,
        "debt_issued": 10,
    }.items():
        flows[0, KIND_NAMES.index(name)] = amount
    opening = np.asarray([[100.0], [40.0], [0.0], [200.0], [0.0], [0.0]])
    closing = closing_balances(opening, flows)[0, :, 0]
    assert closing.tolist() == [115, 50, 0, 225, 0, 0]


def test_residual_is_zero_for_what_the_flows_say():
    opening = np.full((len(STOCK_NAMES), 5), 1e11)
    flows = _flows()
    residual = closure_residual(opening, flows, closing_balances(opening, flows))
    assert residual.shape == (len(STOCK_NAMES),)
    assert residual.max() < 1e-15


@pytest.mark.parametrize("name", [kind.name for kind in KINDS if kind.effects])
def test_deleting_a_kind_of_flow_is_caught(name):
    opening = np.full((len(STOCK_NAMES), 5), 1e11)
    flows = _flows()
    closing = closing_balances(opening, flows)
    flows[:, KIND_NAMES.index(name)] = 0
    broken = closure_residual(opening, flows, closing) > 1e-9
    assert {stock for stock, wrong in zip(STOCK_NAMES, broken, strict=True) if wrong} == set(
        balances_of(name)
    )


def test_a_need_without_a_lever_is_seen():
    need, levers = np.asarray([10.0, 10.0]), np.asarray([[4.0, 4.0], [6.0, 5.0]])
    assert broken_levers(need, levers, np.zeros(2)).tolist() == [0, 0.1]
