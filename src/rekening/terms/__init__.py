"""Terms of service and privacy policies: what they say, where they say it, and when that changes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rekening.terms.changes import Change as Change
    from rekening.terms.changes import compare as compare
    from rekening.terms.findings import Finding as Finding
    from rekening.terms.findings import shipped as shipped
    from rekening.terms.reading import read as read
    from rekening.terms.summary import Said as Said
    from rekening.terms.summary import summary as summary

_HOMES = {
    "Change": "rekening.terms.changes",
    "Finding": "rekening.terms.findings",
    "Said": "rekening.terms.summary",
    "compare": "rekening.terms.changes",
    "read": "rekening.terms.reading",
    "shipped": "rekening.terms.findings",
    "summary": "rekening.terms.summary",
}

__all__ = ["Change", "Finding", "Said", "compare", "read", "shipped", "summary"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
