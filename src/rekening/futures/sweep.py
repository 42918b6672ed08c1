"""Runs of any number of paths in bounded memory, by blocks that can be resumed or computed elsewhere.

A block is one firm on a stretch of paths. Its results are the sums of all outputs, summaries of the main
series from which quantiles follow, and on demand the paths themselves. Blocks are written as they come, each
with a digest: a sweep that was stopped goes on where it was, and a block that is damaged is done again. Which
thread, process or machine computes a block changes no bit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rekening.assumptions import normal_quantile
from rekening.facts import FloatArray
from rekening.files import need_disk, need_memory
from rekening.firms.model import FirmModel
from rekening.futures.layout import OUTPUTS, PARAMETERS
from rekening.futures.runs import (
    Plan,
    blocks,
    check_closure,
    check_variables,
    cores,
    described,
    observed_quarters,
    run_block,
)
from rekening.futures.sketch import POINTS, RANK_ERROR, merged_quantiles, summary
from rekening.futures.store import BlockStore
from rekening.numerics import DIGEST_BYTES, FAN_LEVELS, SWEEP_BLOCK
from rekening.vector import compiled_from

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["MAIN_SERIES", "Block", "Result", "compute", "identity", "sweep"]

_DOUBLE = np.dtype(np.float64).itemsize

MAIN_SERIES = (
    "revenue",
    "operating_cash_flow",
    "capex",
    "debt_issued",
    "total_debt",
    "liquidity",
    "share_repurchases",
    "vehicle_funding",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One firm on a stretch of paths."""

    firm: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a block leaves.

    Attributes
    ----------
    sums
        Shape (quarter, output): over its paths.
    summaries
        Shape (series, quarter, point).
    worst
        Largest relative residual of the ledger.
    paths
        Shape (quarter, variable, path) of the variables to keep; empty if none are.
    """

    block: Block
    sums: FloatArray
    summaries: FloatArray
    worst: float
    paths: FloatArray


def identity(plan: Plan) -> str:
    """Digest of all that decides a sweep's bits: inputs, estimates, scenario, seed, code of the kernel.

    Two sweeps with the same identity have the same blocks.
    """
    digest = blake2b(digest_size=DIGEST_BYTES)
    head = {
        "sources": compiled_from(),
        "firms": plan.firms,
        "quarters": [str(quarter) for quarter in plan.quarters],
        "paths": plan.paths,
        "seed": plan.seed,
        "without": plan.without,
        "outputs": OUTPUTS,
    }
    digest.update(json.dumps(head).encode())
    for model, inputs in zip(plan.models, plan.inputs, strict=True):
        for array in (
            inputs.opening,
            inputs.schedule,
            inputs.tenors,
            inputs.weights,
            model.history,
            model.revenue,
        ):
            digest.update(np.ascontiguousarray(array).tobytes())
        for level in FAN_LEVELS:
            values = _everywhere(model, np.asarray([level]))
            digest.update(np.stack([values[name] for name in PARAMETERS]).tobytes())
    return digest.hexdigest()


def _everywhere(model: FirmModel, at: FloatArray) -> dict[str, FloatArray]:
    """Drivers and policies with every draw at one level."""
    return model.paths(lambda parameter: parameter.quantile(at), lambda _: normal_quantile(at))


def compute(plan: Plan, block: Block, keep: tuple[str, ...] = ()) -> Result:
    """Simulate a block."""
    names = (*MAIN_SERIES, *(name for name in keep if name not in MAIN_SERIES))
    inputs = plan.inputs[block.firm]
    out = np.empty((len(inputs.numbers), len(names), block.count))
    sums, worst = run_block(plan, block.firm, first=block.first, count=block.count, kept=names, out=out, at=0)
    check_closure(worst)
    series = out[:, : len(MAIN_SERIES)].swapaxes(0, 1)
    wanted = [names.index(name) for name in keep]
    return Result(block, sums, summary(series), worst, np.ascontiguousarray(out[:, wanted]))


def sweep(
    plan: Plan,
    *,
    out: Path | None = None,
    keep: Sequence[str] = (),
    threads: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> xr.Dataset:
    """Simulate a plan block by block; in memory stay the sums and summaries of each.

    Parameters
    ----------
    out
        Folder for the blocks: what is there and sound is not computed again. Nothing is kept if left out.
    keep
        Variables whose paths are written as Parquet, one file a block; needs `out`.
    threads
        How many; all cores the process may use, if left out.
    scheduler
        Address of a Dask scheduler, or "local" for processes on this machine; threads of this process if
        left out.
    progress
        Called with the number of firm-paths of every block done.

    Returns
    -------
    xarray.Dataset
        `mean_...` of every output over (quarter, firm), and quantiles of the main series over (level,
        quarter, firm), whose rank is exact to the `rank_error` in the attributes.

    Raises
    ------
    InputError
        If the folder holds another sweep, or its disk is too small.
    MemoryError
        If the summaries of so many blocks do not fit in memory.
    """
    check_variables(keep)
    tasks = [
        Block(firm, first, count)
        for firm in range(len(plan.firms))
        for first, count in blocks(plan.paths, SWEEP_BLOCK)
    ]
    # merging the summaries takes as much again at most
    need_memory(2 * len(tasks) * _summary_bytes(plan), f"{plan.paths:,} futures")
    store = None if out is None else BlockStore.open(out, identity(plan), plan, tuple(keep))
    found: dict[Block, Result] = {}
    left = []
    for task in tasks:
        kept = None if store is None else store.load(task)
        if kept is None:
            left.append(task)
        else:
            found[task] = kept
            if progress is not None:
                progress(task.count)
    if out is not None:
        need_disk(out, sum(_block_bytes(plan, task, len(keep)) for task in left), f"{plan.paths:,} futures")
    for result in _computed(plan, left, tuple(keep), threads, scheduler):
        if store is not None:
            store.save(result)
        found[result.block] = _light(result)
        if progress is not None:
            progress(result.block.count)
    return _summary(plan, [found[task] for task in tasks])


def _summary_bytes(plan: Plan) -> int:
    """Size of what a block leaves: sums and summaries."""
    return len(plan.quarters) * (len(OUTPUTS) + len(MAIN_SERIES) * POINTS) * _DOUBLE


def _block_bytes(plan: Plan, block: Block, kept: int) -> int:
    """Size of a block's files at most; paths are noise, which packs but little, and have a number each."""
    columns = kept + 1 if kept else 0
    return _summary_bytes(plan) + len(plan.quarters) * columns * block.count * _DOUBLE


