"""The projection: guidance first, sums that add up, nothing published later, missing said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening import Facts, Grade, Scenario
from rekening.facts import Record
from rekening.firms.guidance import guidance_concept
from rekening.firms.projection import last_reported, project

FULL = Facts.load(as_of="2026-06-20")
THEN = FULL.known_on("2025-11-03")
BASELINE = Scenario.load()


def test_first_quarter_is_the_earliest_not_reported() -> None:
    assert str(last_reported(THEN, "meta")) == "2025Q3"
    assert [str(q) for q in project(THEN, BASELINE, "meta").quarters] == [
        "2025Q4",
        "2026Q1",
        "2026Q2",
        "2026Q3",
    ]


def test_guided_year_leaves_the_rest_of_it(tmp_path: Path) -> None:
    """Meta's 2025 without an error: 70 to 72 billion guided, lease principal out, less nine months."""
    path = tmp_path / "sure.yaml"
    path.write_text(
        "extends: baseline\ntitle: sure\nparameters:\n  projection_guidance_error: 0\n", encoding="utf-8"
    )
    projection = project(THEN, Scenario.load(path), "meta")
    assert projection.capex_rests_on == ("guidance", "consensus", "consensus", "consensus")
    ratio = (62_733 + 2_181) / 62_733
    low, high = (guided / ratio - 48.308 for guided in (70, 72))
    draws = projection.values["capex"][0].draws / 1e9
    assert low <= draws.min() < low + 0.01
    assert high - 0.01 < draws.max() <= high
    assert guidance_concept("meta") == "capex_plus_finance_lease_principal"


@pytest.mark.parametrize("firm", ["meta", "alphabet", "microsoft", "amazon", "oracle"])
def test_liquidity_follows_from_the_flows(firm: str) -> None:
    projection = project(THEN, BASELINE, firm)
    values = projection.values
    level = projection.opening.draws
    for step in range(4):
        flows = {name: row[step].draws for name, row in values.items()}
        level = (
            level + flows["operating_cash_flow"] + flows["other_cash_flow"] + flows["unexplained_cash_flow"]
            - flows["capex"] - flows["finance_lease_principal"] - flows["share_repurchases"]
            - flows["net_settlement_taxes"] - flows["dividends_paid"] - flows["debt_repaid"]
        )  # fmt: skip
        np.testing.assert_allclose(flows["liquidity"], level, rtol=1e-12)
    low, high = projection.closing().interval()
    assert low < projection.closing().central < high
    assert projection.closing().grade is Grade.ASSUMED


def test_longer_projection_begins_with_the_shorter() -> None:
    short, longer = (project(THEN, BASELINE, "alphabet", quarters=count) for count in (4, 9))
    for name, row in short.values.items():
        for one, other in zip(row, longer.values[name], strict=False):
            np.testing.assert_array_equal(one.draws, other.draws)


@settings(max_examples=6)
@given(
    st.dates(date(2024, 6, 1), date(2026, 6, 20)),
    st.sampled_from(("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")),
)
def test_nothing_published_later_is_used(when: date, firm: str) -> None:
    projection = project(FULL.known_on(when), BASELINE, firm)
    for row in projection.values.values():
        for figure in row:
            assert all(FULL.row(name).published <= when for name in figure.lineage.facts)


def test_what_cannot_be_projected_is_said() -> None:
    projection = project(THEN, BASELINE, "coreweave")
    assert {"revenue", "liquidity"} <= set(projection.missing)
    assert projection.opening.missing


def test_no_buybacks_is_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "no_buybacks.yaml"
    path.write_text(
        "extends: baseline\ntitle: none\nparameters:\n  projection_buyback_pace: 0\n", encoding="utf-8"
    )
    projection = project(THEN, Scenario.load(path), "meta")
    assert projection.total("share_repurchases").central == 0
    assert projection.closing().central > project(THEN, BASELINE, "meta").closing().central


def test_a_bond_in_pounds_falls_due_in_dollars_of_the_day() -> None:
    def moved(row: Record) -> Record:
        if row.table != "bonds" or row["bond_id"] != bond["bond_id"]:
            return row
        return replace(row, fields={**row.fields, "maturity": last.end})

    bond = next(row for row in FULL.table("bonds") if row["currency"] == "GBP" and row.day("maturity"))
    firm = bond.text("issuer")
    plain = project(FULL, BASELINE, firm)
    last = plain.quarters[-1]
    found = project(replace(FULL, records=tuple(map(moved, FULL.records))), BASELINE, firm)
    more = found.values["debt_repaid"][-1].central - plain.values["debt_repaid"][-1].central
    rate = FULL.latest("uk", "exchange_rate_gbp_per_usd_month_average").value
    assert more * rate == pytest.approx(bond.number("principal"))
