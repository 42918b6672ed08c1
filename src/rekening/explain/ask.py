"""Ask a question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rekening.assumptions import Scenario
from rekening.defaults import AS_OF, FIRM
from rekening.errors import InputErrors, misspelt
from rekening.explain.answer import Answer
from rekening.facts import Facts
from rekening.facts.firms import firms
from rekening.numerics import DRAWS
from rekening.questions import Case, question

__all__ = ["ask", "checked_firm", "checked_firms"]


def ask(
    name: str,
    *,
    firm: str = FIRM,
    as_of: str | date | None = AS_OF,
    scenario: str | Path | Scenario = "baseline",
    facts: Facts | Sequence[str | Path] = (),
    paths: int = DRAWS,
    seed: int = 1,
) -> Answer:
    """Ask a question about a firm, as known on a day.

    Parameters
    ----------
    name
        Id of the question, one of `rekening.questions.QUESTIONS`.
    as_of
        Last day whose facts count; today if None. Not used where `facts` are given ready.
    scenario
        Name, file or scenario.
    facts
        Facts to use, or the user's own files to add to the bundled ones.
    paths, seed
        Size and seed of simulated futures.

    Raises
    ------
    InputError
        If question, firm, day, scenario or a file is not known or not right.

    Examples
    --------
    >>> ask("loan_cost").values["principal"].central  # doctest: +SKIP
    30000000000.0
    """
    function = question(name)
    known = facts if isinstance(facts, Facts) else Facts.load(as_of=as_of, extra=facts)
    assumed = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    case = Case(facts=known, scenario=assumed, firm=checked_firm(firm, known), paths=paths, seed=seed)
    return Answer(function(case))


def checked_firm(slug: str, facts: Facts) -> str:
    """Take the slug of a firm that is listed, or that has rows of its own among the facts.

    Raises
    ------
    InputError
        With the nearest name, if nothing is known about the firm.
    """
    (firm,) = checked_firms([slug], facts)
    return firm


def checked_firms(slugs: Sequence[str], facts: Facts) -> Sequence[str]:
    """Take the slugs of firms that are listed, or that have rows of their own among the facts.

    Raises
    ------
    InputErrors
        With the nearest name, for each firm about which nothing is known.
    """
    known = firms().keys() | {fact.entity for fact in facts.rows}
    others = f"; known: {', '.join(firms())}, or a firm in a file of your own, from its first row on"
    problems = [
        f"firm {slug!r} is not known on {facts.as_of}" + (misspelt(slug, firms()) or others)
        for slug in slugs
        if slug not in known
    ]
    if problems:
        raise InputErrors(problems)
    return slugs
