"""The drawing of who pays whom: nothing is lost, bands are as wide as the money, names in both languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening import Facts
from rekening.explain.charts.flows import Flow, drawing, flows_of, full_year, placed
from rekening.futures.runs import Plan
from rekening.futures.sweep import sweep
from rekening.ledger.kinds import KINDS


@pytest.fixture(scope="module")
def result() -> xr.Dataset:
    facts = Facts.load(as_of="2025-11-03")
    return sweep(Plan.make(facts, "baseline", firms=["meta"], until="2026Q4", paths=256, seed=1))


def test_the_year_is_the_first_whole_one(result: xr.Dataset) -> None:
    assert full_year(result) == "2026"
    assert full_year(result.isel(quarter=[0, 1])) == "2025"


def test_what_comes_in_is_what_goes_out_and_what_is_kept(result: xr.Dataset) -> None:
    flows = [flow for flow in flows_of(result, "2026") if flow.middle == "firm"]
    came, went = (sum(flow.amount for flow in flows if flow.comes_in is side) for side in (True, False))
    assert came == pytest.approx(went)
    year = result.sel(quarter=[f"2026Q{quarter}" for quarter in range(1, 5)])
    revenue = sum(float(year[f"mean_{name}"].sum()) for name in ("advertising_revenue", "ai_revenue"))
    assert came > revenue


def test_vehicles_pay_what_they_raise(result: xr.Dataset) -> None:
    flows = [flow for flow in flows_of(result, "2026") if flow.middle == "vehicles"]
    assert {(flow.payer, flow.payee) for flow in flows} == {("lenders", "vehicles"), ("vehicles", "builders")}
    assert flows[0].amount == pytest.approx(flows[1].amount)


def test_wear_and_other_lines_without_cash_are_left_out() -> None:
    amounts = {f"mean_{kind.name}": (("quarter", "firm"), np.zeros((4, 1))) for kind in KINDS}
    for name in ("depreciation", "finance_leases_added", "discount_amortised"):
        amounts[f"mean_{name}"] = (("quarter", "firm"), np.full((4, 1), 5e9))
    quarters = [f"2026Q{quarter}" for quarter in range(1, 5)]
    assert flows_of(xr.Dataset(amounts, coords={"quarter": quarters, "firm": ["meta"]}), "2026") == []


def test_small_flows_are_drawn_together_and_none_is_lost() -> None:
    amounts = {f"mean_{kind.name}": (("quarter", "firm"), np.zeros((4, 1))) for kind in KINDS}
    for name, amount in (("ai_revenue", 1e12), ("equity_issued", 1e9), ("liquidity_income", 2e9)):
        amounts[f"mean_{name}"] = (("quarter", "firm"), np.full((4, 1), amount))
    quarters = [f"2026Q{quarter}" for quarter in range(1, 5)]
    found = flows_of(xr.Dataset(amounts, coords={"quarter": quarters, "firm": ["meta"]}), "2026")
    assert {(flow.payer, flow.payee): flow.amount for flow in found} == {
        ("business_customers", "firm"): 4e12,
        ("others", "firm"): 12e9,
        ("firm", "cash_in_hand"): 4.012e12,
    }


FLOWS = st.dictionaries(
    st.tuples(st.sampled_from(["lenders", "builders", "shareholders", "utilities"]), st.booleans()),
    st.floats(1e6, 1e12),
    min_size=1,
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(FLOWS)
def test_bands_are_as_wide_as_the_money_and_bars_do_not_overlap(
    given_flows: dict[tuple[str, bool], float],
) -> None:
    flows = [
        Flow(party, "firm", amount) if comes_in else Flow("firm", party, amount)
        for (party, comes_in), amount in given_flows.items()
    ]
    nodes, bands = placed(flows)
    ratio = {round(band.height / band.flow.amount * 1e12, 6) for band in bands}
    assert len(ratio) == 1
    for side in ("left", "right"):
        ordered = sorted((node for node in nodes if node.side == side), key=lambda node: node.y)
        for above, below in pairwise(ordered):
            assert below.y + below.height / 2 - above.y - above.height / 2 >= 40
    middle = next(node for node in nodes if node.side == "middle")
    for band in bands:
        inner = band.right_y if band.flow.comes_in else band.left_y
        assert middle.y - 1e-6 <= inner <= middle.y + middle.height + 1e-6


@pytest.mark.parametrize(
    ("lang", "words"), [("nl", ["adverteerders", "bouwers"]), ("en", ["advertisers", "builders"])]
)
def test_the_drawing_is_sound_and_names_everybody(result: xr.Dataset, lang: str, words: list[str]) -> None:
    drawn = drawing(flows_of(result, "2026"), ["Meta <&>"], "2026", lang)  # type: ignore[arg-type]
    ET.fromstring(drawn)
    assert "Meta &lt;&amp;&gt;" in drawn
    assert all(word in drawn for word in words)
    width = float(re.findall(r'viewBox="0 0 (\d+)', drawn)[0])
    assert width <= 480
