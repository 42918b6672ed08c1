"""What it buys, what it must earn, who pays: outcomes as known on a day."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rekening.assumptions import Scenario, baseline_parameters
from rekening.explain.answer import Answer
from rekening.facts import Facts, Figure, Grade, Lineage, Quarter
from rekening.futures.ahead import investment_ahead
from rekening.numerics import DRAWS
from rekening.payers import LINES, SOLD
from rekening.payers.bill import going_on
from rekening.payers.uncertainty import noise_floor
from rekening.questions import Case, Outcome, question
from rekening.questions.budget import OF_FILES, STEPS, weight

QUESTIONS = ("what_it_buys", "earn_back", "who_pays")
LOANS_DAY = "2025-11-03"
TEXTS = Path(__file__).parents[2] / "src" / "rekening" / "explain" / "texts"


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load()


@pytest.fixture(scope="module")
def ask(scenario):
    found: dict[tuple[str, str, str], Outcome] = {}
    facts: dict[str, Facts] = {}

    def outcome(name: str, firm: str = "meta", as_of: str = LOANS_DAY) -> Outcome:
        if as_of not in facts:
            facts[as_of] = Facts.load(as_of)
        key = name, firm, as_of
        if key not in found:
            found[key] = question(name)(Case(facts=facts[as_of], scenario=scenario, firm=firm))
        return found[key]

    return outcome


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("as_of", ["2024-12-31", "2025-10-30", LOANS_DAY, "2026-06-20"])
def test_nothing_published_later_is_used(ask, name, as_of):
    outcome = ask(name, as_of=as_of)
    rows = [outcome.case.facts.row(fact_id) for fact_id in outcome.lineage.facts]
    assert rows
    assert max(row.published for row in rows) <= outcome.case.as_of


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("firm", ["microsoft", "coreweave", "nvidia"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_firm_gets_a_text_without_a_key_left_over(ask, name, firm, lang):
    section = Answer(ask(name, firm, "2026-06-20")).section(lang)
    assert section.answer
    assert not section.unlabelled


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_result_without_an_interval(ask, name):
    """Every amount and every chance that rests on an assumption carries its margin."""
    for value, figure in ask(name).values.items():
        assert not (figure.grade is Grade.ASSUMED and figure.certain), value


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_text_tells_the_interval_of_every_result(ask, name, lang):
    text = (TEXTS / lang / f"{name}.md.j2").read_text(encoding="utf-8")
    values = ask(name).values | ask(name, "microsoft", "2026-06-20").values
    shown = re.findall(r"\{\{\s*v\.(\w+)\|(\w+\b[^}]*)\}\}", text)
    assert shown
    bare = {value for value, how in shown if "interval=True" not in how}
    assert not {value for value in bare & set(values) if not values[value].certain}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_chart_is_drawn(ask, name):
    drawing = Answer(ask(name)).svg("nl")
    assert drawing.startswith("<svg")


def test_the_loan_buys_its_thirty_billion_and_no_more(ask):
    values = ask("what_it_buys").values
    assert values["money"].central == 30e9
    spent = Figure.total([values[f"to_{name}"] for name in ("servers", "network", "power", "shell")])
    np.testing.assert_allclose(spent.draws, 30e9)


def test_six_tranches_carry_the_loan_on_the_day_it_was_paid_out_and_none_before(ask):
    def tranches(as_of: str) -> int:
        outcome = ask("what_it_buys", as_of=as_of)
        return sum(fact_id.startswith("bond-") for fact_id in outcome.values["money"].lineage.facts)

    assert tranches(LOANS_DAY) == 6
    assert tranches("2025-10-30") == 0
    assert "loan" in ask("earn_back", as_of="2025-10-30").missing


def test_sites_that_ran_were_not_public_in_november_2025(ask):
    assert "sites" in ask("what_it_buys").missing
    assert "sites" not in ask("what_it_buys", as_of="2026-06-20").missing


def test_dutch_households_are_electricity_over_their_own_use(ask):
    outcome = ask("what_it_buys")
    use = outcome.case.facts.latest("nl", "household_electricity_net_use_expected").value
    assert outcome.values["dutch_households"].central == pytest.approx(
        outcome.values["energy"].to("kWh").central / use, rel=1e-9
    )


def test_ai_revenue_is_set_beside_the_bill_only_where_it_is_reported(ask):
    meta, microsoft = ask("earn_back"), ask("earn_back", "microsoft")
    assert "ai_revenue" in meta.missing
    assert not meta.flags["ai_revenue_known"]
    assert microsoft.values["ai_revenue"].central == 13e9


def test_a_firm_that_sells_ai_alone_sets_all_its_sales_beside_the_bill(ask):
    asked = ask("earn_back", "coreweave", "2026-06-20")
    assert asked.flags["sells_ai"]
    assert "ai_revenue" not in asked.missing
    assert asked.values["ai_revenue"].central == pytest.approx(asked.values["revenue"].central)
    assert not ask("earn_back").flags["sells_ai"]
    paid = ask("who_pays", "coreweave", "2026-06-20").values["customers_now"]
    assert np.all(paid.draws < asked.values["ai_revenue"].draws)


def test_the_table_of_the_bill_adds_up(ask):
    rows = {row["line"]: row for row in ask("earn_back").tables[0].rows}
    for scope in ("loan", "firm_now", "firm_later", "together_now", "together_later"):
        lines = sum(rows[f"line.{line}"][scope].draws for line in LINES)
        np.testing.assert_allclose(lines, rows["line.total"][scope].draws, rtol=1e-9)


def test_the_bill_of_the_firms_is_the_sum_of_their_bills(ask):
    together = ask("earn_back").values["bill_together_now"]
    firms = ("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")
    parts = [ask("earn_back", firm).values["bill_firm_now"].draws for firm in firms]
    np.testing.assert_allclose(together.draws, sum(parts), rtol=1e-9)


def test_payers_add_up_to_the_bill_in_every_table(ask):
    tables = [table for table in ask("who_pays").tables if table.name.startswith("payers")]
    assert len(tables) == 3
    for table in tables:
        rows = {row["payer"]: row for row in table.rows}
        for moment in ("now", "later"):
            cells = [row.get(moment) for name, row in rows.items() if name != "payer.bill"]
            paid = sum(cell.draws for cell in cells if isinstance(cell, Figure))
            np.testing.assert_allclose(paid, rows["payer.bill"][moment].draws, rtol=1e-9, atol=1e-3)


def test_households_add_up_to_the_bill_of_the_firms(ask):
    outcome = ask("who_pays")
    scenario, facts = outcome.case.scenario, outcome.case.facts
    table = next(table for table in outcome.tables if table.name == "households_now")
    whole = next(row for row in table.rows if row["route"] == "route.all")
    dutch, union = facts.latest("nl", "households").value, facts.latest("eu27", "households").value
    homes = {
        "netherlands": dutch,
        "rest_of_eu": union - dutch,
        "united_states": facts.latest("us", "households").value,
        "rest_of_world": scenario["households_rest_of_world"].figure().draws,
    }
    total = sum(whole[region].draws * homes[region] for region in homes)
    np.testing.assert_allclose(total, outcome.values["together_now"].draws, rtol=1e-9, atol=1e-3)


def test_the_assumptions_that_move_the_result_most_are_named(ask):
    table = next(table for table in ask("who_pays").tables if table.name == "drivers")
    names = [row["assumption"] for row in table.rows]
    assert "ai_share" in names
    told = [row for row in table.rows if isinstance(row["of_bill"], Figure)]
    of_bill = {row["assumption"]: row["of_bill"].central for row in told}
    assert max(of_bill, key=of_bill.__getitem__) == "ai_share"
    for column, least in {"of_bill": 0.2, "of_customers": 0.5, "of_owners": 0.2}.items():
        # the rest of the bill's spread is chance in the futures of what is built
        shares = [row[column].central for row in table.rows if isinstance(row[column], Figure)]
        assert least < sum(shares) < 1.05


def test_a_firm_that_builds_nothing_known_says_so(ask):
    outcome = ask("who_pays", "nvidia")
    assert "bill_firm" in outcome.missing
    assert "bill_now" not in outcome.values
    assert "together_now" in outcome.values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ai_share", 0),
        ("counterfactual_level", 3),
        ("expensed_share_of_equipment", 0),
        ("profit_tax_rate", 0),
    ],
)
def test_extreme_scenarios_are_answered(tmp_path, name, value):
    path = tmp_path / "extreme.yaml"
    path.write_text(f"extends: baseline\nparameters: {{{name}: {value}}}\n", encoding="utf-8")
    for firm, each in (("meta", "who_pays"), ("microsoft", "earn_back")):
        case = Case(facts=Facts.load(LOANS_DAY), scenario=Scenario.load(path), firm=firm)
        for figure in question(each)(case).values.values():
            assert figure.missing or np.all(np.isfinite(figure.draws))


def table(outcome: Outcome, name: str):
    return next(table for table in outcome.tables if table.name == name)


@pytest.mark.parametrize("as_of", ["2024-12-31", LOANS_DAY, "2026-06-20"])
def test_every_channel_has_a_price_rise_with_an_interval(ask, as_of):
    rows = table(ask("who_pays", as_of=as_of), "prices_expected").rows
    assert [row["channel"] for row in rows] == [f"channel.{name}" for name in SOLD]
    for row in rows:
        assert row["year"].central < row["later"].central
        assert row["later"].interval()[0] < row["later"].interval()[1]
        assert row["from_ai"].central < row["later"].central


def test_price_rises_are_dated_as_known_on_the_day(ask):
    """The rise of July 2026 was announced at the end of 2025, after the loan's day."""
    told = {
        as_of: [row["day"] for row in table(ask("who_pays", as_of=as_of), "prices_told").rows]
        for as_of in (LOANS_DAY, "2026-06-20")
    }
    announced = {}
    for as_of in told:
        rows = table(ask("who_pays", as_of=as_of), "prices_dated").rows
        announced[as_of] = {row["channel"]: row["announced"] for row in rows}
    assert max(told[LOANS_DAY]) <= date(2025, 11, 3)
    assert date(2026, 7, 1) in told["2026-06-20"]
    assert announced[LOANS_DAY]["channel.bundles"] is None
    assert announced["2026-06-20"]["channel.bundles"] == date(2026, 7, 1)


