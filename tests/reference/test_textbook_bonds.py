"""Published prices, durations and convexities.

Fabozzi, *Bond Markets, Analysis and Strategies* (7th edition): chapter 2 (price of a 20-year 10% bond to
yield 11%) and chapter 4 (duration and convexity of four bonds to yield 9%).
"""

from __future__ import annotations

import pytest

from rekening import FixedRateBond

ISSUED = "2020-01-15"


def bond(coupon: float, years: int) -> FixedRateBond:
    return FixedRateBond(principal=1000, coupon=coupon, issued=ISSUED, maturity=f"{2020 + years}-01-15")


def test_price_of_a_twenty_year_bond() -> None:
    assert 10 * bond(0.10, 20).clean_price(0.11, ISSUED) == pytest.approx(919.77, abs=0.005)


@pytest.mark.parametrize(
    ("coupon", "years", "price", "macaulay", "modified", "convexity"),
    [
        (0.09, 5, 100.0000, 4.13, 3.96, 19.45),
        (0.09, 25, 100.0000, 10.33, 9.88, 160.72),
        (0.06, 5, 88.1309, 4.35, 4.16, 20.85),
        (0.06, 25, 70.3570, 11.10, 10.62, 182.92),
    ],
)
def test_duration_and_convexity_at_nine_percent(
    *, coupon: float, years: int, price: float, macaulay: float, modified: float, convexity: float
) -> None:
    one = bond(coupon, years)
    assert one.clean_price(0.09, ISSUED) == pytest.approx(price, abs=5e-5)
    assert one.duration(0.09, ISSUED, kind="macaulay") == pytest.approx(macaulay, abs=0.006)
    assert one.duration(0.09, ISSUED) == pytest.approx(modified, abs=0.006)
    assert one.convexity(0.09, ISSUED) == pytest.approx(convexity, abs=0.012)
