"""Solve Godley and Lavoie's model SIM with pysolve3; prints the median time of some runs, then Y and H."""

from __future__ import annotations

import statistics
import sys
import time

from pysolve3.model import Model

PERIODS = 100
THRESHOLD = 1e-6


def model() -> Model:
    """Model SIM, chapter 3: government money with a portfolio of cash alone."""
    sim = Model()
    sim.set_var_default(0)
    for name in ("Cd", "Cs", "Gs", "Hh", "Hs", "Nd", "Ns", "Td", "Ts", "Y", "YD"):
        sim.var(name)
    for name in ("Gd", "W", "alpha1", "alpha2", "theta"):
        sim.param(name)
    sim.set_values({"alpha1": 0.6, "alpha2": 0.4, "theta": 0.2, "Gd": 20, "W": 1})
    for equation in (
        "Cs = Cd",
        "Gs = Gd",
        "Ts = Td",
        "Ns = Nd",
        "YD = (W*Ns) - Ts",
        "Td = theta * W * Ns",
        "Cd = alpha1*YD + alpha2*Hh(-1)",
        "Hs - Hs(-1) =  Gd - Td",
        "Hh - Hh(-1) = YD - Cd",
        "Y = Cs + Gs",
        "Nd = Y/W",
    ):
        sim.add(equation)
    return sim


def main() -> None:
    """Build and solve."""
    times = []
    for _ in range(int(sys.argv[1])):
        sim = model()
        start = time.perf_counter()
        for _ in range(PERIODS):
            sim.solve(iterations=200, threshold=THRESHOLD)
        times.append(time.perf_counter() - start)
    last = sim.solutions[-1]
    print(statistics.median(times), last["Y"], last["Hh"])


if __name__ == "__main__":
    main()
