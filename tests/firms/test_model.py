"""What is known of each quarter when a run begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rekening import Facts, Scenario
from rekening.facts.periods import Quarter, quarter_range
from rekening.firms.ladder import Ladder, Tranche
from rekening.firms.model import FirmModel
from rekening.firms.opening import build


@pytest.fixture(scope="module")
def model() -> FirmModel:
    return build(Facts.load("2025-11-03"), Scenario.load(), "meta")


@pytest.mark.parametrize(("begins", "place"), [("2026-02-10", 1), ("2026-06-30", 2), ("2026-07-01", None)])
def test_an_agreed_bond_enters_in_its_quarter_or_not_at_all(
    model: FirmModel, begins: str, place: int | None
) -> None:
    quarters = quarter_range(model.start, Quarter(2026, 2))
    bond = Tranche("b", "f", date.fromisoformat(begins), Quarter(2031, 1), 10e9, 0.05, 0.01, None)
    bare = replace(model, ladder=Ladder(())).schedules(quarters)
    with_it = replace(model, ladder=Ladder((bond,))).schedules(quarters)
    expected = [10e9 if quarter == place else 0 for quarter in range(len(quarters))]
    assert (with_it["debt_contracted"] - bare["debt_contracted"]).tolist() == expected
    assert (with_it["contracted_discount"] - bare["contracted_discount"]).tolist() == pytest.approx(
        [amount / 100 for amount in expected]
    )
    assert (with_it["debt_maturing"] == bare["debt_maturing"]).all()
    more = with_it["existing_interest"] - bare["existing_interest"]
    first = len(quarters) if place is None else place
    assert (more[:first] == 0).all()
    assert more[first + 1 :].tolist() == pytest.approx([10e9 * 0.05 / 4] * (len(quarters) - first - 1))


@pytest.mark.parametrize(("place", "currency"), [("euro_area", "EUR"), ("uk", "GBP"), ("switzerland", "CHF")])
def test_debt_in_another_currency_counts_at_the_rate_of_the_day(place: str, currency: str) -> None:
    facts = Facts.load("2026-06-20")
    rates = facts.find(place, f"exchange_rate_{currency.lower()}_per_usd_month_average")
    listed = [
        row for row in facts.table("bonds") if (row["issuer"], row["currency"]) == ("alphabet", currency)
    ]
    ladder = {tranche.bond_id: tranche for tranche in Ladder.read(facts, "alphabet").tranches}
    known = [row for row in listed if row["coupon_percent"] is not None]
    assert known
    for row in known:
        tranche = ladder[row.text("bond_id")]
        assert tranche.principal * rates[-1].value == pytest.approx(row.number("principal"))
        assert tranche.exchanged_by == {rates[-1].fact_id}
