"""The facts command: tables, plain data, checks, templates; bad input gives one message and exit code 2."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from rekening import Facts
from rekening.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = 0
    try:
        main(["facts", *arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_number_as_known_on_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "meta", "capex", "--as-of", "2025-10-30")
    assert code == 0
    line = next(line for line in out.splitlines() if line.strip().startswith("2025Q3"))
    assert "18.83" in line
    assert "◐ derived" in line
    assert "2025-10-30" in line
    assert "2025Q4" not in out


def test_plain_data(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "meta", "capex", "--as-of", "2025-10-30", "--json")
    rows = json.loads(out)
    assert rows[-1]["period"] == "2025Q3"
    assert rows[-1]["value"] == 18_829_000_000
    assert rows[-1]["grade"] == "derived"
    assert rows[-1]["source_url"].startswith("https://")
    assert all(row["published"] <= "2025-10-30" for row in rows)


def test_csv_is_read_back_as_it_was(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "meta", "capex", "--as-of", "2025-10-30", "--csv", "--all")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == len(Facts.load("2025-10-30").find("meta", "capex"))
    for row in rows:
        row["fact_id"], row["entity"] = "", "copy_of_it"
    path = tmp_path / "copy.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    facts = Facts.load("2025-10-30", extra=[path])
    for period, fact in facts.series("meta", "capex").items():
        assert facts.get("copy_of_it", "capex", period).value == fact.value


def test_a_derived_number_names_its_rows(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(
        capsys, "meta", "free_cash_flow", "--as-of", "2025-11-03", "--period", "TTM@2025Q3", "--json"
    )
    (row,) = json.loads(out)
    assert row["fact_id"] is None
    assert len(row["rests_on"]) == 8
    assert row["status"] == "derived"


def test_what_was_not_public_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "meta", "capex", "--as-of", "2022-03-31")
    assert code == 0
    assert "Nobody had published it" in out


def test_overview(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys)
    assert "meta" in out
    assert "bonds" in out
    _, out, _ = run(capsys, "--json")
    assert json.loads(out)["tables"]["bonds"] == 106
    _, out, _ = run(capsys, "meta")
    assert "operating_cash_flow" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("metta", "capex"), "did you mean 'meta'?"),
        (("meta", "capx"), "did you mean 'capex'?"),
        (("meta", "capex", "--as-of", "1990-01-01"), "allowed"),
        (("meta", "capex", "--as-of", "2999-01-01"), "allowed"),
        (("meta", "capex", "--as-of", "soon"), "2025-11-03"),
        (("meta", "capex", "--period", "Q3 2025"), "2025Q3"),
        (("meta", "--period", "2025Q3"), "needs a concept"),
        (("meta", "capex", "--facts", "/nowhere/x.csv"), "/nowhere/x.csv"),
        (("template", "Acme Inc"), "small letters"),
        (("template", "acme", "--table", "bond"), "did you mean 'bonds'?"),
        (("template", "acme", "--year-end", "x"), "--year-end"),
        (("template", "acme", "--out", "/dev/null/x.csv"), "cannot be written"),
        (("refresh", "acme", "--out", "x.csv"), "--cik"),
    ],
)
def test_bad_input(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_the_bundled_facts_pass(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "--as-of", "2025-11-03")
    assert code == 0
    assert "27,118,000,000" in out
    assert "gross" in out


def test_a_fault_without_a_reason_fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "acme.csv"
    rows = ["acme,capex,2024-01-01,2024-12-31,10,USD,2025-02-01,reported,report"]
    rows += [f"acme,capex,2024-0{m}-01,2024-{m + 2:02}-{d},2,USD,2025-02-01,reported,report" for m, d in
             ((1, 31), (4, 30), (7, 30))]  # fmt: skip
    rows += ["acme,capex,2024-10-01,2024-12-31,2,USD,2025-02-01,reported,report",
             "acme,operating_cash_flow,2024-01-01,2024-12-31,9,USD,2025-02-01,reported,report"]  # fmt: skip
    path.write_text(
        "entity,concept,start,end,value,unit,published,status,source_title\n" + "\n".join(rows),
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "check", "--as-of", "2025-11-03", "--facts", str(path), "--json")
    assert code == 1
    (fault,) = [fault for fault in json.loads(out) if not fault["reason"]]
    assert (fault["check"], fault["entity"], fault["size"]) == ("parts", "acme", 2)


def test_template_is_written_whole_and_not_over_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "acme.csv"
    assert run(capsys, "template", "acme", "--out", str(path))[0] == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("fact_id,entity,concept")
    code, _, err = run(capsys, "template", "acme", "--out", str(path))
    assert (code, path.read_text(encoding="utf-8")) == (2, text)
    assert "exists already" in err
    assert list(tmp_path.iterdir()) == [path]


def test_outside_text_cannot_take_over_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "acme.csv"
    path.write_text(
        "entity,concept,start,end,value,unit,published,status,source_title,hedge\n"
        "acme,capex,2024-01-01,2024-12-31,10,USD,2025-02-01,reported,[red]\u202egnihsihp[/red],[blink]over\n",
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "acme", "capex", "--facts", str(path), "--as-of", "2025-11-03")
    assert code == 0
    assert "[red]" in out
    assert "[blink]over" in out
    assert "\u202e" not in out


def test_refresh_writes_rows_that_load(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("edgar")
    told = {"start": "2024-01-01", "end": "2024-12-31", "val": 5, "accn": "0000000001-25-000001", "fy": 2024,
            "fp": "FY", "form": "10-K", "filed": "2025-02-01"}  # fmt: skip
    tag = {"label": "", "description": "", "units": {"USD": [told]}}
    found = {"cik": 1, "entityName": "Acme", "facts": {"us-gaap": {"PaymentsToAcquireProductiveAssets": tag}}}
    (tmp_path / "CIK0000000001.json").write_text(json.dumps(found), encoding="utf-8")
    out = tmp_path / "acme.csv"
    code, _, _ = run(capsys, "refresh", "acme", "--cik", "1", "--cache", str(tmp_path), "--out", str(out))
    assert code == 0
    assert Facts.load("2025-11-03", extra=[out]).get("acme", "capex", "2024").value == 5
