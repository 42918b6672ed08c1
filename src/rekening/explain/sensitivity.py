"""Which assumptions move an answer most, and how much of its spread rests on which kind of evidence.

Variance-based sensitivities (Sobol 1993; Saltelli et al. 2010) by SALib. First order: the share of the
variance that goes away once the true value of one assumption is known. Total: the share that is left when
all others are known. An assumption that the answer cannot depend on is carried along; what it seems to
explain is the noise floor. Simulated futures stand still here: they carry no shocks of their quarters, and
differ by what is assumed only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rekening.errors import InputError, nearest
from rekening.facts import Figure, FloatArray, Grade, Plan, planned
from rekening.numerics import EXTREME, INTERVAL, SOBOL_RESAMPLES, SOBOL_SAMPLES
from rekening.questions import Case, Outcome

__all__ = ["CHANCE", "DRAWN", "Index", "Sensitivity", "by_evidence", "drawn_as", "sensitivity"]

CHANCE = "chance"
"""What no evidence can tell beforehand: shocks of a simulated course."""

_ESTIMATED, _UNKNOWN = Grade.ESTIMATED.word("en"), Grade.UNKNOWN.word("en")
DRAWN = {
    "* capex guidance": CHANCE,
    "* capex momentum": _ESTIMATED,
    "* credit spread": _ESTIMATED,
    "* margin level": _ESTIMATED,
    "* recent growth": _ESTIMATED,
    "* unexplained level": _ESTIMATED,
    "default of *": CHANCE,
    "rest of * *": _UNKNOWN,
    "step of *": _UNKNOWN,
    "habit of maturity": _UNKNOWN,
    "slope between ratings": _ESTIMATED,
    "capex_per_megawatt": _ESTIMATED,
    "site_cost_per_megawatt": _ESTIMATED,
    "electricity_price_industrial": _ESTIMATED,
    "water_use": _ESTIMATED,
}
"""Kind of evidence, by pattern of the name, of what is drawn beside assumptions and rows with a range."""

_IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Index:
    """Share of the variance of a number that belongs to an assumption or a kind of evidence.

    Attributes
    ----------
    first, first_margin, total, total_margin
        Shares and the half-width of their intervals.
    """

    name: str
    first: float
    first_margin: float
    total: float
    total_margin: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Sensitivities of one value of an answer, the most telling first.

    Attributes
    ----------
    noise_floor
        Largest total share that an assumption without any effect seems to have.
    """

    question: str
    value: str
    indices: Sequence[Index]
    noise_floor: float


Question = Callable[[Case], Outcome]


def sensitivity(
    question: Question, case: Case, value: str | None = None, samples: int = SOBOL_SAMPLES
) -> Sensitivity:
    """Sobol indices of each assumption behind a value.

    Parameters
    ----------
    question
        As found by `rekening.questions.question`.
    value
        Name of one of the answer's values; the first uncertain one if left out.
    samples
        Base size, a power of 2; the question is worked out for samples x (assumptions + 3) draws at once.

    Raises
    ------
    InputError
        If the answer has no such value, or the value does not depend on anything uncertain.
    """
    name, asked = _inputs(question, case, value)
    return _analysed(question, case, name, {each: each for each in asked}, samples)


def by_evidence(
    question: Question, case: Case, value: str | None = None, samples: int = SOBOL_SAMPLES
) -> Sensitivity:
    """Share of a value's variance by the evidence behind it: a grade ("assumed", "unknown"), or "chance".

    Parameters and errors as for `sensitivity`.
    """
    name, asked = _inputs(question, case, value)
    return _analysed(question, case, name, {each: _kind(each, case) for each in asked}, samples)


def _inputs(question: Question, case: Case, value: str | None) -> tuple[str, list[str]]:
    with planned(Plan(count=1)) as plan:
        values = question(case).values
    uncertain = [name for name, figure in values.items() if not figure.certain and not figure.missing]
    if not uncertain:
        raise InputError("nothing in this answer is uncertain")
    name = value if value is not None else uncertain[0]
    if name not in uncertain:
        raise InputError(
            f"value {name!r} is not an uncertain value of this answer{nearest(name, uncertain)}; "
            f"allowed: {', '.join(uncertain)}"
        )
    return name, sorted(plan.asked)


def drawn_as(name: str) -> tuple[str, Sequence[str]] | None:
    """Pattern of `DRAWN` that a name has, and what stands in its open places; None where it has none."""
    for pattern in DRAWN:
        found = re.fullmatch(re.escape(pattern).replace(r"\*", "(.+)"), name)
        if found is not None:
            return pattern, found.groups()
    return None


def _kind(name: str, case: Case) -> str:
    if name in case.scenario:
        return Grade.ASSUMED.word("en")
    try:
        return case.facts.row(name).grade.word("en")
    except KeyError:
        drawn = drawn_as(name)
        return CHANCE if drawn is None else DRAWN[drawn[0]]


def _analysed(
    question: Question, case: Case, value: str, groups: Mapping[str, str], samples: int
) -> Sensitivity:
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    problem: dict[str, Any] = {
        "num_vars": len(groups) + 1,
        "names": [*groups, _IDLE],
        "bounds": [[EXTREME, 1 - EXTREME]] * (len(groups) + 1),
        "groups": [*groups.values(), _IDLE],
    }
    matrix = sampling.sample(problem, samples, calc_second_order=False, seed=case.seed)
    columns = {name: np.ascontiguousarray(matrix[:, at]) for at, name in enumerate(groups)}
    with planned(Plan(count=len(matrix), columns=columns)):
        figure: Figure = question(case).values[value]
    found = analysis.analyze(
        problem, _settled(figure.draws, len(matrix)), calc_second_order=False,
        num_resamples=SOBOL_RESAMPLES, conf_level=INTERVAL, seed=case.seed,
    )  # fmt: skip
    order = list(dict.fromkeys(problem["groups"]))
    columns_of = zip(order, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True)
    indices = {name: Index(name, *map(float, shares)) for name, *shares in columns_of}
    idle = indices.pop(_IDLE)
    ranked = sorted(indices.values(), key=lambda index: index.total, reverse=True)
    return Sensitivity(question.__name__, value, ranked, idle.total + idle.total_margin)


def _settled(draws: FloatArray, count: int) -> FloatArray:
    return np.broadcast_to(draws, count).astype(np.float64)
