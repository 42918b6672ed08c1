"""Rekening: who pays for the AI build-out?

Names below are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_EXPORTS = {
    "Facts": "rekening.facts",
    "Figure": "rekening.facts",
    "FixedRateBond": "rekening.claims",
    "Grade": "rekening.facts",
    "InputError": "rekening.errors",
    "Parameter": "rekening.assumptions",
    "Scenario": "rekening.assumptions",
    "ask": "rekening.explain",
    "backtest": "rekening.futures.backtest",
    "flows": "rekening.futures.runs",
    "simulate": "rekening.futures.runs",
    "mine": "rekening.explain.own",
    "yields_to_maturity": "rekening.claims",
}
_ROOMS = ("terms",)

__all__ = [
    "Facts",
    "Figure",
    "FixedRateBond",
    "Grade",
    "InputError",
    "Parameter",
    "Scenario",
    "ask",
    "backtest",
    "flows",
    "mine",
    "simulate",
    "terms",
    "yields_to_maturity",
]

if TYPE_CHECKING:
    from rekening.assumptions import Parameter, Scenario
    from rekening.claims import FixedRateBond, yields_to_maturity
    from rekening.errors import InputError
    from rekening.explain import ask
    from rekening.explain.own import mine
    from rekening.facts import Facts, Figure, Grade
    from rekening.futures.backtest import backtest
    from rekening.futures.runs import flows, simulate


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"rekening.{name}")
    if name not in _EXPORTS:
        raise AttributeError(f"module 'rekening' has no attribute {name!r}")
    return getattr(import_module(_EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
