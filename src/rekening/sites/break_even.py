"""What must be true for a chip bought today to earn its keep: price, use, life and cost of money."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray
from rekening.facts.units import ONE
from rekening.sites.capital import CostOfCapital
from rekening.sites.hour import HourCost, accelerator_hour
from rekening.sites.recovery import annuity_factor, capital_recovery_factor

__all__ = ["BreakEven", "break_even", "levelled"]

_RUNNING = ("energy", "operations")
_HOUR = "USD/chip/hour"


def levelled(decline: FloatArray, rate: FloatArray, life: FloatArray) -> FloatArray:
    """Flat yearly income worth as much as one that falls each year, per dollar of the first year.

    The first income comes at the end of the first year; `decline` is the part lost each year after it.

    Examples
    --------
    >>> float(levelled(np.asarray(0.0), np.asarray(0.1), np.asarray(5.0)))
    1.0
    >>> round(float(levelled(np.asarray(0.2), np.asarray(0.0), np.asarray(2.0))), 3)  # (1 + 0.8) / 2
    0.9
    """
    falling = (1 - ((1 - decline) / (1 + rate)) ** life) / (rate + decline)
    flat = annuity_factor(rate, life)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(rate + decline == 0, 1, falling / flat))


@dataclass(frozen=True, slots=True)
class BreakEven:
    """One accelerator in the hands of one firm, bought today.

    Attributes
    ----------
    price, decline, use, life
        Price of an hour in the first year, the part it loses each year, share of hours paid for, years in
        use.
    cost
        Cost of each hour that exists, by part.
    lenders_share
        Debt service per hour that exists: what lenders must get back over the life, at their rate.
    """

    price: Figure
    decline: Figure
    use: Figure
    life: Figure
    funding: CostOfCapital
    cost: HourCost
    lenders_share: Figure

    def _flat(self, rate: Figure) -> Figure:
        """Flat yearly income worth as much as the falling one at a rate, per dollar of the first year."""
        return Figure.combine(levelled, self.decline, rate, self.life, unit=ONE)

    def _income(self, rate: Figure) -> Figure:
        """Income per hour that exists, levelled over the life at a rate."""
        return self.price * self.use * self._flat(rate)

    @property
    def owner_margin(self) -> Figure:
        """Income less full cost: at or above 0 the chip earns what its funders require."""
        return self._income(self.funding.required) - self.cost.total_at_full_use

    @property
    def lender_margin(self) -> Figure:
        """Income less running cost and debt service: at or above 0 the chip alone makes lenders whole."""
        running = Figure.total(self.cost.full_use[name] for name in _RUNNING)
        return self._income(self.funding.debt) - running - self.lenders_share

    @property
    def price_needed(self) -> Figure:
        """Price of an hour in the first year at which the chip earns exactly what it must."""
        return self.cost.total_at_full_use / (self.use * self._flat(self.funding.required))

    @property
    def use_needed(self) -> Figure:
        """Share of hours that must be paid for; above 1 no use is enough."""
        return self.cost.total_at_full_use / (self.price * self._flat(self.funding.required))


def break_even(
    facts: Facts,
    scenario: Scenario,
    firm: str,
    funding: CostOfCapital,
    *,
    chip: str,
    life: Figure | None = None,
) -> BreakEven:
    """Set what an hour brings against what it costs, for a chip bought today.

    Parameters
    ----------
    life
        Years the chip is used, instead of the assumption.
    """
    name = "accelerator_life_years"
    years = life if life is not None else scenario[name].figure()
    assumed = scenario if life is None else _with_life(scenario, name, life.central)
    cost = accelerator_hour(facts, assumed, firm, funding, chip=chip)
    capital = Figure.total(cost.full_use[part] for part in ("equipment", "site"))
    service = Figure.combine(
        lambda hour, w, rd, r, n: hour * w * capital_recovery_factor(rd, n) / capital_recovery_factor(r, n),
        capital, funding.debt_share, funding.debt, funding.required, years, unit=_HOUR,
    )  # fmt: skip
    price = scenario["accelerator_hour_price"].figure()
    return BreakEven(
        price=Figure(price.draws, _HOUR, price.grade, price.lineage),
        decline=scenario["accelerator_hour_price_decline"].figure(),
        use=scenario["hours_in_use"].figure(),
        life=years,
        funding=funding,
        cost=cost,
        lenders_share=service,
    )


def _with_life(scenario: Scenario, name: str, years: float) -> Scenario:
    from rekening.assumptions.distributions import Fixed

    fixed = scenario[name].with_distribution(Fixed(years), "break-even")
    return replace(scenario, parameters={**scenario.parameters, name: fixed})
