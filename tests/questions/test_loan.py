"""Which loan a case is about, as far as it was public."""

from __future__ import annotations

from datetime import date

import pytest

from rekening import Facts
from rekening.questions.loan import loan_of


def test_the_six_tranches_sum_to_thirty_billion() -> None:
    loan = loan_of(Facts.load(as_of="2025-11-03"), "meta")
    assert loan is not None
    assert len(loan.tranches) == 6
    assert loan.principal.central == 30_000_000_000
    assert loan.settled == date(2025, 11, 3)
    assert not loan.pending


def test_announced_but_tranches_not_public() -> None:
    facts = Facts.load(as_of="2025-10-30")
    loan = loan_of(facts, "meta")
    assert loan is not None
    assert loan.pending
    assert loan.announced == date(2025, 10, 30)
    assert loan.principal.missing
    assert not any(name.startswith("bond-") for name in loan.principal.lineage.facts)
    assert loan.yearly_interest.missing


def test_the_day_after_the_amount_is_known() -> None:
    loan = loan_of(Facts.load(as_of="2025-10-31"), "meta")
    assert loan is not None
    assert loan.pending
    assert loan.principal.central == 30_000_000_000


def test_the_case_stays_the_same_once_a_later_issue_has_no_tranches() -> None:
    loan = loan_of(Facts.load(as_of="2026-06-20"), "meta")
    assert loan is not None
    assert loan.announced == date(2025, 10, 30)


@pytest.mark.parametrize(
    ("firm", "principal"), [("oracle", 18e9), ("alphabet", 17.5e9), ("microsoft", None), ("nvidia", None)]
)
def test_other_firms(firm: str, principal: float | None) -> None:
    loan = loan_of(Facts.load(as_of="2025-11-03"), firm)
    assert (loan.principal.central if loan else None) == principal
