"""Runs: many futures of some firms, as a labelled data set."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rekening.assumptions import Scenario, normal_quantile
from rekening.defaults import UNTIL
from rekening.errors import InputError, InputErrors, nearest
from rekening.facts import Facts, FloatArray, laid, uniform_draws
from rekening.facts.firms import firms as known_firms
from rekening.facts.periods import Quarter, quarter_range
from rekening.files import need_memory
from rekening.firms.model import FirmModel
from rekening.firms.observed import observed_quarter
from rekening.firms.opening import build
from rekening.futures.draws import DrawCache, normal_tiles, tiles_of
from rekening.futures.layout import (
    COMMON_SHOCKS,
    DERIVED,
    OPENING,
    OUTPUTS,
    OWN_SHOCKS,
    PARAMETERS,
    SCHEDULES,
)
from rekening.ledger.kinds import KINDS, STOCKS
from rekening.numerics import CHUNK, CLOSURE, KEPT_DRAWS, LANES, LARGEST_SEED, MOST_PATHS, MOST_QUARTERS

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Courses", "Plan", "courses", "flows", "run", "simulate"]

COMMON = "common factors"
_cache = DrawCache()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be simulated; the same plan gives the same bits anywhere.

    Attributes
    ----------
    models
        One a firm.
    quarters
        From the earliest quarter that a firm has not reported to the last asked for.
    without
        Ids of agreed bonds to leave out.
    """

    models: tuple[FirmModel, ...]
    quarters: tuple[Quarter, ...]
    paths: int
    seed: int
    without: tuple[str, ...] = ()

    @classmethod
    def make(
        cls,
        facts: Facts,
        scenario: str | Path | Scenario,
        *,
        firms: Sequence[str],
        until: str,
        paths: int,
        seed: int,
        without: Sequence[str] = (),
    ) -> Plan:
        """Check what is asked for and calibrate the firms.

        Raises
        ------
        InputError
            If a firm, the last quarter, the number of paths or the seed cannot be used, with what is allowed.
        """
        if not firms:
            raise InputError("no firm given; name at least one")
        unknown = [
            firm
            for firm in firms
            if firm not in known_firms() and not facts.find(firm, "operating_cash_flow")
        ]
        if unknown:
            raise InputErrors(
                f"firm {firm!r} is not known"
                + (nearest(firm, known_firms()) or f"; known: {', '.join(known_firms())}")
                for firm in unknown
            )
        repeated = sorted({firm for firm in firms if list(firms).count(firm) > 1})
        if repeated:
            raise InputError(f"firm {repeated[0]!r} is given twice")
        if not 1 <= paths <= MOST_PATHS:
            raise InputError(f"paths must lie between 1 and {MOST_PATHS:,}, found {paths:,}")
        if not 0 <= seed <= LARGEST_SEED:
            raise InputError(f"seed must lie between 0 and {LARGEST_SEED}, found {seed}")
        loaded = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
        models = tuple(build(facts, loaded, firm) for firm in firms)
        last = Quarter.parse(until)
        first = min(model.start for model in models)
        latest = max(model.start for model in models)
        if last < latest:
            raise InputError(f"until {until} lies before {latest}, the first quarter not yet reported")
        if last - first >= MOST_QUARTERS:
            raise InputError(
                f"until {until} lies too far ahead; the last quarter is {first + (MOST_QUARTERS - 1)}"
            )
        known = {tranche.bond_id for model in models for tranche in model.ladder.tranches}
        for bond in without:
            if bond not in known:
                raise InputError(f"bond {bond!r} is not among these firms' bonds{nearest(bond, known)}")
        return cls(
            models=models,
            quarters=tuple(quarter_range(first, last)),
            paths=paths,
            seed=seed,
            without=tuple(without),
        )

    @property
    def firms(self) -> tuple[str, ...]:
        """Firms, in the order asked for."""
        return tuple(model.firm for model in self.models)

    @cached_property
    def inputs(self) -> tuple[FirmInputs, ...]:
        """What the kernel is given of each firm, paths apart."""
        return tuple(FirmInputs.of(model, self.quarters, self.without) for model in self.models)


