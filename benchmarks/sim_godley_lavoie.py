"""Godley and Lavoie's model SIM over 100 periods, beside pysolve3: one path, and 100,000.

SIM is the smallest stock-flow consistent model: a government spends 20, households consume out of income and
of the money they hold. Output goes to 100, money to 80. The compiled version here takes tiles of paths in
vector code and checks money against the flows after every period. pysolve3 solves the equations by iteration,
one path at a time, in an environment of its own, made once under ``.venvs`` here.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from rekening.vector import compiled

PERIODS = 100
SPENDING = 20.0
TILE = 64  # paths whose divisions overlap
PYSOLVE = "pysolve3==0.1.5"
ENVIRONMENT = Path(__file__).with_name(".venvs") / "pysolve3"
PEER = Path(__file__).with_name("peers") / "pysolve3_sim.py"


@compiled
def simulate(given: Any, output: Any, money: Any, worst: Any) -> None:
    """Fill output and money after ``PERIODS`` periods; ``worst`` keeps the largest gap of the accounts."""
    for start in range(0, output.size, TILE):
        stop = start + TILE
        a, w, t = given[0, start:stop], given[1, start:stop], given[2, start:stop]
        y, h, gap = output[start : start + TILE], money[start : start + TILE], worst[:TILE]
        for k in range(y.size):
            y[k] = 0.0
            h[k] = 0.0
        for _ in range(PERIODS):
            for k in range(y.size):
                held = h[k]
                made = (SPENDING + w[k] * held) / (1.0 - a[k] * (1.0 - t[k]))
                taxed = t[k] * made
                consumed = a[k] * (made - taxed) + w[k] * held
                saved = made - taxed - consumed
                deficit = SPENDING - taxed
                h[k] = held + saved
                y[k] = made
                gap[k] = max(gap[k], abs(saved - deficit))


def measured(paths: int, threads: int, repeats: int) -> tuple[float, float, float, float]:
    """Median seconds, then output, money and largest accounting gap of the middle path."""
    rng = np.random.default_rng(1)
    spread = np.zeros(paths) if paths == 1 else rng.uniform(-0.05, 0.05, paths)
    given = np.stack([0.6 + spread, np.full(paths, 0.4), np.full(paths, 0.2)])
    output, money = np.empty(paths), np.empty(paths)
    worst = np.zeros((threads, TILE))
    step = -(-paths // (threads * TILE)) * TILE

    def part(place: int) -> None:
        cut = slice(place * step, (place + 1) * step)
        simulate(np.ascontiguousarray(given[:, cut]), output[cut], money[cut], worst[place])

    def all_parts() -> None:
        if threads == 1:
            part(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(part, range(threads)))

    return seconds(all_parts, repeats), float(np.median(output)), float(np.median(money)), float(worst.max())


def seconds(work: Callable[[], None], repeats: int) -> float:
    """Median time after one run that warms up."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peer(repeats: int) -> tuple[float, float, float] | str:
    """Seconds, output and money of pysolve3, or why it could not run."""
    python = ENVIRONMENT / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, capture_output=True)
        if subprocess.run([python, "-c", "import pysolve3"], capture_output=True, check=False).returncode:
            install = [python, "-m", "pip", "install", "--quiet", PYSOLVE]
            subprocess.run(install, check=True, capture_output=True)
        done = subprocess.run([python, PEER, str(repeats)], text=True, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        said = error.stderr if isinstance(error.stderr, str) else error.stderr.decode(errors="replace")
        return said.strip().splitlines()[-1] if said.strip() else "failed without a message"
    taken, output, money = map(float, done.stdout.split()[-3:])
    return taken, output, money


def run(smoke: bool) -> list[dict[str, object]]:
    """Measure, a row a program and size."""
    repeats = 2 if smoke else 5
    rows: list[dict[str, object]] = []
    for paths, threads in ((1, 1), (1_000 if smoke else 100_000, 1), (1_000 if smoke else 100_000, 2)):
        taken, output, money, gap = measured(paths, threads, repeats)
        rows.append(
            _row(f"rekening, {threads} thread", paths, taken, f"{output:.1f}, {money:.1f}", f"{gap:.0e}")
        )
    other = "left out of a smoke run" if smoke else peer(repeats)
    if isinstance(other, str):
        rows.append({**dict.fromkeys(rows[0], ""), "program": PYSOLVE, "Y, H": other})
    else:
        taken, output, money = other
        rows.append(_row(PYSOLVE.replace("==", " "), 1, taken, f"{output:.1f}, {money:.1f}", ""))
    return rows


def _row(program: str, paths: int, taken: float, ends: str, gap: str) -> dict[str, object]:
    return {
        "program": program,
        "paths": f"{paths:,}",
        "ms": f"{1e3 * taken:.3f}",
        "million path-periods a second": f"{paths * PERIODS / taken / 1e6:.3g}",
        "Y, H": ends,
        "largest gap": gap,
    }
