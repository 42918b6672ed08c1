"""All that a firm owes, read from the facts."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from rekening import Facts, FixedRateBond, Scenario
from rekening.claims import ZeroCurve
from rekening.claims.claim import LeftOut, bond_of, compute_contracts
from rekening.claims.ladder import Ladder
from rekening.facts import Grade, Quarter

FIRMS = ("meta", "oracle", "alphabet", "amazon", "microsoft", "coreweave", "nvidia")
LOAN = {f"meta-2025-10-{year}" for year in (2030, 2032, 2035, 2045, 2055, 2065)}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load(as_of="2025-11-03")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load()


def ladder(facts: Facts, scenario: Scenario, firm: str) -> Ladder:
    return Ladder.of(facts, scenario, firm, ZeroCurve.of_treasuries(facts))


@pytest.fixture(scope="module")
def meta(facts: Facts, scenario: Scenario) -> Ladder:
    return ladder(facts, scenario, "meta")


def test_meta_owes_59_billion_once_the_loan_is_paid_out(meta: Ladder) -> None:
    # 10 (2022), 8.5 (2023), 10.5 (2024) and 30 (2025) billion, none of it due before August 2027.
    assert meta.total() == 59_000_000_000
    assert len(meta.claims) == 20
    assert {claim.name for claim in meta.claims} >= LOAN
    assert meta.share_due_within(1) == 0


def test_the_day_before_the_loan(scenario: Scenario) -> None:
    before = ladder(Facts.load(as_of="2025-11-02"), scenario, "meta")
    assert before.total() == 29_000_000_000
    assert not {claim.name for claim in before.claims} & LOAN


def test_nothing_unlisted_is_owed_by_meta(meta: Ladder) -> None:
    # Reported debt is after discounts and rounded to 0.1 billion: a little below the listed principal.
    assert -3e8 < meta.difference.central < 0
    assert all(claim.kind != "unlisted_debt" for claim in meta.claims)


@pytest.mark.parametrize("as_of", ["2025-11-03", "2026-06-20"])
@pytest.mark.parametrize("firm", FIRMS)
def test_service_is_the_sum_of_the_claims(firm: str, as_of: str, scenario: Scenario) -> None:
    found = ladder(Facts.load(as_of=as_of), scenario, firm)
    first = Quarter.of(found.day)
    interest, principal = found.service(first, 4 * 101)
    assert interest.shape == principal.shape == (len(found.claims), 4 * 101)
    assert principal.sum(axis=1) == pytest.approx(found.outstanding())
    for row, claim in enumerate(found.claims):
        assert interest[row].sum() == pytest.approx(claim.flows().after(found.day).interest.sum())
    years, due = found.wall()
    assert due.sum() == pytest.approx(found.total())
    assert len(years) == due.size
    shares = [found.share_due_within(years) for years in (1, 3, 5, 100)]
    if found.claims:
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1)
        assert 0 < found.average_life() < 100


@pytest.mark.parametrize("firm", ["oracle", "alphabet", "amazon", "microsoft"])
def test_listed_and_unlisted_add_up_to_what_was_reported(firm: str, scenario: Scenario) -> None:
    found = ladder(Facts.load(as_of="2026-06-20"), scenario, firm)
    rest = [claim for claim in found.claims if claim.kind == "unlisted_debt"]
    assert len(rest) == 1
    assert rest[0].grade is Grade.ASSUMED
    assert "unlisted_debt_life" in rest[0].lineage.parameters
    assert found.total() == pytest.approx(found.reported.central, rel=0.01)


def test_a_firm_without_reported_debt(facts: Facts, scenario: Scenario) -> None:
    found = ladder(facts, scenario, "nvidia")
    assert found.claims == ()
    assert found.reported.missing
    assert np.isnan(found.average_coupon())
    assert found.wall()[0] == ()


def test_borrowing_again_costs_more_at_a_higher_spread(meta: Ladder, facts: Facts) -> None:
    curve = ZeroCurve.of_treasuries(facts)
    near = [
        claim
        for claim in meta.claims
        if claim.instrument.cashflows().dates[-1] <= np.datetime64("2030-11-03")
    ]
    owed = sum(claim.instrument.principal for claim in near)
    low, high = meta.refinancing_cost(curve, 0.0, 5), meta.refinancing_cost(curve, 0.01, 5)
    assert high - low == pytest.approx(0.01 * owed)


def test_a_year_of_maturity_alone_is_an_assumption(meta: Ladder) -> None:
    loan = {claim.name: claim for claim in meta.claims if claim.name in LOAN}
    for claim in loan.values():
        assert claim.grade is Grade.ASSUMED
        assert {"unread_maturity_day", "unread_maturity_shift"} <= claim.lineage.parameters
        assert claim.instrument.cashflows().dates[-1].item().day == 15
    stated = next(claim for claim in meta.claims if claim.name == "meta-2023-05-2028")
    assert stated.lineage.parameters == frozenset()
    assert isinstance(stated.instrument, FixedRateBond)
    assert stated.instrument.maturity == date(2028, 5, 15)


def test_rows_that_say_too_little_are_left_out_by_name(facts: Facts, scenario: Scenario) -> None:
    later = Facts.load(as_of="2026-06-20")
    rows = {row.text("bond_id"): row for row in later.table("bonds")}
    assert bond_of(rows["oracle-2026-02-mcp"], scenario) == LeftOut(
        name="oracle-2026-02-mcp", lacks="principal"
    )
    found = ladder(later, scenario, "oracle")
    assert LeftOut(name="oracle-2026-02-mcp", lacks="principal") in found.left_out


def test_other_currencies_at_the_rate_of_the_day(scenario: Scenario) -> None:
    later = Facts.load(as_of="2026-06-20")
    euro = next(claim for claim in ladder(later, scenario, "alphabet").claims if "eur" in claim.name)
    assert euro.flows().principal.sum() == pytest.approx(euro.instrument.principal * euro.dollars)


def test_contracts_for_computing_are_promises_not_debt(
    facts: Facts, scenario: Scenario, meta: Ladder
) -> None:
    found = compute_contracts(facts, scenario, "meta")
    assert [claim.creditor for claim in found] == ["alphabet"]
    assert found[0].flows().amounts.sum() == pytest.approx(10e9)
    assert not {claim.name for claim in found} & {claim.name for claim in meta.claims}


def test_no_claim_rests_on_a_later_fact(scenario: Scenario) -> None:
    for as_of in ("2025-10-30", "2025-11-03"):
        known = Facts.load(as_of=as_of)
        for firm in FIRMS:
            for fact_id in ladder(known, scenario, firm).lineage.facts:
                assert known.row(fact_id).published <= known.as_of
