"""Numbers that follow from rows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, Grade, InputError
from rekening.facts.derive import Subject
from rekening.facts.periods import Quarter, label, other_names
from rekening.facts.rows import Fact


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load(as_of="2026-06-20")


def _row(
    start: date, end: date, value: float, published: date | None = None, status: str = "reported"
) -> Fact:
    return Fact(
        fact_id=f"{start}..{end}",
        entity="acme",
        concept="capex",
        start=start,
        end=end,
        value=value,
        unit="USD",
        published=published or end + timedelta(days=30),
        status=status,
        period=label(start, end),
        other_names=other_names(start, end),
        source_title="test",
    )


def _year_to_date(year: int, quarters: list[float]) -> list[Fact]:
    """What a firm files in a year: first quarter, half year, nine months, year."""
    first = Quarter(year, 1)
    return [_row(first.start, (first + n).end, sum(quarters[: n + 1])) for n in range(4)]


class TestPublished:
    """Figures that the firms themselves print."""

    def test_meta_free_cash_flow_on_its_own_definition(self, facts: Facts) -> None:
        # Meta's release of 28 January 2026: free cash flow of 43.585 billion dollars in 2025
        fact = facts.get("meta", "free_cash_flow_after_lease_principal", "2025")
        assert fact.value == pytest.approx(43.59e9, abs=0.02e9)
        assert fact.grade is Grade.DERIVED

    def test_meta_liquidity(self, facts: Facts) -> None:
        # release of 29 October 2025: cash and marketable securities of 44.45 billion dollars
        assert facts.get("meta", "liquidity", "2025Q3").value == pytest.approx(44.45e9, abs=0.005e9)

    def test_trailing_year_of_alphabet(self, facts: Facts) -> None:
        # call of 29 October 2025: free cash flow of 73.6 billion dollars over the trailing twelve months
        fact = facts.get("alphabet", "free_cash_flow", "TTM@2025-09-30")
        assert fact.value == pytest.approx(73.6e9, abs=0.06e9)
        assert fact.published == date(2025, 10, 30)


class TestFiscalYears:
    @pytest.mark.parametrize(
        ("entity", "period", "start", "end"),
        [
            ("oracle", "FY2026", date(2025, 6, 1), date(2026, 5, 31)),
            ("oracle", "2025", date(2024, 12, 1), date(2025, 11, 30)),
            ("microsoft", "FY2025", date(2024, 7, 1), date(2025, 6, 30)),
            ("microsoft", "2025", date(2025, 1, 1), date(2025, 12, 31)),
            ("nvidia", "FY2026", date(2025, 1, 27), date(2026, 1, 25)),
            ("nvidia", "2025", date(2025, 1, 27), date(2026, 1, 25)),
            ("meta", "FY2025", date(2025, 1, 1), date(2025, 12, 31)),
        ],
    )
    def test_years(self, facts: Facts, entity: str, period: str, start: date, end: date) -> None:
        fact = facts.get(entity, "revenue", period)
        assert (fact.start, fact.end) == (start, end)
        assert fact.value is not None

    def test_four_mapped_quarters_make_the_calendar_year(self, facts: Facts) -> None:
        quarters = [facts.get("oracle", "capex", f"2025Q{n}").value for n in (1, 2, 3, 4)]
        year = facts.get("oracle", "capex", "2025")
        assert year.value == sum(value for value in quarters if value is not None)
        assert len(year.rests_on) == 4


class TestDerivation:
    quarters = st.lists(st.integers(1, 10**12).map(float), min_size=8, max_size=8)

    @given(quarters)
    def test_quarters_from_year_to_date(self, values: list[float]) -> None:
        subject = Subject((*_year_to_date(2024, values[:4]), *_year_to_date(2025, values[4:])), 12)
        for at, value in enumerate(values):
            fact = subject.get(str(Quarter(2024, 1) + at))
            assert fact is not None
            assert fact.value == value
        trailing = subject.get("TTM@2025-09-30")
        assert trailing is not None
        assert trailing.value == sum(values[3:7])
        assert trailing.published == Quarter(2025, 3).end + timedelta(days=30)

    @given(quarters, st.integers(0, 7))
    def test_a_missing_part_makes_the_sum_missing(self, values: list[float], gap: int) -> None:
        quarters = [Quarter(2024, 1) + at for at in range(8) if at != gap]
        subject = Subject(tuple(_row(q.start, q.end, values[q - Quarter(2024, 1)]) for q in quarters), 12)
        incomplete, complete = ("2024", "2025") if gap < 4 else ("2025", "2024")
        assert subject.get(incomplete) is None
        assert subject.get(complete) is not None

    def test_a_row_comes_before_a_sum(self) -> None:
        rows = [*_year_to_date(2025, [1.0, 1.0, 1.0, 1.0]), _row(date(2025, 10, 1), date(2025, 12, 31), 2.0)]
        fact = Subject(tuple(rows), 12).get("2025Q4")
        assert fact is not None
        assert fact.value == 2.0
        assert not fact.rests_on

    def test_the_weakest_part_grades_the_sum(self) -> None:
        rows = [_row((q := Quarter(2025, n)).start, q.end, 1.0) for n in (1, 2, 3)]
        rows.append(_row(date(2025, 10, 1), date(2025, 12, 31), 1.0, date(2025, 6, 1), "estimated"))
        year = Subject(tuple(rows), 12).get("2025")
        assert year is not None
        assert year.grade is Grade.ESTIMATED

    def test_what_cannot_be_added_over_time_is_not(self, facts: Facts) -> None:
        assert facts.get("meta", "ad_price_growth", "TTM@2025-09-30").missing
        assert facts.get("meta", "daily_active_people", "TTM@2025-09-30").missing

    def test_lineage_holds_the_rows(self, facts: Facts) -> None:
        figure = facts.get("microsoft", "free_cash_flow", "2025").figure()
        assert len(figure.lineage.facts) == 8
        assert all(facts.row(fact_id) for fact_id in figure.lineage.facts)


def test_the_newest_sum(facts: Facts) -> None:
    fact = facts.latest("meta", "liquidity")
    assert fact.period == "2026-03-31"
    assert len(fact.rests_on) == 2
    assert facts.latest("nvidia", "liquidity").missing


def test_a_series_holds_what_follows_from_rows(facts: Facts) -> None:
    assert list(facts.series("microsoft", "free_cash_flow", "year")) == [
        "FY2022",
        "FY2023",
        "FY2024",
        "FY2025",
    ]
    assert facts.series("meta", "free_cash_flow")["2025Q3"].value == 11_170_000_000


def test_a_rounded_repetition_is_no_restatement(facts: Facts) -> None:
    told = [fact for fact in facts.find("alphabet", "cloud_revenue") if fact.period == "2025Q3"]
    later = max(told, key=lambda fact: fact.published)
    assert later.value == 15_200_000_000
    assert facts.get("alphabet", "cloud_revenue", "2025Q3").value == 15_160_000_000


def test_first_told_and_restated(facts: Facts) -> None:
    first = facts.get("meta", "capex", "2023", first=True)
    now = facts.get("meta", "capex", "2023")
    assert (first.value, now.value) == (27_266_000_000, 27_045_000_000)
    assert first.published < now.published


@pytest.mark.parametrize("period", ["2025q3", "Q3 2025", "2025-9-30", "TTM", "TTM@Q3", "", "last year"])
def test_a_period_written_in_another_way(facts: Facts, period: str) -> None:
    with pytest.raises(InputError, match="not understood"):
        facts.get("meta", "capex", period)


def test_own_firm_with_its_own_fiscal_year(tmp_path: Path) -> None:
    path = tmp_path / "acme.csv"
    rows = [("fiscal_year_end_month", "", "2025-01-01", 9, "count")]
    for n in range(4):
        quarter = Quarter(2024, 4) + n
        rows.append(("capex", str(quarter.start), str(quarter.end), 10, "USD"))
    path.write_text(
        "entity,concept,start,end,value,unit,published,status,source_title\n"
        + "".join(f"acme,{c},{s},{e},{v},{u},2025-12-01,reported,annual report\n" for c, s, e, v, u in rows)
    )
    facts = Facts.load("2026-01-01", extra=[path])
    assert facts.get("acme", "capex", "FY2025").value == 40
    assert facts.firm("acme").fiscal_year_ends == 9
