"""Checks of the facts, on the bundled rows and on rows that break them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rekening import Facts
from rekening.facts.check import CHECKS, Fault, check
from rekening.facts.periods import label, other_names
from rekening.facts.rows import Fact


@pytest.mark.parametrize(
    "when", ["2023-06-30", "2024-06-30", "2025-10-30", "2025-11-03", "2026-02-15", "2026-06-20"]
)
def test_the_bundled_rows_have_no_unexplained_fault(when: str) -> None:
    assert [fault for fault in check(Facts.load(when)) if not fault.reason] == []


def test_the_known_conflicts_of_the_statements_are_found() -> None:
    then = {
        (fault.entity, fault.concept, fault.period): fault.size for fault in check(Facts.load("2025-11-03"))
    }
    now = {
        (fault.entity, fault.concept, fault.period): fault.size for fault in check(Facts.load("2026-06-20"))
    }
    assert then["meta", "capex", "2023"] == 148e6
    assert ("meta", "capex", "2023") not in now
    assert now["alphabet", "cloud_revenue", "2024"] == 71e6
    assert now["alphabet", "cloud_revenue", "2025"] == 34e6
    assert now["microsoft", "debt_repaid", "FY2024"] == 10e6
    assert now["meta", "dividends_paid", "2025"] == 6e6


def test_every_known_conflict_is_still_there() -> None:
    from rekening.facts.check import _conflicts

    found: set[tuple[str, str, str, str]] = set()
    for when in ("2024-06-30", "2025-04-30", "2025-11-03", "2026-06-20"):
        found |= {(f.check, f.entity, f.concept, f.period) for f in check(Facts.load(when)) if f.reason}
    stale = {key for key in _conflicts() if key not in found}
    assert not stale


def test_every_check_says_what_must_hold() -> None:
    assert all(function.__doc__ for function in CHECKS.values())


def row(concept: str, start: str | None, end: str, value: float | None, **changes: object) -> Fact:
    first = date.fromisoformat(start) if start else None
    last = date.fromisoformat(end)
    fact = Fact(
        fact_id=f"{concept} {start} {end}",
        entity="meta",
        concept=concept,
        start=first,
        end=last,
        value=value,
        unit="USD",
        published=last + timedelta(days=30),
        status="reported",
        period=label(first, last),
        other_names=other_names(first, last),
        source_url="https://example.org",
        file="own.csv",
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


QUARTERS = [("2020-01-01", "2020-03-31"), ("2020-04-01", "2020-06-30"), ("2020-07-01", "2020-09-30"),
            ("2020-10-01", "2020-12-31")]  # fmt: skip
YEAR = ("2020-01-01", "2020-12-31")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("parts", [row("capex", *YEAR, 5), *(row("capex", *quarter, 1) for quarter in QUARTERS)]),
        (
            "definitions",
            [row("free_cash_flow", *YEAR, 5), row("operating_cash_flow", *YEAR, 9), row("capex", *YEAR, 5)],
        ),
        ("signs", [row("capex", *YEAR, -1)]),
        ("signs", [row("total_assets", None, "2020-12-31", -1)]),
        ("units", [row("capex", *YEAR, 1, unit="EUR")]),
        ("units", [row("odd", *YEAR, 1), row("odd", *QUARTERS[0], 1, unit="percent")]),
        ("ranges", [row("capex_guidance", *YEAR, None, low=5.0, high=4.0, status="guided")]),
        ("ranges", [row("capex", *YEAR, 6, low=4.0, high=5.0)]),
        ("duplicates", [row("capex", *YEAR, 1), row("capex", *YEAR, 2)]),
        ("duplicates", [row("capex", *YEAR, 1), row("capex", *YEAR, 1, fact_id="another")]),
        ("sources", [row("capex", *YEAR, 1, source_url="")]),
        ("order", [row("capex", *YEAR, 1, published=date(2020, 12, 1))]),
        ("order", [row("capex", "2020-12-31", "2020-01-01", 1)]),
        (
            "balances",
            [row("total_assets", None, "2020-12-31", 5), row("cash_and_equivalents", None, "2020-12-31", 6)],
        ),
        (
            "cash",
            [
                row("cash_and_restricted_cash", None, "2019-12-31", 10),
                row("cash_and_restricted_cash", None, "2020-12-31", 12),
                row("operating_cash_flow", *YEAR, 9),
                row("net_cash_from_investing", *YEAR, -4),
                row("net_cash_from_financing", *YEAR, -1),
                row("fx_effect_on_cash", *YEAR, -1),
            ],
        ),
    ],
)
def test_a_check_finds_what_it_is_for(name: str, rows: list[Fact]) -> None:
    facts = Facts(date(2021, 6, 30), tuple(rows), ())
    assert {fault.check for fault in check(facts) if not fault.reason} == {name}


def test_the_cash_identity_is_held_against_real_years() -> None:
    facts = Facts.load("2026-06-20")
    opening = next(
        fact for fact in facts.find("meta", "cash_and_restricted_cash") if fact.period == "2024-12-31"
    )
    rows = tuple(replace(fact, value=1.0) if fact is opening else fact for fact in facts.rows)
    found = {(fault.check, fault.period) for fault in check(replace(facts, rows=rows)) if not fault.reason}
    assert {("cash", "2024"), ("cash", "2025")} <= found


def test_references() -> None:
    facts = Facts.load("2026-06-20")
    event = facts.table("deal_events")[0]
    lost = replace(event, fields={**event.fields, "deal_id": "no_such_deal"})
    found = list(CHECKS["references"](replace(facts, records=(*facts.records, lost))))
    assert [fault.rows for fault in found] == [(event.fact_id,)]


def test_a_conflict_larger_than_its_reason_is_a_fault() -> None:
    facts = Facts.load("2026-06-20")
    year = facts.get("alphabet", "cloud_revenue", "2024")
    assert year.value is not None
    rows = tuple(replace(fact, value=year.value - 1e9) if fact is year else fact for fact in facts.rows)
    (fault,) = [fault for fault in check(replace(facts, rows=rows)) if not fault.reason]
    assert isinstance(fault, Fault)
    assert (fault.check, fault.period) == ("parts", "2024")
