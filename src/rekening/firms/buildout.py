"""What firms spend on building by calendar year: reported, guided and estimated, each asset once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rekening.assumptions import Scenario
from rekening.facts import Fact, Facts, Figure
from rekening.facts.periods import Quarter, quarter_range
from rekening.firms.guidance import announcements, guidance_concept, guidance_ratio, window
from rekening.firms.projection import last_reported, project
from rekening.ledger.history import flow
from rekening.numerics import QUARTERS

__all__ = ["Ahead", "FirmYear", "Guidance", "capex_by_year", "guidance"]

_DOLLAR = "USD"


Ahead: TypeAlias = Callable[[str], Mapping[Quarter, Figure]]
"""Simulated capex of a firm by quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmYear:
    """Cash capex of a firm in a calendar year, US dollars.

    Attributes
    ----------
    reported, guided, estimated
        Its parts: quarters already reported, those that the firm's own guidance is about, and the others
        ahead.
    """

    firm: str
    year: int
    reported: Figure
    guided: Figure
    estimated: Figure

    @property
    def total(self) -> Figure:
        """The three parts together; missing if one is."""
        return Figure.total((self.reported, self.guided, self.estimated))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """A firm's newest guidance for capex of a period not yet over.

    Attributes
    ----------
    concept
        What it compares with.
    ratio
        That concept against cash capex in the past year; missing where it compares with nothing.
    """

    fact: Fact
    concept: str
    ratio: Figure

    @property
    def used(self) -> bool:
        """True where it is a number that can be turned into cash capex."""
        return not (self.fact.figure().missing or self.ratio.missing)


def guidance(facts: Facts, firm: str) -> Guidance | None:
    """A firm's newest guidance for a period not yet over; None if it gave none."""
    last = last_reported(facts, firm, "capex")
    if last is None:
        return None
    rows = announcements(facts, firm, "capex_guidance", last)
    if not rows:
        return None
    return Guidance(fact=rows[0], concept=guidance_concept(firm), ratio=guidance_ratio(facts, firm, last))


def capex_by_year(
    facts: Facts, scenario: Scenario, firms: Iterable[str], years: Sequence[int], ahead: Ahead
) -> list[FirmYear]:
    """Cash capex of firms by calendar year; fiscal quarters count in the year that holds most of their days.

    Only what a firm paid for its own property: what a vehicle or a landlord builds is theirs, and a lease of
    it is not a second building.

    Parameters
    ----------
    ahead
        Gives the simulated capex of a firm by quarter. Where it gives nothing, the projection stands in, up
        to four quarters from the day of the facts.

    Returns
    -------
    list of FirmYear
        By firm and year; parts are missing where neither rows nor projection reach.
    """
    return [year for firm in firms for year in _years(facts, scenario, firm, years, ahead)]


def _years(facts: Facts, scenario: Scenario, firm: str, years: Sequence[int], ahead: Ahead) -> list[FirmYear]:
    last = last_reported(facts, firm, "capex")
    end = Quarter(max(years), QUARTERS)
    to_come = {} if last is None or last >= end else _to_come(facts, scenario, firm, last, ahead)
    return [_year(facts, firm, year, last, to_come) for year in years]


def _to_come(
    facts: Facts, scenario: Scenario, firm: str, last: Quarter, ahead: Ahead
) -> dict[Quarter, tuple[Figure, str]]:
    """Capex of the quarters after the last reported one, and what each rests on."""
    simulated = ahead(firm)
    if simulated:
        guided = _guided(facts, firm, last)
        return {
            quarter: (amount, "guidance" if quarter in guided else "futures")
            for quarter, amount in simulated.items()
        }
    near = Quarter.of(facts.as_of) + QUARTERS
    projection = project(facts, scenario, firm, quarters=near - last + QUARTERS)
    rows = zip(projection.values["capex"], projection.capex_rests_on, strict=True)
    return {quarter: row for quarter, row in zip(projection.quarters, rows, strict=True) if quarter <= near}


def _guided(facts: Facts, firm: str, last: Quarter) -> set[Quarter]:
    """Quarters that a plan is about which can be turned into cash capex."""
    if guidance_ratio(facts, firm, last).missing:
        return set()
    plans = announcements(facts, firm, "capex_guidance", last)
    return {
        quarter for plan in plans if not plan.figure().missing for quarter in quarter_range(*window(plan))
    }


def _year(
    facts: Facts,
    firm: str,
    year: int,
    last: Quarter | None,
    ahead: dict[Quarter, tuple[Figure, str]],
) -> FirmYear:
    first, end = Quarter(year, 1), Quarter(year, QUARTERS)
    nothing, unknown = Figure.of(0, _DOLLAR), Figure.unknown(_DOLLAR)
    if last is None:
        return FirmYear(firm=firm, year=year, reported=unknown, guided=nothing, estimated=nothing)
    reported = flow(facts, firm, "capex", first, min(last, end)).figure() if last >= first else nothing
    if reported.missing:
        reported = unknown
    left = quarter_range(max(first, last + 1), end)
    parts = [ahead.get(quarter, (unknown, "trend")) for quarter in left]
    return FirmYear(
        firm=firm,
        year=year,
        reported=reported,
        guided=Figure.total([nothing, *(amount for amount, source in parts if source == "guidance")]),
        estimated=Figure.total([nothing, *(amount for amount, source in parts if source != "guidance")]),
    )
