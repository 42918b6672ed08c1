"""The case that is asked about where nothing else is said."""

from __future__ import annotations

__all__ = ["AS_OF", "FIRM", "UNTIL"]

FIRM = "meta"
"""Slug of the firm."""

AS_OF = "2025-11-03"
"""Day whose knowledge counts: Meta's loan of October 2025 was paid out."""

UNTIL = "2030Q4"
"""Last quarter that futures reach."""
