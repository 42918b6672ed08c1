"""How dependent: outcomes as known on a day."""

from __future__ import annotations

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.explain.answer import Answer
from rekening.facts import Facts
from rekening.questions import Case, Outcome
from rekening.questions.how_dependent import how_dependent


def ask(as_of: str, firm: str = "meta") -> Outcome:
    return how_dependent(Case(facts=Facts.load(as_of), scenario=Scenario.load(), firm=firm))


@pytest.mark.parametrize("as_of", ["2022-01-31", "2025-11-03", "2026-06-20"])
def test_nothing_published_later_is_used_and_every_key_has_words(as_of):
    outcome = ask(as_of)
    for fact_id in outcome.lineage.facts:
        assert outcome.case.facts.row(fact_id).published <= outcome.case.as_of
    for lang in ("nl", "en"):
        section = Answer(outcome).section(lang)
        assert section.answer
        assert not section.unlabelled


def test_chatbots_and_chips_were_not_told_in_november_2025():
    assert "market_ai_chatbot_web_traffic_world" in ask("2025-11-03").missing
    assert "hhi_ai_chatbot_web_traffic_world" in ask("2026-06-20").values


def test_spending_per_household_is_spending_over_households():
    outcome = ask("2025-11-03")
    facts = outcome.case.facts
    spend = facts.latest("eu", "spend_on_us_cloud_and_software").value
    homes = facts.latest("eu27", "households").value
    assert outcome.values["eu_spend_per_household"].central == pytest.approx(spend / homes)


def test_one_seller_passes_on_less_of_a_rise_in_cost():
    values = ask("2026-06-20").values
    assert values["passed_on_one"].central < values["passed_on_free"].central


def test_the_chart_is_drawn():
    assert Answer(ask("2026-06-20")).svg("nl").startswith("<svg")


def test_markets_that_were_told_more_than_once_are_shown_over_time():
    outcome = ask("2026-06-20")
    tables = {table.name: table for table in outcome.tables}
    told = [row["market"] for row in tables["markets_over_time"].rows]
    assert {"market.ai_chatbot_web_traffic_world", "market.search_world"} <= set(told)
    assert all(told.count(market) > 1 for market in told)
    assert len(tables["cloud_over_time"].rows) > 1
    assert len(tables["compute_over_time"].rows) > 1


def test_lock_in_leaves_a_seller_with_fewer_sales_to_lose():
    values = ask("2025-11-03").values
    lost = {held: values[f"lost_{held}"].draws for held in ("free", "cost", "stay", "one")}
    for held in ("cost", "stay"):
        assert np.all(lost["free"] >= lost[held])
        assert np.all(lost[held] >= lost["one"])
    assert values["lost_one"].central == pytest.approx(
        Scenario.load()["cloud_demand_elasticity"].central / 100, rel=0.01
    )
    apart = values["passed_on_cost"].draws - values["passed_on_free"].draws
    assert np.allclose(values["lock_in_adds"].draws, apart)
    assert values["lock_in_adds"].interval()[0] < values["lock_in_adds"].interval()[1]


def test_free_moves_leave_only_concentration(tmp_path):
    free = tmp_path / "free.yaml"
    free.write_text("extends: baseline\nparameters:\n  months_of_spend_to_move_cloud: 0\n")
    values = how_dependent(
        Case(facts=Facts.load("2025-11-03"), scenario=Scenario.load(free), firm="meta")
    ).values
    assert np.allclose(values["passed_on_cost"].draws, values["passed_on_free"].draws)
    assert not np.allclose(values["passed_on_stay"].draws, values["passed_on_free"].draws)


def test_before_switching_was_counted_only_its_cost_holds_customers():
    outcome = ask("2025-06-30")
    assert "passed_on_stay" not in outcome.values
    rows = next(table for table in outcome.tables if table.name == "lock_in").rows
    assert [row["held"] for row in rows] == ["held.free", "held.cost", "held.one"]


def test_each_borrower_stands_beside_its_rating_as_known_on_the_day():
    rows = next(table for table in ask("2025-11-03").tables if table.name == "moat").rows
    rated = {row["firm"]: row["rating"] for row in rows}
    assert rated["meta"] == "AA-"
    assert rated["oracle"] == "BBB"
    assert [row["extra"].central for row in rows] == sorted(row["extra"].central for row in rows)
