"""Why now: the race on the facts of a day."""

import pytest

from rekening import Facts, Scenario
from rekening.questions import Case, Outcome
from rekening.questions.why_now import why_now


def ask(firm: str, as_of: str) -> Outcome:
    return why_now(Case(facts=Facts.load(as_of=as_of), scenario=Scenario.load(), firm=firm))


def test_building_is_what_the_firms_reported() -> None:
    outcome = ask("meta", "2025-11-03")
    assert outcome.values["own_building"].central == 62_733_000_000
    assert outcome.values["prize"].central > outcome.values["building"].central


@pytest.mark.parametrize("as_of", ["2025-01-31", "2025-11-03"])
def test_nothing_published_later_is_used(as_of: str) -> None:
    facts = Facts.load(as_of=as_of)
    rows = [facts.row(fact_id) for fact_id in ask("alphabet", as_of).lineage.facts]
    assert rows
    assert max(row.published for row in rows) <= facts.as_of


def test_every_case_of_the_sign_test_is_counted_once() -> None:
    values = ask("meta", "2026-06-20").values
    assert 0 <= values["sign_hits"].central <= values["sign_cases"].central
    assert values["sign_cases"].central > ask("meta", "2025-11-03").values["sign_cases"].central


def test_a_firm_outside_the_race_says_so() -> None:
    outcome = ask("coreweave", "2025-11-03")
    assert not outcome.values
