"""Contracts: what is owed, when, and to whom."""

from rekening.claims.batch import Risk, clean_prices, risks, yields_to_maturity
from rekening.claims.bond import FixedRateBond
from rekening.claims.claim import Claim
from rekening.claims.contracts import ComputeContract, Lease, ResidualValueGuarantee
from rekening.claims.curve import ZeroCurve
from rekening.claims.flows import CashFlow, CashFlows
from rekening.claims.ladder import Ladder
from rekening.claims.loans import AmortisingNote, FloatingRateNote, PreferredShares, TermLoan
from rekening.claims.vehicle import Vehicle

__all__ = [
    "AmortisingNote",
    "CashFlow",
    "CashFlows",
    "Claim",
    "ComputeContract",
    "FixedRateBond",
    "FloatingRateNote",
    "Ladder",
    "Lease",
    "PreferredShares",
    "ResidualValueGuarantee",
    "Risk",
    "TermLoan",
    "Vehicle",
    "ZeroCurve",
    "clean_prices",
    "risks",
    "yields_to_maturity",
]