@dataclass(frozen=True, kw_only=True)
class FirmInputs:
    """The arrays of one firm that are the same on every path."""

    opening: FloatArray
    schedule: FloatArray
    numbers: np.ndarray[Any, np.dtype[np.int64]]
    tenors: np.ndarray[Any, np.dtype[np.int64]]
    weights: FloatArray
    skipped: int

    @classmethod
    def of(cls, model: FirmModel, quarters: Sequence[Quarter], without: tuple[str, ...]) -> FirmInputs:
        """Arrange a firm's numbers in the kernel's order."""
        ahead = [quarter for quarter in quarters if quarter >= model.start]
        schedules = model.schedules(ahead, without)
        tenors, weights = model.tenors()
        return cls(
            opening=np.asarray([model.opening[name] for name in OPENING]),
            schedule=np.ascontiguousarray(np.stack([schedules[name] for name in SCHEDULES], axis=1)),
            numbers=np.asarray([4 * quarter.year + quarter.number - 1 for quarter in ahead]),
            tenors=tenors.astype(np.int64),
            weights=weights,
            skipped=len(quarters) - len(ahead),
        )


def run_block(
    plan: Plan, firm: int, *, first: int, count: int, kept: Sequence[str], out: FloatArray, at: int
) -> tuple[FloatArray, float]:
    """Simulate one firm on a block of paths.

    Parameters
    ----------
    firm
        Its place in the plan.
    first, count
        Paths of the block.
    kept
        Outputs to keep.
    out
        Shape (quarter, kept, path), the firm's own quarters: filled from path `at` on.

    Returns
    -------
    sums
        Shape (quarter, output): over the paths of the block.
    worst
        Largest relative residual of the ledger.
    """
    from rekening.futures.kernel import run_tiles

    model, inputs = plan.models[firm], plan.inputs[firm]
    tiles = tiles_of(count)
    parameters = parameter_tiles(plan, firm, first, tiles)

    def shocks(entity: str, kinds: int) -> FloatArray:
        """Normal shocks; none under a plan of draws, whose futures differ by what is assumed only."""
        if laid():
            still = np.zeros((tiles, len(inputs.numbers), kinds, LANES))
            still.flags.writeable = False
            return still
        draw = _cache.normal_tiles if plan.paths <= KEPT_DRAWS else normal_tiles
        return draw(plan.seed, entity, inputs.numbers, kinds, first, tiles)

    own, common = shocks(model.firm, len(OWN_SHOCKS)), shocks(COMMON, len(COMMON_SHOCKS))
    sums = np.zeros((len(inputs.numbers), len(OUTPUTS)))
    worst = np.zeros(LANES)
    run_tiles(
        inputs.opening,
        inputs.schedule,
        model.history,
        model.revenue,
        inputs.tenors,
        inputs.weights,
        parameters,
        own,
        common,
        count,
        np.asarray([OUTPUTS.index(name) for name in kept], dtype=np.int64),
        out,
        at,
        sums,
        worst,
    )
    return sums, float(worst.max())


def parameter_tiles(plan: Plan, firm: int, first: int, tiles: int) -> FloatArray:
    """Drivers and policies of a firm by path, as the kernel reads them: shape (tile, parameter, ``LANES``).

    Path k of a parameter is draw k of its figure: in an answer both are the same world.
    """
    count = tiles * LANES
    values = plan.models[firm].paths(
        lambda parameter: parameter.draws(count, first, plan.seed),
        lambda name: normal_quantile(uniform_draws(name, count, first, plan.seed)),
    )
    stacked = np.stack([values[name].reshape(tiles, LANES) for name in PARAMETERS], axis=1)
    return np.ascontiguousarray(stacked)


def blocks(paths: int, size: int = CHUNK) -> Iterator[tuple[int, int]]:
    """First path and number of paths of each block."""
    for first in range(0, paths, size):
        yield first, min(size, paths - first)


