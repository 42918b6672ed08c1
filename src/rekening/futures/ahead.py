"""The one door through which answers look ahead: the futures of a firm, simulated once for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event
from typing import TYPE_CHECKING

from rekening.assumptions import Scenario
from rekening.errors import InputError, TooLittleKnown
from rekening.facts import Facts, Figure, Quarter, kept, worlds
from rekening.firms.buildout import Ahead
from rekening.numerics import KEPT_DRAWS, OUTLOOKS_KEPT
from rekening.sites import tells_leases

if TYPE_CHECKING:
    from rekening.futures.outlook import Outlook

__all__ = ["capex_ahead", "futures_of", "investment_ahead", "looking_ahead"]

_SEEN = (
    "operating_cash_flow", "unexplained_cash_flow", "capex", "finance_lease_principal",
    "finance_leases_added", "dividends_paid", "share_repurchases", "debt_issued", "issue_discount",
    "debt_repaid", "total_debt", "liquidity", "liquidity_floor", "lever_liquidity", "lever_bonds",
    "lever_vehicles", "lever_divestment", "lever_equity", "lever_lower_buybacks", "lever_lower_capex",
    "shortfall",
)  # fmt: skip
"""Variables that answers tell of."""

_INVESTED = ("capex", "finance_leases_added")


@kept(OUTLOOKS_KEPT)
def futures_of(
    facts: Facts, scenario: Scenario, firm: str, variables: tuple[str, ...] = _SEEN
) -> Outlook | None:
    """Simulated quarters of a firm; none if too little is known to simulate it.

    There are as many futures as figures have draws now, of the same seed: path k and draw k are one world.

    Parameters
    ----------
    variables
        Those to keep; all that answers tell of, if left out.

    Raises
    ------
    InputError
        If more futures are asked for than an answer can hold.
    """
    count, seed = worlds()
    if count > KEPT_DRAWS:
        raise InputError(
            f"an answer holds at most {KEPT_DRAWS} futures, found {count}; 'rekening simulate' runs more"
        )
    from rekening.futures.outlook import outlook

    try:
        return outlook(facts, scenario, firm, paths=count, seed=seed, variables=variables)
    except TooLittleKnown:
        return None


@contextmanager
def looking_ahead(facts: Facts, scenario: Scenario, firms: Sequence[str]) -> Iterator[None]:
    """Simulate firms in a thread of their own meanwhile, so that `futures_of` finds them done.

    What fails is left to whoever asks for it.
    """
    ended = Event()

    def simulate() -> None:
        for firm in firms:
            if not ended.is_set():
                futures_of(facts, scenario, firm)

    with ThreadPoolExecutor(1) as beside:
        beside.submit(copy_context().run, simulate)
        try:
            yield
        finally:
            ended.set()


def capex_ahead(facts: Facts, scenario: Scenario) -> Ahead:
    """Gives the simulated purchases of a firm by quarter; nothing where it cannot be simulated."""
    return lambda firm: _flows(futures_of(facts, scenario, firm), ("capex",))


def investment_ahead(facts: Facts, scenario: Scenario, *, alone: bool = False) -> Ahead:
    """Gives simulated purchases, with finance leases for a firm that tells them as it does of the past.

    Parameters
    ----------
    alone
        Nothing else is asked of these futures, so that no more of them is kept: a sixth of the memory.
    """

    def of(firm: str) -> Mapping[Quarter, Figure]:
        names = _INVESTED if tells_leases(facts, firm) else _INVESTED[:1]
        futures = futures_of(facts, scenario, firm, *((_INVESTED,) if alone else ()))
        return _flows(futures, names)

    return of


def _flows(futures: Outlook | None, names: Sequence[str]) -> Mapping[Quarter, Figure]:
    if futures is None:
        return {}
    return {
        quarter: Figure.total(futures.figure(name, quarter) for name in names) for quarter in futures.quarters
    }
