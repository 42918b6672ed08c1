"""The page and the other forms: complete in themselves, and nothing from outside gets into their markup."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from jinja2 import Environment, FileSystemLoader
from rich.console import Console

import rekening.explain
from rekening.explain.answer import Answer
from rekening.explain.data import answer_data
from rekening.explain.markdown import report_markdown
from rekening.explain.page import other_language, page
from rekening.explain.report import Order, answers, report
from rekening.explain.sheet import workbook
from rekening.explain.templates import TemplateCode
from rekening.explain.terminal import evidence_view, report_view
from rekening.questions import Outcome, Table

Asked = Callable[..., Order]
HOSTILE = "=cmd()<script>alert(1)</script>**x**[a](https://b.c)\x1b[2J\u202e\ue0001\ue001"


def terminal(*parts: object) -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    for part in parts:
        console.print(part)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("firms", [("meta",), ("meta", "alphabet", "oracle")])
def test_every_fragment_leads_somewhere(asked: Asked, lang: str, firms: tuple[str, ...]) -> None:
    html = page(report(asked(lang=lang, firms=firms)))
    identifiers = re.findall(r' id="([^"]+)"', html)
    assert len(set(identifiers)) == len(identifiers)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(identifiers)


def test_an_answer_that_is_the_same_for_all_firms_is_told_once() -> None:
    order = Order(
        questions=("how_much", "loan_cost"),
        firms=("meta", "oracle"),
        as_of="2025-11-03",
        paths=1_000,
        lang="nl",
    )
    shared, own = report(order).chapters
    assert [names for names, _ in shared.voices("nl")] == ["Meta en Oracle"]
    assert [names for names, _ in own.voices("nl")] == ["Meta", "Oracle"]
    assert [names for names, *_ in shared.pairs("nl")] == ["Meta en Oracle"]
    assert [names for names, *_ in own.pairs("nl")] == ["Meta", "Oracle"]


def test_rows_are_numbered_as_they_are_used_and_runs_lead_to_their_first(asked: Asked) -> None:
    html = page(report(asked(firms=("meta", "alphabet"))))
    numbers = [int(number) for number in re.findall(r' id="r(\d+)"', html)]
    assert numbers == list(range(1, len(numbers) + 1))
    used = re.findall(r'href="#(f-[^"]+)"', html.partition('id="evidence"')[0])
    placed = re.findall(r' id="(f-[^"]+)"', html)
    assert [name for name in placed if name in used] == list(dict.fromkeys(used))
    for target, first, last in re.findall(r'href="#r(\d+)">(\d+)–(\d+)</a>', html):
        assert target == first
        assert int(first) < int(last)


def test_the_page_asks_for_nothing(asked: Asked) -> None:
    html = page(report(asked()))
    assert "<script" not in html
    assert "default-src 'none'" in html
    assert not re.search(r'(src|srcset)="', html)
    assert not re.search(r"url\(|@import", html)
    assert re.findall(r"<link [^>]+>", html) == ['<link rel="icon" href="data:,">']


def test_then_and_now_tell_both_days(asked: Asked) -> None:
    html = page(report(asked(lang="nl")))
    assert "3 november 2025" in html
    assert "20 juni 2026" in html
    assert "Toen en nu" not in page(report(asked(lang="nl", as_of="2026-06-20")))


def test_a_day_after_the_newest_fact_says_how_old_the_facts_are(asked: Asked) -> None:
    later = report(asked(as_of="2026-07-01"))
    assert "As known on 1 July 2026 (newest fact: 20 June 2026)" in terminal(report_view(later))
    assert "(newest fact: 20 June 2026)" in page(later)


def test_euros_rest_on_the_rate_as_well(asked: Asked) -> None:
    found = report(asked(currency="EUR"))
    value = next(each.cell for each in found.chapters[0].then[0].values if each.name == "debt")
    assert value.unit == "EUR"
    assert value.text.startswith("€")
    assert any("euros for a dollar" in row.about for row in found.sources.values())


@pytest.fixture
def hostile(asked: Asked, made: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> Order:
    """A question whose facts hold markup, control characters and a formula."""
    table = made().tables[0]
    bad = Table(name=table.name, columns=table.columns, rows=[{**table.rows[0], "note": HOSTILE}])
    monkeypatch.setattr("rekening.explain.report.question", lambda name: lambda case: made(tables=[bad]))
    return asked()


def test_hostile_text_stays_text_on_the_page(hostile: Order) -> None:
    html = page(report(hostile))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;**x**[a](https://b.c) [2J" in html
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]", html)


def test_hostile_text_stays_text_in_markdown(hostile: Order) -> None:
    text = report_markdown(report(hostile))
    assert r"\<script\>alert(1)\</script\>\*\*x\*\*\[a\](https://b.c) \[2J" in text
    assert "\x1b" not in text


def test_hostile_text_stays_text_on_the_terminal(hostile: Order) -> None:
    found = report(hostile)
    text = terminal(report_view(found), evidence_view(found))
    assert "script" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\ue000-\uf8ff]", text)


def test_hostile_text_is_no_formula(hostile: Order) -> None:
    book = zipfile.ZipFile(io.BytesIO(workbook(report(hostile))))
    sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert sheets
    assert not any("<f>" in sheet for sheet in sheets)
    assert "=cmd()&lt;script&gt;" in book.read("xl/sharedStrings.xml").decode()


def test_data_follow_the_published_schema(asked: Asked) -> None:
    data = json.loads(json.dumps(answer_data(*answers(asked(firms=("meta", "oracle")))), allow_nan=False))
    schema = json.loads(Path(rekening.explain.__file__).with_name("answer.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate(data)
    assert [answer["firm"] for answer in data["answers"]] == ["meta", "oracle"]
    assert data["answers"][1]["values"]["profit"]["central"] is None
    broken = data | {"answers": [data["answers"][0] | {"values": {"debt": 3}}]}
    assert not validator.is_valid(broken)


def test_the_terminal_is_narrow_and_plain(asked: Asked) -> None:
    text = terminal(report_view(report(asked())))
    assert max(map(len, text.splitlines())) <= 80
    assert "What does Meta owe?" in text
    assert "● reported" in text


def test_language_beside(tmp_path: Path) -> None:
    assert other_language(tmp_path / "answer.html", "en") is None
    (tmp_path / "answer-nl.html").touch()
    assert other_language(tmp_path / "answer.html", "en") == "answer-nl.html"
    (tmp_path / "answer.html").touch()
    assert other_language(tmp_path / "answer-nl.html", "nl") == "answer.html"


def test_drawings(demo: Answer, asked: Asked) -> None:
    assert demo.drawing("nl", "png").startswith(b"\x89PNG")
    drawn = demo.drawing("nl", "svg")
    assert b"var(" not in drawn
    assert b"Debt grew" in drawn


def test_hostile_rows_of_a_user_stay_text(asked: Asked, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    columns = "fact_id,entity,concept,start,end,value,unit,published,status,low,high,source_url,source_title"
    title, address = "<img src=x onerror=alert(1)>\u202e", "https://a.example/'onclick='alert(1)"
    row = f"own-1,meta,total_debt,,2025-09-30,5,USD,2025-11-02,reported,,,{address},{title}"
    own.write_text(f"{columns}\n{row}\n", encoding="utf-8")
    found = report(asked(facts=(str(own),)))
    html, text = page(found), terminal(evidence_view(found))
    assert "own-1" in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img" not in html
    assert "'onclick" not in html
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", html + report_markdown(found) + text)


def test_code_of_templates_is_kept_and_made_anew_when_damaged(tmp_path):
    (tmp_path / "a.j2").write_text("{{ x }} euros")

    def rendered() -> str:
        environment = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=TemplateCode(tmp_path))
        return environment.get_template("a.j2").render(x=3)

    assert rendered() == "3 euros"
    (kept,) = (tmp_path / "__pycache__").iterdir()
    for damaged in (kept.read_bytes()[:40], b"", kept.read_bytes()[:-9]):
        kept.write_bytes(damaged)
        assert rendered() == "3 euros"
    (tmp_path / "a.j2").write_text("{{ x }} dollars")
    assert rendered() == "3 dollars"


def test_a_folder_that_takes_no_code_is_no_fault(tmp_path):
    (tmp_path / "a.j2").write_text("{{ x }}")
    (tmp_path / "__pycache__").write_text("a file in the way")
    environment = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=TemplateCode(tmp_path))
    assert environment.get_template("a.j2").render(x=3) == "3"
