"""Terms of service and privacy policies: what they say, where they say it, and when that changes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rekening.terms.findings import Finding as Finding

_HOMES = {
    "Finding": "rekening.terms.findings",
}

__all__ = ["Finding"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