def test_the_next_step_of_a_list_price_lies_ahead(ask):
    for row in table(ask("who_pays"), "prices_dated").rows:
        assert row["step_early"] >= "2025Q4"
        assert row["step_late"] is None or row["step_early"] < row["step_late"]


def test_the_budget_gives_every_step_its_part_and_no_more_than_the_whole(ask):
    found = table(ask("who_pays"), "budget")
    assert [row["step"] for row in found.rows] == [*(f"step.{step}" for step in STEPS), "step.rest"]
    for column in found.columns[1:]:
        parts = [row[column].central for row in found.rows if row[column] is not None]
        assert sum(parts) == pytest.approx(1)
        assert not any(row[column].certain for row in found.rows if row[column] is not None)
        assert all(part > -noise_floor(DRAWS) for part in parts[:-1])


def test_what_is_built_moves_the_bill_and_the_last_step_moves_households(ask):
    rows = {row["step"]: row for row in table(ask("who_pays"), "budget").rows}
    assert rows["step.households"]["of_together"] is None
    assert rows["step.built_for_ai"]["of_together"].central > rows["step.cost"]["of_together"].central
    assert rows["step.households"]["of_household"].central > rows["step.cost"]["of_household"].central


def test_every_step_to_a_household_names_the_assumptions_that_count_most(ask):
    rows = table(ask("who_pays"), "assumed_by_step").rows
    assert [row["step"] for row in rows if row["step"]] == [f"step.{step}" for step in STEPS]
    assert {row["assumption"] for row in rows} >= {
        "spending_share_netherlands",
        "employers_pass_on",
        "ai_share",
    }
    assert all(row["of_household"].interval()[1] > row["of_household"].central for row in rows)
    for first, next_row in pairwise(rows):
        assert next_row["step"] or first["of_household"].central >= next_row["of_household"].central


