"""Named scenarios bite, with the sign that theory gives; the ledger closes in any scenario anyone writes."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rekening import Facts, InputError, Scenario
from rekening.assumptions import scenario_names
from rekening.assumptions.distributions import Fixed
from rekening.futures.runs import Plan, flows, simulate

FIRMS = ("meta", "oracle")
NOISE = 4  # standard errors

# What each scenario must do, by theory: scenario, firm, variable, sign of the change of its sum.
EXPECTED = [
    ("demand_disappoints", "meta", "revenue", -1),
    ("demand_disappoints", "meta", "operating_cash_flow", -1),
    ("demand_disappoints", "oracle", "revenue", -1),
    ("demand_disappoints", "oracle", "shortfall", 1),
    ("rates_up", "oracle", "interest_paid", 1),
    ("rates_up", "oracle", "operating_cash_flow", -1),
    ("rates_up", "meta", "liquidity_income", 1),
    ("power_delayed", "meta", "ai_revenue", -1),
    ("power_delayed", "meta", "depreciation", -1),
    ("power_delayed", "oracle", "operating_cash_flow", -1),
    ("race_stops", "meta", "capex", -1),
    ("race_stops", "meta", "debt_issued", -1),
    ("race_stops", "meta", "ai_revenue", -1),
    ("race_stops", "oracle", "capex", 0),
    ("chip_life_3", "meta", "depreciation", 1),
    ("chip_life_3", "meta", "ai_revenue", -1),
    ("chip_life_6", "meta", "depreciation", -1),
    ("chip_life_6", "oracle", "ai_revenue", 1),
    ("buybacks_protected", "meta", "share_repurchases", 1),
    ("buybacks_protected", "meta", "debt_issued", 1),
    ("strict_pecking_order", "meta", "vehicle_funding", -1),
    ("strict_pecking_order", "meta", "lever_liquidity", 1),
    ("strict_pecking_order", "oracle", "shortfall", 1),
]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load("2025-11-03")


@pytest.fixture(scope="module")
def totals(facts):
    wanted = sorted({variable for _, _, variable, _ in EXPECTED})
    return {
        name: simulate(facts, name, firms=FIRMS, paths=1_024, variables=wanted).sum("quarter")
        for name in scenario_names()
    }


@pytest.mark.parametrize(("name", "firm", "variable", "sign"), EXPECTED)
def test_scenario_moves_what_theory_says(totals, name, firm, variable, sign):
    change = (totals[name][variable] - totals["baseline"][variable]).sel(firm=firm).values
    error = change.std() / np.sqrt(change.size)
    if sign == 0:
        assert not change.any()
    else:
        assert sign * change.mean() > NOISE * error


def test_every_named_scenario_has_an_expectation_and_titles():
    assert {name for name, *_ in EXPECTED} == set(scenario_names()) - {"baseline"}
    for name in scenario_names():
        assert set(Scenario.load(name).title) == {"nl", "en"}


def _anything(rng: np.random.Generator) -> Scenario:
    """A scenario with many parameters anywhere within their bounds."""
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
            value = Fixed(float(rng.uniform(low, high)))
            parameters[name] = replace(parameter, distribution=value)
    return Scenario(name="random", title=baseline.title, parameters=parameters)


CHECKER = """
import json, sys
given = json.load(open(sys.argv[1]))
worst = 0.0
for path in given["flow"]:
    for firm, opening in enumerate(given["opening"]):
        balances = dict(zip(given["balances"], opening))
        scale = {name: abs(value) + 1.0 for name, value in balances.items()}
        for quarter, row in enumerate(path):
            for kind, amount in enumerate(row[firm]):
                for name, sign in given["effects"][kind]:
                    balances[name] += sign * amount
                    scale[name] += abs(amount)
            for name, value in balances.items():
                stated = given["closing"][name][given["flow"].index(path)][quarter][firm]
                worst = max(worst, abs(value - stated) / scale[name])
print(worst)
"""


def test_a_script_of_nothing_but_the_flows_finds_the_same_balances(facts, tmp_path: Path):
    run = simulate(facts, firms=FIRMS, paths=12, until="2027Q4")
    ledger = flows(run)
    balances = [str(name) for name in ledger["balance"].values]
    effect = ledger["effect"].values
    given = {
        "balances": balances,
        "opening": ledger["opening"].values.T.tolist(),
        "effects": [
            [[balances[place], int(sign)] for place, sign in enumerate(effect[:, kind]) if sign]
            for kind in range(effect.shape[1])
        ],
        "flow": ledger["flow"].transpose("path", "quarter", "firm", "kind").values.tolist(),
        "closing": {name: run[name].values.tolist() for name in balances},
    }
    data, script = tmp_path / "flows.json", tmp_path / "check.py"
    data.write_text(json.dumps(given))
    script.write_text(CHECKER)
    done = subprocess.run([sys.executable, "-I", script, data], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1e-9


def test_the_ledger_closes_in_any_scenario(facts):
    rng = np.random.default_rng(5)
    for _ in range(20):
        run = simulate(facts, _anything(rng), firms=FIRMS, paths=64, until="2029Q4")
        assert run.attrs["largest_residual"] < 1e-9
        ledger = flows(run)
        change = np.einsum("bk,kpqf->bpqf", ledger["effect"].values, ledger["flow"].values)
        moved = np.einsum("bk,kpqf->bpqf", np.abs(ledger["effect"].values), np.abs(ledger["flow"].values))
        opening = ledger["opening"].values[:, None, None, :]
        closing = opening + np.cumsum(change, axis=2)
        scale = np.abs(opening) + np.cumsum(moved, axis=2) + 1
        for place, balance in enumerate(ledger["balance"].values):
            gap = np.abs(closing[place] - run[str(balance)].values) / scale[place]
            assert gap.max() < 1e-9


def test_every_parameter_may_stand_at_zero_and_at_its_bounds() -> None:
    facts, baseline = Facts.load("2025-11-03"), Scenario.load()
    (model,) = Plan.make(facts, baseline, firms=["oracle"], until="2026Q4", paths=64, seed=1).models
    assert len(model.parameters) > 40
    for name in model.parameters:
        parameter = baseline[name]
        for value in {0.0, parameter.minimum, parameter.maximum} - {None}:
            try:
                assumed = parameter.with_distribution(Fixed(value), "here")
            except InputError:
                continue  # the bounds leave zero out
            scenario = replace(baseline, parameters={**baseline.parameters, name: assumed})
            with warnings.catch_warnings(action="error"):
                run = simulate(facts, scenario, firms=["oracle"], until="2026Q4", paths=64)
            assert all(np.isfinite(run[each].values).all() for each in run.data_vars), name
            assert run.attrs["largest_residual"] < 1e-9, name


def test_computers_may_come_later_than_history_is_long() -> None:
    facts = Facts.load("2025-11-03")
    longest = replace(Scenario.load()["compute_lag_years"], distribution=Fixed(4))
    scenario = replace(Scenario.load(), parameters={**Scenario.load().parameters, longest.name: longest})
    run = simulate(facts, scenario, firms=["meta"], until="2026Q4", paths=64)
    assert np.isfinite(run["revenue"].values).all()
