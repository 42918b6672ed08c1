"""How a command ends: one message and exit code 2 for what is wrong, and nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rekening import files
from rekening.cli import main

PROGRAM = [sys.executable, "-c", "from rekening.cli import main; main()"]
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
BOND = "bond --coupon 4.2% --issued 2025-11-03 --maturity 2030-11-15"
HEADER = "entity,concept,start,end,value,unit,published,status,source_title\n"
ROW = "acme,capex,2024-01-01,2024-12-31,10,USD,2025-02-01,reported,report\n"
PYTHON = ("Traceback", "Errno", "Warning", "None", "('", "['", "{'", "<class", "object at")

Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path.parent / "cache"))

    def call(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        return (int(stopped.value.code or 0), *capsys.readouterr())

    return call


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("anser", "allowed: ask, change"),
        ("why_borrow", "did you mean 'rekening ask why_borrow'?"),
        ("--firm meta ask", "--firm belongs after the command ask"),
        ("--firm ,", "--firm: found ','"),
        ("--paths 1000000000", "100000"),
        ("--seed 99999999999999999999", "--seed"),
        ("ask why_now --as-of 2026-02-30", "'2026-02-30' is not a date"),
        ("ask why_now --as-of 2999-01-01", "allowed: 2000-02-01 to "),
        ("ask why_now --scenario /", "/: cannot be read (Is a directory)"),
        ("ask why_now --scenario folder/x", "scenario 'folder/x' is not known"),
        ("backtest --since soon", "--since: 'soon' is not a date"),
        ("backtest --concept capx", "concept 'capx' cannot be scored"),
        ("bundle check folder", "folder: cannot be read (Is a directory)"),
        ("bundle check nowhere", "nowhere: cannot be read (No such file or directory)"),
        ("bundle check own.csv", "own.csv: is no bundle"),
        ("bundle save why_now folder", "folder: is a folder"),
        ("change --since 1990-01-01", "both between 2000-02-01 and"),
        ("simulate --until 9999Q4", "the last quarter is 20"),
        ("simulate --paths 4000000000", "of memory; this machine has"),
        ("simulate --scenario ,", "--scenario: found ','"),
        ("simulate --keep capex --out run.csv", "--keep writes Parquet and needs a folder"),
        ("facts meta --period 2025Q3", "--period needs a concept"),
        ("facts meta capex --period 2026-02-30", "'2026-02-30' is not a date"),
        ("facts meta --json --csv", "found both"),
        ("facts meta --facts folder", "folder: cannot be read (Is a directory)"),
        (f"{BOND} --price 1e300", "--price: found 1e+300, allowed is a price up to 1e+09"),
        (f"{BOND} --price 1e-300", "--price: found 1e-300"),
        (f"{BOND} --price 99.9%", "--price: found '99.9%'"),
        (f"{BOND} --yield 1e300", "--yield: found 1e+300"),
        (f"{BOND} --yield -199.99999%", "--yield: found -2"),
        (f"{BOND} --settlement 20260220", "--settlement: found '20260220'"),
        (f"{BOND} --settlement 1990-01-01", "--settlement: found 1990-01-01, allowed from 2025-11-03"),
    ],
)
def test_one_message_in_words(run: Run, tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "own.csv").write_text(HEADER + ROW, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(*line.split())
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert not [trace for trace in PYTHON if trace in err]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("line", ["--firm meta,metta,orcl", "backtest --firm metta,orcl",
                                  "simulate --firm metta,orcl", "change why_nwo lona_cost"])  # fmt: skip
def test_all_that_is_wrong_is_told_at_once(run: Run, line: str) -> None:
    code, out, err = run(*line.split())
    assert (code, out) == (2, "")
    assert err.count("did you mean") == err.count("\n") == 2


ENDINGS = {
    "ask why_now": ".html, .md, .json, .xlsx, .svg, .png",
    "sensitivity why_now": ".svg, .png",
    "backtest": ".csv",
    "simulate": ".json, .csv, .xlsx or a folder",
    "change": ".html, .md",
    "mine profile.yaml": ".html, .md, .json, .xlsx, .svg, .png, .ics",
    "facts template acme": ".csv",
    "facts refresh meta": ".csv",
}


@pytest.mark.parametrize("command", ENDINGS)
@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("answer.pdf", "found ending '.pdf'; allowed: {}"),
        ("file/answer{}", "cannot be written (file is not a folder)"),
        ("folder{}", "is a folder; give the name of a file"),
        ("x" * 300 + "{}", "File name too long"),
    ],
)
def test_where_to_write_is_looked_at_before_any_work(
    run: Run, tmp_path: Path, command: str, out: str, told: str
) -> None:
    allowed = ENDINGS[command]
    ending = allowed.split(",")[0].upper()
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / f"folder{ending}").mkdir()
    before = sorted(tmp_path.rglob("*"))
    code, printed, err = run(*command.split(), "--out", out.format(ending))
    assert (code, printed, err.count("\n")) == (2, "", 1)
    assert told.format(allowed) in err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_closed_folder_is_told_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder is closed to root, so the system's answer is given for it."""
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr(files.os, "access", lambda folder, _: Path(folder).name != "closed")
    code, printed, err = run("ask", "why_now", "--out", "closed/answer.html")
    assert (code, printed) == (2, "")
    assert "no permission in closed" in err


def test_a_disk_that_is_too_small_is_told_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = files.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    code, printed, err = run("simulate", "--paths", "128", "--until", "2026Q1", "--out", "sweep")
    assert (code, printed) == (2, "")
    assert "sweep: 128 futures need" in err
    assert "MB are free" in err


def test_without_a_home_or_a_cache_it_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for cache in ("/dev/null", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", cache)
        monkeypatch.setenv("HOME", "/dev/null")
        assert run("ask", "the_terms")[0] == 0
    assert not Path("relative").exists()


def ended(line: str, shell: str = "", **variables: str) -> subprocess.CompletedProcess[bytes]:
    command = " ".join(f"'{word}'" for word in [*PROGRAM, *line.split()])
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} {shell}"],
        capture_output=True,
        env=os.environ | variables,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("line", ["facts meta capex", "facts meta --json"])
def test_a_full_disk_is_one_message(line: str, unbuffered: str) -> None:
    done = ended(line, "> /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr.decode()) == (
        2,
        "rekening: standard output: No space left on device\n",
    )


@pytest.mark.parametrize("line", ["facts meta --json --all", "facts meta"])
def test_a_reader_that_stops_reading_is_no_fault(line: str) -> None:
    done = ended(line, "| head -c 1")
    assert (len(done.stdout), done.stderr) == (1, b"")


def test_a_terminal_that_lacks_letters() -> None:
    done = ended("facts meta capex", PYTHONIOENCODING="ascii", COLUMNS="40", NO_COLOR="1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert max(map(len, done.stdout.decode().splitlines())) <= 60


def test_an_interrupt_is_one_line(tmp_path: Path) -> None:
    """The program waits for a pipe that nobody writes to."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with subprocess.Popen(
        [sys.executable, "-c", HEARS + PROGRAM[-1], "facts", "meta", "--facts", str(pipe)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        with ThreadPoolExecutor(1) as waiting:
            reached = waiting.submit(os.open, pipe, os.O_WRONLY)
            try:
                end = reached.result(timeout=30)
            finally:  # a reader of our own, so that the thread ends where the program never reads
                os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
        os.close(end)
    assert (program.returncode, out, err.strip()) == (130, b"", b"rekening: stopped")
