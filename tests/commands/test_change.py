"""What changed and why, on the command line."""

import json
from pathlib import Path

import pytest

from rekening.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = 0
    try:
        main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_last_filing_is_taken_when_no_day_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "change", "why_now")
    assert (code, err) == (0, "")
    assert "29 April 2026" in out
    assert "30 April 2026" in out


def test_parts_of_the_change_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "change", "why_now", "--since", "2025-11-03", "--as-of", "2026-06-20", "--json")
    for change in json.loads(out)["why_now"]:
        parts = [part for part in change["by_cause"].values() if part is not None]
        assert sum(parts) == pytest.approx(change["after"] - change["before"])


def test_since_a_kept_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(tmp_path / "answer.bundle")
    run(capsys, "bundle", "save", "why_now", path, "--scenario", "race_stops", "--paths", "100")
    code, out, err = run(capsys, "change", "--since", path, "--as-of", "2025-11-03")
    assert (code, err) == (0, "")
    assert "No number changed" in out
    code, out, err = run(capsys, "change", "--since", path, "--json")
    (changes,) = json.loads(out).values()
    assert {change["by_cause"]["model"] for change in changes} == {0}
    assert {change["by_cause"]["assumptions"] for change in changes} == {0}
    assert any(change["by_cause"]["new_facts"] for change in changes)
    for wrong in (["why_borrow"], ["--firm", "oracle"], ["--as-of", "2025-01-01"]):
        code, out, err = run(capsys, "change", *wrong, "--since", path)
        assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_kept_answer_about_a_firm_of_ones_own_asks_for_its_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own, path = tmp_path / "acme.csv", str(tmp_path / "answer.bundle")
    own.write_text(
        "entity,concept,start,end,value,unit,published,status,source_title\n"
        "acme,revenue,2025-07-01,2025-09-30,1e9,USD,2025-10-30,reported,report\n"
    )
    run(capsys, "bundle", "save", "why_now", path, "--firm", "acme", "--facts", str(own), "--paths", "10")
    code, _, err = run(capsys, "change", "--since", path)
    assert (code, err.count("\n")) == (2, 1)
    assert "give a file of your own again with --facts" in err
    code, _, err = run(capsys, "change", "--since", path, "--facts", str(own))
    assert (code, err) == (0, "")


@pytest.mark.parametrize("ending", ["html", "md"])
def test_an_earnings_day_is_one_page(capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"change.{ending}"
    code, out, _ = run(capsys, "change", "why_now", "--lang", "nl", "--out", str(path))
    assert (code, out) == (0, "")
    assert "Wat er veranderde, en waardoor" in path.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("change", "why_now", "--out", "change.pdf"),
        ("change", "why_now", "--since", "2026-01-01", "--as-of", "2025-01-01"),
        ("change", "why_now", "--since", "soon"),
        ("change", "why_not"),
        ("change", "why_now", "--firm", "mata"),
        ("bundle", "check", "no-such-file"),
        ("sensitivity", "why_now", "--value", "price"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
