"""What must be true? The price, use, chip life and cost of money at which the bill is earned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rekening.facts import Figure, Grade, Plan, planned
from rekening.facts.units import ONE
from rekening.futures.ahead import futures_of
from rekening.futures.chances import chance
from rekening.numerics import NEARLY_ALWAYS
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.sites import cost_of_capital, market_rents
from rekening.sites.break_even import BreakEven, break_even

__all__ = ["what_must_be_true"]

_ID = "what_must_be_true"
_CHIP = "nvidia_h100"
_BESIDE = ("oracle", "coreweave")
"""Firms whose lenders depend on what the chips earn."""
_STEPS = 12


def what_must_be_true(case: Case) -> Outcome:
    """Find the region in which a chip earns its keep, and in which its lenders are made whole."""
    own = _of(case, case.firm)
    if own.cost.total.missing:
        return Outcome(
            question=_ID,
            case=case,
            values={},
            missing=("chip_price",),
            flags={"known": False},
        )
    with planned(Plan(count=1)):
        middle = _of(case, case.firm)
    earned = own.owner_margin.draws >= 0
    values = {
        "price": own.price,
        "price_needed": own.price_needed,
        "price_needed_middle": _point(middle.price_needed, own.price_needed),
        "use": own.use,
        "use_needed_middle": _point(middle.use_needed, own.use_needed),
        "share_earned": _share(own.owner_margin),
        "share_lenders": _share(own.lender_margin),
        "share_paid": _paid(case),
        "money": own.funding.required,
        "life": own.life,
    }
    beside = {firm: _of(case, firm) for firm in _BESIDE if firm != case.firm}
    rows: list[Mapping[str, Cell]] = [
        {
            "firm": firm,
            "money": each.funding.required,
            "debt": each.funding.debt,
            "price_needed": each.price_needed,
            "share_earned": _share(each.owner_margin),
            "share_lenders": _share(each.lender_margin),
        }
        for firm, each in {case.firm: own, **beside}.items()
        if not each.cost.total.missing
    ]
    formats = {"money": "percent", "debt": "percent", "price_needed": "price",
               "share_earned": "chance", "share_lenders": "chance"}  # fmt: skip
    firms = Table(name="firms", columns=("firm", *formats), rows=rows, formats=formats)
    return Outcome(
        question=_ID,
        case=case,
        values=values,
        tables=(_region(own, earned), firms),
        chart=_curves(case, own),
        flags={
            "known": True,
            "tenant": case.firm == "meta",
            "rents_known": bool(market_rents(case.facts, _CHIP)),
            "lenders_safe": values["share_lenders"].central > NEARLY_ALWAYS,
        },
    )


def _of(case: Case, firm: str) -> BreakEven:
    funding = cost_of_capital(case.facts, case.scenario, firm)
    return break_even(case.facts, case.scenario, firm, funding, chip=_CHIP)


def _point(figure: Figure, whole: Figure) -> Figure:
    """The value with every assumption at its middle; it rests on what the whole rests on."""
    return Figure.of(figure.central, whole.unit, whole.grade, whole.lineage)


def _share(margin: Figure) -> Figure:
    """Part of the draws in which a margin is not below 0."""
    if margin.missing:
        return Figure.unknown(ONE, margin.lineage)
    return chance(margin.draws >= 0, margin.lineage)


def _paid(case: Case) -> Figure:
    """Part of the futures in which the firm finds every dollar it needs, in every quarter."""
    ahead = futures_of(case.facts, case.scenario, case.firm)
    if ahead is None:
        return Figure.unknown(ONE)
    return chance((ahead.paths("shortfall") <= 0).all(axis=1), ahead.lineage)


def _region(own: BreakEven, earned: NDArray[np.bool_]) -> Table:
    """Each lever among all draws, and among those in which the bill is earned."""
    levers = {"price": own.price, "use": own.use, "life": own.life, "money": own.funding.required}
    rows: list[Mapping[str, Cell]] = [
        {"case": "all", **levers},
        {"case": "earned", **{name: _among(figure, earned) for name, figure in levers.items()}},
    ]
    formats = {"price": "price", "use": "percent", "life": "years", "money": "percent"}
    return Table(name="region", columns=("case", *formats), rows=rows, formats=formats)


def _among(figure: Figure, earned: NDArray[np.bool_]) -> Figure:
    """The draws of a figure in which the bill is earned; unknown where it never is."""
    chosen = np.broadcast_to(figure.draws, earned.shape)[earned]
    return replace(figure, draws=chosen) if len(chosen) else Figure.unknown(figure.unit, figure.lineage)


def _curves(case: Case, own: BreakEven) -> list[ChartRow]:
    """Price needed against use, for a short, a middling and a long life, all else in the middle."""
    low, high = own.life.interval()
    least, most = own.use.interval()
    rows: list[ChartRow] = []
    for name, years in (("short", low), ("middle", own.life.central), ("long", high)):
        with planned(Plan(count=1)):
            funding = cost_of_capital(case.facts, case.scenario, case.firm)
            life = Figure.of(years, own.life.unit, Grade.ASSUMED)
            at = break_even(case.facts, case.scenario, case.firm, funding, chip=_CHIP, life=life)
        whole = (at.price_needed * at.use).central
        for step in range(_STEPS + 1):
            use = least + (most - least) * step / _STEPS
            rows.append({"life": name, "years": years, "use": use, "price": whole / use})
    dear, cheap = own.price.interval()[::-1]
    return [{**row, "low": cheap, "high": dear} for row in rows]
