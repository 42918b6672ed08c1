"""Ten questions make a profile, or say what is wrong and write nothing."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from rekening import InputError
from rekening.cli import cli
from rekening.commands.interview import interview
from rekening.payers.mine import Profile

ANSWERS = {
    "kind": "organisation",
    "country": "nl",
    "currency": "EUR",
    "people": "12",
    "services": "google_workspace_business_standard",
    "seats": "12",
    "price": "",
    "renews": "2027-03-01",
    "cloud": "amazon 300,50 2000, Azure 40",
    "ads": "meta 500",
}


def answered(**wrong: str) -> str:
    """What is typed; a wrong answer is followed by the right one."""
    lines = [line for asked, right in ANSWERS.items() for line in (*filter(None, [wrong.get(asked)]), right)]
    return "\n".join(lines) + "\n"


def ask(path: Path, text: str):
    @click.command()
    def asking() -> None:
        interview(path, "en")

    return CliRunner().invoke(asking, input=text)


def test_ten_answers_make_the_profile(tmp_path):
    path = tmp_path / "mine.yaml"
    assert len(ANSWERS) == 10
    assert ask(path, answered()).exception is None
    profile = Profile.load(path)
    assert (profile.country, profile.people) == ("NL", 12)
    assert [item.provider for item in profile.items] == ["alphabet", "amazon", "microsoft", "meta"]
    assert [item.per_month for item in profile.items[1:]] == [300.5, 40, 500]
    assert profile.items[1].data_stored_gb == 2000


@pytest.mark.parametrize(
    ("asked", "wrong", "said"),
    [
        ("country", "Nederland", "'Nederland' is not a code of two letters, such as NL"),
        ("services", "google_workspace_busines_standard", "mean 'google_workspace_business_standard'"),
        ("price", "cheap", "'cheap' is not a number"),
        ("renews", "2027-02-30", "'2027-02-30' is not a day"),
        ("cloud", "amazon", "expected a name and one or two numbers"),
        ("cloud", "amazon 3 4 5", "expected a name and one or two numbers"),
        ("cloud", "amazon much", "'much' is not a number"),
        ("ads", "meta 3 4", "expected a name and one number"),
    ],
)
def test_what_is_not_understood_is_asked_again(tmp_path, asked, wrong, said):
    path = tmp_path / "mine.yaml"
    result = ask(path, answered(**{asked: wrong}))
    assert result.exception is None
    assert said in result.output
    assert Profile.load(path).people == 12


@pytest.mark.parametrize("cloud", ["amazn 3", "amazon -3", "amazon 0"])
def test_answers_that_make_no_profile_leave_no_file(tmp_path, cloud):
    path = tmp_path / "mine.yaml"
    error = ask(path, answered().replace(ANSWERS["cloud"], cloud)).exception
    assert isinstance(error, InputError)
    assert "mine.yaml was not written" in str(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".pdf", ""])
def test_an_unknown_form_is_refused_before_anything_is_worked_out(tmp_path, ending):
    result = CliRunner().invoke(cli, ["mine", "none.yaml", "--out", str(tmp_path / f"bill{ending}")])
    assert isinstance(result.exception, InputError)
