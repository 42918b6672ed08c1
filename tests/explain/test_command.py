"""The command line: what it prints, what it writes, and what it says when an option is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rekening.cli import main
from rekening.commands import answer
from rekening.errors import InputError
from rekening.explain import files
from rekening.explain.report import Order

Asked = Callable[..., Order]


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(caught.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["ask", "loan_cots"], "question 'loan_cots' is not known (did you mean 'loan_cost'?)"),
        (["ask", "loan_cost", "--firm", "mteta"], "firm 'mteta' is not known on 2025-11-03 (did"),
        (["ask", "loan_cost", "--as-of", "1900-01-01"], "is outside what can be known"),
        (["ask", "loan_cost", "--as-of", "soon"], "'soon' is not a date"),
        (["ask", "loan_cost", "--scenario", "basline"], "'basline' is not known (did you mean 'baseline'?)"),
        (["ask", "loan_cost", "--out", "a.pdf"], "found ending '.pdf'; allowed: .html, .md"),
        (["ask", "loan_cost", "--firm", "meta,oracle", "--out", "a.png"], "a drawing shows one question"),
        (["--out", "a.svg"], "a drawing shows one question"),
        (["--paths", "0"], "--paths"),
        (["--lang", "de"], "'de' is not one of 'nl', 'en'"),
        (["--facts", "no.csv"], "no.csv"),
        (["--firm", "oracle", "ask", "loan_cost"], "--firm belongs after the command ask"),
        (["--firm", ""], "--firm: found ''"),
        (["asc"], "asc"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_told_in_one_message(
    arguments: Sequence[str], found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert found in err
    assert err.startswith("rekening: ")
    assert err.count("\n") == 1


@pytest.fixture
def demo_run(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def call(**changes: object) -> None:
        order = {"firm": ("meta",), "facts": (), "as_of": "2025-11-03", "paths": 10_000, "lang": "en"}
        parts = order | {"as_json": False, "why": False, "out": None}
        answer.run(("demo",), **(parts | changes))  # type: ignore[arg-type]

    return call


def test_why_prints_the_rows(demo_run: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    demo_run(why=True)
    assert "fina-" in capsys.readouterr().out


@pytest.mark.parametrize("ending", files.ENDINGS)
def test_every_form_is_written_whole(demo_run: Callable[..., None], tmp_path: Path, ending: str) -> None:
    path = tmp_path / "made" / f"answer{ending}"
    demo_run(out=str(path))
    assert path.stat().st_size > 1000
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_json_is_all_that_is_printed(
    demo_run: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    demo_run(as_json=True)
    assert json.loads(capsys.readouterr().out)["answers"][0]["question"] == "demo"


def test_a_full_disk_leaves_nothing(
    demo_run: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left"):
        demo_run(out=str(tmp_path / "made" / "answer.md"))
    assert list((tmp_path / "made").iterdir()) == []
