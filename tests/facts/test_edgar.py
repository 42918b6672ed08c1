"""Rows from company facts: small ones written here, and real ones where the reference data are at hand."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, InputError
from rekening.facts import edgar
from rekening.facts.concepts import concepts
from rekening.facts.template import csv_text

pytest.importorskip("edgar")


Entry = dict[str, Any]


def entry(start: str | None, end: str, value: float, filed: str, form: str = "10-Q") -> Entry:
    number = f"0000000001-{filed[2:4]}-000001"
    told = {
        "end": end,
        "val": value,
        "accn": number,
        "fy": int(end[:4]),
        "fp": "FY",
        "form": form,
        "filed": filed,
    }
    return told if start is None else {"start": start, **told}


def company(**tags: list[dict[str, Any]]) -> dict[str, Any]:
    listed = {tag: {"label": tag, "description": "", "units": {"USD": told}} for tag, told in tags.items()}
    return {"cik": 1, "entityName": "Acme Corp", "facts": {"us-gaap": listed}}


SPENT = "PaymentsToAcquirePropertyPlantAndEquipment"
YEAR = [
    entry("2024-10-01", "2024-12-31", 10, "2025-02-01"),
    entry("2024-10-01", "2025-03-31", 25, "2025-05-01"),
    entry("2024-10-01", "2025-06-30", 45, "2025-08-01"),
    entry("2024-10-01", "2025-09-30", 70, "2025-11-15", "10-K"),
]


def loaded(folder: Path, found: dict[str, Any], entity: str = "acme") -> Facts:
    rows = edgar.rows(entity, found)
    path = folder / f"{entity}.csv"
    path.write_text(csv_text(rows[0], rows), encoding="utf-8")
    return Facts.load("2026-06-20", extra=[path])


def test_quarters_follow_from_the_year_to_date(tmp_path: Path) -> None:
    facts = loaded(tmp_path, company(**{SPENT: YEAR}))
    spent = facts.series("acme", "capex")
    assert {name: fact.value for name, fact in spent.items()} == {
        "2024Q4": 10, "2025Q1": 15, "2025Q2": 20, "2025Q3": 25,
    }  # fmt: skip
    assert all(len(fact.rests_on) == 2 for name, fact in spent.items() if name != "2024Q4")
    assert facts.get("acme", "capex", "FY2025").value == 70
    assert facts.firm("acme").fiscal_year_ends == 9


def test_a_repeated_number_is_one_row_and_a_restated_one_two(tmp_path: Path) -> None:
    again = [*YEAR, entry("2024-10-01", "2024-12-31", 10, "2026-02-01"),
             entry("2024-10-01", "2025-09-30", 71, "2026-02-01", "10-K/A")]  # fmt: skip
    facts = loaded(tmp_path, company(**{SPENT: again}))
    assert len(facts.find("acme", "capex")) == 5
    assert facts.get("acme", "capex", "FY2025").value == 71
    assert facts.get("acme", "capex", "FY2025", first=True).value == 70
    assert facts.known_on("2025-12-31").get("acme", "capex", "FY2025").value == 70


def test_the_preferred_tag_counts_and_a_later_one_fills_in(tmp_path: Path) -> None:
    found = company(
        Revenues=[entry("2022-10-01", "2023-09-30", 5, "2023-11-15", "10-K"),
                  entry("2023-10-01", "2024-09-30", 99, "2024-11-15", "10-K")],
        RevenueFromContractWithCustomerExcludingAssessedTax=[
            entry("2023-10-01", "2024-09-30", 6, "2024-11-15", "10-K")],
    )  # fmt: skip
    facts = loaded(tmp_path, found)
    assert [fact.value for fact in facts.series("acme", "revenue", "year").values()] == [5, 6]


def test_forms_that_are_no_reports_and_units_that_are_no_money_are_left_out(tmp_path: Path) -> None:
    found = company(**{SPENT: [*YEAR, entry("2025-10-01", "2025-12-31", 1, "2026-02-01", "8-K")]})
    found["facts"]["us-gaap"]["Assets"] = {"label": "", "description": "", "units": {"shares": [
        entry(None, "2025-09-30", 1, "2025-11-15", "10-K")]}}  # fmt: skip
    assert {row["concept"] for row in edgar.rows("acme", found)} == {"capex", "fiscal_year_end_month"}
    assert all(row["end"] <= "2025-09-30" for row in edgar.rows("acme", found))


def test_a_firm_that_tells_nothing_we_know() -> None:
    with pytest.raises(InputError, match="none of the tags"):
        edgar.rows("acme", company(SomethingElse=YEAR))


def test_every_tag_is_of_a_known_concept() -> None:
    assert edgar.tags().keys() <= concepts().keys()


broken = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    broken,
    st.sampled_from(["facts", "us-gaap", SPENT, "units", "USD", "start", "end", "val", "filed", "form"]),
)
def test_damaged_company_facts_give_rows_or_an_input_error(damage: Any, place: str) -> None:
    found: Any = company(**{SPENT: [dict(each) for each in YEAR]})
    inner = found
    for key in ("facts", "us-gaap", SPENT, "units", "USD"):
        if key == place:
            break
        inner = inner[key]
    if isinstance(inner, list):
        inner[0][place] = damage
    else:
        inner[place] = damage
    try:
        rows = edgar.rows("acme", found)
    except InputError:
        return
    assert rows


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "edgar", None)
    monkeypatch.setitem(sys.modules, "edgar.entity.parser", None)
    with pytest.raises(InputError, match=r"rekening\[edgar\]"):
        edgar.rows("acme", company(**{SPENT: YEAR}))


class TestCache:
    def test_what_is_at_hand_is_not_fetched_again(self, tmp_path: Path) -> None:
        (tmp_path / "CIK0000000001.json").write_text(json.dumps(company(**{SPENT: YEAR})), encoding="utf-8")
        assert edgar.company_facts(1, None, tmp_path)["entityName"] == "Acme Corp"

    def test_the_regulator_wants_to_know_who_asks(self, tmp_path: Path) -> None:
        path = tmp_path / "CIK0000000001.json"
        path.write_text(json.dumps(company(**{SPENT: YEAR})), encoding="utf-8")
        old = time.time() - 2 * edgar.KEPT_SECONDS
        os.utime(path, (old, old))
        with pytest.raises(InputError, match="--identity"):
            edgar.company_facts(1, "nobody", tmp_path)

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"facts": 1}', "\x00"])
    def test_a_file_that_is_no_company_facts(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "CIK0000000001.json").write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match="remove it and run again"):
            edgar.company_facts(1, None, tmp_path)

    def test_no_network(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import httpx
        from edgar.entity import entity_facts

        def fail(cik: int) -> dict[str, Any]:
            raise httpx.ConnectError("no such host")

        monkeypatch.setattr(entity_facts, "download_company_facts_from_sec", fail)
        with pytest.raises(InputError, match="could not be reached"):
            edgar.company_facts(1, "Name name@example.org", tmp_path)
        assert not list(tmp_path.iterdir())

    def test_what_is_fetched_is_kept(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from edgar.entity import entity_facts

        asked: list[int] = []

        def answer(cik: int) -> dict[str, Any]:
            asked.append(cik)
            return company(**{SPENT: YEAR})

        monkeypatch.setattr(entity_facts, "download_company_facts_from_sec", answer)
        for _ in range(2):
            assert edgar.company_facts(1, "Name name@example.org", tmp_path)["cik"] == 1
        assert asked == [1]


class TestRealFiles:
    def test_a_us_filer(self, shared: Path, tmp_path: Path) -> None:
        found = edgar.read_company_facts(shared / "data" / "edgar" / "snow_facts.json")
        facts = loaded(tmp_path, found, "snowflake")
        revenue = facts.series("snowflake", "revenue", "year")
        # Snowflake's 10-K of 21 March 2025: revenue of 3,626.4 million dollars in fiscal 2025
        assert revenue["FY2025"].value == pytest.approx(3_626.4e6, abs=0.05e6)
        spent = facts.series("snowflake", "capex")
        four = [spent[name].value for name in ("2024Q1", "2024Q2", "2024Q3", "2024Q4")]
        assert (
            sum(value for value in four if value is not None)
            == facts.get("snowflake", "capex", "FY2025").value
        )
        assert facts.get("snowflake", "liquidity", "FY2025").value == pytest.approx(4_637.7e6, abs=0.1e6)

    def test_a_foreign_filer(self, shared: Path, tmp_path: Path) -> None:
        found = edgar.read_company_facts(shared / "data" / "edgar" / "lpa_facts.json")
        facts = loaded(tmp_path, found, "lpa")
        assert facts.get("lpa", "revenue", "2024").value is not None
        assert facts.firm("lpa").fiscal_year_ends == 12
