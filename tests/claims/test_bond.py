"""Fixed-rate bonds: what always holds, examples, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening import FixedRateBond, InputError, yields_to_maturity
from rekening.claims.schedule import DAY_COUNTS, FREQUENCIES

FIRST = date(2000, 1, 1)


@st.composite
def bonds(draw: st.DrawFn) -> FixedRateBond:
    issued = FIRST + timedelta(draw(st.integers(0, 9_000)))
    return FixedRateBond(
        principal=draw(st.floats(1, 1e11)),
        coupon=draw(st.floats(0.001, 0.15)),
        issued=issued,
        maturity=issued + timedelta(draw(st.integers(40, 15_000))),
        frequency=draw(st.sampled_from(FREQUENCIES)),
        day_count=draw(st.sampled_from(DAY_COUNTS)),
        end_of_month=draw(st.booleans()),
    )


@st.composite
def settled(draw: st.DrawFn) -> tuple[FixedRateBond, date]:
    bond = draw(bonds())
    life = (bond.maturity - bond.issued).days
    return bond, bond.issued + timedelta(draw(st.integers(0, life - 5)))


@given(bonds())
def test_principal_is_repaid_once_and_in_full(bond: FixedRateBond) -> None:
    flows = bond.cashflows()
    assert flows.principal.sum() == bond.principal
    assert flows.dates.tolist()[-1] == bond.maturity
    assert (np.diff(flows.dates.astype(np.int64)) > 0).all()
    assert (flows.interest > 0).all()


@given(bonds())
def test_nothing_has_accrued_on_a_coupon_day(bond: FixedRateBond) -> None:
    days = [bond.issued, *bond.cashflows().dates.tolist()[:-1]]
    assert [bond.accrued_interest(day) for day in days[:5]] == [0.0] * len(days[:5])


@given(settled(), st.floats(-0.02, 0.3), st.floats(1e-4, 0.1))
def test_price_falls_as_the_yield_rises(case: tuple[FixedRateBond, date], rate: float, more: float) -> None:
    bond, day = case
    assert bond.dirty_price(rate + more, day) < bond.dirty_price(rate, day)


@given(settled(), st.floats(-0.02, 0.3))
def test_price_to_yield_and_back(case: tuple[FixedRateBond, date], rate: float) -> None:
    bond, day = case
    assert bond.yield_to_maturity(bond.clean_price(rate, day), day) == pytest.approx(rate, rel=1e-9, abs=1e-9)


@given(settled(), st.floats(0, 0.2))
def test_duration_is_the_slope_of_the_price(case: tuple[FixedRateBond, date], rate: float) -> None:
    bond, day = case
    step = 1e-5
    up, down = bond.dirty_price(rate + step, day), bond.dirty_price(rate - step, day)
    middle = bond.dirty_price(rate, day)
    assert bond.duration(rate, day) == pytest.approx((down - up) / (2 * step * middle), rel=1e-4, abs=1e-6)
    assert bond.duration(rate, day, "macaulay") == pytest.approx(
        bond.duration(rate, day) * (1 + rate / bond.frequency)
    )


@given(st.lists(settled(), min_size=1, max_size=8), st.floats(0.001, 0.2))
def test_a_bond_does_not_mind_its_neighbours(cases: list[tuple[FixedRateBond, date]], rate: float) -> None:
    together = [bond for bond, _ in cases]
    days = [day for _, day in cases]
    prices = [bond.clean_price(rate, day) for bond, day in cases]
    alone = [bond.yield_to_maturity(price, day) for (bond, day), price in zip(cases, prices, strict=True)]
    assert yields_to_maturity(together, prices, days).tolist() == alone


def test_a_par_bond_yields_its_coupon() -> None:
    bond = FixedRateBond(principal=1, coupon=0.05, issued="2025-01-15", maturity="2035-01-15")
    assert bond.yield_to_maturity(100, "2025-01-15") == pytest.approx(0.05, abs=1e-15)


def test_a_first_stub_under_thirty_days_joins_the_next_period() -> None:
    bond = FixedRateBond(principal=100, coupon=0.06, issued="2025-11-03", maturity="2030-11-15")
    first = next(iter(bond.cashflows()))
    assert first.date == date(2026, 5, 15)
    assert first.interest == pytest.approx(6 * 192 / 360)  # 6 months and 12 days


def test_a_longer_first_stub_is_a_short_coupon() -> None:
    bond = FixedRateBond(principal=100, coupon=0.06, issued="2025-11-20", maturity="2033-03-20")
    first = next(iter(bond.cashflows()))
    assert (first.date, first.amount) == (date(2026, 3, 20), pytest.approx(2.0))


def test_ends_of_months() -> None:
    late = FixedRateBond(100, 0.06, "2025-02-28", "2027-02-28", end_of_month=True)
    plain = FixedRateBond(100, 0.06, "2025-02-28", "2027-02-28")
    assert late.cashflows().dates.tolist()[0] == date(2025, 8, 31)
    assert plain.cashflows().dates.tolist()[0] == date(2025, 8, 28)


def test_interest_compounds_in_the_last_period() -> None:
    bond = FixedRateBond(principal=100, coupon=0.06, issued="2020-05-15", maturity="2026-05-15")
    simple = 103 / (1 + 0.10 * 90 / 360) - 1.5
    assert bond.clean_price(0.10, "2026-02-15") == pytest.approx(103 / 1.05**0.5 - 1.5)
    assert abs(bond.clean_price(0.10, "2026-02-15") - simple) < 0.04


def test_a_bond_without_coupon() -> None:
    bond = FixedRateBond(principal=100, coupon=0, issued="2025-05-15", maturity="2035-05-15")
    assert bond.clean_price(0.04, "2025-05-15") == pytest.approx(100 / 1.02**20)
    assert bond.duration(0.04, "2025-05-15", "macaulay") == pytest.approx(10)


def test_bonds_are_equal_by_their_terms_and_do_not_change() -> None:
    one = FixedRateBond(1e9, 0.04, "2025-01-01", date(2030, 1, 1))
    assert one == FixedRateBond(1e9, 0.04, date(2025, 1, 1), "2030-01-01")
    with pytest.raises(AttributeError):
        one.coupon = 0.05  # type: ignore[misc]


def test_no_bonds_have_no_yields() -> None:
    assert yields_to_maturity([], [], "2025-11-03").size == 0


GOOD = {"principal": 1e9, "coupon": 0.04, "issued": "2025-11-03", "maturity": "2030-11-15"}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"principal": -1}, "principal"),
        ({"principal": 0}, "principal"),
        ({"principal": float("nan")}, "principal"),
        ({"principal": True}, "principal"),
        ({"principal": "a lot"}, "principal"),
        ({"coupon": float("inf")}, "coupon"),
        ({"coupon": -0.01}, "coupon"),
        ({"coupon": 4.2}, "0.042"),
        ({"maturity": "2025-11-03"}, "maturity"),
        ({"maturity": "2020-11-15"}, "maturity"),
        ({"maturity": "2030-13-15"}, "maturity"),
        ({"maturity": "2300-01-01"}, "2199"),
        ({"maturity": None}, "maturity"),
        ({"issued": "yesterday"}, "issued"),
        ({"issued": 20251103}, "issued"),
        ({"first_coupon": "2025-11-03"}, "first_coupon"),
        ({"first_coupon": "2031-05-15"}, "first_coupon"),
        ({"frequency": 3}, "frequency"),
        ({"frequency": True}, "frequency"),
        ({"day_count": "30/360US"}, "did you mean '30/360 US'"),
        ({"currency": "dollar"}, "currency"),
        ({"currency": "US"}, "currency"),
        ({"end_of_month": "no"}, "end_of_month"),
    ],
)
def test_bad_terms(changed: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word):
        FixedRateBond(**{**GOOD, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "settlement", "word"),
    [
        (float("nan"), "2025-11-03", "clean_price"),
        (float("inf"), "2025-11-03", "clean_price"),
        (-5, "2025-11-03", "clean_price"),
        (0, "2025-11-03", "clean_price"),
        (100, "2030-11-15", "settlement"),
        (100, "2031-01-01", "settlement"),
        (100, "2025-11-02", "settlement"),
        (100, "soon", "settlement"),
    ],
)
def test_bad_price_or_settlement(price: float, settlement: str, word: str) -> None:
    bond = FixedRateBond(**GOOD)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=word):
        bond.yield_to_maturity(price, settlement)
    with pytest.raises(InputError, match=word):
        yields_to_maturity([bond, bond], price, settlement)


def test_bad_yield_and_kind() -> None:
    bond = FixedRateBond(**GOOD)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="yield"):
        bond.clean_price(-2.0, "2025-11-03")
    with pytest.raises(InputError, match="kind"):
        bond.duration(0.04, "2025-11-03", "effective")


def test_numbers_that_do_not_fit_the_bonds() -> None:
    bond = FixedRateBond(**GOOD)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="found 3 numbers"):
        yields_to_maturity([bond, bond], [99, 100, 101], "2025-11-03")
    with pytest.raises(InputError, match="found 1 dates"):
        yields_to_maturity([bond, bond], [99, 100], ["2025-11-03"])
    with pytest.raises(InputError, match="number 1"):
        yields_to_maturity([bond, bond], [99, float("nan")], "2025-11-03")
    with pytest.raises(InputError, match="bond 1"):
        yields_to_maturity([bond, bond], [99, -50], "2025-11-03")


FIELDS = (*GOOD, "first_coupon", "frequency", "day_count", "currency", "end_of_month", "price", "settlement")
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.just([1, 2]),
    st.binary(max_size=4),
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, min_size=1, max_size=2))
def test_whatever_is_given_the_answer_is_a_number_or_a_message(changed: dict[str, object]) -> None:
    given_terms = {**GOOD, "price": 99.5, "settlement": "2026-01-20", **changed}
    price, settlement = given_terms.pop("price"), given_terms.pop("settlement")
    try:
        bond = FixedRateBond(**given_terms)  # type: ignore[arg-type]
        found = bond.yield_to_maturity(price, settlement)  # type: ignore[arg-type]
    except InputError:
        return
    assert np.isfinite(found)
