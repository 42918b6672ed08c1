"""What the terms say: counted from the readings that come with the package, as far as recorded by the day."""

from datetime import date

import pytest

from rekening import Facts, Scenario
from rekening.explain.answer import Answer
from rekening.questions import Case, Outcome
from rekening.questions.the_terms import WAYS, the_terms


def ask(as_of: str) -> Outcome:
    return the_terms(Case(facts=Facts.load(as_of=as_of), scenario=Scenario.load(), firm="meta"))


def test_nothing_recorded_later_is_counted() -> None:
    outcome = ask("2026-06-20")
    places = next(table for table in outcome.tables if table.name == "places")
    days = [row["day"] for row in places.rows]
    assert days
    assert all(isinstance(day, date) and day <= date(2026, 6, 20) for day in days)
    assert outcome.missing == ("later",)


def test_before_the_first_reading_it_says_so() -> None:
    outcome = ask("2025-11-03")
    assert outcome.missing == ("unread",)
    assert not outcome.values


def test_points_add_up_over_the_ways_of_paying() -> None:
    outcome = ask("2026-09-01")
    values = outcome.values
    assert sum(values[f"bad_{way}"].central for way in WAYS) == values["bad"].central
    assert sum(row["count"] for row in outcome.chart) == values["bad"].central
    assert values["services"].central == 12


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("as_of", ["2025-11-03", "2026-06-20", "2026-09-01"])
def test_every_key_has_its_words(as_of: str, lang: str) -> None:
    assert Answer(ask(as_of)).section(lang).unlabelled == ()
