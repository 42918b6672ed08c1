"""Charts drawn in a process of their own, while the questions are still being answered.

Drawing takes as long as answering, and the engine that draws holds up its process. The worker reads
charts as lines of JSON (question, rows, language).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Self, TypeAlias

from rekening.explain.charts import described
from rekening.explain.charts.theme import NARROW, WIDE, spec, svg
from rekening.questions import ChartRow

__all__ = ["Drawings", "Worker", "draw"]

Drawings: TypeAlias = tuple[str, str]
"""A chart for a screen and for a phone."""


def draw(question: str, rows: Sequence[ChartRow], lang: str) -> Drawings:
    """Draw the chart of a question for a screen and for a phone; empty where there is nothing to draw."""
    if not rows:
        return "", ""
    found = described(question, rows, lang)
    return svg(spec(found, WIDE), lang), svg(spec(found, NARROW), lang)


class Worker:
    """A process that draws beside this one; what it does not deliver is drawn here.

    Parameters
    ----------
    beside
        Start the process. For a chart or two that takes longer than drawing them here.
    """

    def __init__(self, *, beside: bool) -> None:
        self._beside = beside
        self._asked: list[tuple[str, Sequence[ChartRow], str]] = []
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        if self._beside:
            with suppress(OSError):
                self._process = subprocess.Popen(  # noqa: S603  (this module itself)
                    [sys.executable, "-m", __name__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    encoding="utf-8",
                )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def ask(self, question: str, rows: Sequence[ChartRow], lang: str) -> None:
        """Have a chart drawn."""
        self._asked.append((question, rows, lang))
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.write(json.dumps((question, [dict(row) for row in rows], lang)) + "\n")
                self._process.stdin.flush()

    def drawings(self) -> list[Drawings]:
        """Every drawing asked for, in that order."""
        if self._process is not None:
            text, _ = self._process.communicate()
            with suppress(ValueError):
                made = [(str(wide), str(narrow)) for wide, narrow in json.loads(text)]
                if self._process.returncode == 0 and len(made) == len(self._asked):
                    return made
        return [draw(*asked) for asked in self._asked]


def main() -> None:
    """Draw every chart asked for on standard input, and print all drawings at its end.

    Nothing is printed before, so that neither side waits for the other to read.
    """
    draw_nothing = {"data": {"values": []}, "mark": "point"}
    svg(draw_nothing, "en")
    print(json.dumps([draw(*json.loads(line)) for line in sys.stdin]))  # noqa: T201


if __name__ == "__main__":
    main()
