"""The page in a real browser: no network, no errors, no sideways scrolling, no accessibility fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rekening.explain.page import page
from rekening.explain.report import Order, report
from rekening.questions import QUESTIONS

Asked = Callable[..., Order]

CHROMIUM = Path("/usr/bin/chromium")
SERIOUS = ("serious", "critical")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.is_file():
        pytest.skip(f"no browser at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


REPEATED = "#evidence li:nth-child(n+4), tr:nth-child(n+4)"


def faults(tab: Any) -> list[str]:
    """Serious and critical findings of axe."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in SERIOUS]


def check(chromium: Any, html: str, path: Path) -> None:
    """Open a page on a phone without a network, in light and dark, and with the keyboard."""
    path.write_text(html)
    context = chromium.new_context(viewport={"width": 375, "height": 800}, offline=True)
    tab = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(path.as_uri())
    assert [url for url in requests if not url.startswith("data:")] == [path.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") == 375
    # Lists and tables repeat one form; axe looks at the first of each.
    tab.evaluate(f"document.querySelectorAll('{REPEATED}').forEach(each => each.remove())")
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        assert faults(tab) == []
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert complaints == []
    context.close()


@pytest.mark.parametrize(("lang", "firms"), [("nl", ("meta",)), ("en", ("meta", "alphabet", "oracle"))])
def test_page(chromium: Any, asked: Asked, tmp_path: Path, lang: str, firms: tuple[str, ...]) -> None:
    order = asked(lang=lang, firms=firms, questions=("demo", "demo2"))
    check(chromium, page(report(order)), tmp_path / "answer.html")


def test_the_whole_answer(chromium: Any, tmp_path: Path) -> None:
    order = Order(questions=QUESTIONS, firms=("meta",), as_of="2025-11-03", paths=10_000, lang="nl")
    made = report(order)
    html = page(made)
    assert html.count("<figure>") == sum(bool(chapter.wide) for chapter in made.chapters) > 0
    check(chromium, html, tmp_path / "answer-nl.html")
