"""Bad files: every problem at once, one message each, and never anything but an input error."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rekening import Facts, InputError
from rekening.facts.schema import LONG, TABLES
from rekening.facts.template import OPENING, STATEMENT, template_text

HEADER = "fact_id,entity,concept,start,end,value,unit,published,status,low,high,source_url"
GOOD = "t-1,acme,capex,2025-01-01,2025-12-31,5,USD,2026-02-01,reported,,,https://example.org/report"


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        Facts.load("2026-06-20", extra=[path])
    return list(caught.value.problems)


def said(path: Path) -> list[str]:
    """Problems of a file, if it has any; anything but an input error goes through."""
    try:
        Facts.load("2026-06-20", extra=[path])
    except InputError as error:
        return list(error.problems)
    return []


def written(folder: Path, *rows: str, header: str = HEADER, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def changed(**cells: str) -> str:
    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | cells
    return ",".join(row.values())


def test_a_good_file(tmp_path: Path) -> None:
    facts = Facts.load("2026-06-20", extra=[written(tmp_path, GOOD)])
    assert facts.get("acme", "capex", "2025").value == 5


def test_all_problems_at_once_with_file_line_and_column(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        changed(fact_id="t-1", value="five", published="yesterday"),
        changed(fact_id="t-2", unit="dolars"),
        changed(fact_id="t-3", status="reportd"),
        changed(fact_id="t-4", concept="capx"),
    )
    found = problems(path)
    assert len(found) == 5
    for line, column, text in zip(
        (2, 2, 3, 4, 5),
        ("value", "published", "unit", "status", "concept"),
        found,
        strict=True,
    ):
        assert text.startswith(f"{path}:{line}: ")
        assert f"column {column!r}" in text
    assert "did you mean 'reported'?" in found[3]
    assert "did you mean 'capex'?" in found[4]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"value": "nan"}, "finite number"),
        ({"value": "inf"}, "finite number"),
        ({"value": "1e999"}, "finite number"),
        ({"value": "1_000"}, "finite number"),
        ({"value": '"1.234,56"'}, "finite number"),
        ({"value": ""}, "empty"),
        ({"low": "6", "high": "5", "value": ""}, "above 'high'"),
        ({"low": "6", "high": "7"}, "outside"),
        ({"low": "0", "value": "-1"}, "outside"),
        ({"start": "2026-01-01"}, "before 'start'"),
        ({"published": "2025-06-30"}, "before the period ends"),
        ({"published": ""}, "'published' is empty"),
        ({"end": "2025-02-30"}, "2025-11-03"),
        ({"end": "20251231"}, "2025-11-03"),
        ({"unit": "EUR/chip"}, "measured in"),
        ({"unit": "USD millions"}, "facts/units.txt"),
        ({"unit": "9**9**9"}, "facts/units.txt"),
        ({"entity": "oracel"}, "did you mean 'oracle'?"),
        ({"entity": "Acme Inc"}, "small letters"),
        ({"concept": "chips_eaten"}, "'definition'"),
        ({"source_url": ""}, "needs its source"),
        ({"source_url": "javascript:alert(1)"}, "https://"),
        ({"status": ""}, "'status' is empty"),
        ({"fact_id": "fina-276484fc88"}, "taken already, by financials.csv"),
    ],
)
def test_one_wrong_cell(tmp_path: Path, cells: dict[str, str], says: str) -> None:
    (text,) = problems(written(tmp_path, changed(**cells)))
    assert says in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\xff\xfe", "UTF-8"),
        (f"{HEADER}\n{GOOD}".encode("utf-16"), "UTF-8"),
        (f"{HEADER}\n{GOOD}\xe9".encode("latin-1"), "UTF-8"),
        (f"{HEADER}\n{GOOD}\x00".encode(), "control character"),
        (f"{HEADER}\n{GOOD}\x1b[31m".encode(), "control character"),
        (f"{HEADER}\n{GOOD[:40]}".encode(), "cut short"),
        (f'{HEADER}\n"{GOOD}'.encode(), "cut short"),
        (f"{HEADER}\n{'x' * 200_000}".encode(), "field"),
        (HEADER.replace(",", ";").encode(), "semicolons"),
        (GOOD.encode(), "column 'entity' is missing"),
        (f"{HEADER},concpt\n{GOOD},".encode(), "did you mean 'concept'?"),
        (f"{HEADER},value\n{GOOD},5".encode(), "twice"),
        (f"{HEADER}\n{GOOD}\n{GOOD}".encode(), "taken already"),
    ],
)
def test_a_file_that_is_no_file_of_facts(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    assert any(says in text for text in problems(path))


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    (text,) = problems(path)
    assert "larger than 16 MB" in text


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in problems(tmp_path)[0]
    assert "cannot be read" in problems(tmp_path / "nowhere.csv")[0]
    assert "cannot be read" in problems(Path("a\0b.csv"))[0]


def refused(path: Path, *_: object) -> NoReturn:
    """Refuse to open, as the system does, also for a superuser who may read every file."""
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def test_a_file_one_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, GOOD)
    monkeypatch.setattr(Path, "open", refused)
    assert "cannot be read" in problems(path)[0]


def test_many_problems_are_counted_not_all_printed(tmp_path: Path) -> None:
    found = problems(written(tmp_path, *(changed(fact_id=f"t-{n}", value="x") for n in range(500))))
    assert found[-1] == "and 400 problems more"


def test_a_concept_of_ones_own_says_what_it_means(tmp_path: Path) -> None:
    header = f"{HEADER},definition"
    rows = (f"{changed(concept='chips_eaten', unit='kg')},Potato chips eaten in the office.",)
    facts = Facts.load("2026-06-20", extra=[written(tmp_path, *rows, header=header)])
    assert facts.get("acme", "chips_eaten", "2025").value == 5


def test_a_row_without_an_id_gets_one_from_what_it_is_about(tmp_path: Path) -> None:
    facts = Facts.load("2026-06-20", extra=[written(tmp_path, changed(fact_id=""))])
    assert facts.get("acme", "capex", "2025").fact_id.startswith("own-")
    assert any("taken already" in text for text in problems(written(tmp_path, *[changed(fact_id="")] * 2)))


def test_a_table_of_ones_own_is_known_by_its_header(tmp_path: Path) -> None:
    columns = TABLES["cds"].columns
    row = "t-1,2026-01-02,acme,5,120,https://example.org,2026-01-02,,primary,day"
    facts = Facts.load(
        "2026-06-20", extra=[written(tmp_path, row, header=",".join(columns), name="mine.csv")]
    )
    assert facts.table("cds")[-1].number("spread_bp") == 120
    wrong = row.replace(",5,", ",five,")
    (text,) = problems(written(tmp_path, wrong, header=",".join(columns), name="mine.csv"))
    assert "column 'tenor_years'" in text


BOND = {
    "fact_id": "t-1",
    "bond_id": "acme-2025",
    "issuer": "acme",
    "settled": "2025-11-03",
    "principal": "1000",
    "currency": "USD",
    "coupon_percent": "5",
    "maturity": "2030-11-15",
    "maturity_year": "2030",
    "coupon_frequency": "2",
    "published": "2025-11-03",
    "source_url": "https://example.org",
}


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"principal": "-1000"}, "'principal': found '-1000'; allowed: a number above zero"),
        ({"principal": "0"}, "above zero"),
        ({"principal": "inf"}, "finite"),
        ({"coupon_percent": "-5"}, "not below zero"),
        (
            {"maturity": "2025-11-01", "maturity_year": ""},
            "'maturity': found 2025-11-01, not after 'settled' 2025-11-03",
        ),
        ({"maturity": "2025-11-03", "maturity_year": ""}, "not after"),
        ({"maturity": "soon"}, "2025-11-03"),
        ({"coupon_frequency": "0"}, "above zero"),
        ({"issuer": "Acme & Co"}, "small letters"),
        ({"published": ""}, "'published' is empty"),
        ({"bond_id": ""}, "'bond_id' is empty"),
        ({"bond_id": "meta-2025-10-2030"}, "'meta-2025-10-2030' is taken already, by bonds.csv:"),
        ({"issuer": "metta"}, "'issuer': 'metta' is not known (did you mean 'meta'?)"),
        ({"principal": "1e300"}, "found '1e300'; allowed: a number up to 1e+18"),
        ({"coupon_percent": "450"}, "found 450; allowed: below 100"),
        ({"maturity_year": "2031"}, "found 2031, 'maturity' is 2030-11-15"),
        ({"maturity": "", "maturity_year": "2020"}, "found 2020, before the issue on 2025-11-03"),
        ({"maturity": "", "maturity_year": "2030.5"}, "allowed: a year from 1700 to 2199"),
        ({"maturity": "9999-12-31", "maturity_year": ""}, "allowed: a day from 1700 to 2199"),
    ],
)
def test_a_wrong_bond(tmp_path: Path, cells: dict[str, str], says: str) -> None:
    path = written(tmp_path, ",".join(BOND.values()), header=",".join(BOND), name="bonds.csv")
    assert Facts.load("2026-06-20", extra=[path]).table("bonds")[-1].number("principal") == 1000
    (text,) = problems(
        written(tmp_path, ",".join((BOND | cells).values()), header=",".join(BOND), name="bonds.csv")
    )
    assert text.startswith(f"{path}:2: ")
    assert says in text


def test_what_was_there_stays_when_a_file_is_added(tmp_path: Path) -> None:
    before = Facts.load("2025-11-03")
    after = Facts.load("2025-11-03", extra=[written(tmp_path, GOOD)])
    assert after.rows == before.rows
    assert not after.find("acme")


class TestTemplate:
    def test_it_says_what_is_still_to_be_filled_in(self, tmp_path: Path) -> None:
        path = tmp_path / "acme.csv"
        path.write_text(template_text("acme", "2025-09-30"), encoding="utf-8")
        found = problems(path)
        assert len(found) == len(STATEMENT) + len(OPENING) + 1
        assert all("'published' is empty" in text for text in found)

    def test_filled_in_it_loads(self, tmp_path: Path) -> None:
        lines = template_text("acme", "2025-09-30").splitlines()
        header = lines[0].split(",")
        at = {name: header.index(name) for name in ("value", "published", "source_title")}
        rows = []
        for line in lines[1:]:
            cells = line.split(",")
            cells[at["value"]] = cells[at["value"]] or "7"
            cells[at["published"]] = "2025-11-20"
            cells[at["source_title"]] = "Annual report"
            rows.append(",".join(cells))
        facts = Facts.load("2026-01-01", extra=[written(tmp_path, *rows, header=lines[0])])
        assert facts.firm("acme").fiscal_year_ends == 9
        assert facts.get("acme", "free_cash_flow", "FY2025").value == 0
        assert facts.get("acme", "liquidity", "FY2025").value == 14
        assert facts.get("acme", "liquidity", "2024-09-30").value == 14

    @pytest.mark.parametrize(
        "arguments", [("Acme", "2025-12-31"), ("acme", "soon"), ("acme", "2025-12-31", "bond")]
    )
    def test_names_that_cannot_be_used(self, arguments: tuple[str, ...]) -> None:
        with pytest.raises(InputError):
            template_text(*arguments)


cell = st.one_of(
    st.sampled_from(
        ["", "capex", "meta", "2025-01-01", "USD", "reported", "1e5", "-0", '"', ",", "\r", "nan", "٣"]
    ),
    st.text(max_size=6),
)


@settings(max_examples=150)
@given(st.lists(st.lists(cell, max_size=14), max_size=4), st.booleans(), st.binary(max_size=20))
@example([[""] * 12], True, b"")
def test_fuzzed_files_give_rows_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], headed: bool, tail: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    lines = [HEADER] * headed + [",".join(row) for row in rows]
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass") + tail)
    assert all(str(path) in text or text.startswith("and ") for text in said(path))


@settings(max_examples=100)
@given(st.sampled_from(HEADER.split(",")), st.text(max_size=12))
def test_one_fuzzed_cell(tmp_path_factory: pytest.TempPathFactory, column: str, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "cell.csv"
    path.write_bytes(f"{HEADER}\n{changed(**{column: text})}\n".encode("utf-8", "surrogatepass"))
    assert all(f"{path}:" in text for text in said(path))


@settings(max_examples=60)
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_fuzzed_tables(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    columns = TABLES[name].columns
    row = ",".join(data.draw(cell) for _ in columns)
    path = tmp_path_factory.getbasetemp() / f"{name}.csv"
    path.write_bytes(f"{','.join(columns)}\n{row}\n".encode("utf-8", "surrogatepass"))
    assert all(f"{path}:" in text for text in said(path))


def test_every_column_has_a_meaning() -> None:
    for table in (LONG, *TABLES.values()):
        assert all(column.meaning.endswith(".") for column in table.columns.values())
        assert not {column.needed for column in table.columns.values()} - {"", "column", "filled"}
