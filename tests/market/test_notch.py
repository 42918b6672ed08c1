"""What a notch costs: slopes between made and real firms."""

from __future__ import annotations

from datetime import date

import pytest

from rekening import Facts, Scenario
from rekening.facts import Figure
from rekening.market.notch import (
    MOODYS,
    SP,
    RatedSpread,
    hour_a_notch_lower,
    notch_cost,
    rated_spreads,
    rating_of,
)


def made(notch: int, basis_points: float) -> RatedSpread:
    return RatedSpread(
        firm=f"firm{notch}",
        notch=notch,
        rating=SP[notch],
        spread=Figure.of(basis_points / 10_000),
        sold=date(2025, 1, 1),
    )


def test_the_scales_hold_the_same_grades() -> None:
    assert len(SP) == len(MOODYS)
    assert (SP[3], MOODYS[3]) == ("AA-", "Aa3")
    assert (SP[-2], MOODYS[-2]) == ("BBB", "Baa2")


def test_on_a_straight_line_every_slope_is_the_same() -> None:
    found = notch_cost([made(notch, 40 + 7 * notch) for notch in (0, 2, 3, 8)])
    assert found.interval(0.99) == pytest.approx((7e-4, 7e-4))


def test_one_odd_firm_does_not_move_the_middle() -> None:
    spreads = [made(notch, 40 + 7 * notch) for notch in (0, 1, 2, 3, 4, 5)]
    odd = [*spreads, made(8, 900)]
    assert notch_cost(odd).central == pytest.approx(notch_cost(spreads).central, rel=0.01)


def test_firms_of_one_grade_say_nothing() -> None:
    assert notch_cost([made(2, 50), made(2, 90)]).missing
    assert notch_cost([]).missing


def test_the_firms_of_november_2025() -> None:
    facts = Facts.load(as_of="2025-11-03")
    spreads = rated_spreads(facts, ("oracle", "meta", "alphabet", "amazon", "coreweave"))
    assert [(each.firm, each.rating) for each in spreads] == [
        ("alphabet", "AA+"),
        ("meta", "AA-"),
        ("oracle", "BBB"),
    ]
    assert all(
        facts.row(row).published <= facts.as_of for each in spreads for row in each.spread.lineage.facts
    )
    notch = notch_cost(spreads)
    assert 0.0003 < notch.central < 0.0015
    dearer = hour_a_notch_lower(facts, Scenario.load(), "meta", "nvidia_h100", notch)
    assert 0 < dearer.central < 0.01


def test_a_remark_without_a_grade_is_no_rating() -> None:
    rating = rating_of(Facts.load(as_of="2026-06-20"), "meta", "sp")
    assert rating is not None
    assert rating.text("rating") == "AA-"
