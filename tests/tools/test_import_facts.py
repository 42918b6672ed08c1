"""The tool that makes the bundled facts: no words of others, the same rows."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from rekening.facts.read import DATA, read_bundle
from tools import import_facts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("wording not kept; positive = cash out", "positive = cash out"),
        ('Spread not stated. Press: "well above" the rest.', "Spread not stated. Press: [...] the rest."),
        ("as told in “so many words”", "as told in [...]"),
        ("the firm's and its lenders' own view", "the firm's and its lenders' own view"),
        ("costs in 2025 USD. Status text: Building 1 is up, they say.", "costs in 2025 USD."),
        ('a quotation "that never ends', "a quotation [...]"),
        (
            "derived: six months (financials_b.csv) less the first quarter",
            "derived: six months (financials.csv) less the first quarter",
        ),
        ('"about"', ""),
        ("", ""),
    ],
)
def test_scrub(text: str, left: str) -> None:
    assert import_facts.scrub(text) == left


def test_a_clause_that_repeats_its_passage_goes() -> None:
    passage = (
        "We expect that capital expenditures will be notably larger in dollar terms than in the year before"
    )
    text = "Range raised; capital expenditures will be notably larger in dollar terms than before"
    assert import_facts.copied(text, passage)
    assert import_facts.without_copies(text, passage) == "Range raised"
    assert (
        import_facts.without_copies("Range raised; larger next year", passage)
        == "Range raised; larger next year"
    )


def test_ids_and_numbers_stay_and_index_data_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    header = "fact_id,concept,value,note\n"
    (source / "market.csv").write_text(
        f'{header}a,index_oas_ice_bofa,1,\nb,price,2,"said ""up"""\n', encoding="utf-8"
    )
    (source / "spreads.csv").write_text("fact_id,oas_bp\nc,3\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["import_facts", str(source), "--into", str(target)])
    assert import_facts.main() == 0
    assert [path.name for path in target.iterdir()] == ["market.csv"]
    assert (target / "market.csv").read_text(encoding="utf-8") == f"{header}b,price,2,said [...]\n"


def test_a_folder_without_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["import_facts", str(tmp_path)])
    assert import_facts.main() == 2


class TestBundle:
    def test_the_bundle_is_what_the_tool_makes(
        self, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = shared / "data"
        arguments = [
            "import_facts",
            str(data / "facts"),
            "--evidence",
            str(data / "evidence"),
            "--into",
            str(tmp_path),
        ]
        monkeypatch.setattr(sys, "argv", arguments)
        assert import_facts.main() == 0
        bundled = {path.name for path in DATA.glob("*.csv")} - {import_facts.SUPPLEMENT}
        assert {path.name for path in tmp_path.iterdir()} == bundled
        for path in tmp_path.iterdir():
            assert path.read_bytes() == (DATA / path.name).read_bytes(), path.name

    def test_no_text_repeats_the_passage_its_number_was_read_in(self, shared: Path) -> None:
        for path in DATA.glob("*.csv"):
            passages = import_facts.passages_of(shared / "data" / "evidence", path.stem)
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    for name in set(row) - import_facts.KEPT:
                        found = import_facts.copied(row[name], passages.get(row["fact_id"], ""))
                        assert not found, (row["fact_id"], name, found)

    def test_no_quotation_is_left(self) -> None:
        facts, records = read_bundle(DATA)
        for row in facts:
            assert '"' not in row.note
        for record in records:
            assert '"' not in record.text("note") if "note" in record.fields else True

    def test_index_data_of_ice_are_not_there(self) -> None:
        assert not (DATA / "spreads.csv").exists()
        facts, _ = read_bundle(DATA)
        assert not [fact for fact in facts if "ice" in fact.concept.split("_")]
