"""The questions, one file each; a question takes a case and gives an outcome."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module

from rekening.errors import InputError, nearest
from rekening.facts import Fact, ZeroDivisor, drawn
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table

__all__ = ["FURTHER", "QUESTIONS", "Case", "Cell", "ChartRow", "Outcome", "Table", "question"]

QUESTIONS: tuple[str, ...] = (
    "why_borrow", "loan_cost", "why_now", "what_it_buys", "how_much", "earn_back", "who_pays",
    "how_dependent", "the_terms",
)  # fmt: skip
"""Ids of the questions, in the order of the story; each is a module here with a function of that name."""

FURTHER: tuple[str, ...] = ("my_bill", "what_is_built", "what_must_be_true", "credit")
"""Questions that can be asked on their own and are not part of the story."""


def question(name: str) -> Callable[[Case], Outcome]:
    """Find the function behind a question; all its figures have as many draws as the case has paths.

    Raises
    ------
    InputError
        With the nearest name, if there is no such question.
    """
    known = (*QUESTIONS, *FURTHER)
    if name not in known:
        hint = nearest(name, known) or f"; allowed: {', '.join(known)}"
        raise InputError(f"question {name!r} is not known{hint}")
    function: Callable[[Case], Outcome] = getattr(import_module(f"rekening.questions.{name}"), name)

    @wraps(function)
    def asked(case: Case) -> Outcome:
        try:
            with drawn(case.paths, case.seed):
                return function(case)
        except ZeroDivisor as error:
            raise InputError(_zeros(name, case, error)) from error

    return asked


def _zeros(name: str, case: Case, error: ZeroDivisor) -> str:
    """Say which rows or parameters are the zeros that a question cannot divide by."""
    rows = [case.facts.row(fact_id) for fact_id in error.lineage.facts]
    zeros = [row for row in rows if isinstance(row, Fact) and row.value == 0]
    zeros.sort(key=lambda row: (row.file, row.line))
    assumed = [case.scenario[each] for each in sorted(error.lineage.parameters)]
    places = [f"{row.file}:{row.line}: {row.entity} {row.concept} {row.period} is 0" for row in zeros]
    places += [f"{each.origin}: {each.name} is 0" for each in assumed if not each.central]
    if not places:
        return f"{name}: {error}"
    more = f" (and by {len(places) - 1} more)" if len(places) > 1 else ""
    return f"{places[0]}; {name} divides by it{more}, so that another number is needed"