def test_the_large_unknowns_are_shown_with_range_and_weight(ask):
    rows = {row["assumption"]: row for row in table(ask("who_pays"), "unknowns").rows}
    assert set(rows) == {
        "ai_share", "counterfactual_level", "counterfactual_growth", "scarcity_now", "scarcity_later"
    }  # fmt: skip
    assert all(row["range"].interval()[0] < row["range"].interval()[1] for row in rows.values())
    assert rows["counterfactual_level"]["of_bill_now"].central > rows["ai_share"]["of_bill_now"].central
    assert rows["scarcity_now"]["of_customers_now"] == "weight.small"
    assert rows["scarcity_now"]["of_bill_now"] == "weight.none"
    assert rows["scarcity_later"]["of_bill_later"] == "weight.none"
    weights = [row[column] for row in rows.values() for column in row if column.startswith("of_")]
    assert len(weights) == 4 * len(rows)
    assert all(isinstance(weight, Figure) or weight.startswith("weight.") for weight in weights)


def test_a_weight_is_a_share_or_the_reason_why_there_is_none():
    result = Figure.of(1.0, lineage=Lineage(parameters=frozenset({"large", "small"})))
    shares = {"large": Figure.of(0.4)}
    assert weight("large", result, shares).central == 0.4
    assert weight("small", result, shares) == "weight.small"
    assert weight("other", result, shares) == "weight.none"
    assert weight("large", result, {}) is None


