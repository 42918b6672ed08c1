"""Where the spread of a result comes from: by step from the bill to a household, and by large unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rekening.assumptions import Scenario, baseline_parameters
from rekening.facts import Figure
from rekening.payers import drivers
from rekening.questions.outcome import Cell, Table

__all__ = ["OF_FILES", "STEPS", "budget", "unknowns"]

OF_FILES = {
    "payers_bill": "built_for_ai",
    "firms_building": "built_for_ai",
    "firms_computing": "built_for_ai",
    "firms_funding": "built_for_ai",
    "firms_rates": "built_for_ai",
    "firms_revenue": "built_for_ai",
    "payers_pass_through": "channels",
    "payers_channels": "channels",
    "payers_revenue": "channels",
    "payers_owners": "owners",
    "payers_households": "households",
}
"""Step to which the parameters of a file belong; all others say what an asset costs."""
_COST = "cost"
STEPS = (_COST, *dict.fromkeys(OF_FILES.values()))
_UNKNOWN = ("ai_share", "counterfactual_level", "counterfactual_growth", "scarcity_now", "scarcity_later")
"""Disclosed nowhere: the share for AI, what would have been built anyway, how much sunk cost comes back."""


def _step(parameter: str) -> str:
    """Step of a parameter, by the file in which the baseline declares it."""
    origin = baseline_parameters()[parameter].origin
    return OF_FILES.get(origin.partition(".")[0], _COST)


def budget(results: Mapping[str, Figure], scenario: Scenario) -> Table:
    """Share of the spread of results that the assumptions of each step explain on their own.

    The rest comes from assumptions together, from ranges of the facts, and from chance in the draws.

    Parameters
    ----------
    results
        By name of the column; those without a spread have no cells.
    """
    shares = {name: drivers(result, scenario, len(scenario)) for name, result in results.items()}
    rows: list[dict[str, Cell]] = []
    for step in STEPS:
        cells = {
            name: _sum([share for parameter, share in found.items() if _step(parameter) == step])
            for name, found in shares.items()
        }
        rows.append({"step": f"step.{step}", **cells})
    rest = {
        name: Figure.of(1) - whole for name, found in shares.items() if (whole := _sum(list(found.values())))
    }
    rows.append({"step": "step.rest", **rest})
    return Table(
        name="budget", columns=("step", *results), rows=rows, formats=dict.fromkeys(results, "percent")
    )


def _sum(shares: Sequence[Figure]) -> Figure | None:
    return Figure.total(shares) if shares else None


def unknowns(results: Mapping[str, Figure], scenario: Scenario) -> Table:
    """The large unknowns with their ranges, and what each does to the spread of results.

    Parameters
    ----------
    results
        By name of the column.
    """
    shares = {name: drivers(result, scenario, len(scenario)) for name, result in results.items()}
    rows: list[dict[str, Cell]] = [
        {
            "assumption": name,
            "range": scenario[name].figure(),
            **{result: found.get(name) for result, found in shares.items()},
        }
        for name in _UNKNOWN
    ]
    columns = ("range", *results)
    return Table(
        name="unknowns",
        columns=("assumption", *columns),
        rows=rows,
        formats=dict.fromkeys(columns, "percent"),
    )
