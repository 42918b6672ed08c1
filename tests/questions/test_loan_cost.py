"""What the loan costs: as known on a day, for Meta and for others."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tools.readability import reading, running_text

import rekening as rk
from rekening import Facts, FixedRateBond, Scenario
from rekening.assumptions.distributions import Fixed
from rekening.facts import Grade
from rekening.questions import Case, Outcome
from rekening.questions.loan_cost import loan_cost

LOAN = {
    "bond-5ea37c8636",
    "bond-775dc413aa",
    "bond-09a616ad3d",
    "bond-5d8dfe5f06",
    "bond-85eec98175",
    "bond-f085c6dbcc",
}


known = cache(Facts.load)


def case(as_of: str, firm: str = "meta", scenario: Scenario | None = None) -> Outcome:
    return loan_cost(Case(facts=known(as_of), scenario=scenario or Scenario.load(), firm=firm))


@pytest.fixture(scope="module")
def meta() -> Outcome:
    return case("2025-11-03")


def test_the_six_tranches_are_in_the_lineage_on_the_day_of_payment(meta: Outcome) -> None:
    assert meta.lineage.facts >= LOAN
    assert meta.values["principal"].central == 30_000_000_000
    assert meta.flags["priced"]


def test_on_the_day_of_the_announcement_none_of_them_is() -> None:
    found = case("2025-10-30")
    assert not found.lineage.facts & LOAN
    assert found.flags["pending"]
    assert found.flags["announced_today"]
    assert "tranches" in found.missing
    assert found.values["principal"].missing
    text = rk.ask("loan_cost", as_of="2025-10-30").text("en")
    assert "announced the loan on this day" in text
    assert "not yet public" in text
    assert "kondigde Meta de lening aan" in rk.ask("loan_cost", as_of="2025-10-30").text("nl")


@pytest.mark.parametrize("firm", ["meta", "oracle", "alphabet", "amazon", "microsoft", "coreweave", "nvidia"])
@pytest.mark.parametrize("as_of", ["2022-02-15", "2023-06-30", "2025-10-30", "2025-11-03", "2026-06-20"])
def test_nothing_rests_on_a_later_fact_and_every_firm_gets_an_answer(firm: str, as_of: str) -> None:
    found = case(as_of, firm)
    facts = found.case.facts
    assert all(facts.row(fact_id).published <= facts.as_of for fact_id in found.lineage.facts)
    assert found.values or found.missing
    for figure in found.values.values():
        assert figure.missing or np.isfinite(figure.draws).all()


def test_the_cost_of_the_loan_does_not_change_afterwards(meta: Outcome) -> None:
    later = case("2026-06-20")
    names = "yearly_interest interest_over_life yield treasury_spread over_the_state duration"
    for name in names.split():
        assert later.values[name].central == pytest.approx(meta.values[name].central, rel=1e-12), name


def test_coupons_by_hand(meta: Outcome) -> None:
    coupons = 1e9 * (4 * 4.2 + 4 * 4.6 + 6.5 * 4.875 + 4.5 * 5.5 + 6.5 * 5.625 + 4.5 * 5.75) / 100
    assert meta.values["yearly_interest"].central == pytest.approx(coupons)
    life = 1e9 * (
        4 * 0.042 * 5 + 4 * 0.046 * 7 + 6.5 * 0.04875 * 10 + 4.5 * 0.055 * 20 + 6.5 * 0.05625 * 30 + 4.5 *
        0.0575 * 40
    )  # fmt: skip
    # From 3 November to 15 November of the last year: twelve days more than whole years.
    assert meta.values["interest_over_life"].central == pytest.approx(life + coupons * 12 / 360)
    assert meta.values["interest_share"].central == pytest.approx(coupons / 107_574e6)


def test_what_was_not_public_is_a_parameter_and_said(meta: Outcome) -> None:
    assert set(meta.missing) == {"prices", "maturity_days"}
    used = meta.lineage.parameters
    assert {"issue_discount", "unread_maturity_day", "unread_maturity_shift"} <= used
    assert meta.values["yield"].grade is Grade.ASSUMED
    assert meta.values["yearly_interest"].grade is Grade.DERIVED
    text = rk.ask("loan_cost").text("en")
    assert "was not in our sources" in text
    assert "just the year" in text


def test_yields_follow_from_the_discount(meta: Outcome) -> None:
    first = next(table for table in meta.tables if table.name == "yields").rows[0]
    other = meta.values["interest_if_half_a_year_earlier"].central
    sooner = np.isclose(meta.values["interest_over_life"].draws, other)
    for habit, maturity in ((sooner, "2030-05-15"), (~sooner, "2030-11-15")):
        bond = FixedRateBond(principal=4e9, coupon=0.042, issued="2025-11-03", maturity=maturity)
        price, found = 100 * (1 - first["discount"].draws[habit][0]), first["yield"].draws[habit][0]
        assert found == pytest.approx(bond.yield_to_maturity(price, "2025-11-03"), abs=1e-12)
    low, high = first["yield"].interval()
    assert 0.042 < low < high < 0.0435


def test_the_press_reported_110_points_for_the_longest(meta: Outcome) -> None:
    table = next(table for table in meta.tables if table.name == "yields")
    assert table.rows[-2]["treasury_spread"].central == pytest.approx(0.0110, abs=0.0005)


def test_present_values_add_up(meta: Outcome) -> None:
    v = {name: figure.central for name, figure in meta.values.items()}
    table = next(table for table in meta.tables if table.name == "tranches")
    assert v["present_value"] == pytest.approx(sum(row["present_value"].central for row in table.rows[:-1]))
    over = (meta.values["present_value"] - meta.values["proceeds"]).central
    assert v["over_the_state"] == pytest.approx(over)
    tax = Scenario.load()["interest_tax_rate"].central
    assert v["over_the_state_after_tax"] == pytest.approx(over * (1 - tax), rel=5e-3)
    assert v["interest_present_value"] < v["interest_over_life"]


def test_keeping_it_off_the_balance_sheet_is_an_interval_with_its_parts(meta: Outcome) -> None:
    v = meta.values
    low, high = v["off_balance_yearly"].interval()
    assert low < high
    asked, kept = v["off_balance_notes"] + v["off_balance_equity"], v["off_balance_leaving"]
    whole = asked - kept - v["off_balance_construction"]
    assert whole.central == pytest.approx(v["off_balance_cost"].central)
    table = next(table for table in meta.tables if table.name == "off_balance")
    assert [row["part"] for row in table.rows] == ["notes", "equity", "leaving", "construction", "total"]
    assert v["lease_bound"].central == 12.3e9
    assert v["guarantee"].central == 28e9
    # The investors' four fifths of the rent serve level payments on the notes, though told apart.
    assert v["rent_serves"].central == pytest.approx(27.3e9, rel=0.02)


def test_both_views_of_the_vehicle(meta: Outcome) -> None:
    table = next(table for table in meta.tables if table.name == "promises")
    rows = {row["promise"]: row["amount"] for row in table.rows}
    assert rows["compute_contracts"].central == pytest.approx(10e9, rel=0.05)
    assert rows["debt_with_vehicle"].central == rows["own_debt"].central + rows["vehicle_notes"].central


def test_the_other_half_of_the_year() -> None:
    baseline = Scenario.load()
    shift = baseline["unread_maturity_shift"]
    may = replace(
        baseline,
        parameters={**baseline.parameters, shift.name: shift.with_distribution(Fixed(-6), "test")},
    )
    moved = case("2025-11-03", scenario=may)
    assert moved.values["interest_over_life"].central == pytest.approx(
        case("2025-11-03").values["interest_if_half_a_year_earlier"].central
    )
    table = next(table for table in moved.tables if table.name == "tranches")
    assert table.rows[0]["due"] == "2030"


def test_an_unread_day_of_maturity_is_an_interval_down_to_the_other_habit(meta: Outcome) -> None:
    other = meta.values["interest_if_half_a_year_earlier"].central
    interest = meta.values["interest_over_life"]
    assert interest.interval() == pytest.approx((other, interest.central))
    sooner = np.isclose(interest.draws, other)
    chance = Scenario.load()["unread_maturity_earlier"].central
    assert sooner.mean() == pytest.approx(chance, abs=0.02)
    # one habit for all parts of the loan, and for every number of it
    life = meta.values["average_life"].draws
    assert (life[sooner] < life[~sooner].min()).all()
    for name in ("interest_per_dollar", "present_value", "treasury_spread", "duration", "over_the_state"):
        low, high = meta.values[name].interval()
        assert low < high, name


def test_certain_of_the_habit_there_is_one_interest() -> None:
    baseline = Scenario.load()
    chance = baseline["unread_maturity_earlier"]
    for percent, name in ((0, "interest_over_life"), (100, "interest_if_half_a_year_earlier")):
        fixed = chance.with_distribution(Fixed(percent), "test")
        sure = replace(baseline, parameters={**baseline.parameters, chance.name: fixed})
        values = case("2025-11-03", scenario=sure).values
        assert np.ptp(values["interest_over_life"].draws) == 0
        assert values["interest_over_life"].central == pytest.approx(values[name].central)


def test_a_firm_whose_prices_are_public_needs_no_discount() -> None:
    found = case("2026-06-20", "amazon")
    assert found.missing == ()
    assert "issue_discount" not in found.lineage.parameters
    assert found.values["yield"].certain


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    ("firm", "as_of"),
    [("meta", "2025-11-03"), ("meta", "2025-10-30"), ("oracle", "2025-11-03"), ("amazon", "2026-06-20"),
     ("microsoft", "2025-11-03"), ("meta", "2022-02-15"), ("coreweave", "2025-11-03"),
     ("nvidia", "2025-11-03")],
)  # fmt: skip
def test_texts_read_easily_and_every_word_has_a_label(firm: str, as_of: str, lang: str) -> None:
    section = rk.ask("loan_cost", firm=firm, facts=known(as_of)).section(lang)
    assert section.unlabelled == ()
    assert section.title
    found = reading(running_text(section), lang)
    assert found.passes(lang), found


def test_the_chart_draws(meta: Outcome) -> None:
    assert len(meta.chart) == 6
    assert sum(float(row["borrowed"]) for row in meta.chart) == pytest.approx(30)
    drawn = rk.ask("loan_cost").svg("nl")
    assert re.search(r"Geleend", drawn)
    assert rk.ask("loan_cost", as_of="2025-10-30").svg("nl") == ""


BONDS = (
    "fact_id,bond_id,issuer,announced,priced,settled,principal,currency,coupon_percent,maturity,"
    "first_coupon_date,coupon_frequency,day_count,price_to_public_percent,yield_to_maturity_percent,"
    "benchmark_treasury,benchmark_yield_percent,spread_bp,make_whole_spread_bp,"
    "underwriting_discount_percent,rating_moodys,rating_sp,seniority,use_of_proceeds,cusip_or_isin,source_url,source_title,note,published,maturity_year,"
    "yield_recomputed_percent,via,published_precision"
)
LONG = "fact_id,entity,concept,start,end,value,unit,published,status,low,high,source_url"


def own_files(folder: Path, **changed: str) -> list[Path]:
    """A firm of one's own: a bond, and a year of cash flow."""
    terms = {
        "fact_id": "own-1", "bond_id": "acme-2030", "issuer": "acme", "announced": "2025-01-05",
        "settled": "2025-01-10", "principal": "1000000000", "currency": "USD", "coupon_percent": "5",
        "maturity": "2030-01-15", "price_to_public_percent": "99.5", "published": "2025-01-05",
        "source_url": "https://example.org/bond", "via": "primary", **changed,
    }  # fmt: skip
    bonds, flows = folder / "bonds.csv", folder / "flows.csv"
    bonds.write_text(BONDS + "\n" + ",".join(terms.get(name, "") for name in BONDS.split(",")) + "\n")
    year = "own-2,acme,operating_cash_flow,2024-01-01,2024-12-31,500000000,USD,2025-02-01,reported"
    flows.write_text(f"{LONG}\n{year},,,https://example.org/flow\n")
    return [bonds, flows]


def test_a_firm_of_ones_own(tmp_path: Path) -> None:
    found = rk.ask("loan_cost", firm="acme", facts=own_files(tmp_path)).values
    assert found["principal"].central == 1e9
    assert found["interest_share"].central == pytest.approx(0.1)
    bond = FixedRateBond(1e9, 0.05, "2025-01-10", "2030-01-15")
    assert found["yield"].central == pytest.approx(bond.yield_to_maturity(99.5, "2025-01-10"), abs=1e-9)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"coupon_percent": "420"}, "coupon"),
        ({"coupon_frequency": "3"}, "frequency"),
        ({"currency": "dollars"}, "currency"),
        ({"maturity": "2300-01-01"}, "maturity"),
        ({"principal": "-5"}, "principal"),
        ({"maturity": "2020-01-15"}, "maturity"),
    ],
)
def test_a_bad_row_of_ones_own_names_file_and_line(
    tmp_path: Path, changed: dict[str, str], word: str
) -> None:
    with pytest.raises(rk.InputError, match=rf"bonds\.csv:2: .*{word}"):
        rk.ask("loan_cost", firm="acme", facts=own_files(tmp_path, **changed))
