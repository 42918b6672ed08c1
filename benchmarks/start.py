"""How soon the command line answers: help, the whole answer and bills of one's own, cold and again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

COMMAND = [sys.executable, "-c", "from rekening.cli import main; main()"]
PROFILES = sorted((Path(__file__).parents[1] / "docs" / "profiles").glob("*.yaml"))
HELP, ANSWER_AGAIN, ANSWER_COLD, OWN_BILL = 0.3, 2.0, 5.0, 2.0
"""Bars, in seconds."""
REPEATS = 5

Times = tuple[float, float]
"""Wall time of a run, and processor time of all its threads."""


def timed(arguments: Sequence[str], cache: Path) -> Times:
    """Run once in a process of its own."""
    used, begin = _processor(), perf_counter()
    subprocess.run(
        [*COMMAND, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
    )
    return perf_counter() - begin, _processor() - used


def _processor() -> float:
    times = os.times()
    return times.children_user + times.children_system


def run(*, smoke: bool) -> Sequence[Mapping[str, object]]:
    """Measure; cold is without this project's cache, with warm files and compiled kernels."""
    repeats = 1 if smoke else REPEATS
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", str(Path(folder) / "answer.html")]
        kept = Path(folder) / "kept"
        timed(out, kept)

        def cold(arguments: Sequence[str]) -> list[Times]:
            return [timed(arguments, Path(tempfile.mkdtemp(dir=folder))) for _ in range(repeats)]

        def again(arguments: Sequence[str]) -> list[Times]:
            return [timed(arguments, kept) for _ in range(repeats)]

        rows = [
            _row("help", HELP, again(["--help"])),
            _row("whole answer, cached", ANSWER_AGAIN, again(out)),
            _row("whole answer, cold", ANSWER_COLD, cold(out)),
        ]
        for path in PROFILES[:1] if smoke else PROFILES:
            mine = ["mine", str(path)]
            rows.append(_row(f"bill of {path.stem}, cold", OWN_BILL, cold(mine)))
            timed(mine, kept)
            rows.append(_row(f"bill of {path.stem}, cached", OWN_BILL, again(mine)))
    return rows


def _row(what: str, bar: float, found: Sequence[Times]) -> Mapping[str, object]:
    walls = [wall for wall, _ in found]
    return {
        "what": what,
        "median s": f"{median(walls):.2f}",
        "range s": f"{min(walls):.2f} to {max(walls):.2f}",
        "processor s": f"{median(used for _, used in found):.2f}",
        "bar s": bar,
        "holds": median(walls) < bar,
    }
