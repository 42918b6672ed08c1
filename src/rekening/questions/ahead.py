"""The futures of a case: the one door through which its questions look ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rekening.errors import InputError, TooLittleKnown
from rekening.facts import Figure, Quarter, kept
from rekening.numerics import KEPT_DRAWS, OUTLOOKS_KEPT
from rekening.questions.loan import loan_of
from rekening.questions.outcome import Case

if TYPE_CHECKING:
    from rekening.futures.outlook import Outlook

__all__ = ["capex_ahead", "futures_of"]

_SEEN = (
    "operating_cash_flow", "unexplained_cash_flow", "capex", "finance_lease_principal",
    "finance_leases_added", "dividends_paid", "share_repurchases", "debt_issued", "issue_discount",
    "debt_repaid", "total_debt", "liquidity", "liquidity_floor", "lever_liquidity", "lever_bonds",
    "lever_vehicles", "lever_divestment", "lever_equity", "lever_lower_buybacks", "lever_lower_capex",
    "shortfall",
)  # fmt: skip
"""Variables that the questions tell of; together they are simulated once."""


@kept(OUTLOOKS_KEPT)
def futures_of(case: Case, firm: str) -> Outlook | None:
    """Simulated quarters of a firm, which can be seen without its latest loan; none if too little is known.

    Raises
    ------
    InputError
        If more futures are asked for than an answer can hold.
    """
    if case.paths > KEPT_DRAWS:
        raise InputError(
            f"an answer holds at most {KEPT_DRAWS} futures, found {case.paths}; 'rekening simulate' runs more"
        )
    from rekening.futures.outlook import outlook

    loan = loan_of(case.facts, firm)
    bonds = {tranche["bond_id"] for tranche in loan.tranches} if loan is not None else set()
    try:
        return outlook(
            case.facts,
            case.scenario,
            firm,
            paths=case.paths,
            seed=case.seed,
            loan=lambda bond: bond.bond_id in bonds,
            variables=_SEEN,
        )
    except TooLittleKnown:
        return None


def capex_ahead(case: Case) -> Callable[[str], Mapping[Quarter, Figure]]:
    """A function that gives simulated capex by quarter; nothing for a firm that cannot be simulated."""

    def of(firm: str) -> Mapping[Quarter, Figure]:
        futures = futures_of(case, firm)
        return {q: futures.figure("capex", q) for q in futures.quarters} if futures is not None else {}

    return of
