"""The bill and who pays it: every dollar once, in every draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Facts, Figure
from rekening.futures.ahead import investment_ahead
from rekening.payers import (
    CHANNELS,
    LATER,
    LINES,
    NOW,
    REGIONS,
    ROUTES,
    Asset,
    Channel,
    Recovery,
    bill_of,
    channels_of,
    firm_bill,
    incidence,
    loan_bill,
    recover,
    recover_loan,
    recover_together,
    together,
)
from rekening.payers.bill import Bill, extra_sites, for_ai
from rekening.payers.channels import new_value, sells_ai, trailing_year
from rekening.payers.labs import lab_shares, spending_without_subsidy
from rekening.payers.recovery import settle
from rekening.sites import CLASSES, cost_of_capital

FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")


@pytest.fixture(scope="module")
def facts():
    return Facts.load("2025-11-03")


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load()


@pytest.fixture(scope="module", params=[NOW, LATER])
def moment(request):
    return request.param


@pytest.fixture(scope="module")
def ahead(facts, scenario):
    return investment_ahead(facts, scenario)


@pytest.fixture(scope="module")
def bills(facts, scenario, moment, ahead):
    return {firm: firm_bill(facts, scenario, firm, moment, ahead) for firm in FIRMS}


@pytest.fixture(scope="module")
def recoveries(facts, scenario, bills, moment):
    return {
        firm: recover(facts, scenario, firm, bill, moment=moment, funders="firms")
        for firm, bill in bills.items()
    }


def money(size: float) -> Figure:
    return Figure.of(size, "USD/year")


def plain_bill(with_use: float, sunk: float) -> Bill:
    lines = dict.fromkeys(LINES, money(0)) | {"energy": money(with_use), "return_of_capital": money(sunk)}
    return Bill(lines, money(with_use + sunk), money(0), Figure.of(0), Figure.of(1, "USD"), frozenset({"a"}))


def plain_channel(**shares: float) -> Channel:
    values = dict.fromkeys(
        ("use", "passed_on", "new_value", "unused_margin", "scarcity", "capacity"), Figure.of(0)
    ) | {name: Figure.of(share) for name, share in shares.items()}
    return Channel(revenue=money(100), **values)


def test_the_bill_is_the_difference_times_the_share_for_ai(facts, scenario, ahead):
    asset = Asset("meta:sites", extra_sites(facts, scenario, "meta", NOW, ahead))
    whole = bill_of(facts, scenario, "meta", asset, cost_of_capital(facts, scenario, "meta"))
    expected = whole.total.draws * scenario["ai_share"].figure().draws
    bill = firm_bill(facts, scenario, "meta", NOW, ahead)
    np.testing.assert_allclose(bill.total.draws, expected, rtol=1e-12)
    assert whole.total.central > 0


def test_the_bill_falls_with_what_would_have_been_built_anyway(facts, ahead, tmp_path):
    def bill(level: float) -> float:
        path = tmp_path / f"level{level}.yaml"
        path.write_text(
            f"extends: baseline\nparameters: {{counterfactual_level: {level}}}\n", encoding="utf-8"
        )
        return firm_bill(facts, Scenario.load(path), "meta", NOW, ahead).total.central

    assert bill(0) > bill(0.5) > bill(1) > bill(3) == 0


def test_the_lines_agree_with_the_user_cost_of_capital(bills):
    for bill in bills.values():
        np.testing.assert_allclose(bill.total.draws, bill.user_cost.draws, rtol=1e-10)
        np.testing.assert_allclose((bill.cash + bill.forgone).draws, bill.total.draws, rtol=1e-10)


def test_a_tax_shield_counted_twice_fails(bills):
    bill = bills["meta"]
    shield = bill.lines["interest"] * Figure.of(0.21)
    lines = dict(bill.lines) | {"interest": bill.lines["interest"] - shield}
    with pytest.raises(InputError, match="add up"):
        replace(bill, lines=lines)


def test_a_vehicles_building_and_its_tenants_lease_are_one_asset(facts, scenario):
    dollars = {name: Figure.of(1e9, "USD") for name in CLASSES}
    funding = cost_of_capital(facts, scenario, "meta")
    building = bill_of(facts, scenario, "meta", Asset("hyperion", dollars), funding)
    lease = bill_of(facts, scenario, "meta", Asset("hyperion", dollars), funding)
    other = bill_of(facts, scenario, "meta", Asset("prometheus", dollars), funding)
    assert together([building, other]).total.central == pytest.approx(2 * building.total.central, rel=1e-6)
    with pytest.raises(InputError, match="hyperion"):
        together([building, other, lease])


def test_a_firm_counted_twice_fails(bills):
    with pytest.raises(InputError, match="twice"):
        together([*bills.values(), bills["meta"]])


def test_every_dollar_once_in_every_draw(recoveries):
    for recovery in (*recoveries.values(), recover_together(recoveries)):
        paid = sum(figure.draws for figure in recovery.channels.values())
        paid = paid + recovery.lenders.draws + recovery.cash_borne.draws + recovery.return_forgone.draws
        np.testing.assert_allclose(paid, recovery.bill.total.draws, rtol=1e-9, atol=1e-3)
        assert set(recovery.channels) <= set(CHANNELS)


def test_lab_money_counted_as_cloud_sales_and_as_investment_fails(facts, scenario, bills, moment):
    recovery = recover(facts, scenario, "microsoft", bills["microsoft"], moment=moment)
    doubled = dict(recovery.channels) | {"cloud": recovery.channels["cloud"] + money(1e9)}
    with pytest.raises(InputError, match="twice"):
        Recovery(recovery.bill, doubled, recovery.lenders, recovery.shareholders)


@pytest.mark.parametrize("funders", ["firm", "firms"])
def test_a_dollar_of_lab_money_stands_in_one_channel(facts, scenario, funders):
    found = channels_of(facts, scenario, "microsoft", NOW, funders=funders)
    told = found["cloud"].new_value.draws + found["investors"].new_value.draws
    paid_for = 1 - lab_shares(scenario, funders).round_trip.draws
    np.testing.assert_allclose(told, new_value(scenario, "cloud", NOW).draws * paid_for, rtol=1e-12)


def test_lab_money_of_the_firms_drops_out_among_them(facts, scenario):
    for funders in ("firm", "firms"):
        labs = lab_shares(scenario, funders)
        whole = labs.users_now + labs.investors_now + labs.round_trip
        np.testing.assert_allclose(whole.draws, 1)
    own = channels_of(facts, scenario, "microsoft", NOW, funders="firm")
    all_of_them = channels_of(facts, scenario, "microsoft", NOW, funders="firms")
    assert own["investors"].new_value.central > all_of_them["investors"].new_value.central
    assert "investors" not in channels_of(facts, scenario, "microsoft", LATER, funders="firm")
    assert "investors" not in channels_of(facts, scenario, "meta", NOW, funders="firm")


@given(st.floats(0, 0.95), st.floats(0, 5))
def test_users_pay_at_most_the_whole_price_once_subsidies_end(subsidy, elasticity):
    left = float(spending_without_subsidy(np.asarray(subsidy), np.asarray(elasticity)))
    assert 0 <= left <= 1
    assert float(spending_without_subsidy(np.asarray(subsidy), np.asarray(1.0))) == pytest.approx(1 - subsidy)


def test_channels_stay_within_what_demand_bears(facts, scenario, bills, moment):
    for firm, bill in bills.items():
        for channel in channels_of(facts, scenario, firm, moment, funders="firm").values():
            brought = channel.brings(bill).draws
            assert np.all(brought <= channel.ceiling.draws + 1e-3)
            assert np.all(brought >= 0)


@given(
    use=st.floats(0, 1),
    passed_on=st.floats(0, 1),
    new=st.floats(0, 0.5),
    capacity=st.floats(0, 0.4),
    more=st.floats(0, 0.2),
)
def test_more_capacity_lowers_only_the_residual_and_by_no_more(use, passed_on, new, capacity, more):
    bill = plain_bill(40, 60)
    other = plain_channel(new_value=0.1, capacity=1).brings(bill)

    def residual(limit: float) -> tuple[float, float]:
        channel = plain_channel(use=use, passed_on=passed_on, new_value=new, scarcity=0.1, capacity=limit)
        found = settle(bill, {"ads": channel.brings(bill), "bundles": other}, money(0))
        assert found.channels["bundles"].central == other.central
        return found.shareholders.central, channel.revenue.central

    before, revenue = residual(capacity)
    after, _ = residual(capacity + more)
    assert -1e-9 <= before - after <= more * revenue + 1e-9


def test_channels_that_bring_more_than_the_bill_make_shareholders_gain():
    bill = plain_bill(10, 20)
    found = settle(bill, {"ads": money(50)}, money(0))
    assert found.shareholders.central == -20
    assert found.cash_borne.central == -20
    assert found.return_forgone.central == 0


def test_what_is_left_is_return_forgone_before_it_is_cash():
    bill = plain_bill(10, 20)
    lines = dict(bill.lines) | {"return_to_shareholders": money(5)}
    bill = replace(bill, lines=lines, user_cost=money(35))
    found = settle(bill, {"ads": money(23)}, money(0))
    assert (found.return_forgone.central, found.cash_borne.central) == (5, 7)


def test_lenders_lose_only_when_a_firm_defaults(recoveries):
    for recovery in recoveries.values():
        chance = np.mean(recovery.lenders.draws > 0)
        assert chance < 0.1
    # CoreWeave has no investment-grade rating; Meta has.
    assert np.mean(recoveries["coreweave"].lenders.draws > 0) > np.mean(recoveries["meta"].lenders.draws > 0)


def test_the_loan_takes_part_of_what_the_channels_bring(facts, scenario, bills, moment):
    loan = loan_bill(facts, scenario, "meta", Figure.of(30e9, "USD"), Figure.of(0.0514))
    found = recover_loan(facts, scenario, "meta", loan=loan, whole=bills["meta"], moment=moment)
    whole = recover(facts, scenario, "meta", bills["meta"], moment=moment)
    assert np.all(found.channels["ads"].draws <= whole.channels["ads"].draws)
    assert loan.debt_share.central == 1


def test_regions_sum_to_the_whole(facts, scenario, recoveries):
    recovery = recover_together(recoveries)
    found = incidence(recovery, facts, scenario)
    total = sum(found.region(region).draws for region in REGIONS)
    np.testing.assert_allclose(total, recovery.bill.total.draws, rtol=1e-9, atol=1e-3)
    assert set(found.amounts) == {(region, route) for region in REGIONS for route in ROUTES}
    assert all(not found.per_household(region).missing for region in REGIONS)


def test_subsidies_end(facts, scenario, ahead):
    """Investors in labs pay now and no longer later; users pay for what they keep."""
    bill = firm_bill(facts, scenario, "microsoft", NOW, ahead)
    now = recover(facts, scenario, "microsoft", bill, moment=NOW)
    later = recover(facts, scenario, "microsoft", bill, moment=LATER)
    assert "investors" in now.channels
    assert "investors" not in later.channels
    assert later.customers.central > now.customers.central


def test_a_firm_that_sells_ai_alone_earns_its_bill_back_with_all_its_sales(facts, scenario, bills, moment):
    """CoreWeave: now its sales less other costs, whoever pays them; later more, as in other clouds."""
    channels = channels_of(facts, scenario, "coreweave", moment, funders="firm")
    labs = lab_shares(scenario, "firm")
    paying = [channel for name, channel in channels.items() if name != "efficiency"]
    brought = sum(channel.brings(bills["coreweave"]).draws for channel in paying)
    sold = trailing_year(facts, "coreweave", "revenue").draws
    kept = sold * (1 - scenario["ai_sales_other_costs"].figure().draws)
    if moment == NOW:
        np.testing.assert_allclose(brought, kept * (1 - labs.round_trip.draws), rtol=1e-9)
    else:
        assert np.median(brought) > np.median(kept)
    np.testing.assert_allclose(for_ai(scenario, "coreweave").draws, 1)


def test_sales_of_ai_are_told_of_no_firm_that_sells_other_things(scenario):
    assert [firm for firm in FIRMS if sells_ai(scenario, firm)] == ["coreweave"]
