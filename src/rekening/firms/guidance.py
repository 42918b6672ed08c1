"""What a firm says it will spend, and what that compares with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from rekening.facts import Fact, Facts, Figure, FloatArray
from rekening.facts.periods import Quarter, first_quarter, last_quarter
from rekening.files import read_yaml
from rekening.ledger.history import flow
from rekening.numerics import QUARTERS

__all__ = ["announcements", "guidance_concept", "guidance_ratio", "steady_shares", "window"]


@cache
def _concepts() -> Mapping[str, str]:
    table: Mapping[str, str] = read_yaml(Path(__file__).with_name("guidance.yaml"))
    return table


def guidance_concept(firm: str) -> str:
    """The concept that a firm's guidance for capex compares with; cash capex if none is declared."""
    return _concepts().get(firm, "capex")


def guidance_ratio(facts: Facts, firm: str, last: Quarter) -> Figure:
    """The guided concept against cash capex, in the newest four quarters for which both are known.

    Parameters
    ----------
    last
        Newest reported quarter; the four quarters end here or up to a year before.

    Returns
    -------
    Figure
        1 where the firm guides on cash capex; missing where the guided concept compares with nothing.
    """
    concept = guidance_concept(firm)
    if concept == "capex":
        return Figure.of(1)
    for back in range(QUARTERS + 1):
        ends = last + -back
        guided, cash = (
            flow(facts, firm, name, ends + (1 - QUARTERS), ends).figure() for name in (concept, "capex")
        )
        if not (guided.missing or cash.missing):
            return guided / cash
    return Figure.unknown()


def announcements(facts: Facts, firm: str, concept: str, after: Quarter) -> list[Fact]:
    """Rows about periods that end after a quarter, the newest first; bare bounds among them."""
    rows = [
        fact
        for fact in facts.find(firm, concept)
        if fact.start is not None and fact.end is not None and window(fact)[1] > after
    ]
    return sorted(rows, key=lambda fact: (fact.published, -fact.grade), reverse=True)


def window(fact: Fact) -> tuple[Quarter, Quarter]:
    """First and last calendar quarter of an announced period."""
    assert fact.start is not None
    assert fact.end is not None
    return first_quarter(fact.start), last_quarter(fact.end)


def steady_shares(before: float, total: float, count: int, gap: int = 0) -> FloatArray:
    """Shares of a total by quarter, if quarters grow or shrink at one pace from the quarter before.

    Parameters
    ----------
    before
        Amount of the last quarter known; where it is not above zero the shares are equal.
    gap
        Quarters between the last one known and the first of these; the pace holds there too.

    Returns
    -------
    FloatArray
        Of shape (count,), adding up to 1.
    """
    pace = _pace(total / before, range(gap + 1, gap + count + 1)) if before > 0 and total > 0 else 1.0
    path = np.asarray([pace**quarter for quarter in range(count)])
    return np.asarray(path / path.sum())


def _pace(ratio: float, quarters: range) -> float:
    """Growth a quarter at which the quarters after one add up to `ratio` times that one.

    By Newton's method from above: what is to be zero rises and is convex, so that the steps only go down.
    """
    pace = max(1.0, float(ratio ** (1 / quarters[0])))
    while True:
        excess = sum(pace**quarter for quarter in quarters) - ratio
        slope = sum(quarter * pace ** (quarter - 1) for quarter in quarters)
        lower = pace - excess / slope
        if lower >= pace:
            return pace
        pace = lower
