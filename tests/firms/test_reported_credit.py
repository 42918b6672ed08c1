"""Adjusted debt to EBITDA, against what the agencies themselves published."""

from __future__ import annotations

import pytest

from rekening import Facts
from rekening.firms.credit import credit_in, credits, promises


def test_alphabet_as_moodys_read_it() -> None:
    """Moody's told 0.3 times for the year to 30 September 2025 (3 November 2025)."""
    found = credit_in(Facts.load(as_of="2025-11-03"), "alphabet", "TTM@2025-09-30")
    assert found is not None
    assert round(found.leverage.central, 1) == 0.3


def test_oracle_as_sp_and_moodys_read_it() -> None:
    """S&P told 3.3 times, Moody's more than 4, for the fiscal year to May 2025."""
    found = credit_in(Facts.load(as_of="2025-11-03"), "oracle", "FY2025")
    assert found is not None
    assert round(found.net_leverage.central, 1) == 3.3
    assert found.leverage.central > 4


def test_a_part_that_was_not_public_is_named_and_not_zero() -> None:
    found = credit_in(Facts.load(as_of="2025-11-03"), "oracle", "FY2025")
    assert found is not None
    assert found.absent == ("finance_lease_liabilities",)
    assert found.debt["finance_lease_liabilities"].missing
    assert found.adjusted_debt.central == sum(
        part.central for part in found.debt.values() if not part.missing
    )


def test_share_pay_that_was_not_public_leaves_the_other_measure() -> None:
    found = credits(Facts.load(as_of="2026-06-20"), "meta")[0]
    assert found.net_leverage.missing
    assert not found.leverage.missing


def test_years_come_newest_first_and_old_balances_do_not_stand_in() -> None:
    found = credits(Facts.load(as_of="2025-11-03"), "meta")
    assert found[0].period == "TTM@2025Q3"
    assert [each.end for each in found] == sorted((each.end for each in found), reverse=True)
    assert all(day <= each.end for each in found for day in each.balance_days.values())


def test_a_firm_without_statements_has_no_ratio() -> None:
    assert credits(Facts.load(as_of="2026-06-20"), "nvidia") == []


@pytest.mark.parametrize(("as_of", "amount"), [("2025-10-15", None), ("2025-11-03", 27.3e9)])
def test_the_vehicle_counts_once_and_only_when_public(as_of: str, amount: float | None) -> None:
    found = promises(Facts.load(as_of=as_of), "meta")
    assert found.debt.missing if amount is None else found.debt.central == amount


def test_guarantees_of_others_debts_are_added() -> None:
    found = promises(Facts.load(as_of="2026-06-20"), "alphabet")
    assert {name: amount.central for name, amount in found.guarantees.items()} == {
        "terawulf": 3.2e9,
        "cipher": 1.4e9,
        "hut8": 7e9,
    }
    assert found.debt.central == pytest.approx(11.6e9)
