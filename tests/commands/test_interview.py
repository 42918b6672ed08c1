"""Ten questions make a profile, or say what is wrong and write nothing."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from rekening import InputError
from rekening.cli import cli
from rekening.commands.interview import interview
from rekening.payers.mine import Profile

ANSWERS = [
    "organisation",
    "A shop",
    "NL",
    "EUR",
    "12",
    "{services}",
    "12",
    "",
    "2027-03-01",
    "amazon 300 2000",
]


def answered(services: str = "google_workspace_business_standard") -> str:
    return "\n".join(ANSWERS).format(services=services) + "\n"


def ask(path: Path, text: str):
    @click.command()
    def asking() -> None:
        interview(path, "en")

    return CliRunner().invoke(asking, input=text)


def test_answers_make_the_profile(tmp_path):
    path = tmp_path / "mine.yaml"
    assert ask(path, answered()).exception is None
    profile = Profile.load(path)
    assert profile.people == 12
    assert [item.provider for item in profile.items] == ["alphabet", "amazon"]
    assert profile.items[-1].data_stored_gb == 2000


def test_a_wrong_answer_names_what_was_asked_and_leaves_no_file(tmp_path):
    path = tmp_path / "mine.yaml"
    error = ask(path, answered("google_workspace_busines_standard")).exception
    assert isinstance(error, InputError)
    assert "did you mean 'google_workspace_business_standard'" in str(error)
    assert "mine.yaml was not written" in str(error)
    assert "draft" not in str(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cloud", ["amazon", "amazon 3 4 5", "amazon much"])
def test_a_cloud_that_is_not_understood_is_refused(tmp_path, cloud):
    error = ask(tmp_path / "mine.yaml", answered().replace("amazon 300 2000", cloud)).exception
    assert isinstance(error, InputError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".pdf", ""])
def test_an_unknown_form_is_refused_before_anything_is_worked_out(tmp_path, ending):
    result = CliRunner().invoke(cli, ["mine", "none.yaml", "--out", str(tmp_path / f"bill{ending}")])
    assert isinstance(result.exception, InputError)
