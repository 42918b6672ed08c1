"""Yields of many bonds at once, beside QuantLib in a Python loop and financepy.

10,000 semi-annual 30/360 bonds of mixed schedules (2 to 30 years, odd first coupons, settlement inside a
period), built beforehand on every side; each side solves the same clean prices. financepy pins an older
Numba, so it runs in an environment of its own, made once under ``benchmarks/.venvs``. It takes every first
period for a regular one, so that its yields differ where settlement is before an odd first coupon.
"""

from __future__ import annotations

import csv
import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import QuantLib as ql  # noqa: N813

from rekening import FixedRateBond, yields_to_maturity

SETTLEMENT = date(2025, 11, 3)
FINANCEPY = "financepy==1.1.2"
ENVIRONMENT = Path(__file__).with_name(".venvs") / "financepy"
PEER = Path(__file__).with_name("peers") / "financepy_yields.py"

Terms = tuple[date, date, float, float]  # issued, maturity, coupon, clean price


def sample(count: int) -> list[Terms]:
    """Draw bonds that have between 2 and 30 years left."""
    rng = np.random.default_rng(1)
    left = rng.integers(2 * 365, 30 * 365, count)
    age = rng.integers(0, 700, count)
    coupons = np.round(rng.uniform(0.01, 0.09, count), 5)
    prices = np.round(rng.uniform(80, 120, count), 3)
    return [
        (SETTLEMENT - timedelta(int(a)), SETTLEMENT + timedelta(int(b)), float(c), float(p))
        for a, b, c, p in zip(age, left, coupons, prices, strict=True)
    ]


def seconds(work: Callable[[], Any], repeats: int) -> float:
    """Return the median time of a call, after one to warm up."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def ours(terms: Sequence[Terms], repeats: int) -> tuple[float, float, np.ndarray]:
    """Return building time, solving time and yields of the project."""
    start = time.perf_counter()
    bonds = [FixedRateBond(100, coupon, issued, maturity) for issued, maturity, coupon, _ in terms]
    built = time.perf_counter() - start
    prices = [price for *_, price in terms]
    taken = seconds(lambda: yields_to_maturity(bonds, prices, SETTLEMENT), repeats)
    return built, taken, yields_to_maturity(bonds, prices, SETTLEMENT)


def quantlib(terms: Sequence[Terms], repeats: int) -> tuple[float, float, np.ndarray]:
    """Return building time, solving time and yields of QuantLib called in a loop."""
    counter = ql.Thirty360(ql.Thirty360.USA)
    start = time.perf_counter()
    bonds = []
    for issued, maturity, coupon, _ in terms:
        how = (
            ql.Period(ql.Semiannual),
            ql.NullCalendar(),
            ql.Unadjusted,
            ql.Unadjusted,
            ql.DateGeneration.Backward,
        )
        ends = ql.Date.from_date(issued), ql.Date.from_date(maturity)
        dates = ql.Schedule(*ends, *how, False)
        if dates[1] - dates[0] < 30:
            dates = ql.Schedule(*ends, *how, False, dates[2])
        bonds.append(ql.FixedRateBond(0, 100.0, dates, [coupon], counter, ql.Unadjusted))
    built = time.perf_counter() - start
    settlement = ql.Date.from_date(SETTLEMENT)
    prices = [ql.BondPrice(price, ql.BondPrice.Clean) for *_, price in terms]

    def solve() -> list[float]:
        return [
            bond.bondYield(price, counter, ql.Compounded, ql.Semiannual, settlement, 1e-10, 100)
            for bond, price in zip(bonds, prices, strict=True)
        ]

    return built, seconds(solve, repeats), np.array(solve())


def financepy(terms: Sequence[Terms]) -> tuple[float, float, np.ndarray] | str:
    """Return building time, solving time and yields of financepy, or why it could not run."""
    python = ENVIRONMENT / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, capture_output=True)
        has = subprocess.run([python, "-c", "import financepy"], capture_output=True, check=False)
        if has.returncode:
            install = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", FINANCEPY]
            subprocess.run(install, check=True, capture_output=True)
        lines = "\n".join(",".join(map(str, row)) for row in terms)
        done = subprocess.run(
            [python, PEER, SETTLEMENT.isoformat()], input=lines, text=True, check=True, capture_output=True
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr if isinstance(error.stderr, str) else error.stderr.decode(errors="replace")
        return said.strip().splitlines()[-1] if said.strip() else "failed without a message"
    built, taken, *yields = next(csv.reader(io.StringIO(done.stdout.splitlines()[-1])))
    return float(built), float(taken), np.array(yields, dtype=np.float64)


def run(smoke: bool) -> list[dict[str, object]]:
    """Measure all three on the same bonds; a row a program."""
    terms = sample(500 if smoke else 10_000)
    repeats = 2 if smoke else 5
    mine = ours(terms, repeats)
    measured: dict[str, tuple[float, float, np.ndarray] | str] = {
        "rekening": mine,
        f"QuantLib {ql.__version__}, loop": quantlib(terms, repeats),
        f"{FINANCEPY.replace('==', ' ')}, loop": "left out of a smoke run" if smoke else financepy(terms),
    }
    rows: list[dict[str, object]] = []
    for name, result in measured.items():
        if isinstance(result, str):
            rows.append(
                {
                    "program": name,
                    "bonds": "",
                    "build ms": "",
                    "yields ms": "",
                    "times ours": "",
                    "largest difference": result,
                }
            )
            continue
        built, taken, yields = result
        rows.append(
            {
                "program": name,
                "bonds": len(terms),
                "build ms": f"{1e3 * built:.0f}",
                "yields ms": f"{1e3 * taken:.1f}",
                "times ours": f"{taken / mine[1]:.0f}",
                "largest difference": f"{np.abs(yields - mine[2]).max():.0e}",
            }
        )
    return rows
