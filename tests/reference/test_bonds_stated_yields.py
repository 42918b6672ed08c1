"""Yields stated in term sheets, recomputed from the price to the public: the bonds in the facts."""

from __future__ import annotations

import pytest

from rekening import Facts, FixedRateBond, yields_to_maturity
from rekening.facts import Record

TOLERANCE = 0.05e-4
STATED = ("settled", "maturity", "price_to_public_percent", "yield_to_maturity_percent")


@pytest.fixture(scope="module")
def tranches() -> list[Record]:
    bonds = Facts.load().table("bonds")
    return [record for record in bonds if all(record[column] is not None for column in STATED)]


def as_bond(record: Record) -> FixedRateBond:
    settled, maturity = record.day("settled"), record.day("maturity")
    assert settled is not None
    assert maturity is not None
    return FixedRateBond(
        principal=record.number("principal") or 0,
        coupon=(record.number("coupon_percent") or 0) / 100,
        issued=settled,
        maturity=maturity,
        first_coupon=record.day("first_coupon_date"),
    )


def test_sixteen_tranches_have_all_four(tranches: list[Record]) -> None:
    assert len(tranches) == 16


def test_stated_yields_recompute_within_a_twentieth_of_a_basis_point(tranches: list[Record]) -> None:
    bonds = [as_bond(record) for record in tranches]
    prices = [record.number("price_to_public_percent") for record in tranches]
    yields = yields_to_maturity(bonds, prices, [bond.issued for bond in bonds])
    stated = [(record.number("yield_to_maturity_percent") or 0) / 100 for record in tranches]
    # A stated yield is rounded to a tenth of a basis point, so that half of that is within its rounding.
    assert yields == pytest.approx(stated, abs=TOLERANCE)


def test_odd_first_coupons_are_among_them(tranches: list[Record]) -> None:
    odd = {
        record.text("bond_id")
        for record in tranches
        if abs(next(iter(as_bond(record).cashflows())).interest / as_bond(record).principal
               - as_bond(record).coupon / 2) > 1e-9
    }  # fmt: skip
    assert {"meta-2023-05-2028", "meta-2024-08-2029", "amazon-2025-11-2033"} <= odd


def test_the_schedule_without_a_stated_first_coupon_is_the_stated_one(tranches: list[Record]) -> None:
    for record in tranches:
        stated = as_bond(record)
        guessed = FixedRateBond(stated.principal, stated.coupon, stated.issued, stated.maturity)
        if record["first_coupon_date"] is not None:
            assert next(iter(guessed.cashflows())).date == record["first_coupon_date"], record.text("bond_id")


def test_meta_of_october_2025_is_thirty_billion() -> None:
    loan = [
        r
        for r in Facts.load(as_of="2025-11-03").table("bonds")
        if r.text("bond_id").startswith("meta-2025-10")
    ]
    assert len(loan) == 6
    assert sum(record.number("principal") or 0 for record in loan) == 30_000_000_000
