"""Where the spread of a result comes from: by step from the bill to a household, and by large unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from rekening.assumptions import Scenario, baseline_parameters
from rekening.facts import Figure
from rekening.questions.outcome import Cell, Table

__all__ = ["OF_FILES", "STEPS", "assumed_by_step", "budget", "unknowns", "weight"]

Shares: TypeAlias = Mapping[str, Mapping[str, Figure]]
"""Parts of the spread of results, as `rekening.payers.drivers` finds them."""

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
_COUNTS = 1 / 100
"""Least share of the spread at which an assumption is named; the first of a step always is."""
_UNKNOWN = ("ai_share", "counterfactual_level", "counterfactual_growth", "scarcity_now", "scarcity_later")
"""Disclosed nowhere: the share for AI, what would have been built anyway, how much sunk cost comes back."""


def _step(parameter: str) -> str:
    """Step of a parameter, by the file in which the baseline declares it."""
    origin = baseline_parameters()[parameter].origin
    return OF_FILES.get(origin.partition(".")[0], _COST)


def budget(shares: Shares) -> Table:
    """Share of the spread of results that the assumptions of each step explain on their own.

    The rest comes from assumptions together, from ranges of the facts, and from the shocks of the futures.

    Parameters
    ----------
    shares
        By name of the column and parameter; a result without a spread has no cells.
    """
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
        name="budget", columns=("step", *shares), rows=rows, formats=dict.fromkeys(shares, "percent")
    )


def assumed_by_step(result: str, shares: Mapping[str, Figure]) -> Table:
    """The assumptions that explain most of a result in each step, most first; the step stands at its first.

    Parameters
    ----------
    result
        Name of the column.
    shares
        Of that result, by parameter, most first.
    """
    rows: list[dict[str, Cell]] = []
    for step in STEPS:
        rows += [
            {"step": "" if place else f"step.{step}", "assumption": name, result: shares[name]}
            for place, name in enumerate(name for name in shares if _step(name) == step)
            if not place or shares[name].central >= _COUNTS
        ]
    columns = ("step", "assumption", result)
    return Table(name="assumed_by_step", columns=columns, rows=rows, formats={result: "percent"})


def _sum(shares: Sequence[Figure]) -> Figure | None:
    """Shares added up; they err apart, so that their errors add up like the sides of a right angle."""
    if not shares:
        return None
    whole = Figure.total(shares)
    centre = sum(share.central for share in shares)
    apart = np.sqrt(sum((share.draws - share.central) ** 2 for share in shares))
    return replace(whole, draws=centre + np.copysign(apart, whole.draws - centre))


def unknowns(results: Mapping[str, Figure], shares: Shares, scenario: Scenario) -> Table:
    """The large unknowns with their ranges, and what each does to the spread of results.

    Parameters
    ----------
    results
        By name of the column.
    shares
        Of these results, by name of the column and parameter.
    """
    rows: list[dict[str, Cell]] = [
        {
            "assumption": name,
            "range": scenario[name].figure(),
            **{result: weight(name, figure, shares[result]) for result, figure in results.items()},
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


def weight(parameter: str, result: Figure, shares: Mapping[str, Figure]) -> Cell:
    """Share of a result's spread that is an assumption's, or the words for why there is none.

    It may be too small to tell from chance, or the result may not rest on the assumption at all. Nothing
    stands where the result has no spread.

    Parameters
    ----------
    shares
        Of the result, by parameter.
    """
    if not shares:
        return None
    small = parameter in result.lineage.parameters
    return shares.get(parameter, "weight.small" if small else "weight.none")
