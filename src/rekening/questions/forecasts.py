"""What others expect of a firm beside the model's futures, and once it is reported, who was nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from rekening.errors import TooLittleKnown
from rekening.facts import Fact, Facts, Figure, FloatArray
from rekening.facts.periods import Quarter, quarter_range
from rekening.facts.units import ONE
from rekening.files import read_yaml
from rekening.firms.guidance import window
from rekening.futures.outlook import Outlook, outlook
from rekening.ledger.history import flow
from rekening.numerics import QUARTERS
from rekening.questions.outcome import Case

__all__ = ["Forecast", "forecasts"]

_DOLLAR = "USD"
_FLOWS = ("capex", "revenue", "operating_cash_flow", "dividends_paid")
_SUMS: Mapping[str, Callable[..., FloatArray]] = {
    "capex": lambda flows: flows["capex"],
    "revenue": lambda flows: flows["revenue"],
    "capex_to_revenue": lambda flows: flows["capex"] / flows["revenue"],
    "free_cash_flow": lambda flows: flows["operating_cash_flow"] - flows["capex"],
    "free_cash_flow_after_dividends": lambda flows: (
        flows["operating_cash_flow"] - flows["capex"] - flows["dividends_paid"]
    ),
}
_NEEDED = {
    "capex": ("capex",),
    "revenue": ("revenue",),
    "capex_to_revenue": ("capex", "revenue"),
    "free_cash_flow": ("operating_cash_flow", "capex"),
    "free_cash_flow_after_dividends": ("operating_cash_flow", "capex", "dividends_paid"),
}
"""Flows that a sum is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A number that somebody expected, beside the model's.

    Attributes
    ----------
    period
        As the row names it.
    model
        What the futures say: as known the day before the forecast was published where the period has been
        reported since, as known on the day of the case where it has not; missing where they reach neither.
    reported
        What came; missing where it has not been reported.
    """

    fact: Fact
    house: str
    measure: str
    period: str
    expected: Figure
    model: Figure
    reported: Figure

    @property
    def settled(self) -> bool:
        """True where the period has been reported and the model had a number too."""
        return not (self.reported.missing or self.model.missing)

    @property
    def model_nearer(self) -> bool:
        """True where the middle of the futures came nearer to what was reported than the forecast."""
        came = self.reported.central
        return abs(self.model.central - came) < abs(self.expected.central - came)


@cache
def _declared() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = read_yaml(Path(__file__).with_name("forecasts.yaml"))
    return table


def forecasts(case: Case) -> list[Forecast]:
    """Forecasts by others for the firm of a case, by period and by the day they were published.

    Capex is what the firm pays in cash for property: houses do not say whether they count leases too.
    """
    rows = [
        (fact, entry)
        for concept, entry in _declared().items()
        for fact in case.facts.find(case.firm, concept)
        if fact.start is not None and fact.end is not None and not fact.missing
    ]
    rows.sort(key=lambda row: (row[1]["measure"], row[0].end, row[0].start, row[0].published))
    came = [_reported(case.facts, case.firm, entry["measure"], *window(fact)) for fact, entry in rows]
    days = [
        case.as_of if each.missing else fact.published - timedelta(days=1)
        for each, (fact, _) in zip(came, rows, strict=True)
    ]
    ends: dict[date, Quarter] = {}
    for day, (fact, _) in zip(days, rows, strict=True):
        ends[day] = max(ends.get(day, window(fact)[1]), window(fact)[1])
    looks = {day: _outlook(case, day, end) for day, end in ends.items()}
    return [
        Forecast(
            fact=fact,
            house=entry["house"],
            measure=entry["measure"],
            period=fact.period,
            expected=fact.figure(),
            model=_simulated(looks[day], entry["measure"], *window(fact)),
            reported=reported,
        )
        for day, reported, (fact, entry) in zip(days, came, rows, strict=True)
    ]


def _outlook(case: Case, day: date, end: Quarter) -> Outlook | None:
    """The firm's futures as known on a day, up to a quarter; none where it cannot be simulated."""
    try:
        return outlook(
            case.facts if day == case.as_of else case.facts.known_on(day),
            case.scenario,
            case.firm,
            until=str(end),
            paths=case.paths,
            seed=case.seed,
            variables=_FLOWS,
        )
    except TooLittleKnown:
        return None


def _unit(measure: str) -> str:
    return ONE if measure == "capex_to_revenue" else _DOLLAR


def _reported(facts: Facts, firm: str, measure: str, first: Quarter, last: Quarter) -> Figure:
    if last - first >= QUARTERS:
        return Figure.unknown(_unit(measure))
    flows = [flow(facts, firm, name, first, last) for name in _NEEDED[measure]]
    if any(fact.missing for fact in flows):
        return Figure.unknown(_unit(measure))
    return Figure.combine(
        lambda *draws: _SUMS[measure](dict(zip(_NEEDED[measure], draws, strict=True))),
        *(fact.figure() for fact in flows),
        unit=_unit(measure),
    )


def _simulated(ahead: Outlook | None, measure: str, first: Quarter, last: Quarter) -> Figure:
    """The futures' sum over a period: what was reported of it, and the rest by path."""
    unknown = Figure.unknown(_unit(measure))
    if ahead is None:
        return unknown
    sums = [_whole(ahead, name, first, last) for name in _NEEDED[measure]]
    if any(each.missing for each in sums):
        return unknown
    return Figure.combine(
        lambda *draws: _SUMS[measure](dict(zip(_NEEDED[measure], draws, strict=True))),
        *sums,
        unit=_unit(measure),
    )


def _whole(ahead: Outlook, name: str, first: Quarter, last: Quarter) -> Figure:
    start, model = ahead.model.start, ahead.model
    if last < start:
        return Figure.unknown(_DOLLAR)
    rest = ahead.total(name, last, max(first, start))
    if first >= start:
        return rest
    known = [
        flow(model.facts, model.firm, name, quarter, quarter) for quarter in quarter_range(first, start + -1)
    ]
    if any(fact.missing for fact in known):
        return Figure.unknown(_DOLLAR)
    return Figure.total([rest, *(fact.figure() for fact in known)])
