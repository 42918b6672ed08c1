"""A bill of one's own: prices move as announced, leaving has a price, mistakes come all at once."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening import Facts, Figure, InputError, Scenario
from rekening.facts import Quarter
from rekening.firms.buildout import Ahead
from rekening.futures.ahead import investment_ahead
from rekening.payers import bills_by_firm
from rekening.payers.mine import YEARS, MyBill, Profile, catalogue, work_out
from rekening.payers.mine.prices import announced, list_price, past_rises
from rekening.payers.mine.profile import Item
from rekening.payers.mine.rights import rights_of

FACTS = Facts.load(as_of="2026-06-20")
PROFILES = sorted((Path(__file__).parents[2] / "docs" / "profiles").glob("*.yaml"))
E3 = catalogue()["microsoft_365_e3"]


def at_its_pace(_firm: str) -> dict[Quarter, Figure]:
    """Nothing simulated: what is announced, when a contract renews and what leaving costs stand apart."""
    return {}


def worked_out(
    profile: Profile, scenario: Scenario, ahead: Ahead = at_its_pace, facts: Facts = FACTS
) -> MyBill:
    return work_out(profile, facts, scenario, bills_by_firm(facts, scenario, ahead))


def certain(**changed: object) -> Scenario:
    """The baseline with prices that rise for no other reason than announcements."""
    baseline = Scenario.load()
    fixed = {"ordinary_price_growth": 0.0, "price_part_of_new_value": 0.0} | changed
    from rekening.assumptions.distributions import Fixed

    parameters = dict(baseline.parameters)
    for name, value in fixed.items():
        parameters[name] = parameters[name].with_distribution(Fixed(float(value)), "test")
    return Scenario("certain", {"nl": "zeker", "en": "certain"}, parameters)


def bill_of(scenario: Scenario | None = None, **item: object) -> MyBill:
    usual = {
        "name": "E3",
        "provider": "microsoft",
        "channel": "bundles",
        "kind": "office",
        "listed": E3,
        "per_month": 36,
    }
    profile = Profile(
        kind="organisation", name="", country="NL", currency="USD", people=1, cost_of_an_hour=50.0,
        items=(Item(**(usual | item)),),
    )  # fmt: skip
    return worked_out(profile, scenario or Scenario.load())


def test_list_prices_and_their_changes_are_those_of_the_facts() -> None:
    assert list_price(FACTS, E3, date(2022, 1, 1)).central == 32
    assert list_price(FACTS, E3, date(2026, 6, 20)).central == 36
    assert [(rise.day, rise.ratio.central) for rise in announced(FACTS, E3)] == [(date(2026, 7, 1), 39 / 36)]
    assert [rise.ratio.central for rise in past_rises(FACTS, E3)] == [36 / 32]


def test_an_announced_price_is_not_known_before_it_is_announced() -> None:
    assert announced(Facts.load(as_of="2025-11-03"), E3) == []


def test_a_monthly_contract_pays_the_announced_price_from_its_day() -> None:
    years = bill_of(certain()).items[0].years
    assert years[0].central == pytest.approx(36 + 11 * 39)
    assert years[1].central == pytest.approx(12 * 39)


def test_a_yearly_contract_keeps_its_price_until_it_renews() -> None:
    years = bill_of(certain(), renews=date(2026, 12, 1)).items[0].years
    assert years[0].central == pytest.approx(6 * 36 + 6 * 39)


@settings(max_examples=15)
@given(st.integers(0, 40))
def test_a_later_renewal_never_costs_more(months: int) -> None:
    year, month = divmod(5 + months, 12)
    renewing = bill_of(renews=date(2026 + year, month + 1, 1)).total
    by_the_month = bill_of().total
    assert np.all(renewing.draws <= by_the_month.draws * (1 + 1e-12))


def test_break_even_by_hand() -> None:
    """Six hours at 50 dollars for one seat of 36 dollars, an alternative at 30: (30 + 300/60)/36 - 1."""
    lock_in = bill_of(certain(hours_to_leave_office=6), alternative=30.0).items[0].lock_in
    assert lock_in is not None
    assert lock_in.leaving.central == pytest.approx(300)
    assert lock_in.break_even.central == pytest.approx((30 + 300 / 60) / 36 - 1)


def test_moving_data_costs_nothing_in_the_union_once_the_law_says_so() -> None:
    later = Facts(date(2027, 2, 1), FACTS.rows, FACTS.records)
    cloud = Item(name="cloud", provider="amazon", channel="cloud", per_month=1000.0, data_stored_gb=1e6)
    profile = Profile(
        kind="organisation", name="", country="NL", currency="EUR", people=1, cost_of_an_hour=None,
        items=(cloud,),
    )  # fmt: skip
    before, after = (
        worked_out(profile, Scenario.load(), facts=facts).items[0].lock_in for facts in (FACTS, later)
    )
    assert before is not None
    assert after is not None
    assert after.leaving.central < before.leaving.central


def test_exposure_sums_to_one() -> None:
    bill = worked_out(Profile.load(PROFILES[-1]), Scenario.load())
    total = sum(share.draws for share in bill.exposure.values())
    assert total == pytest.approx(1)


def test_nothing_to_do_lies_in_the_past_and_notice_comes_before_renewal() -> None:
    duties = bill_of(renews=date(2026, 7, 15), notice_days=60).duties
    assert all(duty.day >= FACTS.as_of for duty in duties)
    days = {duty.kind: duty.day for duty in duties}
    assert days["renews"] == date(2027, 7, 15)
    assert (days["renews"] - days["notice"]).days == 60


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_worked_profiles(path: Path) -> None:
    scenario = Scenario.load()
    bill = worked_out(Profile.load(path), scenario, investment_ahead(FACTS, scenario))
    assert len(bill.years) == YEARS
    low, high = bill.total.interval()
    assert low < bill.total.central < high


def test_the_bill_follows_the_building_of_the_same_future() -> None:
    cloud = Item(name="cloud", provider="amazon", channel="cloud", per_month=1000.0)
    profile = Profile(
        kind="organisation", name="", country="NL", currency="EUR", people=1, cost_of_an_hour=None,
        items=(cloud,),
    )  # fmt: skip
    scenario = Scenario.load()
    ahead = investment_ahead(FACTS, scenario)
    built = Figure.total(ahead("amazon").values())
    followed, blind = (worked_out(profile, scenario, each).total for each in (ahead, at_its_pace))
    assert followed.draws.shape == built.draws.shape
    more = followed.draws - blind.draws
    assert np.corrcoef(more, built.draws)[0, 1] > 0.5


def test_every_mistake_is_reported_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "kind: housholder\ncountry: Nederland\ncurrency: EUR\nservices:\n"
        "  - service: microsoft_365_e33\n  - service: chatgpt_plus\n    seats: -2\n    renews: soon\n"
        "    seets: 4\ncloud:\n  - provider: amazon\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        Profile.load(path)
    problems = caught.value.problems
    assert len(problems) == 7
    assert all(str(path) in problem for problem in problems)
    assert any("did you mean 'household'" in problem for problem in problems)
    assert any("did you mean 'microsoft_365_e3'" in problem for problem in problems)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("renews: 2027-13-40", "'2027-13-40' is not a day; write it as 2026-08-01"),
        ("renews: 2027-02-01T10:00:00", "2027-02-01 10:00:00 is not a day; write it as 2026-08-01"),
        ("seats: 0", "0 is too few; leave out what is not there"),
        ("notice_days: 99999999", "99999999 days of notice is more than a year"),
        ("price_per_seat_per_month: 0", "0 is too few; leave out what is not there"),
    ],
)
def test_a_wrong_value_hides_no_other_mistake(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        f"kind: household\ncountry: Nederland\nservices:\n  - service: chatgpt_plus\n    {line}\n"
        "cloud:\n  - {provider: amazn, spend_per_month: 3}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        Profile.load(path)
    assert set(caught.value.problems) == {
        f"{path}:2: country 'Nederland' is not a code of two capitals, such as NL",
        f"{path}:5: {said}",
        f"{path}:7: provider 'amazn' is not known (did you mean 'amazon'?)",
    }


def test_a_day_in_quotes_and_a_provider_by_any_of_its_names(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "kind: organisation\ncountry: NL\ncloud:\n"
        "  - {provider: AWS, spend_per_month: 3, renews: '2027-02-01'}\n"
        "  - {provider: Microsoft Azure, spend_per_month: 3}\n"
        "  - {provider: Hetzner, spend_per_month: 3}\nads:\n  - {platform: facebook, spend_per_month: 3}\n",
        encoding="utf-8",
    )
    items = Profile.load(path).items
    assert [item.provider for item in items] == ["amazon", "microsoft", "Hetzner", "meta"]
    assert items[0].renews == date(2027, 2, 1)


@pytest.mark.parametrize("renews", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_are_days(renews: date) -> None:
    item = Item(name="cloud", provider="amazon", channel="cloud", renews=renews, notice_days=366)
    assert item.next_renewal(FACTS.as_of, 366) >= FACTS.as_of


def test_a_right_of_users_is_no_right_of_advertisers() -> None:
    network = Item(name="Facebook", provider="meta", channel="subscriptions", per_month=8.0)
    ads = Item(name="Meta Ads", provider="meta", channel="ads", per_month=100.0)
    profile = Profile(
        kind="organisation", name="", country="NL", currency="EUR", people=None, cost_of_an_hour=None,
        items=(network, ads),
    )  # fmt: skip
    assert {name for right in rights_of(profile, FACTS) for name in right.items} == {"Facebook"}


@pytest.mark.parametrize(
    "text", ["", "[]", "kind: household", "services: 3", "a: [", "kind: &a household\nb: *a"]
)
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.yaml"):
        Profile.load(path)


def test_a_service_that_takes_longer_to_learn_costs_more_to_leave() -> None:
    chat, drawing = (bill_of(kind=kind).items[0].lock_in for kind in ("assistant", "creative"))
    assert chat is not None
    assert drawing is not None
    assert np.all(chat.leaving.draws < drawing.leaving.draws)


def test_every_service_of_the_catalogue_has_hours_to_leave() -> None:
    scenario = Scenario.load()
    assert {service.kind for service in catalogue().values()} <= {
        name.removeprefix("hours_to_leave_") for name in scenario
    }


def test_stored_files_cost_hours_to_move() -> None:
    """Two terabytes at four hours each and 50 dollars an hour."""
    scenario = certain(hours_to_move_a_terabyte=4)
    lock_in = bill_of(scenario, data_stored_gb=2000.0).items[0].lock_in
    assert lock_in is not None
    assert lock_in.moving.central == pytest.approx(400)


def test_a_contract_whose_notice_has_passed_asks_a_year_more() -> None:
    """On 20 June 2026 a contract to 1 July with 30 days' notice runs on to 1 July 2027."""
    lock_in = bill_of(renews=date(2026, 7, 1), notice_days=30).items[0].lock_in
    assert lock_in is not None
    days = (date(2027, 7, 1) - FACTS.as_of).days
    assert lock_in.contract.central == pytest.approx(36 * 12 * days / 365.25)


def test_leaving_adobe_early_costs_half_of_the_rest() -> None:
    def due(provider: str) -> float:
        lock_in = bill_of(renews=date(2027, 1, 1), provider=provider).items[0].lock_in
        assert lock_in is not None
        return lock_in.contract.central

    assert due("adobe") == pytest.approx(due("salesforce") / 2)


def test_leaving_what_has_no_equal_has_no_break_even() -> None:
    lock_in = bill_of(kind="social").items[0].lock_in
    assert lock_in is not None
    assert lock_in.break_even.missing


def test_the_same_item_twice_counts_twice_in_the_exposure() -> None:
    item = Item(name="cloud", provider="amazon", channel="cloud", per_month=100.0)
    other = Item(name="else", provider="oracle", channel="cloud", per_month=100.0)
    profile = Profile(
        kind="organisation", name="", country="NL", currency="EUR", people=None, cost_of_an_hour=None,
        items=(item, item, other),
    )  # fmt: skip
    bill = worked_out(profile, certain())
    assert bill.exposure["amazon"].central == pytest.approx(2 / 3)
