"""The command simulate: tables, files, side by side, and messages for bad options."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from rekening import Facts
from rekening.cli import main
from rekening.explain.words import labels


def _run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    assert stopped.value.code == 0


FEW = ["simulate", "--paths", "128", "--until", "2026Q4"]


def test_scenarios_side_by_side(capsys):
    _run(*FEW, "--firm", "meta,oracle", "--scenario", "baseline,demand_disappoints")
    shown = capsys.readouterr().out
    assert "Meta: billions of dollars a quarter" in shown
    assert "Oracle: cash to be found" in shown
    assert "demand_disappoints" in shown
    assert "the ledger closes to" in shown


def test_names_between_commas_and_a_repeated_option_are_the_same(capsys):
    _run(*FEW, "--firm", "meta,oracle", "--scenario", "baseline,rates_up", "--json")
    listed = capsys.readouterr().out
    _run(
        *FEW,
        "--firm",
        "meta",
        "--firm",
        "oracle,meta",
        "--scenario=baseline",
        "--scenario=rates_up",
        "--json",
    )
    assert capsys.readouterr().out == listed


def test_an_option_for_names_wants_one(capsys):
    with pytest.raises(SystemExit) as stopped:
        main([*FEW, "--firm", " ,"])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "rekening: --firm: found ' ,', expected at least one name\n"


def test_tables_in_dutch(capsys):
    _run(*FEW, "--paths", "1500", "--lang", "nl")
    shown = capsys.readouterr().out
    assert "Meta: miljarden dollars per kwartaal" in shown
    assert re.search(r"opbrengst van het werk +\d+ \(\d+ tot \d+\)", shown)
    assert re.search(r"baseline +\d+,\d", shown)
    assert "Zoals bekend op 3 november 2025; 1.500 toekomsten" in shown
    assert labels("simulate", "nl").keys() == labels("simulate", "en").keys()


def test_json_tells_units_means_and_quantiles(capsys):
    _run(*FEW, "--json")
    told = json.loads(capsys.readouterr().out)["baseline"]
    assert told["units"]["liquidity"] == "USD"
    assert told["quarter"] == ["2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert len(told["values"]["liquidity"]) == len(told["level"])
    assert told["values"]["mean_debt_issued"][0][0] >= 30e9
    assert told["rank_error"] < 0.001


def test_parameters_show_what_they_rest_on(capsys):
    _run("simulate", "--explain-parameters", "--json")
    told = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    growth = told["growth_recent"]
    assert growth["low"] < growth["value"] < growth["high"]
    assert growth["observations"] == 2
    assert growth["facts"]
    assert growth["as_of"] == "2025-11-03"
    assert told["margin_deviation"]["firm"] == "all firms"
    facts = Facts.load("2025-11-03")
    liquidity = facts.get("meta", "liquidity", "2025-09-30")
    assert told["opening liquidity"]["value"] == liquidity.value
    assert told["opening liquidity"]["facts"] == sorted(liquidity.rests_on)
    assert all(row["facts"] for row in told.values())


def test_schema_of_a_scenario_file(capsys):
    _run("simulate", "--scenario-schema")
    assert (
        "accelerator_life_years"
        in json.loads(capsys.readouterr().out)["properties"]["parameters"]["properties"]
    )


def test_files_and_folders(tmp_path: Path):
    _run(*FEW, "--out", str(tmp_path / "run.csv"))
    lines = (tmp_path / "run.csv").read_text().splitlines()
    assert lines[0] == "scenario,firm,quarter,variable,measure,value"
    assert any(line.startswith("baseline,meta,2025Q4,debt_issued,mean,") for line in lines)
    _run(*FEW, "--out", str(tmp_path / "run.xlsx"))
    assert zipfile.ZipFile(tmp_path / "run.xlsx").testzip() is None
    _run(*FEW, "--chart", str(tmp_path / "flows.svg"), "--lang", "nl")
    assert "adverteerders" in (tmp_path / "flows.svg").read_text()
    _run(*FEW, "--out", str(tmp_path / "sweep"), "--keep", "liquidity")
    assert list((tmp_path / "sweep").glob("paths/meta/*.parquet"))


def test_every_row_of_the_transactions_matrix_adds_up_to_nothing(tmp_path: Path):
    _run(*FEW, "--out", str(tmp_path / "run.xlsx"))
    with zipfile.ZipFile(tmp_path / "run.xlsx") as book:
        assert b'name="meta baseline 2026"' in book.read("xl/workbook.xml")
        rows = ElementTree.fromstring(book.read("xl/worksheets/sheet2.xml")).iterfind(".//{*}row")
        cells = [[float(cell.findtext("{*}v") or 0) for cell in row] for row in rows]
    for row in cells[1:]:
        assert abs(sum(row[1:-1])) < 1
        assert row[-1] == 0
    assert max(cells[1]) > 100e9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--firm", "metta"], "did you mean 'meta'"),
        (["--scenario", "demand_disapoints"], "did you mean 'demand_disappoints'"),
        (["--until", "2030"], "write it as 2025Q3"),
        (["--out", "run.pdf"], "allowed: .json, .csv, .xlsx or a folder"),
        (["--chart", "flows.pdf"], "allowed: .svg, .png"),
        (["--chart", "flows.svg", "--scenario", "baseline,rates_up"], "draws one scenario"),
        (["--keep", "liquidity"], "needs a folder in --out"),
        (["--keep", "liquiditi", "--out", "somewhere"], "did you mean 'liquidity'"),
        (["--as-of", "soon"], "soon"),
    ],
)
def test_bad_options_give_one_message_and_leave_nothing(options, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main([*FEW, *options])
    assert stopped.value.code == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown
    assert not list(tmp_path.iterdir())
