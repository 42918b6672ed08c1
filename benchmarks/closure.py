"""Does the ledger close in 1,000 random scenarios, for every firm, by the flows alone?

Every parameter of the firms is drawn anywhere within its bounds, absurd ones included. Balances are computed
from ``rekening.flows`` with the signs it carries, and each kind of flow is deleted in turn to see it caught.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from rekening import Facts, Scenario, flows, simulate
from rekening.assumptions.distributions import Fixed

FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle")


def anything(rng: np.random.Generator) -> Scenario:
    """A scenario in which half of the firms' parameters lie anywhere within their bounds."""
    baseline = Scenario.load()
    parameters = dict(baseline.parameters)
    for name, parameter in parameters.items():
        low, high = parameter.minimum, parameter.maximum
        if (
            parameter.origin.startswith("firms_")
            and low is not None
            and high is not None
            and rng.random() < 0.5
        ):
            parameters[name] = replace(parameter, distribution=Fixed(float(rng.uniform(low, high))))
    return Scenario(name="random", title=baseline.title, parameters=parameters)


def run(smoke: bool) -> list[dict[str, object]]:
    """Count scenarios, and keep the worst."""
    count = 5 if smoke else 1_000
    facts = Facts.load("2025-11-03")
    rng = np.random.default_rng(2025)
    worst, missed = 0.0, 0
    for _ in range(count):
        ledger = flows(simulate_all(facts, rng))
        amounts, effect = ledger["flow"].values, ledger["effect"].values
        change = np.einsum("bk,kpqf->bpqf", effect, amounts)
        moved = np.einsum("bk,kpqf->bpqf", np.abs(effect), np.abs(amounts))
        opening = ledger["opening"].values[:, None, None, :]
        closing = opening + np.cumsum(change, axis=2)
        scale = np.abs(opening) + np.cumsum(moved, axis=2) + 1
        stated = np.stack([ledger.attrs["stated"][str(name)] for name in ledger["balance"].values])
        worst = max(worst, float((np.abs(closing - stated) / scale).max()))
        for kind in range(len(effect[0])):
            lost = effect[:, kind, None, None, None] * amounts[kind]
            without = np.abs(closing - np.cumsum(lost, axis=2) - stated) / scale
            missed += bool(without.max() <= 1e-9 and (np.abs(lost) / scale).max() > 1e-9)
    return [
        {
            "scenarios": count,
            "firms": len(FIRMS),
            "largest relative gap": f"{worst:.0e}",
            "deleted kinds of flow that went unseen": missed,
        }
    ]


def simulate_all(facts: Facts, rng: np.random.Generator) -> xr.Dataset:
    """One random scenario of all firms; what it states goes along."""
    run = simulate(facts, anything(rng), firms=FIRMS, paths=16, until="2028Q4")
    stated = {name.removeprefix("opening_"): run[name.removeprefix("opening_")].values
              for name in map(str, run.data_vars) if name.startswith("opening_")}  # fmt: skip
    run.attrs["stated"] = stated
    return run