def _light(result: Result) -> Result:
    return Result(result.block, result.sums, result.summaries, result.worst, np.empty((0, 0, 0)))


def _computed(
    plan: Plan, tasks: Sequence[Block], keep: tuple[str, ...], threads: int | None, scheduler: str | None
) -> Iterator[Result]:
    if not tasks:
        return
    if scheduler is not None:
        from rekening.futures.cluster import computed_on

        yield from computed_on(scheduler, plan, tasks, keep)
        return
    plan.inputs  # noqa: B018  # computed once, before threads share it
    with ThreadPoolExecutor(threads or cores()) as workers:
        pending = iter(tasks)
        running = [
            workers.submit(compute, plan, task, keep) for task in _take(pending, 2 * (threads or cores()))
        ]
        while running:
            yield running.pop(0).result()
            running += [workers.submit(compute, plan, task, keep) for task in _take(pending, 1)]


def _take(tasks: Iterator[Block], count: int) -> Iterable[Block]:
    for _ in range(count):
        task = next(tasks, None)
        if task is not None:
            yield task


def _summary(plan: Plan, results: Sequence[Result]) -> xr.Dataset:
    import xarray as xr

    shape = (len(plan.quarters), len(plan.firms))
    means = np.full((len(OUTPUTS), *shape), np.nan)
    quantiles = np.full((len(MAIN_SERIES), len(FAN_LEVELS), *shape), np.nan)
    for firm, inputs in enumerate(plan.inputs):
        own = [result for result in results if result.block.firm == firm]
        total = np.sum([result.sums for result in own], axis=0)
        means[:, inputs.skipped :, firm] = total.T / plan.paths
        counts = [result.block.count for result in own]
        for place in range(len(MAIN_SERIES)):
            merged = merged_quantiles([result.summaries[place] for result in own], counts, FAN_LEVELS)
            quantiles[place, :, inputs.skipped :, firm] = merged
        told, _ = observed_quarters(plan.models[firm], plan.quarters)
        for quarter, row in enumerate(told):
            means[:, quarter, firm] = [row[name] for name in OUTPUTS]
            quantiles[:, :, quarter, firm] = np.asarray([row[name] for name in MAIN_SERIES])[:, None]
    data: dict[str, Any] = {}
    for place, name in enumerate(OUTPUTS):
        data[f"mean_{name}"] = (("quarter", "firm"), means[place], described(name, "mean: "))
    for place, name in enumerate(MAIN_SERIES):
        data[name] = (("level", "quarter", "firm"), quantiles[place], described(name, "quantiles: "))
    return xr.Dataset(
        data,
        coords={
            "level": list(FAN_LEVELS),
            "quarter": [str(quarter) for quarter in plan.quarters],
            "firm": list(plan.firms),
        },
        attrs={
            "as_of": str(plan.models[0].facts.as_of),
            "scenario": plan.models[0].scenario.name,
            "seed": plan.seed,
            "paths": plan.paths,
            "rank_error": RANK_ERROR,
            "largest_residual": max(result.worst for result in results),
        },
    )
