"""What a firm guides, quarter by quarter: at one pace, and caught up within the year."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, Scenario, simulate
from rekening.facts.firms import closing_quarter
from rekening.facts.periods import Quarter
from rekening.firms.calibration import path_errors
from rekening.firms.guidance import steady_shares
from rekening.firms.opening import build


@given(
    before=st.floats(1e-3, 1e12),
    ratio=st.floats(1e-3, 1e6),
    count=st.integers(1, 8),
    gap=st.integers(0, 8),
)
def test_shares_grow_at_one_pace_from_the_quarter_before(before, ratio, count, gap):
    total = before * ratio
    shares = steady_shares(before, total, count, gap)
    assert shares.sum() == pytest.approx(1)
    pace = (shares[0] * total / before) ** (1 / (gap + 1))
    np.testing.assert_allclose(shares[1:], shares[:-1] * pace, rtol=1e-9)


@pytest.mark.parametrize(("before", "total"), [(0, 8), (np.nan, 8), (-1, 8), (2, 0), (2, 8)])
def test_shares_are_equal_without_a_quarter_before_or_at_its_level(before, total):
    np.testing.assert_allclose(steady_shares(before, total, 4), np.full(4, 0.25))


@pytest.mark.parametrize(
    ("firm", "quarter"), [("meta", 4), ("oracle", 2), ("microsoft", 2), ("nvidia", 4), ("unlisted", 4)]
)
def test_the_quarter_with_which_a_fiscal_year_closes(firm, quarter):
    assert closing_quarter(firm) == quarter


def test_errors_about_a_steady_path():
    """Meta's 2024, in millions: 7,592 before it, 37,256 in all, so that a steady pace is 8.3% a quarter."""
    capex = np.asarray([7592, 6400, 8173, 8258, 14425.0])
    total = capex[1:].sum()
    path = total * steady_shares(7592, total, 4)
    behind = path[0] - capex[1]
    second = path[1] + behind / 3
    third = path[2] + (behind + path[1] - capex[2]) / 2
    expected = np.log(capex[1:4] / [path[0], second, third])
    np.testing.assert_allclose(path_errors(capex, Quarter(2024, 4), 4), expected)
    assert path_errors(capex, Quarter(2024, 4), 2).size == 0
    assert path_errors(np.asarray([np.nan, *capex[1:]]), Quarter(2024, 4), 4).size == 0


def test_a_year_comes_to_what_was_guided_where_guidance_does_not_err(tmp_path):
    path = tmp_path / "sure.yaml"
    path.write_text(
        "extends: baseline\ntitle: sure\nparameters:\n"
        "  prior_weight_quarters: 400\n  capex_guidance_bias: 0\n  capex_guidance_deviation: 0\n"
        "  capex_quarter_deviation: 15\n",
        encoding="utf-8",
    )
    facts, scenario = Facts.load("2026-01-30"), Scenario.load(path)
    model = build(facts, scenario, "meta")
    guided = model.schedules([model.start + step for step in range(4)])["guided_capex"]
    assert (np.diff(guided) > 0).all()
    run = simulate(facts, scenario=scenario, firms=["meta"], until="2026Q4", paths=2_000)
    planned = (run["capex"] + run["lever_lower_capex"]).sel(firm="meta").to_numpy()
    spread = np.std(np.log(planned), axis=0)
    year = planned.sum(axis=1)
    assert (spread[:3] > 0.1).all()
    # errors shrink toward none by four hundred quarters of prior, so that a little of them is left
    assert np.std(np.log(year)) < spread.min() / 4
    assert np.median(year) == pytest.approx(guided.sum(), rel=0.02)
