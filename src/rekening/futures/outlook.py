"""What lies ahead of one firm, with and without the bonds just agreed: fans, chances, levers as figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray, Grade, Lineage
from rekening.facts.periods import Quarter
from rekening.firms.ladder import Tranche
from rekening.firms.model import FirmModel
from rekening.futures.layout import LEVERS, OUTPUTS
from rekening.futures.runs import Plan, check_variables, run
from rekening.numerics import DRAWS, FAN_LEVELS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Outlook", "outlook"]

_DOLLAR = "USD"
_YEAR = 4


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Futures of one firm, and the bonds agreed that they can be seen without.

    Attributes
    ----------
    runs
        The futures, with the variables that were kept.
    loan
        Bonds agreed and not yet paid out when the run begins.
    """

    model: FirmModel
    runs: xr.Dataset
    loan: tuple[Tranche, ...]

    @property
    def quarters(self) -> list[str]:
        """Labels of the quarters ahead."""
        return [str(label) for label in self.runs["quarter"].values]

    def paths(self, name: str) -> FloatArray:
        """A variable by path and quarter."""
        return np.asarray(self.runs[name].isel(firm=0).values)

    def figure(self, name: str, quarter: str) -> Figure:
        """A variable in a quarter; its draws are the paths."""
        return self._figure(self.paths(name)[:, self.quarters.index(quarter)], name)

    def total(self, name: str, through: str, first: str | None = None) -> Figure:
        """A flow added up over quarters, both ends included."""
        start = 0 if first is None else self.quarters.index(first)
        return self._figure(self.paths(name)[:, start : self.quarters.index(through) + 1].sum(axis=1), name)

    def fan(self, name: str, levels: Sequence[float] = FAN_LEVELS) -> FloatArray:
        """Quantiles over the paths: shape (level, quarter)."""
        return quantiles(self.paths(name), levels)

    @cached_property
    def liquidity_without_loan(self) -> FloatArray:
        """Liquidity by path and quarter had the loan not been taken and nothing else been done.

        Without its proceeds; its coupons, after the tax they save, stay in the firm.
        """
        level = self.paths("liquidity").copy()
        if not self.loan:
            return level
        labels = [Quarter.parse(label) for label in self.quarters]
        bonds = tuple(tranche.bond_id for tranche in self.loan)
        full, bare = self.model.schedules(labels), self.model.schedules(labels, bonds)
        effect = {name: full[name] - bare[name] for name in full}
        coupons = effect["existing_interest"]
        proceeds = effect["debt_contracted"] - effect["contracted_discount"] - effect["debt_maturing"]
        saved = 1 - self.model.assumed("cash_tax_rate")
        return np.asarray(level - np.cumsum(proceeds - coupons * saved))

    def chance_below_floor(self, quarters: int = _YEAR, *, without_loan: bool = False) -> Figure:
        """Chance that liquidity ends one of the next quarters below the firm's floor."""
        level = self.liquidity_without_loan if without_loan else self.paths("liquidity")
        below = (level < self.paths("liquidity_floor"))[:, :quarters].any(axis=1)
        return Figure.of(np.asarray(below.mean()), grade=Grade.ASSUMED, lineage=self.lineage)

    def lever_use(self) -> dict[str, float]:
        """For every lever and the shortfall: in which part of all path-quarters it was used."""
        return {
            name: float((self.paths("shortfall" if name == "shortfall" else f"lever_{name}") > 0).mean())
            for name in (*LEVERS, "shortfall")
        }

    @cached_property
    def lineage(self) -> Lineage:
        """Every row and parameter that the futures rest on."""
        return Lineage(self.model.used, self.model.parameters)

    def _figure(self, draws: FloatArray, name: str) -> Figure:
        unit = _DOLLAR if self.runs[name].attrs["units"] == _DOLLAR else "1"
        return Figure.of(draws, unit, Grade.ASSUMED, self.lineage)


def quantiles(paths: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Quantiles over the first axis: shape (level, ...)."""
    ordered = np.sort(paths, axis=0)
    places = np.asarray(levels) * (len(ordered) - 1)
    low = places.astype(np.int64)
    high = np.minimum(low + 1, len(ordered) - 1)
    part = (places - low)[:, None]
    return np.asarray((1 - part) * ordered[low] + part * ordered[high])


def outlook(
    facts: Facts,
    scenario: str | Path | Scenario,
    firm: str,
    *,
    until: str = "2030Q4",
    paths: int = DRAWS,
    seed: int = 1,
    loan: Sequence[str] | None = None,
    variables: Sequence[str] = OUTPUTS,
) -> Outlook:
    """Simulate one firm and set its futures beside those without a loan.

    Parameters
    ----------
    loan
        Ids of the bonds that make up the loan; all that were agreed by the facts' day and are paid out during
        the run, if left out.
    variables
        Which variables to keep; all, if left out.

    Raises
    ------
    InputError
        If the firm cannot be simulated from these facts, or a bond is not known.
    """
    plan = Plan.make(facts, scenario, firms=[firm], until=until, paths=paths, seed=seed, without=loan or ())
    model = plan.models[0]
    agreed = model.ladder.agreed(model.start.start)
    chosen = tuple(tranche for tranche in agreed if loan is None or tranche.bond_id in loan)
    runs = run(replace(plan, without=()), check_variables(variables))
    return Outlook(model=model, runs=runs, loan=chosen)
