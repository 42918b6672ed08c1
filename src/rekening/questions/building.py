"""What a firm builds by quarter, as reported and as simulated, and what that money buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rekening.facts import Figure, Quarter
from rekening.futures.ahead import investment_ahead
from rekening.numerics import QUARTERS
from rekening.questions.outcome import Case
from rekening.questions.sums import add_up
from rekening.sites import CLASSES, Build, build, data_center_share, investment

__all__ = ["BOUGHT", "CLASS_COLUMNS", "Building", "as_bought"]

_DOLLAR = Figure.of(1, "USD")
_YEAR = Figure.of(1, "year")

CLASS_COLUMNS = {f"to_{name}": "money" for name in CLASSES}
"""Columns of a table for the money by asset class, and how they are shown."""

BOUGHT = {
    "money": "money",
    "accelerators": "number",
    "facility_power": "power",
    "it_power": "power",
    "energy": "energy",
    "water": "number",
}
"""Columns of a table for what is bought, and how they are shown."""


@dataclass(frozen=True)
class Building:
    """What a firm puts into property quarter by quarter, and what a dollar of it buys."""

    case: Case
    firm: str

    @cached_property
    def told(self) -> Mapping[Quarter, Figure]:
        """US dollars by quarter as reported, finance leases included where the firm tells them."""
        return investment(self.case.facts, self.firm)

    @cached_property
    def ahead(self) -> Mapping[Quarter, Figure]:
        """US dollars by quarter as simulated; none where the firm cannot be simulated."""
        return investment_ahead(self.case.facts, self.case.scenario)(self.firm)

    @cached_property
    def per_dollar(self) -> Build:
        """What a dollar of it buys at the prices of the day: only the part for data centers buys any."""
        made = build(self.case.facts, self.case.scenario, self.firm, _DOLLAR)
        return made.times(data_center_share(self.case.scenario, self.firm))

    @property
    def years(self) -> list[int]:
        """Years of which all four quarters are simulated."""
        starts = [quarter for quarter in self.ahead if quarter.number == 1]
        return [start.year for start in starts if start + (QUARTERS - 1) in self.ahead]

    def spent(self, quarter: Quarter) -> Figure:
        """Dollars of a quarter; as reported where they are."""
        return self.told[quarter] if quarter in self.told else self.ahead[quarter]

    def in_years(self, years: Sequence[int]) -> Figure:
        """Dollars of some simulated years together."""
        return add_up(amount for quarter, amount in self.ahead.items() if quarter.year in years)

    def buys(self, dollars: Figure) -> dict[str, Figure]:
        """What dollars of property buy, under the names of `CLASS_COLUMNS` and `BOUGHT`."""
        return as_bought(self.per_dollar.times(dollars / _DOLLAR))


def as_bought(made: Build) -> dict[str, Figure]:
    """A build as cells of a table: power in MW, the electricity and the water of a year in TWh and m³."""
    return {
        **{f"to_{name}": dollars for name, dollars in made.dollars.items()},
        "money": made.total,
        "accelerators": made.accelerators,
        "it_power": made.it_power.to("MW"),
        "facility_power": made.facility_power.to("MW"),
        "energy": (made.energy * _YEAR).to("TWh"),
        "water": (made.water * _YEAR).to("m3"),
    }
