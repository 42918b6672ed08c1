"""My bill in words and files, in both languages."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from rekening import Facts, Scenario
from rekening.explain.answer import Answer
from rekening.explain.calendar import calendar
from rekening.payers.mine import EXAMPLE, Profile, duties_of
from rekening.questions import Case, question
from rekening.questions.my_bill import bill_of_profile

FACTS = Facts.load(as_of="2026-06-20")
PROFILES = sorted((Path(__file__).parents[2] / "docs" / "profiles").glob("*.yaml"))


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_label_has_a_text(path: Path, lang: str) -> None:
    section = Answer(bill_of_profile(Profile.load(path), FACTS, [Scenario.load()])).section(lang)
    assert [key for key in section.unlabelled if key.startswith(("do.", "right.", "values."))] == []


def test_a_household_also_sees_what_it_pays_unseen() -> None:
    family = next(path for path in PROFILES if path.stem == "family")
    values = bill_of_profile(Profile.load(family), FACTS, [Scenario.load()]).values
    low, high = values["unseen_later"].interval()
    assert low < high


def test_scenarios_stand_side_by_side() -> None:
    outcome = bill_of_profile(
        Profile.load(PROFILES[0]), FACTS, [Scenario.load(), Scenario.load("chip_life_3")]
    )
    answer = Answer(outcome)
    for lang, called in (("nl", "Een AI-chip gaat drie jaar mee"), ("en", "An AI chip lasts three years")):
        section = answer.section(lang)
        table = next(table for table in section.tables if table.name == "scenarios")
        assert [row[0].text for row in table.rows][1] == called
        assert not section.unlabelled
    rows = next(table for table in answer.to_dict()["tables"] if table["name"] == "scenarios")["rows"]
    assert [row["scenario"] for row in rows] == ["baseline", "chip_life_3"]


def test_calendar_can_be_read_back_and_is_the_same_twice() -> None:
    school = next(path for path in PROFILES if path.stem == "school-board")
    duties = duties_of(Profile.load(school), FACTS, Scenario.load())
    data = calendar(duties, "nl", date(2026, 6, 20))
    assert data == calendar(duties, "nl", date(2026, 6, 20))
    events = Calendar.from_ical(data).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [duty.day for duty in duties]


def test_asked_without_a_profile_it_tells_of_an_example_and_says_so() -> None:
    found = question("my_bill")(Case(facts=FACTS, scenario=Scenario.load(), firm="meta"))
    own = bill_of_profile(Profile.load(EXAMPLE), FACTS, [Scenario.load()])
    assert found.values["total"].central == own.values["total"].central
    example, mine = (Answer(each).text("en") for each in (found, own))
    assert "an example, not an average" in example
    assert "an example" not in mine


def test_an_example_has_as_many_futures_as_the_case() -> None:
    case = Case(facts=FACTS, scenario=Scenario.load(), firm="meta", paths=300, seed=7)
    assert question("my_bill")(case).values["total"].draws.shape == (300,)


def people(profile: Profile, count: float | None) -> Profile:
    return replace(profile, people=count)


def test_a_larger_household_pays_more_but_not_in_proportion() -> None:
    family = Profile.load(next(path for path in PROFILES if path.stem == "family"))
    two, four = (
        bill_of_profile(people(family, count), FACTS, [Scenario.load()]).values["unseen_later"].central
        for count in (2, 4)
    )
    assert two < four < 2 * two


def test_an_average_household_pays_what_the_country_does() -> None:
    family = Profile.load(next(path for path in PROFILES if path.stem == "family"))
    persons, homes = (
        FACTS.latest("nl", concept).figure().central for concept in ("population", "households")
    )
    average, untold = (
        bill_of_profile(people(family, count), FACTS, [Scenario.load()]).values["unseen_later"].central
        for count in (persons / homes, None)
    )
    assert average == pytest.approx(untold)


def test_an_organisation_sees_its_bill_per_person() -> None:
    school = Profile.load(next(path for path in PROFILES if path.stem == "school-board"))
    values = bill_of_profile(school, FACTS, [Scenario.load()]).values
    assert values["per_person"].central == pytest.approx(values["first_year"].central / 1200)


@pytest.mark.parametrize(
    ("lang", "name"), [("nl", "Facebook en Instagram"), ("en", "Facebook and Instagram")]
)
def test_names_are_those_that_customers_know(lang: str, name: str) -> None:
    family = next(path for path in PROFILES if path.stem == "family")
    told = Answer(bill_of_profile(Profile.load(family), FACTS, [Scenario.load()])).markdown(lang)
    assert name in told
    assert "Adobe |" in told
    assert not any(raw in told for raw in ("adobe |", "service.facebook", "openai |"))
