"""Contracts: what is owed, when, and to whom."""

from rekening.claims.batch import Risk, clean_prices, risks, yields_to_maturity
from rekening.claims.bond import FixedRateBond
from rekening.claims.contracts import ComputeContract, Lease, ResidualValueGuarantee
from rekening.claims.curve import ZeroCurve
from rekening.claims.flows import CashFlow, CashFlows
from rekening.claims.loans import AmortisingNote, FloatingRateNote, PreferredShares, TermLoan

__all__ = [
    "AmortisingNote",
    "CashFlow",
    "CashFlows",
    "ComputeContract",
    "FixedRateBond",
    "FloatingRateNote",
    "Lease",
    "PreferredShares",
    "ResidualValueGuarantee",
    "Risk",
    "TermLoan",
    "ZeroCurve",
    "clean_prices",
    "risks",
    "yields_to_maturity",
]
