"""Invariants of the ledger, as functions on arrays: balances follow from opening balances and flows."""

import numpy as np
import numpy.typing as npt

from rekening.ledger.kinds import KIND_NAMES, STOCK_NAMES, effects

Array = npt.NDArray[np.float64]


def closing_balances(opening: Array, flows: Array) -> Array:
    """Balances at the end of every quarter.

    Parameters
    ----------
    opening
        Shape (stock, ...): balances before the first quarter, US dollars.
    flows
        Shape (quarter, kind, ...): US dollars a quarter, kinds in the order of ``KINDS``.

    Returns
    -------
    array
        Shape (quarter, stock, ...).
    """
    change = np.tensordot(effects(), np.moveaxis(flows, 1, 0), axes=(1, 0))
    return np.moveaxis(opening[:, None] + np.cumsum(change, axis=1), 1, 0)


def closure_residual(opening: Array, flows: Array, closing: Array) -> Array:
    """Largest gap between stated and recomputed balances, relative to the size of what moved: one per stock.

    Parameters
    ----------
    opening, flows
        As in ``closing_balances``.
    closing
        Shape (quarter, stock, ...): the balances a run states.
    """
    gap = np.abs(closing_balances(opening, flows) - closing)
    moved = np.tensordot(np.abs(effects()), np.abs(np.moveaxis(flows, 1, 0)), axes=(1, 0)).sum(axis=1)
    size = np.maximum(np.abs(opening) + moved, 1)
    axes = tuple(axis for axis in range(gap.ndim) if axis != 1)
    return np.asarray((gap / size).max(axis=axes))


def broken_levers(need: Array, levers: Array, shortfall: Array) -> Array:
    """Part of each need that no lever or shortfall accounts for, relative to the need; never negative.

    Parameters
    ----------
    need
        Any shape: cash to be found, US dollars.
    levers
        Shape (lever, ...).
    shortfall
        As ``need``.
    """
    return np.asarray(np.abs(need - levers.sum(axis=0) - shortfall) / np.maximum(np.abs(need), 1))


def balances_of(kind: str) -> tuple[str, ...]:
    """Return the balances that a kind of flow moves."""
    column = effects()[:, KIND_NAMES.index(kind)]
    return tuple(name for name, effect in zip(STOCK_NAMES, column, strict=True) if effect)
