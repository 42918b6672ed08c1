"""The reported history of cash: it adds up, counts nothing twice, and knows only what was public."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening import Facts, Figure, Grade, InputError
from rekening.facts.periods import Quarter
from rekening.ledger import history
from rekening.ledger.history import (
    CashLedger,
    DoubleCountError,
    Entry,
    cash_ledger,
    declared_lines,
    flow,
    latest_ledger,
    quarterly_ledgers,
    yearly_ledgers,
)

FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")
FULL = Facts.load(as_of="2026-06-20")


def _dollars(amounts: dict[str, Figure]) -> dict[str, float]:
    return {kind: amount.central / 1e6 for kind, amount in amounts.items()}


def test_meta_2025_adds_up_line_by_line() -> None:
    """The cash-flow statement of the year 2025, in millions, with what was paid as negative."""
    ledger = cash_ledger(FULL, "meta", "2025")
    assert ledger is not None
    assert ledger.change.central == (35_873 + 45_719 - 43_889 - 33_926) * 1e6
    assert _dollars(ledger.amounts) == {
        "operating_cash_flow": 115_800,
        "capex": -69_691,
        "finance_lease_principal": -2_524,
        "divestiture_proceeds": 2_554,
        "held_for_sale_payments": -2_432,
        "share_repurchases": -26_248,
        "taxes_paid_net_share_settlement": -18_400,
        "dividends_paid": -5_324,
        "debt_issued": 29_906,
        "debt_repaid": 0,
        "acquisitions": -4_231,
        "non_marketable_equity_purchases": -18_330,
        "other_investing": 182,
        "other_financing": 2_220,
        "fx_effect_on_cash": 235,
        "restricted_cash": -1_678,
        "securities_revaluation": 1_738,
    }
    assert abs(ledger.unexplained_share.central) <= 0.001


@pytest.mark.parametrize("firm", FIRMS)
def test_known_lines_and_the_unexplained_one_equal_the_change_in_liquidity(firm: str) -> None:
    ledgers = [*quarterly_ledgers(FULL, firm), *yearly_ledgers(FULL, firm)]
    assert ledgers
    for ledger in ledgers:
        reported = [
            sum(
                FULL.get(firm, concept, str(quarter)).value or 0
                for concept in ("cash_and_equivalents", "marketable_securities")
            )
            for quarter in (ledger.first + -1, ledger.last)
        ]
        assert sum(amount.central for amount in ledger.lines.values()) == reported[1] - reported[0]
        assert ledger.unexplained.grade is Grade.DERIVED


@pytest.mark.parametrize(
    ("firm", "period", "share"),
    [("alphabet", "2024", 0), ("amazon", "2024", 0), ("microsoft", "FY2025", 0), ("oracle", "FY2023", 0)],
)
def test_full_statements_close(firm: str, period: str, share: float) -> None:
    ledger = cash_ledger(FULL, firm, period)
    assert ledger is not None
    assert ledger.unexplained_share.central == share


def test_trailing_year_mixes_quarters_half_years_and_remainders() -> None:
    """As known on the day of the loan: buybacks and taxes apart where they are, together where not."""
    ledger = latest_ledger(Facts.load(as_of="2025-11-03"), "meta")
    assert ledger is not None
    assert (str(ledger.first), str(ledger.last)) == ("2024Q4", "2025Q3")
    amounts = _dollars(ledger.amounts)
    assert amounts["share_repurchases"] == -26_248
    assert amounts["taxes_paid_net_share_settlement_less_other_financing"] == -13_522
    assert amounts["repurchases_and_net_settlement_taxes_less_other_financing"] == -3_780
    assert [str(q) for q in ledger.covered("share_repurchases")] == ["2025Q1", "2025Q2", "2025Q3"]
    assert "non_marketable_equity_purchases" not in amounts


def test_flow_over_a_window_from_a_year_less_a_half_year() -> None:
    """Amazon's half years are in no row: the year 2024 less its first two quarters."""
    amount = flow(FULL, "amazon", "debt_issued", Quarter(2024, 3), Quarter(2024, 4))
    assert amount.value == (5_142 - 338 - 525) * 1e6
    assert amount.grade is Grade.DERIVED
    assert flow(FULL, "amazon", "debt_issued", Quarter(2024, 3), Quarter(2024, 3)).missing


