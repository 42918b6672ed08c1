"""A bill of one's own, as an answer and as a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rekening.explain.cache import kept_report
from rekening.explain.numbers import Lang
from rekening.explain.report import Report, written

if TYPE_CHECKING:
    from rekening.explain.answer import Answer
    from rekening.payers.mine import Profile

__all__ = ["OwnOrder", "mine", "own_dates", "own_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOrder:
    """Everything that decides what a bill of one's own says.

    Attributes
    ----------
    profile
        File of the profile.
    as_of
        Last day whose facts count; none means today.
    scenarios
        Names or files; the first is told, the others stand beside it.
    facts
        The user's own CSV files.
    drawn, why
        With the chart, and with the rows and assumptions behind the numbers: a terminal shows neither unless
        asked.
    """

    profile: str
    as_of: str | None = None
    scenarios: tuple[str, ...] = ("baseline",)
    facts: tuple[str, ...] = ()
    lang: Lang = "en"
    drawn: bool = False
    why: bool = False

    def answer(self) -> Answer:
        """The bill, worked out."""
        return mine(self.profile, as_of=self.as_of, scenario=self.scenarios, facts=self.facts)


def own_report(order: OwnOrder) -> Report:
    """The bill in words, kept between runs as the reports of other questions are.

    Raises
    ------
    InputErrors
        As `mine` does.
    """

    def made() -> Report:
        return written(
            [[order.answer()]],
            [],
            lang=order.lang,
            drawings=None if order.drawn else list,
            evidence=order.why,
        )

    return kept_report(order, (order.profile, *order.scenarios, *order.facts), made)


def own_dates(order: OwnOrder) -> bytes:
    """What to do by when, as a calendar file; the bill itself need not be worked out for it.

    Raises
    ------
    InputErrors
        As `mine` does.
    """
    from rekening.assumptions import Scenario
    from rekening.explain.calendar import calendar
    from rekening.facts import Facts
    from rekening.payers.mine import Profile, duties_of

    known = Facts.load(as_of=order.as_of, extra=order.facts)
    duties = duties_of(Profile.load(order.profile), known, Scenario.load(order.scenarios[0]))
    return calendar(duties, order.lang, known.as_of)


def mine(
    profile: str | Path | Profile,
    *,
    as_of: str | date | None = None,
    scenario: str | Path | Sequence[str | Path] = "baseline",
    facts: Sequence[str | Path] = (),
) -> Answer:
    """Work out the bill of a household or an organisation.

    Parameters
    ----------
    profile
        A profile, or the YAML file of one.
    as_of
        Last day whose facts count; today if left out.
    scenario
        Name or file; the first of several is told, the others stand beside it.
    facts
        The user's own CSV files.

    Raises
    ------
    InputErrors
        With every mistake of the profile, each with its line.
    """
    from rekening.assumptions import Scenario
    from rekening.explain.answer import Answer
    from rekening.facts import Facts
    from rekening.payers.mine import Profile
    from rekening.questions.my_bill import bill_of_profile

    read = profile if isinstance(profile, Profile) else Profile.load(profile)
    known = Facts.load(as_of=as_of, extra=facts)
    names = [scenario] if isinstance(scenario, str | Path) else scenario
    return Answer(bill_of_profile(read, known, [Scenario.load(name) for name in names]))
