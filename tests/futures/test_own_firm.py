"""A firm of a user's own: as few rows as the how-to asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rekening import Facts, InputError, simulate
from rekening.facts.periods import Quarter

HEADER = "entity,concept,start,end,value,unit,published,status,source_title"


def rows(folder: Path, amount: str) -> Facts:
    flows = [
        f"acme,{concept},{quarter.start},{quarter.end},{amount},USD,{(quarter + 1).end},reported,report"
        for concept in ("revenue", "operating_cash_flow", "capex")
        for quarter in (Quarter(2023, 1) + step for step in range(10))
    ]
    stocks = [
        f"acme,{concept},,2025-06-30,{amount},USD,2025-08-01,reported,report"
        for concept in ("cash_and_equivalents", "total_debt", "property_and_equipment_net")
    ]
    path = folder / "acme.csv"
    path.write_text("\n".join([HEADER, *flows, *stocks]), encoding="utf-8")
    return Facts.load("2025-11-03", extra=[path])


def test_it_can_be_simulated(tmp_path: Path) -> None:
    runs = simulate(rows(tmp_path, "1000000000"), firms=["acme"], paths=64, until="2026Q2")
    assert (runs["revenue"].sel(firm="acme") > 0).all()
    assert float(runs["opening_total_debt"].sel(firm="acme")) == 1e9
    assert np.isfinite(runs["liquidity"].values).all()


def test_without_revenue_it_cannot_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="revenue of the last 5 quarters is not known, or 0"):
        simulate(rows(tmp_path, "0"), firms=["acme"], paths=64, until="2026Q2")