def test_planted_taxes_come_out_of_the_line_that_holds_them(tmp_path: Path) -> None:
    """Microsoft's repurchases hold shares withheld for taxes: a row of taxes must not be added on top."""
    path = tmp_path / "planted.csv"
    path.write_text(
        "fact_id,entity,concept,start,end,value,unit,published,status,low,high,source_url\n"
        "planted-1,microsoft,taxes_paid_net_share_settlement,2025-07-01,2025-09-30,2000000000,USD,2025-10-30,"
        "reported,,,https://example.org\n",
        encoding="utf-8",
    )
    facts = Facts.load(as_of="2026-06-20", extra=[path])
    before, after = (cash_ledger(each, "microsoft", "2025Q3") for each in (FULL, facts))
    assert before is not None
    assert after is not None
    assert after.amounts["taxes_paid_net_share_settlement"].central == -2e9
    assert after.amounts["share_repurchases"].central == before.amounts["share_repurchases"].central + 2e9
    assert after.unexplained.central == before.unexplained.central


def test_lease_principal_inside_debt_repaid_is_counted_once() -> None:
    ledger = cash_ledger(FULL, "alphabet", "2025Q4")
    assert ledger is not None
    assert ledger.amounts["finance_lease_principal"].central == -1_594e6
    assert ledger.amounts["debt_repaid"].central == -(6_333 - 1_594) * 1e6


def test_planted_double_count_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the declaration that Alphabet's line holds lease principal, the ledger no longer closes."""
    table = {name: dict(entry) for name, entry in history._table().items()}
    del table["debt_repaid"]["parts_of"]
    monkeypatch.setattr(history, "_table", lambda: table)
    declared_lines.cache_clear()
    try:
        ledger = cash_ledger(FULL.known_on("2026-06-20"), "alphabet", "2025")
    finally:
        declared_lines.cache_clear()
    assert ledger is not None
    assert ledger.unexplained.central == 1_988e6


def test_cash_held_twice_is_refused() -> None:
    quarter = Quarter(2025, 3)
    amount = Figure.of(1.0, "USD")

    def entry(kind: str, *parts: str) -> Entry:
        cells = frozenset((quarter, part) for part in parts)
        return Entry(kind=kind, party="shareholders", group="owners", amount=amount, cells=cells)

    with pytest.raises(DoubleCountError, match="meta 2025Q3: withheld is counted in"):
        CashLedger(
            firm="meta",
            first=quarter,
            last=quarter,
            opening=amount,
            closing=amount,
            entries=(entry("taxes", "withheld"), entry("buybacks", "repurchases", "withheld")),
        )


@settings(max_examples=8)
@given(st.dates(date(2023, 6, 1), date(2026, 6, 20)), st.sampled_from(FIRMS))
def test_nothing_published_later_is_in_the_ledger(when: date, firm: str) -> None:
    ledger = latest_ledger(FULL.known_on(when), firm)
    if ledger is not None:
        rows = [FULL.row(name) for amount in ledger.lines.values() for name in sorted(amount.lineage.facts)]
        assert rows
        assert all(row.published <= when for row in rows)


def test_a_period_that_does_not_close_gives_none() -> None:
    assert cash_ledger(FULL, "coreweave", "2025") is None
    assert latest_ledger(Facts.load(as_of="2025-11-03"), "coreweave") is None


@pytest.mark.parametrize("period", ["soon", "2025H1"])
def test_a_period_written_otherwise(period: str) -> None:
    with pytest.raises(InputError, match=period):
        cash_ledger(FULL, "meta", period)
