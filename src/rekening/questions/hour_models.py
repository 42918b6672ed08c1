"""The cost of an hour beside published cost models, with what explains the gap."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.questions.chips import CHIPS
from rekening.questions.outcome import Cell, Table
from rekening.sites import HourCost, accelerator_hour, cost_of_capital
from rekening.sites.published import FULL_USE, Bridge, bridge

__all__ = ["beside_models", "bridge_table", "bridges"]

_COMMON = "nvidia_h100"
_BREAK_EVEN = ("rental_breakeven_low", "rental_breakeven_high")
_OF_RATIO = "nvidia_gb200_nvl72"
_RATIO = "tco_ratio_to_h100"
_OF_SITE = "system"
"""A step that only a model can have that tells its site by part."""


def bridges(facts: Facts, scenario: Scenario, firm: str) -> dict[str, Bridge]:
    """From this model's hour to a published one, by chip, for the models that tell how they write off."""
    funding = cost_of_capital(facts, scenario, firm)
    found = {chip: bridge(facts, scenario, firm, funding, chip) for chip in CHIPS}
    return {chip: each for chip, each in found.items() if each is not None}


def beside_models(facts: Facts, scenario: Scenario, firm: str, told: dict[str, Bridge]) -> Table:
    """Every published model of an hour that is known, this model's cost of it, and what differs."""
    rows = list(_rows(facts, scenario, firm, told))
    return Table(
        name="models",
        columns=("model", "theirs", "ours", "differs"),
        rows=rows,
        formats={"theirs": "price", "ours": "price"},
    )


def _rows(facts: Facts, scenario: Scenario, firm: str, told: dict[str, Bridge]) -> Iterator[dict[str, Cell]]:
    funding = cost_of_capital(facts, scenario, firm)

    @cache
    def hour(chip: str) -> HourCost:
        return accelerator_hour(facts, scenario, firm, funding, chip=chip)

    for chip in CHIPS:
        theirs = facts.latest(chip, FULL_USE).figure()
        if not theirs.missing:
            parts = chip in told and _OF_SITE in told[chip].steps
            yield _row(
                chip, "full_use", theirs, hour(chip).total_at_full_use, "parts" if parts else "outcome"
            )
    for end in _BREAK_EVEN:
        rent = facts.latest(_COMMON, end).figure()
        if not rent.missing:
            yield _row(_COMMON, end, rent, hour(_COMMON).total, "rule")
    ratio = facts.latest(_OF_RATIO, _RATIO).figure()
    if not ratio.missing:
        common = hour(_COMMON).total_at_full_use
        yield _row(_OF_RATIO, "ratio", common * ratio, hour(_OF_RATIO).total_at_full_use, "ratio")


def _row(chip: str, model: str, theirs: Figure, ours: Figure, differs: str) -> dict[str, Cell]:
    return {
        "model": (f"chip.{chip}", f"model.{model}"),
        "theirs": theirs,
        "ours": ours,
        "differs": f"differs.{differs}",
    }


def bridge_table(told: dict[str, Bridge]) -> Table:
    """From this model's hour to each published one, step by step."""
    steps = dict.fromkeys(name for each in told.values() for name in each.steps)
    ends: list[dict[str, Cell]] = [
        {"from_to": f"bridge.{end}", **{chip: getattr(each, end) for chip, each in told.items()}}
        for end in ("ours", "rest", "theirs")
    ]
    between: list[dict[str, Cell]] = [
        {"from_to": f"bridge.{name}", **{chip: each.steps.get(name) for chip, each in told.items()}}
        for name in steps
    ]
    return Table(
        name="bridge",
        columns=("from_to", *told),
        rows=[ends[0], *between, *ends[1:]],
        formats=dict.fromkeys(told, "price"),
    )
