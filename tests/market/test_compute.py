"""Owners of computing power: shares from chips counted by designer, quarters without a gap."""

import pytest

from rekening.facts import Facts
from rekening.market.compute import compute_owned

LATE = Facts.load("2026-06-20")


@pytest.fixture(scope="module")
def owned():
    return compute_owned(LATE)


def test_nobody_had_counted_before_the_spring_of_2026():
    assert compute_owned(Facts.load("2025-11-03")) == []


def test_quarters_in_which_a_designer_is_missing_are_left_out(owned):
    assert [each.period for each in owned] == [
        f"{year}Q{place}" for year in (2024, 2025) for place in range(1, 5)
    ]


def test_googles_share_by_hand(owned):
    """Its chips and those it bought, over all that were counted at the end of 2025; in H100s."""
    rows = [
        record
        for record in LATE.table("chips")
        if record.text("measure") == "cumulative" and str(record.day("quarter_end")) == "2025-12-31"
    ]
    count = {record.fact_id: record.number("h100_equivalents") for record in rows}
    google = sum(count[record.fact_id] for record in rows if record.text("owner") == "Google")
    assert owned[-1].leader == "alphabet"
    assert owned[-1].shares["alphabet"].central == pytest.approx(google / sum(count.values()), rel=0.05)


def test_owners_told_as_one_are_not_named(owned):
    assert not {"china", "other"} & set(owned[-1].shares)
    assert 0.5 < sum(share.central for share in owned[-1].shares.values()) < 1


def test_the_four_largest_agree_with_the_published_share_of_five(owned):
    """Epoch AI says 71% for five firms; our four lie below what five may hold and above four fifths of it."""
    five = LATE.latest("top5_hyperscalers", "share_ai_compute_owned").figure().central
    assert 4 / 5 * five < owned[-1].cr4.central <= 1.1 * five
