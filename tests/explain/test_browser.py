"""The page in a real browser: no network, no errors, no sideways scrolling, no accessibility fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rekening.explain.page import page
from rekening.explain.report import Order, report

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


def faults(tab: Any) -> list[str]:
    """Serious and critical findings of axe."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in SERIOUS]


@pytest.mark.parametrize(("lang", "firms"), [("nl", ("meta",)), ("en", ("meta", "alphabet", "oracle"))])
def test_page(chromium: Any, asked: Asked, tmp_path: Path, lang: str, firms: tuple[str, ...]) -> None:
    path = tmp_path / "answer.html"
    path.write_text(page(report(asked(lang=lang, firms=firms, questions=("demo", "demo2")))))
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
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        assert faults(tab) == []
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert complaints == []
    context.close()
