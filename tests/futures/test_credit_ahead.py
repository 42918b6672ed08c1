"""Leases that begin, trailing years, and the first year ahead beside the last one reported."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rekening import Facts, Scenario
from rekening.firms.credit import credits
from rekening.futures.credit import VARIABLES, CreditAhead, lease_liability, trailing
from rekening.futures.outlook import outlook


@cache
def ahead(firm: str, scenario: str = "baseline") -> CreditAhead:
    facts = Facts.load(as_of="2025-11-03")
    futures = outlook(facts, Scenario.load(scenario), firm, paths=1_000, variables=VARIABLES)
    return CreditAhead(futures, credits(facts, firm)[0])


def test_a_trailing_year_is_four_quarters() -> None:
    quarters = np.arange(12.0).reshape(2, 6)
    assert trailing(quarters).tolist() == [[6, 10, 14], [30, 34, 38]]


def test_one_lease_is_an_annuity_that_runs_out() -> None:
    rent, rate, years = np.ones((1, 8)), 0.08, 1.5
    owed = lease_liability(rent, rate, years)[0]
    for quarter, left in enumerate([5, 4, 3, 2, 1, 0, 0, 0]):
        assert owed[quarter] == pytest.approx(sum(1 / 1.02**paid for paid in range(1, left + 1)))


def test_leases_without_interest_are_what_is_left_to_pay() -> None:
    assert lease_liability(np.ones((1, 8)), 0.0, 1.5)[0].tolist() == [5, 4, 3, 2, 1, 0, 0, 0]


def test_leases_add_up() -> None:
    rent = np.cumsum(np.random.default_rng(1).random((3, 7)), axis=1)
    apart = sum(
        lease_liability(np.where(np.arange(7) >= start, step, 0.0), 0.05, 10)
        for start, step in enumerate(np.diff(rent, axis=1, prepend=0).T[:, :, None])
    )
    assert lease_liability(rent, 0.05, 10) == pytest.approx(apart)


@pytest.mark.parametrize("firm", ["meta", "alphabet", "oracle"])
def test_the_first_year_ahead_follows_on_the_last_reported_one(firm: str) -> None:
    found = ahead(firm)
    growth = np.median(found.ebitda[:, 0]) / found.reported.ebitda.central
    assert 0.9 < growth < 1.4
    assert found.quarters[0] == found.outlook.quarters[3]


def test_debt_is_principal_leases_and_vehicles() -> None:
    found = ahead("meta")
    paths = found.outlook.paths
    known = paths("total_debt") + paths("finance_lease_liabilities") + paths("vehicle_funding_outstanding")
    rest = found.adjusted_debt - known[:, 3:]
    assert (rest >= found.reported.debt["operating_lease_liabilities"].central).all()


def test_chances_grow_with_time_and_fall_with_the_level() -> None:
    found = ahead("oracle")
    early, late = (found.chance_above(found.leverage, 5.5, years).central for years in (1, 3))
    assert early < late <= found.chance_above(found.leverage, 5.5).central
    assert found.chance_above(found.leverage, 8).central < late


def test_less_demand_means_more_debt_for_what_is_earned() -> None:
    middle = {
        name: np.median(ahead("oracle", name).leverage[:, -1]) for name in ("baseline", "demand_disappoints")
    }
    assert middle["demand_disappoints"] > middle["baseline"]


def test_a_year_without_earnings_has_no_finite_leverage() -> None:
    found = ahead("oracle")
    found.__dict__["ebitda"] = np.where(np.arange(found.leverage.shape[1]) == 0, -1.0, found.ebitda)
    del found.__dict__["leverage"]
    assert np.isinf(found.leverage[:, 0]).all()
    ahead.cache_clear()
