"""What lies ahead of one firm, with and without the bonds of a loan: fans, chances, levers as figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from rekening.assumptions import Scenario
from rekening.defaults import UNTIL
from rekening.facts import Facts, Figure, FloatArray, Grade, Lineage, laid, quantiles
from rekening.facts.periods import Quarter
from rekening.firms.ladder import Tranche
from rekening.firms.model import FirmModel
from rekening.futures.chances import chance
from rekening.futures.layout import LEVERS, OUTPUTS
from rekening.futures.runs import Plan, check_variables, courses, described
from rekening.numerics import DRAWS, FAN_LEVELS, QUARTERS

__all__ = ["Outlook", "outlook"]

_DOLLAR = "USD"


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Futures of one firm, and the bonds that they can be seen without.

    Attributes
    ----------
    quarters
        Quarters ahead; the first is the one not yet reported.
    names, values
        Variables that were kept, and their values: shape (quarter, variable, path).
    loan
        Bonds to see the futures without.
    """

    model: FirmModel
    quarters: tuple[Quarter, ...]
    names: tuple[str, ...]
    values: FloatArray
    loan: tuple[Tranche, ...]

    def paths(self, name: str) -> FloatArray:
        """A variable by path and quarter."""
        return self.values[:, self.names.index(name)].T

    def figure(self, name: str, quarter: Quarter) -> Figure:
        """A variable in a quarter; its draws are the paths."""
        return self.told(self.values[self.quarters.index(quarter), self.names.index(name)], name)

    def total(self, name: str, last: Quarter, first: Quarter | None = None) -> Figure:
        """A flow added up over quarters, both ends included; from the first quarter if none is given."""
        begin = 0 if first is None else self.quarters.index(first)
        part = self.values[begin : self.quarters.index(last) + 1, self.names.index(name)]
        return self.told(part.sum(axis=0), name)

    def fan(self, name: str, levels: Sequence[float] = FAN_LEVELS) -> FloatArray:
        """Quantiles over the paths: shape (level, quarter)."""
        return quantiles(self.paths(name), levels)

    @cached_property
    def liquidity_without_loan(self) -> FloatArray:
        """Liquidity by path and quarter had the loan not been taken and nothing else been done.

        Without its proceeds; its coupons, after the tax they save, stay in the firm.
        """
        return np.asarray(self.paths("liquidity") - sum(map(self._effect, self.loan), np.zeros(1)))

    def _effect(self, bond: Tranche) -> FloatArray:
        """What a bond has added to liquidity by the end of each quarter."""
        discount = self.model.assumed("bond_discount") if bond.discount is None else bond.discount
        saved = 1 - self.model.assumed("cash_tax_rate")
        begins = Quarter.of(bond.begins)
        days = (begins.end - begins.start).days + 1
        before = ((bond.begins - begins.start).days) / days
        steps = np.asarray([quarter - begins + 1 for quarter in self.quarters])
        paid = np.clip(np.minimum(steps, bond.matures - begins + 1) - before, 0, None) / QUARTERS
        in_hand = (steps > 0) * (1 - discount) - (steps > bond.matures - begins)
        return np.asarray(bond.principal * (in_hand - paid * bond.coupon * saved))

    def lever_use(self) -> dict[str, Figure]:
        """For every lever and the shortfall: in which part of all quarters of all paths it was used."""
        return {
            name: chance((self.paths(_of_lever(name)) > 0).mean(axis=1), self.lineage)
            for name in (*LEVERS, "shortfall")
        }

    def lever_amounts(self, last: Quarter) -> dict[str, Figure]:
        """What every lever and the shortfall bring up to a quarter, US dollars."""
        return {name: self.total(_of_lever(name), last) for name in (*LEVERS, "shortfall")}

    @cached_property
    def lineage(self) -> Lineage:
        """Every row and parameter that the futures rest on."""
        return Lineage(self.model.used, self.model.parameters)

    def told(self, draws: FloatArray, name: str | None = None) -> Figure:
        """Draws over the paths as a figure, in the unit of a variable; a plain number if none is given."""
        unit = _DOLLAR if name is not None and described(name)["units"] == _DOLLAR else "1"
        return Figure.of(draws, unit, Grade.ASSUMED, self.lineage)


def _of_lever(name: str) -> str:
    return name if name == "shortfall" else f"lever_{name}"


def outlook(
    facts: Facts,
    scenario: str | Path | Scenario,
    firm: str,
    *,
    until: str = UNTIL,
    paths: int = DRAWS,
    seed: int = 1,
    variables: Sequence[str] = OUTPUTS,
) -> Outlook:
    """Simulate one firm; its futures can be seen without the bonds agreed that are paid out during the run.

    Under a plan of draws the futures have as many paths as the plan has draws, and no shocks: they differ by
    what is assumed only.

    Parameters
    ----------
    variables
        Which variables to keep; all, if left out.

    Raises
    ------
    TooLittleKnown
        If the firm cannot be simulated from these facts.
    InputError
        If anything else that is asked for cannot be.
    """
    kept = check_variables(variables)
    chosen = laid()
    plan = Plan.make(
        facts, scenario, firms=[firm], until=until, paths=chosen.count if chosen else paths, seed=seed
    )
    model = plan.models[0]
    return Outlook(
        model=model,
        quarters=plan.quarters,
        names=tuple(kept),
        values=courses(plan, kept).values[0],
        loan=model.ladder.agreed(model.start.start),
    )