def test_steps_are_files_of_parameters():
    files = {parameter.origin.partition(".")[0] for parameter in baseline_parameters().values()}
    assert set(OF_FILES) <= files


def test_less_demand_for_ai_moves_the_bill_from_customers_to_shareholders(ask, scenario):
    case = ask("who_pays").case
    less = Case(facts=case.facts, scenario=Scenario.load("demand_disappoints"), firm="meta")
    usual, fewer = ask("who_pays").values, question("who_pays")(less).values
    assert fewer["bill_later"].central < usual["bill_later"].central
    assert fewer["customers_later"].central < usual["customers_later"].central
    assert fewer["owners_later"].central > usual["owners_later"].central
    assert fewer["bill_now"].central == usual["bill_now"].central


@pytest.mark.parametrize("name", ["race_stops", "power_delayed"])
def test_less_building_makes_a_smaller_bill_later(ask, name):
    case = Case(facts=ask("earn_back").case.facts, scenario=Scenario.load(name), firm="meta")
    usual = ask("earn_back").values["bill_firm_later"].central
    assert question("earn_back")(case).values["bill_firm_later"].central < usual


def test_the_bill_later_follows_the_spending_of_the_same_future(ask, scenario):
    case = ask("earn_back").case
    spending = investment_ahead(case.facts, scenario)("meta")
    early = Figure.total(amount for quarter, amount in spending.items() if quarter.year <= 2027)
    bill = ask("earn_back").values["bill_firm_later"]
    assert bill.draws.shape == early.draws.shape == (DRAWS,)
    assert np.corrcoef(bill.draws, early.draws)[0, 1] > 0.3


def test_spending_goes_on_as_simulated_and_else_at_its_pace():
    known = {Quarter(2025, number): Figure.of(float(number), "USD") for number in (1, 2, 3, 4)}
    simulated = {Quarter(2026, 1): Figure.of(7.0, "USD")}
    found = going_on(known, Quarter(2026, 2), simulated, Figure.of(2))
    assert [figure.central for figure in found.values()] == [1, 2, 3, 4, 7, 5]
