"""Make the pictures of the README: ``python -m tools.screenshots [FOLDER]``; needs a Chromium."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from rekening.defaults import AS_OF, FIRM
from rekening.explain.page import page
from rekening.explain.report import Order, report
from rekening.numerics import DRAWS
from rekening.questions import QUESTIONS

NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZE = (860, 1180)
LARGEST = 300_000


def picture(lang: Literal["nl", "en"], target: Path, browser_path: str) -> int:
    """Take a picture of the top of the whole answer; gives its size in bytes."""
    from playwright.sync_api import sync_playwright

    order = Order(questions=QUESTIONS, firms=(FIRM,), as_of=AS_OF, paths=DRAWS, lang=lang)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        source = Path(folder) / "answer.html"
        source.write_text(page(report(order)), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
        tab.goto(source.as_uri())
        data = tab.screenshot(path=target)
        browser.close()
    return len(data)


def main() -> int:
    """Write one picture a language; fails if there is no browser or a picture is too heavy."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/assets")
    browser = next((found for name in NAMES if (found := shutil.which(name))), None)
    if browser is None:
        print(f"no browser found; looked for {', '.join(NAMES)}", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    langs: tuple[Literal["nl", "en"], ...] = ("nl", "en")
    sizes = {lang: picture(lang, folder / f"answer-{lang}.png", browser) for lang in langs}
    print(*(f"answer-{lang}.png: {size:,} bytes" for lang, size in sizes.items()), sep="\n")
    return int(max(sizes.values()) > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
