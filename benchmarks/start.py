"""How soon the command line answers: help, the whole answer cold, the whole answer again."""

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
BARS = {"help": 0.3, "whole answer, cached": 2.0, "whole answer, cold": 5.0}
REPEATS = 5


def seconds(arguments: Sequence[str], cache: Path) -> float:
    """Wall time of one run in a process of its own."""
    begin = perf_counter()
    subprocess.run(
        [*COMMAND, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
    )
    return perf_counter() - begin


def run(*, smoke: bool) -> Sequence[Mapping[str, object]]:
    """Measure; cold is without this project's cache, with warm files and compiled kernels."""
    repeats = 1 if smoke else REPEATS
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", str(Path(folder) / "answer.html")]
        kept = Path(folder) / "kept"
        seconds(out, kept)
        times = {
            "help": [seconds(["--help"], kept) for _ in range(repeats)],
            "whole answer, cached": [seconds(out, kept) for _ in range(repeats)],
            "whole answer, cold": [seconds(out, Path(folder) / f"cold-{turn}") for turn in range(repeats)],
        }
    return [
        {
            "what": what,
            "median s": f"{median(found):.2f}",
            "range s": f"{min(found):.2f} to {max(found):.2f}",
            "bar s": BARS[what],
            "holds": median(found) < BARS[what],
        }
        for what, found in times.items()
    ]
