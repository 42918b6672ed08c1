"""The command: what it prints, what it refuses, what it escapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rekening.cli import main
from rekening.terms.archive import Archive
from rekening.terms.reading import Library

Make = Callable[..., Path]

FIRST = "# Privacy Policy\n\nWe keep your data for 30 days. We do not sell your data.\n\nYou can opt out"
FIRST += " of training.\n"
SECOND = FIRST.replace(" We do not sell your data.", " We may sell your data to advertisers.")
EVIL = SECOND.replace("You can", "[bold]You[/bold] \x1b]0;owned\x07\x1b[31m\u202ecan")


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["terms", *arguments])
    printed = capsys.readouterr()
    return int(stop.value.code or 0), printed.out, printed.err


@pytest.fixture
def pulled(repository: Make, capsys: pytest.CaptureFixture[str]) -> Path:
    path = repository(
        {"Chat/Privacy Policy.md": FIRST},
        {"Chat/Privacy Policy.md": SECOND},
        {"Chat/Privacy Policy.md": FIRST},
        {"Chat/Privacy Policy.md": EVIL, "Bot/Terms of Service.md": "You must be 18."},
    )
    status, out, _ = run("pull", str(path), capsys=capsys)
    assert status == 0
    assert "2 services, 2 documents, 5 versions" in out
    return path


def test_changes_that_matter_are_told_once(pulled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run("changes", "--json", capsys=capsys)
    told = json.loads(out)
    assert [item["date"] for item in told] == ["2025-10-10", "2025-10-12"]
    assert told[0]["clauses"]
    assert told[0]["direction"] == "worse"
    _, out, _ = run("changes", "Chat", "--since", "2025-10-12", "--json", capsys=capsys)
    assert len(json.loads(out)) == 1
    _, out, _ = run("changes", "--all", "--json", capsys=capsys)
    assert [item["kind"] for item in json.loads(out)] == ["substantive", "noise", "substantive"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_others_wrote_cannot_command_the_terminal(
    pulled: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    for arguments in (["changes"], ["show", "Chat"], ["matrix"]):
        status, out, err = run(*arguments, "--lang", language, capsys=capsys)
        assert status == 0, err
        assert not set(out) & set("\x1b\x07\u202e")


def test_markup_of_others_is_shown_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old.md").write_text(SECOND)
    (tmp_path / "new.md").write_text(EVIL.replace("opt out", "no longer opt out"))
    _, out, _ = run("diff", str(tmp_path / "old.md"), str(tmp_path / "new.md"), capsys=capsys)
    assert "[bold]You[/bold]" in "".join(out.split())
    assert not set(out) & set("\x1b\x07\u202e")


def test_show_says_the_words_and_the_place(pulled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run("show", "Chat", "--json", capsys=capsys)
    rows = json.loads(out)
    kept = next(row for row in rows if row["clause"] == "retention_period")
    assert EVIL[kept["start"] : kept["end"]] == kept["quote"]
    assert kept["way"] == "data"
    assert "30" in kept["answer"]


def test_a_version_is_read_once(
    pulled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    first = run("matrix", "--json", capsys=capsys)[1]
    monkeypatch.setattr(Library, "read", None)
    assert run("matrix", "--json", capsys=capsys)[1] == first
    assert run("show", "Chat", capsys=capsys)[0] == 0
    for kept in (own_home / "terms" / "answers").iterdir():
        kept.write_text("{broken")
    monkeypatch.undo()
    monkeypatch.setenv("REKENING_HOME", str(own_home))
    assert run("matrix", "--json", capsys=capsys)[1] == first


def test_an_unknown_service_is_a_message(pulled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["show", "Chit"], ["changes", "Chit"]):
        status, _, err = run(*arguments, capsys=capsys)
        assert status == 2
        assert "did you mean 'Chat'" in err
        assert "Traceback" not in err


def test_without_a_collection_the_shipped_answers_say_how_to_get_the_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run("show", "chatgpt", capsys=capsys)
    assert status == 0
    assert "https://github.com/OpenTermsArchive/" in out
    assert "rekening terms pull" in out.splitlines()[-1]
    for command in ("changes", "watch"):
        status, _, err = run(command, capsys=capsys)
        assert status == 2
        assert "rekening terms pull" in err


def test_an_unknown_service_is_told_before_anything_is_read(
    pulled: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a text was read")

    monkeypatch.setattr(Archive, "text", read)
    for command in ("show", "changes"):
        status, _, err = run(command, "Zebra", capsys=capsys)
        assert status == 2
        assert err == "rekening: unknown service 'Zebra'; known: Bot, Chat\n"


def test_a_service_is_known_in_any_case(pulled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "cHAT", "--json", capsys=capsys)[1] == run("show", "Chat", "--json", capsys=capsys)[1]


def test_an_unknown_kind_of_document_is_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text(FIRST)
    paths = [str(tmp_path / "a.md")]
    for arguments in (["check", *paths], ["diff", *paths, *paths]):
        status, _, err = run(*arguments, "--document", "Privcy Polcy", capsys=capsys)
        assert status == 2
        assert "did you mean 'Privacy Policy'" in err


@pytest.mark.parametrize("size", [(80, 4), (120, 4), (80, 20), (120, 20), (80, 50)])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_matrix_fits_the_terminal(
    repository: Make,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    language: str,
) -> None:
    width, count = size
    monkeypatch.setenv("COLUMNS", str(width))
    names = [f"Service number {number}" for number in range(count)]
    run("pull", str(repository({f"{name}/Privacy Policy.md": FIRST for name in names})), capsys=capsys)
    status, out, _ = run("matrix", "--lang", language, capsys=capsys)
    assert status == 0
    assert max(map(len, out.splitlines())) <= width
    shown = " ".join(out.split())
    assert all(name in shown for name in names) or count == 4
    label = {"nl": "Bewaartermijn", "en": "How long data is kept"}[language]
    rows = [line for line in out.splitlines() if line.startswith(label)]
    assert sum(line.count("+") for line in rows) == count


def test_diff_sets_old_and_new_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old.md").write_text(FIRST)
    (tmp_path / "new.md").write_text(SECOND)
    status, out, _ = run("diff", str(tmp_path / "old.md"), str(tmp_path / "new.md"), capsys=capsys)
    assert status == 0
    assert "We may sell" in out.replace("\n", " ")
    _, out, _ = run("diff", str(tmp_path / "old.md"), str(tmp_path / "new.md"), "--json", capsys=capsys)
    assert json.loads(out)["kind"] == "substantive"


def test_diff_shows_what_stands_near_the_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = " ".join(f"word{number}" for number in range(60))
    for name, plan in (("old", "team"), ("new", "enterprise")):
        (tmp_path / f"{name}.md").write_text(f"We do not train on your data of the {plan} plan {shared}.\n")
    _, out, _ = run("diff", str(tmp_path / "old.md"), str(tmp_path / "new.md"), capsys=capsys)
    assert "team" in out
    assert "enterprise" in out
    assert "word8" in out.split()
    assert "word30" not in out
    assert "…" in out


def test_diff_of_recorded_versions(pulled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run("changes", "--json", capsys=capsys)
    first = json.loads(out)[0]
    _, out, _ = run("diff", first["previous"][:12], first["version"][:12], "--json", capsys=capsys)
    assert json.loads(out)["kind"] == "substantive"
    status, _, err = run("diff", "0000000000", first["version"], capsys=capsys)
    assert status == 2
    assert "no such file" in err


def test_check_reads_what_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "terms.md"
    path.write_text(FIRST)
    status, out, _ = run("check", str(path), "--document", "Privacy Policy", "--json", capsys=capsys)
    assert status == 0
    found = {row["clause"]: row for row in json.loads(out)}
    assert found["retention_period"]["value"] == "fixed=30d"
    status, out, _ = run("check", str(path), "--document", "Privacy Policy", "--lang", "nl", capsys=capsys)
    assert "een vaste tijd (30" in " ".join(out.split())
    assert run("check", str(tmp_path / "none.md"), capsys=capsys)[0] == 2


def test_check_shows_what_a_quote_refers_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "terms.md"
    path.write_text(
        "# 1. Fees\n\nWe may raise our prices as set out in section 2.\n\n"
        "# 2. Notices\n\nYou hear 45 days before.\n",
        encoding="utf-8",
    )
    _, out, _ = run("check", str(path), capsys=capsys)
    assert "section 2" in out
    assert "You hear 45 days before." in " ".join(out.split())


def test_add_keeps_versions_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bank.txt"
    for text, words in ((FIRST, "recorded"), (FIRST, "no change"), (SECOND, "recorded")):
        path.write_text(text)
        status, out, _ = run("add", str(path), "--service", "My bank", capsys=capsys)
        assert status == 0
        assert words in out
    _, out, _ = run("changes", "My bank", "--json", capsys=capsys)
    assert [item["kind"] for item in json.loads(out)] == ["substantive"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "http://127.0.0.1/terms", "--service", "X"],
        ["add", "http://169.254.169.254/latest", "--service", "X"],
        ["add", "file:///etc/passwd", "--service", "X"],
        ["add", "nowhere.txt", "--service", "X"],
        ["add", __file__, "--service", "../../x"],
        ["pull", "nowhere.bundle"],
        ["changes"],
        ["changes", "--collection", "none"],
        ["diff", "a", "b"],
        ["show"],
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(*arguments, capsys=capsys)
    assert status == 2
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err


def test_watch_tells_once_and_writes_feeds(
    pulled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    atom, feed = tmp_path / "a.xml", tmp_path / "f.json"
    status, out, _ = run("watch", "--atom", str(atom), "--feed", str(feed), capsys=capsys)
    assert status == 3
    assert sum(line.startswith("2025-10-1") for line in out.splitlines()) == 2
    names = {"a": "http://www.w3.org/2005/Atom"}
    entries = ElementTree.parse(atom).getroot().findall("a:entry", names)
    assert len(entries) == 2
    assert all(entry.find("a:id", names) is not None for entry in entries)
    items = json.loads(feed.read_text())["items"]
    assert len({item["id"] for item in items}) == 2
    assert "\\u001b" not in feed.read_text()
    assert run("watch", capsys=capsys)[:2] == (0, "")
    assert run("watch", "--since", "2025-10-12", capsys=capsys)[0] == 3


def test_a_webhook_into_a_private_network_is_refused(
    pulled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run("watch", "--webhook", "http://127.0.0.1/hook", capsys=capsys)
    assert status == 2
    assert "not a public address" in err
    # It was not told, so it is told the next time.
    assert run("watch", capsys=capsys)[0] == 3
