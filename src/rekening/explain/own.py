"""A bill of one's own, as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rekening.assumptions import Scenario
from rekening.explain.answer import Answer
from rekening.facts import Facts
from rekening.payers.mine import Profile
from rekening.questions.my_bill import my_bill

__all__ = ["mine"]


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
    read = profile if isinstance(profile, Profile) else Profile.load(profile)
    known = Facts.load(as_of=as_of, extra=facts)
    names = [scenario] if isinstance(scenario, str | Path) else scenario
    return Answer(my_bill(read, known, [Scenario.load(name) for name in names]))
