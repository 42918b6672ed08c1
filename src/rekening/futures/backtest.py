"""How good the simulation would have been: forecasts from past filing days against what came.

Each origin sees only the facts of its day. Structure was chosen on origins before 2025; later ones are
scored and never tuned on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.facts import Facts, FloatArray, Quarter
from rekening.facts.periods import day
from rekening.futures.rivals import SIGNED, Rival, Target, filings, guidance, observed, seasonal
from rekening.futures.runs import simulate
from rekening.futures.scores import (
    central_interval,
    continuous_ranked_probability_score,
    probability_integral_transform,
    skill,
)
from rekening.numerics import BACKTEST_HISTORY, COVERAGES, DRAWS, QUARTERS

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CONCEPTS",
    "FIRMS",
    "RIVALS",
    "Case",
    "Forecast",
    "backtest",
    "cases",
    "frame",
    "simulated",
    "summary",
]

CONCEPTS = ("revenue", "operating_cash_flow", "capex", "net_debt_issued", "liquidity")
"""What is scored, where quarterly rows exist."""

FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle")
"""Firms with enough quarters."""

RIVALS: Mapping[str, Rival] = {"seasonal": seasonal, "guidance": guidance}
"""Naive forecasts by name."""

Forecast: TypeAlias = Callable[[Facts, str, Quarter, int], Mapping[str, FloatArray]]
"""From the facts of a day, a firm, its last quarter and a horizon to draws by concept, shape (path, h)."""

_SIMULATED = ("revenue", "operating_cash_flow", "capex", "debt_issued", "debt_repaid", "liquidity")


@dataclass(frozen=True, slots=True)
class Case:
    """One forecast beside what came.

    Attributes
    ----------
    origin
        Day of the forecast.
    scale
        What scores are divided by, to pool firms: the same quarter a year before, or a quarter of
        revenue for concepts that may be negative.
    score
        Continuous ranked probability score over scale, by name of the forecast; "model" is the simulation.
    covered
        Whether the simulation's central interval held what came, by its level.
    """

    firm: str
    concept: str
    horizon: int
    origin: date
    quarter: str
    outcome: float
    median: float
    scale: float
    score: Mapping[str, float]
    covered: Mapping[float, bool]
    transform: float


def simulated(scenario: Scenario | None = None, paths: int = DRAWS, seed: int = 1) -> Forecast:
    """Make the simulation a forecast to be scored."""
    assumed = scenario if scenario is not None else Scenario.load()

    def forecast(facts: Facts, firm: str, last: Quarter, horizon: int) -> Mapping[str, FloatArray]:
        runs = simulate(
            facts,
            scenario=assumed,
            firms=[firm],
            until=str(last + horizon),
            paths=paths,
            seed=seed,
            variables=_SIMULATED,
        )
        quarters = [str(last + step) for step in range(1, horizon + 1)]
        own = runs.sel(firm=firm, quarter=quarters)
        drawn = {name: own[name].to_numpy() for name in _SIMULATED}
        return drawn | {"net_debt_issued": drawn["debt_issued"] - drawn["debt_repaid"]}

    return forecast


def backtest(
    firms: Sequence[str] = FIRMS,
    concepts: Sequence[str] = CONCEPTS,
    *,
    since: str | date | None = None,
    before: str | date | None = None,
    horizon: int = QUARTERS,
    by: Sequence[str] = ("concept", "horizon"),
) -> pd.DataFrame:
    """Score the simulation beside its naive rivals from every past filing day.

    Parameters
    ----------
    since, before
        First day of an origin, and the day before which origins lie; all if left out.
    horizon
        Quarters ahead.
    by
        Rows of the table: any of "firm", "concept", "horizon".

    Returns
    -------
    As `summary`.
    """
    scored = cases(
        Facts.load(), simulated(), firms=firms, concepts=concepts, since=since, before=before, horizon=horizon
    )
    return summary(list(scored), by)


def cases(
    facts: Facts,
    forecast: Forecast,
    *,
    firms: Sequence[str],
    concepts: Sequence[str] = CONCEPTS,
    since: str | date | None = None,
    before: str | date | None = None,
    horizon: int = QUARTERS,
) -> Iterator[Case]:
    """Score every filing day with enough quarters behind it.

    Parameters
    ----------
    facts
        As known at the end: what came is read here, and nothing else is.
    forecast
        The forecast to be scored.
    since, before
        First day of an origin, and the day before which origins lie; all if left out.
    horizon
        Quarters ahead, 1 to `horizon`.

    Raises
    ------
    InputError
        If a concept cannot be scored.
    """
    for concept in concepts:
        if concept not in CONCEPTS:
            raise InputError(f"concept {concept!r} cannot be scored; allowed: {', '.join(CONCEPTS)}")
    first = day(since, "since") if since is not None else date.min
    end = day(before, "before") if before is not None else date.max
    for firm in firms:
        came = {concept: observed(facts, firm, concept) for concept in concepts}
        for last, origin in filings(facts, firm):
            if not first <= origin < end or not any(
                last + step in came[c] for c in concepts for step in range(1, horizon + 1)
            ):
                continue
            then = facts.known_on(origin)
            if len(observed(then, firm, "revenue")) < BACKTEST_HISTORY:
                continue
            drawn = forecast(then, firm, last, horizon)
            for concept in concepts:
                if len(observed(then, firm, concept)) < BACKTEST_HISTORY or concept not in drawn:
                    continue
                for step in range(1, horizon + 1):
                    target = Target(firm, concept, last, step)
                    outcome = came[concept].get(last + step)
                    if outcome is not None:
                        yield _case(then, target, origin, outcome, drawn[concept][:, step - 1])


def _case(facts: Facts, target: Target, origin: date, outcome: float, sample: FloatArray) -> Case:
    value = np.asarray(outcome)
    scale = _scale(facts, target)
    score = {"model": float(continuous_ranked_probability_score(sample, value)) / scale}
    for name, rival in RIVALS.items():
        theirs = rival(facts, target, len(sample))
        if theirs is not None:
            score[name] = float(continuous_ranked_probability_score(theirs, value)) / scale
    covered = {}
    for level in COVERAGES:
        low, high = central_interval(sample, level)
        covered[level] = bool(low <= outcome <= high)
    return Case(
        firm=target.firm,
        concept=target.concept,
        horizon=target.horizon,
        origin=origin,
        quarter=str(target.last + target.horizon),
        outcome=outcome,
        median=float(np.median(sample)),
        scale=scale,
        score=score,
        covered=covered,
        transform=float(probability_integral_transform(sample, value)),
    )


def _scale(facts: Facts, target: Target) -> float:
    concept = "revenue" if target.concept in SIGNED else target.concept
    series = observed(facts, target.firm, concept)
    before = target.last if target.concept in SIGNED else target.last + (target.horizon - QUARTERS)
    return abs(series.get(before, series[max(series)]))


def summary(scored: Sequence[Case], by: Sequence[str] = ("concept", "horizon")) -> pd.DataFrame:
    """Pool cases into a table.

    Parameters
    ----------
    by
        Any of "firm", "concept", "horizon"; the rows of the table.

    Returns
    -------
    One row a group: number of cases and origins, mean score of each forecast on the cases it shares with the
    simulation, skill against each rival with the ends of its interval, coverage of the central intervals.
    """
    import pandas as pd

    groups: dict[tuple[object, ...], list[Case]] = {}
    for case in scored:
        groups.setdefault(tuple(getattr(case, key) for key in by), []).append(case)
    rows = [dict(zip(by, key, strict=True)) | _row(group) for key, group in sorted(groups.items())]
    return pd.DataFrame(rows)


def _row(group: Sequence[Case]) -> dict[str, float]:
    row: dict[str, float] = {"cases": len(group), "origins": len({case.origin for case in group})}
    row["crps"] = float(np.mean([case.score["model"] for case in group]))
    for name in RIVALS:
        shared = [case for case in group if name in case.score]
        if not shared:
            continue
        ours = np.asarray([case.score["model"] for case in shared])
        theirs = np.asarray([case.score[name] for case in shared])
        block = np.asarray([_quarter_of(case.origin) for case in shared])
        row[f"crps_{name}"] = float(theirs.mean())
        row[f"skill_{name}"], row[f"skill_{name}_low"], row[f"skill_{name}_high"] = skill(ours, theirs, block)
    for level in COVERAGES:
        row[f"covered_{level:.0%}"] = float(np.mean([case.covered[level] for case in group]))
    return row


def _quarter_of(origin: date) -> int:
    return Quarter.of(origin) - Quarter(1, 1)


def frame(scored: Sequence[Case]) -> pd.DataFrame:
    """Every case as a row, for those who want to look closer."""
    import pandas as pd

    return pd.json_normalize([asdict(case) for case in scored])
