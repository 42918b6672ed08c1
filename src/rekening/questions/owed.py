"""All that a firm owes: how much, at what rate, when it falls due, and what that costs at today's rates."""

from __future__ import annotations

from rekening.claims import ZeroCurve
from rekening.claims.ladder import Ladder
from rekening.facts import Figure, Lineage
from rekening.facts.units import ONE
from rekening.numerics import WALL_YEARS
from rekening.questions.outcome import Cell, Table

__all__ = ["owed", "wall"]

_DOLLAR = "USD"
_YEARS = "year"


def owed(ladder: Ladder, curve: ZeroCurve, spread: Figure | None) -> dict[str, Figure]:
    """Return debt, its coupon and life, what falls due, and what that costs at today's rates.

    Parameters
    ----------
    spread
        What the firm pays over the curve; without it the cost at today's rates is left out.
    """
    if not ladder.claims:
        return {}

    def figure(value: float, unit: str) -> Figure:
        return Figure.of(value, unit, ladder.grade, ladder.lineage)

    found = {
        "total_debt": figure(ladder.total(), _DOLLAR),
        "debt_coupon": figure(ladder.average_coupon(), ONE),
        "debt_life": figure(ladder.average_life(), _YEARS),
    }
    for years in WALL_YEARS:
        found[f"due_within_{years}"] = figure(ladder.share_due_within(years), ONE)
    horizon = WALL_YEARS[-1]
    found["due_soon"] = figure(ladder.share_due_within(horizon) * ladder.total(), _DOLLAR)
    if spread is not None:
        with_curve = ladder.lineage | Lineage(frozenset(curve.facts))
        base = ladder.refinancing_cost(curve, 0.0, horizon)
        per_unit = ladder.refinancing_cost(curve, 1.0, horizon) - base
        fixed = Figure.of(base, _DOLLAR, ladder.grade, with_curve)
        found["refinancing_cost"] = fixed + spread * Figure.of(per_unit, _DOLLAR, ladder.grade, with_curve)
    return found


def wall(ladder: Ladder) -> Table:
    """Return what falls due by calendar year."""
    years, amounts = ladder.wall()
    rows: list[dict[str, Cell]] = [
        {"year": str(year), "repaid": Figure.of(amount, _DOLLAR, ladder.grade, ladder.lineage)}
        for year, amount in zip(years, amounts.tolist(), strict=True)
        if amount > 0
    ]
    return Table(name="wall", columns=("year", "repaid"), rows=rows, formats={"repaid": "money"})
