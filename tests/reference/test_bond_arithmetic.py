"""The batch against QuantLib on 5,000 random bonds: price, yield, accrued interest, durations, convexity."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from rekening import FixedRateBond, yields_to_maturity
from rekening.claims import Risk, risks
from rekening.claims.schedule import DAY_COUNTS
from rekening.numerics import COMPILE_ABOVE

BONDS = 5_000
RELATIVE = 1e-10

COUNTERS = {
    "30/360 US": ql.Thirty360(ql.Thirty360.USA),
    "30E/360": ql.Thirty360(ql.Thirty360.European),
    "Actual/360": ql.Actual360(),
    "Actual/365 Fixed": ql.Actual365Fixed(),
    "Actual/Actual ICMA": ql.ActualActual(ql.ActualActual.ISMA),
}


class Sample(NamedTuple):
    ours: list[FixedRateBond]
    theirs: list[tuple[Any, ...]]  # bond, day count, compounding, frequency, settlement
    settlements: list[date]
    yields: np.ndarray
    last_period: np.ndarray
    odd_first: np.ndarray


def to_ql(day: date) -> Any:
    return ql.Date(day.day, day.month, day.year)


def from_ql(day: Any) -> date:
    return date(day.year(), day.month(), day.dayOfMonth())


def schedule(issued: date, maturity: date, frequency: int, end_of_month: bool, first: Any) -> Any:
    return ql.Schedule(
        to_ql(issued), to_ql(maturity), ql.Period(12 // frequency, ql.Months), ql.NullCalendar(),
        ql.Unadjusted, ql.Unadjusted, ql.DateGeneration.Backward, end_of_month, first,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> Sample:
    rng = np.random.default_rng(20251103)
    ours, theirs, settlements, last_period, odd_first = [], [], [], [], []
    while len(ours) < BONDS:
        issued = date(2005, 1, 1) + timedelta(int(rng.integers(0, 7_000)))
        life = int(rng.integers(60, 40 * 365))
        maturity = issued + timedelta(life)
        frequency = int(rng.choice([1, 2, 2, 2, 4, 12]))
        counter = str(rng.choice(["30/360 US", *DAY_COUNTS]))
        end_of_month = bool(rng.random() < 0.2)
        coupon = round(float(rng.uniform(0.005, 0.12)), 5)
        dates = schedule(issued, maturity, frequency, end_of_month, ql.Date())
        first = None
        if rng.random() < 0.4 and len(dates) > 3:
            first = dates[
                int(rng.integers(1, 3))
            ]  # the first or second regular day: short or long first coupon
        bond = FixedRateBond(
            1e6, coupon, issued, maturity, first and from_ql(first), frequency, counter, "USD", end_of_month
        )
        if first is None and len(dates) > 2 and dates[1] - dates[0] < 30:
            first = dates[2]
        if first is not None:
            dates = schedule(issued, maturity, frequency, end_of_month, first)
        case = rng.random()
        if case < 0.1:
            settlement = issued
        elif case < 0.3:  # in or near the last coupon period
            settlement = max(issued, maturity - timedelta(int(rng.integers(2, 360 // frequency + 1))))
        elif case > 0.9 and len(dates) > 2:  # on a coupon day
            settlement = from_ql(dates[int(rng.integers(1, len(dates) - 1))])
        else:
            settlement = issued + timedelta(int(rng.integers(0, life - 2)))
        peer = ql.FixedRateBond(0, 100.0, dates, [coupon], COUNTERS[counter], ql.Unadjusted)
        ours.append(bond)
        theirs.append((peer, COUNTERS[counter], ql.Compounded, frequency, to_ql(settlement)))
        settlements.append(settlement)
        last_period.append(to_ql(settlement) >= dates[len(dates) - 2])
        odd_first.append(not dates.isRegular(1) and to_ql(settlement) < dates[1])
    yields = rng.uniform(0.005, 0.15, BONDS)
    return Sample(ours, theirs, settlements, yields, np.array(last_period), np.array(odd_first))


@pytest.fixture(scope="module")
def valued(sample: Sample) -> Risk:
    return risks(sample.ours, sample.yields, sample.settlements)


def test_the_sample_holds_the_hard_cases(sample: Sample) -> None:
    assert sample.last_period.sum() > 500
    assert sample.odd_first.sum() > 500
    assert BONDS > COMPILE_ABOVE


def test_prices(sample: Sample, valued: Risk) -> None:
    peer = [
        ql.BondFunctions.cleanPrice(b, y, *how)
        for (b, *how), y in zip(sample.theirs, sample.yields, strict=True)
    ]
    np.testing.assert_allclose(valued.clean, peer, rtol=RELATIVE)


def test_accrued_interest(sample: Sample, valued: Risk) -> None:
    peer = [b.accruedAmount(settlement) for b, *_, settlement in sample.theirs]
    # QuantLib takes 1 from (1 + rate x time), which loses digits where little has accrued: hence the floor.
    np.testing.assert_allclose(valued.accrued, peer, rtol=RELATIVE, atol=1e-13)


@pytest.mark.parametrize(
    ("name", "kind"), [("modified", ql.Duration.Modified), ("macaulay", ql.Duration.Macaulay)]
)
def test_durations(sample: Sample, valued: Risk, name: str, kind: int) -> None:
    peer = [
        ql.BondFunctions.duration(bond, y, counter, compounding, frequency, kind, settlement)
        for (bond, counter, compounding, frequency, settlement), y in zip(
            sample.theirs, sample.yields, strict=True
        )
    ]
    np.testing.assert_allclose(getattr(valued, name), peer, rtol=RELATIVE)


def test_convexity(sample: Sample, valued: Risk) -> None:
    peer = [
        ql.BondFunctions.convexity(b, y, *how)
        for (b, *how), y in zip(sample.theirs, sample.yields, strict=True)
    ]
    np.testing.assert_allclose(valued.convexity, peer, rtol=RELATIVE)


def test_yields(sample: Sample, valued: Risk) -> None:
    found = yields_to_maturity(sample.ours, valued.clean, sample.settlements)
    peer = [
        ql.BondFunctions.bondYield(bond, ql.BondPrice(price, ql.BondPrice.Clean), *how, 1e-14, 1_000)
        for (bond, *how), price in zip(sample.theirs, valued.clean.tolist(), strict=True)
    ]
    np.testing.assert_allclose(found, peer, rtol=RELATIVE)
    np.testing.assert_allclose(found, sample.yields, rtol=RELATIVE)


def test_few_bonds_give_what_many_give(sample: Sample, valued: Risk) -> None:
    few = slice(0, 40)
    alone = risks(sample.ours[few], sample.yields[few], sample.settlements[few])
    for name in Risk._fields:
        np.testing.assert_allclose(getattr(alone, name), getattr(valued, name)[few], rtol=1e-13)
    np.testing.assert_allclose(
        yields_to_maturity(sample.ours[few], alone.clean, sample.settlements[few]),
        sample.yields[few],
        rtol=RELATIVE,
    )
