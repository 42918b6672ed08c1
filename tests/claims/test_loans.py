"""Floaters, term loans, amortising notes, preferred shares, leases, contracts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import InputError
from rekening.claims import (
    AmortisingNote,
    ComputeContract,
    FloatingRateNote,
    Lease,
    PreferredShares,
    ResidualValueGuarantee,
    TermLoan,
    ZeroCurve,
)
from rekening.claims.cost import internal_rate, off_balance, option_to_leave
from rekening.claims.flows import months_later

START = date(2025, 10, 21)
CURVE = ZeroCurve(
    date(2025, 11, 3), np.array([0.25, 0.5, 1, 5, 30]), np.array([0.04, 0.04, 0.04, 0.04, 0.045])
)


def test_level_payments_are_the_annuity() -> None:
    note = AmortisingNote(
        principal=1000.0,
        rate=0.06,
        issued=date(2025, 1, 1),
        interest_only_until=date(2025, 1, 1),
        maturity=date(2035, 1, 1),
    )
    flows = note.cashflows()
    assert len(flows) == 20
    assert flows.amounts == pytest.approx(np.full(20, -npf.pmt(0.03, 20, 1000)))
    assert flows.principal == pytest.approx([-npf.ppmt(0.03, k, 20, 1000) for k in range(1, 21)])
    assert internal_rate(flows, np.array(1000.0), note.issued) == pytest.approx(0.06)


@given(st.floats(0, 0.15), st.integers(0, 60), st.integers(1, 240), st.sampled_from([1, 2, 4, 12]))
def test_a_note_repays_its_principal(rate: float, wait: int, more: int, frequency: int) -> None:
    note = AmortisingNote(
        principal=1e9, rate=rate, issued=START, interest_only_until=months_later(START, wait),
        maturity=months_later(START, wait + more), frequency=frequency,
    )  # fmt: skip
    flows = note.cashflows()
    assert flows.principal.sum() == pytest.approx(1e9)
    level = flows.dates > np.datetime64(note.interest_only_until)
    assert (flows.principal[~level] == 0).all()
    assert (flows.interest >= 0).all()
    whole = flows.amounts[level][1:]
    assert whole == pytest.approx(np.full(whole.size, note.level_payment / frequency))


def test_a_note_is_sized_by_the_rent_that_serves_it() -> None:
    start, end = date(2029, 1, 1), date(2049, 5, 30)
    terms = {"rate": 0.06581, "issued": START, "interest_only_until": start, "maturity": end}
    note = AmortisingNote(principal=27.3e9, **terms)
    again = AmortisingNote.served_by(note.level_payment, **terms)
    assert again.principal == pytest.approx(27.3e9)


def test_a_term_loan_falls_in_equal_steps() -> None:
    loan = TermLoan(principal=100.0, rate=0.08, drawn=date(2025, 1, 1), maturity=date(2027, 1, 1))
    flows = loan.cashflows()
    assert flows.principal == pytest.approx(np.full(8, 12.5))
    assert flows.interest[0] == pytest.approx(2.0)
    assert flows.interest[-1] == pytest.approx(0.25)
    assert flows.average_life(loan.drawn) == pytest.approx(np.mean(np.arange(1, 9)) / 4)


def test_a_floater_pays_forward_rates_and_its_margin() -> None:
    note = FloatingRateNote(
        principal=100.0, margin=0.01, issued=date(2025, 11, 3), maturity=date(2027, 11, 3), curve=CURVE
    )
    flows = note.cashflows()
    days = np.diff(np.concatenate(([np.datetime64("2025-11-03")], flows.dates))).astype(float)
    forward = CURVE.forward_rates(np.arange(8) / 4, np.arange(1, 9) / 4)
    assert flows.interest == pytest.approx(100 * (forward + 0.01) * days / 360)
    flat = FloatingRateNote(
        principal=100.0,
        margin=0.0,
        issued=date(2025, 11, 3),
        maturity=date(2035, 11, 3),
        curve=CURVE,
        day_count="30/360 US",
    ).cashflows()
    assert CURVE.present_value(flat.dates, flat.amounts) == pytest.approx(100.0)


def test_a_floater_that_began_before_the_curve_takes_its_shortest_rate() -> None:
    note = FloatingRateNote(
        principal=100.0, margin=0.0, issued=date(2024, 11, 3), maturity=date(2026, 11, 3), curve=CURVE
    )
    assert note.cashflows().interest[0] == pytest.approx(100 * 0.04 * 92 / 360)


def test_preferred_dividends() -> None:
    shares = PreferredShares(
        principal=1000.0, dividend=0.065, issued=date(2026, 2, 5), until=date(2029, 2, 5)
    )
    assert shares.cashflows().interest.sum() == pytest.approx(195)
    assert shares.cashflows().principal.sum() == 0


LEASE = Lease(
    yearly_rent=3.0, start=date(2029, 1, 1), first_term_years=4, extension_years=4, longest_years=20,
    guarantee=ResidualValueGuarantee(start=date(2029, 1, 1), years=16, initial=28.0, final=12.0, cap=28.0),
)  # fmt: skip


def test_a_lease_binds_for_its_first_term() -> None:
    assert LEASE.principal == 12
    assert LEASE.cashflows().amounts.sum() == pytest.approx(12)
    assert LEASE.cashflows(8).amounts.sum() == pytest.approx(24)
    assert LEASE.option_years == (4, 8, 12, 16, 20)
    with pytest.raises(InputError, match="after 4, 8, 12, 16, 20 years"):
        LEASE.cashflows(5)


def test_what_is_owed_on_leaving() -> None:
    assert LEASE.owed_on_leaving(4, np.array([0, 20, 24, 30])) == pytest.approx([24, 4, 0, 0])
    assert LEASE.owed_on_leaving(16, 10.0) == pytest.approx(2)
    assert LEASE.owed_on_leaving(20, 0.0) == 0  # the guarantee is over
    capped = ResidualValueGuarantee(start=LEASE.start, years=16, initial=28, final=12, cap=5)
    assert capped.payment(4, 0.0) == 5


@given(st.floats(0, 16), st.floats(0, 60), st.floats(0, 60))
def test_a_guarantee_never_pays_less_for_a_lower_value(years: float, one: float, other: float) -> None:
    guarantee = LEASE.guarantee
    assert guarantee is not None
    low, high = sorted((one, other))
    assert guarantee.payment(years, low) >= guarantee.payment(years, high)
    assert 0 <= guarantee.payment(years, low) <= guarantee.cap


def test_the_right_to_leave_is_worth_more_without_a_guarantee_and_in_an_unsure_market() -> None:
    free = Lease(yearly_rent=3.0, start=LEASE.start, first_term_years=4, extension_years=4, longest_years=20)
    calm, wild = np.array([0.1]), np.array([0.3])
    case = {"rate": np.array([0.052]), "trend": np.array([-0.02]), "value_to_rents": np.array([1.1])}
    bound = option_to_leave(LEASE, volatility=calm, **case)
    assert 0 <= bound < option_to_leave(free, volatility=calm, **case)
    assert option_to_leave(free, volatility=calm, **case) < option_to_leave(free, volatility=wild, **case)


def test_a_vehicle_at_the_firms_own_rate_costs_nothing_more() -> None:
    note = AmortisingNote(
        principal=27.3e9,
        rate=0.06,
        issued=START,
        interest_only_until=months_later(START, 36),
        maturity=months_later(START, 276),
    )
    none = np.zeros(1)
    same = off_balance(
        note, own_rate=np.array([0.06]), equity=none, equity_return=none, leaving=none, construction=none
    )
    assert abs(same.total[0]) < 1e-6 * note.principal
    dearer = off_balance(
        note,
        own_rate=np.array([0.05]),
        equity=np.array([2e9]),
        equity_return=np.array([0.11]),
        leaving=np.array([1e8]),
        construction=np.array([5e7]),
    )
    assert dearer.total == pytest.approx(dearer.notes + dearer.equity - 1e8 - 5e7)
    without = off_balance(
        note, own_rate=np.array([0.05]), equity=none, equity_return=none, leaving=none, construction=none
    )
    assert without.yearly[0] == pytest.approx(0.01, rel=1e-3)


def test_contracts_for_computing() -> None:
    firm = ComputeContract(total=10.0, start=date(2025, 1, 1), end=date(2030, 1, 1), take_or_pay=True)
    loose = ComputeContract(total=10.0, start=date(2025, 1, 1), end=date(2030, 1, 1), take_or_pay=False)
    assert firm.cashflows().amounts.sum() == pytest.approx(10)
    assert firm.owed_if_stopped(date(2028, 1, 1)) == pytest.approx(4)
    assert loose.owed_if_stopped(date(2028, 1, 1)) == 0


@given(st.integers(0, 20_000), st.integers(-500, 500))
def test_months_later(days: int, months: int) -> None:
    day = date(1990, 1, 1) + timedelta(days)
    then = months_later(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then + timedelta(1)).day == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: TermLoan(principal=-1.0, rate=0.05, drawn=START, maturity=date(2030, 1, 1)),
        lambda: TermLoan(principal=1.0, rate=0.05, drawn=START, maturity=START),
        lambda: AmortisingNote(
            principal=float("nan"),
            rate=0.05,
            issued=START,
            interest_only_until=START,
            maturity=date(2030, 1, 1),
        ),
        lambda: AmortisingNote(
            principal=1.0,
            rate=0.05,
            issued=START,
            interest_only_until=date(2031, 1, 1),
            maturity=date(2030, 1, 1),
        ),
        lambda: ComputeContract(total=-1.0, start=START, end=date(2030, 1, 1), take_or_pay=True),
        lambda: ComputeContract(total=1.0, start=START, end=START, take_or_pay=True),
        lambda: Lease(yearly_rent=1.0, start=START, first_term_years=5, extension_years=1, longest_years=4),
        lambda: Lease(yearly_rent=-1.0, start=START, first_term_years=4, extension_years=1, longest_years=4),
        lambda: PreferredShares(principal=0.0, dividend=0.05, issued=START, until=date(2030, 1, 1)),
    ],
)
def test_bad_terms(make: object) -> None:
    with pytest.raises(InputError, match="found"):
        make()  # type: ignore[operator]


def test_the_rates_of_many_values_are_those_of_each():
    note = AmortisingNote(
        principal=1000.0,
        rate=0.06,
        issued=date(2025, 11, 1),
        interest_only_until=date(2027, 11, 1),
        maturity=date(2045, 11, 1),
    )
    values = np.random.default_rng(2).uniform(700, 1200, (2, 700))
    found = internal_rate(note.cashflows(), values, note.issued)
    assert found.shape == values.shape
    each = [internal_rate(note.cashflows(), value, note.issued) for value in values[:, ::50].ravel()]
    np.testing.assert_allclose(found[:, ::50].ravel(), np.ravel(each), rtol=1e-12)