def simulate(
    facts: Facts,
    scenario: str | Path | Scenario = "baseline",
    *,
    firms: Sequence[str] = ("meta",),
    until: str = UNTIL,
    paths: int = 10_000,
    seed: int = 1,
    without: Sequence[str] = (),
    variables: Sequence[str] | None = None,
    block: int = CHUNK,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> xr.Dataset:
    """Simulate firms quarter by quarter over many futures.

    Path k of a firm is the same bits for any set of firms, horizon, number of paths, threads and block size.

    Parameters
    ----------
    facts
        As known on a day; nothing published later is used.
    scenario
        Name, file or scenario.
    firms
        Slugs of the facts.
    until
        Last quarter, as in "2030Q4".
    paths
        Number of futures.
    seed
        Of the shocks.
    without
        Ids of bonds agreed but not yet paid out to leave out, as if they had not been issued.
    variables
        Which variables to keep (all, if left out); a run of many paths needs less memory with few.
    block
        Paths that one thread takes at a time; a multiple of 64.
    threads
        How many; all cores the process may use, if left out.
    progress
        Called with the number of firm-paths done after every block.

    Returns
    -------
    xarray.Dataset
        Dimensions path, quarter, firm; a variable for every kind of flow, balance and lever, named as in the
        facts; `observed` marks quarters a firm had reported; `opening_...` are the balances before the run.

    Raises
    ------
    InputError
        If what is asked for cannot be simulated from these facts.
    """
    if block < LANES or block % LANES:
        raise InputError(f"block must be a multiple of {LANES}, found {block}")
    kept = list(OUTPUTS) if variables is None else check_variables(variables)
    plan = Plan.make(facts, scenario, firms=firms, until=until, paths=paths, seed=seed, without=without)
    return run(plan, kept, block=block, threads=threads, progress=progress)


@dataclass(frozen=True, kw_only=True)
class Courses:
    """Futures as plain arrays.

    Attributes
    ----------
    values
        Shape (firm, quarter, variable, path).
    observed
        Shape (quarter, firm): the firm had reported the quarter.
    openings
        Balances before the first quarter, one mapping a firm.
    worst
        Largest relative residual of the ledger.
    """

    values: FloatArray
    observed: np.ndarray[Any, np.dtype[np.bool_]]
    openings: Sequence[dict[str, float]]
    worst: float


def courses(
    plan: Plan,
    kept: Sequence[str] = OUTPUTS,
    *,
    block: int = CHUNK,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Courses:
    """Carry out a plan, all paths in memory.

    Parameters
    ----------
    kept
        Outputs to keep.
    block, threads, progress
        As in `simulate`.

    Raises
    ------
    MemoryError
        If the paths do not fit in memory.
    """
    shape = (len(plan.firms), len(plan.quarters), len(kept), plan.paths)
    need_memory(math.prod(shape) * np.dtype(np.float64).itemsize, f"{plan.paths:,} futures held at once")
    values = np.empty(shape)
    observed = np.zeros((len(plan.quarters), len(plan.firms)), dtype=bool)
    openings = []
    for place, model in enumerate(plan.models):
        known, opening = observed_quarters(model, plan.quarters)
        for quarter, row in enumerate(known):
            observed[quarter, place] = True
            values[place, quarter] = np.asarray([row[name] for name in kept])[:, None]
        openings.append(opening)

    ahead = [values[firm, inputs.skipped :] for firm, inputs in enumerate(plan.inputs)]

    def work(task: tuple[int, int, int]) -> float:
        firm, first, count = task
        _, worst = run_block(plan, firm, first=first, count=count, kept=kept, out=ahead[firm], at=first)
        if progress is not None:
            progress(count)
        return worst

    tasks = [
        (firm, first, count) for first, count in blocks(plan.paths, block) for firm in range(len(plan.firms))
    ]
    with ThreadPoolExecutor(threads or cores()) as workers:
        running = [workers.submit(copy_context().run, work, task) for task in tasks]
        worst = max(each.result() for each in running)
    check_closure(worst)
    return Courses(values=values, observed=observed, openings=openings, worst=worst)


def run(
    plan: Plan,
    kept: Sequence[str] = OUTPUTS,
    *,
    block: int = CHUNK,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> xr.Dataset:
    """Carry out a plan as `courses` does, and label what comes out as `simulate` does."""
    return _dataset(plan, kept, courses(plan, kept, block=block, threads=threads, progress=progress))


def check_variables(names: Sequence[str]) -> list[str]:
    """Return names of outputs as given.

    Raises
    ------
    InputError
        If one is not known, with the nearest name.
    """
    for name in names:
        if name not in OUTPUTS:
            raise InputError(f"variable {name!r} is not known{nearest(name, OUTPUTS)}")
    return list(names)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_closure(worst: float) -> None:
    """Refuse a run whose ledger does not close.

    Raises
    ------
    ArithmeticError
        If a balance differs from what its flows say, or a need from its levers.
    """
    if not worst <= CLOSURE:
        raise ArithmeticError(f"the ledger does not close: largest relative residual {worst:.3g}")


def observed_quarters(
    model: FirmModel, quarters: Sequence[Quarter]
) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Quarters of a run that a firm had reported, as outputs, and its balances before the run."""
    opening = {name: model.opening[name] for name in STOCKS}
    rows: list[dict[str, float]] = []
    for quarter in reversed([quarter for quarter in quarters if quarter < model.start]):
        row, opening = observed_quarter(model, quarter, opening)
        rows.insert(0, {**dict.fromkeys(DERIVED, np.nan), **row})
    return rows, opening


def _dataset(plan: Plan, kept: Sequence[str], found: Courses) -> xr.Dataset:
    import xarray as xr

    data: dict[str, Any] = {
        name: (("path", "quarter", "firm"), found.values[:, :, place].transpose(2, 1, 0), described(name))
        for place, name in enumerate(kept)
    }
    data["observed"] = (
        ("quarter", "firm"),
        found.observed,
        {"description": "the firm had reported this quarter by the as-of date"},
    )
    for stock in STOCKS:
        data[f"opening_{stock}"] = (
            ("firm",),
            np.asarray([opening[stock] for opening in found.openings]),
            {"units": "USD", "description": f"{STOCKS[stock]}, before the first quarter"},
        )
    facts = plan.models[0].facts
    return xr.Dataset(
        data,
        coords={
            "path": np.arange(plan.paths),
            "quarter": [str(quarter) for quarter in plan.quarters],
            "firm": list(plan.firms),
        },
        attrs={
            "as_of": str(facts.as_of),
            "scenario": plan.models[0].scenario.name,
            "seed": plan.seed,
            "largest_residual": found.worst,
        },
    )


_MEANINGS = {
    **{kind.name: kind.meaning for kind in KINDS},
    **STOCKS,
    "revenue": "all revenue",
    "operating_cash_flow": "cash from operations, after interest, leases, running costs and tax",
    "capex": "property paid by the firm in cash",
    "funding_need": "cash to be found: what uses exceed cash flow by, and liquidity rebuilt",
    "lever_liquidity": "need met from liquidity, down to its floor",
    "lever_bonds": "need met by new bonds, net of discount",
    "lever_vehicles": "need met by vehicles that pay for a site",
    "lever_divestment": "need met by selling property",
    "lever_equity": "need met by new shares",
    "lever_lower_buybacks": "need met by lower buybacks than meant",
    "lever_lower_capex": "need met by lower capex than meant",
    "shortfall": "need that no lever met: liquidity fell below its floor by this much",
    "liquidity_floor": "liquidity that a firm keeps at least",
    "liquidity_target": "liquidity that a firm aims for",
    "coupon": "coupon of new debt",
    "base_yield_level": "ten-year Treasury yield",
    "leverage": "debt before the quarter, in years of operating cash flow",
    "ai_units": "accelerators in service, H100 equivalents",
}
_UNITS = {"coupon": "1/year", "base_yield_level": "1/year", "leverage": "year", "ai_units": "count"}


def described(name: str, what: str = "") -> dict[str, str]:
    """Unit and meaning of an output, as attributes of a variable; ``what`` says what is told of it."""
    return {"units": _UNITS.get(name, "USD"), "description": f"{what}{_MEANINGS[name]}"}


def flows(runs: xr.Dataset) -> xr.Dataset:
    """Every flow of a run, with who pays whom and what a dollar of it does to each balance.

    Closing balances follow from this data set alone: opening balance + sum of effect x flow over kinds and
    quarters.

    Parameters
    ----------
    runs
        What `simulate` returned, with all variables.

    Returns
    -------
    xarray.Dataset
        `flow` over (kind, path, quarter, firm) in US dollars, with coordinates payer and payee along kind;
        `effect` over (balance, kind): -1, 0 or 1; `opening` over (balance, firm).

    Raises
    ------
    InputError
        If the run kept only some of its flows.
    """
    import xarray as xr

    from rekening.ledger.kinds import effects

    absent = [kind.name for kind in KINDS if kind.name not in runs]
    if absent:
        raise InputError(f"the run did not keep {absent[0]!r}; simulate with all variables")
    return xr.Dataset(
        {
            "flow": (
                ("kind", "path", "quarter", "firm"),
                np.stack([runs[kind.name].values for kind in KINDS]),
                {"units": "USD"},
            ),
            "effect": (("balance", "kind"), effects()),
            "opening": (
                ("balance", "firm"),
                np.stack([runs[f"opening_{stock}"].values for stock in STOCKS]),
                {"units": "USD"},
            ),
        },
        coords={
            "kind": [kind.name for kind in KINDS],
            "payer": ("kind", [kind.payer for kind in KINDS]),
            "payee": ("kind", [kind.payee for kind in KINDS]),
            "balance": list(STOCKS),
            "path": runs["path"],
            "quarter": runs["quarter"],
            "firm": runs["firm"],
        },
        attrs=runs.attrs,
    )
