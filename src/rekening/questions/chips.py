"""What an hour costs on other chips, as far as the facts reach: those sold to all, with a published price."""

from __future__ import annotations

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.questions.outcome import Cell, Table
from rekening.sites import accelerator_hour, cost_of_capital
from rekening.sites.hour import chip_power, system_cost

__all__ = ["CHIPS", "chip_hours"]

CHIPS = (
    "nvidia_a100", "nvidia_h100", "nvidia_h20", "nvidia_b200", "nvidia_b300", "nvidia_gb200_gpu",
    "nvidia_gb300_gpu", "amd_mi250x", "amd_mi300x", "amd_mi325x", "amd_mi350x", "amd_mi355x",
)  # fmt: skip
"""Chips that anybody can buy. What a firm's own chips cost it is no price, so they are left out."""


def chip_hours(facts: Facts, scenario: Scenario, firm: str) -> Table:
    """Cost of an hour of each chip in the hands of a firm."""
    funding = cost_of_capital(facts, scenario, firm)
    rows: list[dict[str, Cell]] = []
    for chip in CHIPS:
        hour = accelerator_hour(facts, scenario, firm, funding, chip=chip)
        if hour.total.missing:
            continue
        rows.append(
            {
                "chip": f"chip.{chip}",
                "system": _plain(system_cost(facts, scenario, chip, None), "USD"),
                "draws": _plain(chip_power(facts, scenario, chip), "W"),
                "always": hour.total_at_full_use,
            }
        )
    formats = {"system": "money", "draws": "power", "always": "price"}
    return Table(name="chips", columns=("chip", *formats), rows=rows, formats=formats)


def _plain(per_chip: Figure, unit: str) -> Figure:
    return Figure(per_chip.draws, unit, per_chip.grade, per_chip.lineage)
