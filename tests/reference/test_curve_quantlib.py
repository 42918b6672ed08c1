"""The zero curve against QuantLib's piecewise log-linear discount curve, on the yields of the facts."""

from __future__ import annotations

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

from rekening import Facts, FixedRateBond
from rekening.claims import ZeroCurve

THIRTY_360 = ql.Thirty360(ql.Thirty360.USA)


@pytest.fixture(scope="module")
def curve() -> ZeroCurve:
    return ZeroCurve.of_treasuries(Facts.load(as_of="2025-11-03"))


@pytest.fixture(scope="module")
def peer(curve: ZeroCurve) -> object:
    today = ql.Date.from_date(curve.day)
    helpers = []
    for tenor, par in zip(curve.tenors, curve.par_yields.tolist(), strict=True):
        months = ql.Period(round(12 * tenor), ql.Months)
        if tenor <= 0.5:
            helpers.append(
                ql.DepositRateHelper(par, months, 0, ql.NullCalendar(), ql.Unadjusted, False, THIRTY_360)
            )
            continue
        dates = ql.Schedule(
            today, today + months, ql.Period(ql.Semiannual), ql.NullCalendar(), ql.Unadjusted, ql.Unadjusted,
            ql.DateGeneration.Backward, False,
        )  # fmt: skip
        quote = ql.QuoteHandle(ql.SimpleQuote(100.0))
        helpers.append(ql.FixedRateBondHelper(quote, 0, 100.0, dates, [par], THIRTY_360, ql.Unadjusted))
    before = ql.Settings.instance().evaluationDate
    ql.Settings.instance().evaluationDate = today
    built = ql.PiecewiseLogLinearDiscount(today, helpers, THIRTY_360, ql.IterativeBootstrap(1e-15))
    built.discount(1.0)
    yield built
    ql.Settings.instance().evaluationDate = before


def test_the_day_is_the_newest_on_or_before(curve: ZeroCurve) -> None:
    assert curve.day.isoformat() == "2025-11-03"
    assert len(curve.facts) == curve.tenors.size == 10


def test_discount_factors(curve: ZeroCurve, peer: ql.YieldTermStructure) -> None:
    years = np.linspace(0.05, 30, 200)
    np.testing.assert_allclose(curve.discount(years), [peer.discount(t) for t in years.tolist()], rtol=1e-12)


def test_par_yields_are_reproduced(curve: ZeroCurve) -> None:
    again = [curve.par_yield(tenor) for tenor in curve.tenors.tolist()]
    np.testing.assert_allclose(again, curve.par_yields, rtol=0, atol=1e-12)


def test_price_and_spread_of_a_bond(curve: ZeroCurve, peer: ql.YieldTermStructure) -> None:
    bond = FixedRateBond(principal=100, coupon=0.055, issued="2025-11-03", maturity="2045-11-15")
    dates = ql.Schedule(
        [ql.Date.from_date(curve.day), *(ql.Date.from_date(flow.date) for flow in bond.cashflows())]
    )
    same = ql.FixedRateBond(0, 100.0, dates, [0.055], THIRTY_360, ql.Unadjusted)
    same.setPricingEngine(ql.DiscountingBondEngine(ql.YieldTermStructureHandle(peer)))
    assert bond.clean_price_on(curve, "2025-11-03") == pytest.approx(same.cleanPrice(), rel=1e-12)
    spread = ql.BondFunctions.zSpread(
        same, ql.BondPrice(99.5, ql.BondPrice.Clean), peer, THIRTY_360, ql.Compounded, ql.Semiannual,
        ql.Date.from_date(curve.day), 1e-14, 1_000, 0.01,
    )  # fmt: skip
    assert bond.z_spread(curve, 99.5, "2025-11-03") == pytest.approx(spread, rel=1e-9)
    assert bond.clean_price_on(curve, "2025-11-03", spread) == pytest.approx(99.5, rel=1e-11)
