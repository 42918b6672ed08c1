"""Blocks on a Dask cluster: processes of this machine, or the workers of a scheduler."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from rekening.errors import InputError
from rekening.futures.runs import Plan
from rekening.futures.sweep import Block, Result, compute

__all__ = ["computed_on"]

LOCAL = "local"


def computed_on(
    scheduler: str, plan: Plan, tasks: Sequence[Block], keep: tuple[str, ...]
) -> Iterator[Result]:
    """Yield the blocks as workers finish them; a block of a worker that is lost goes to another.

    Parameters
    ----------
    scheduler
        "local" for one process a core of this machine, else a scheduler's address such as tcp://host:8786.

    Raises
    ------
    InputError
        If Dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError as error:
        raise InputError("a cluster needs rekening[cluster]") from error
    # its import sets a level at which every connection is told
    logging.getLogger("distributed").setLevel(logging.WARNING)
    if scheduler == LOCAL:
        cluster = LocalCluster(threads_per_worker=1, dashboard_address=None)
        client = Client(cluster)
    else:
        cluster = None
        try:
            client = Client(scheduler)
        except (OSError, TimeoutError, ValueError, MemoryError) as error:  # another service reads as sizes
            raise InputError(f"scheduler {scheduler!r} does not answer: {error}") from error
    try:
        shared = client.scatter(plan, broadcast=True)
        pending = [client.submit(compute, shared, task, keep, pure=False) for task in tasks]
        for future, result in as_completed(pending, with_results=True):
            yield result
            future.release()
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
