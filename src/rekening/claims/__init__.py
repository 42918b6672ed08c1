"""Contracts: what is owed, when, and to whom."""

from rekening.claims.batch import Risk, clean_prices, risks, yields_to_maturity
from rekening.claims.bond import CashFlow, CashFlows, FixedRateBond
from rekening.claims.curve import ZeroCurve

__all__ = [
    "CashFlow",
    "CashFlows",
    "FixedRateBond",
    "Risk",
    "ZeroCurve",
    "clean_prices",
    "risks",
    "yields_to_maturity",
]
