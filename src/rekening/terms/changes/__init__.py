"""Changes of a document: what is noise, what is wording, and what matters."""

from __future__ import annotations

from rekening.terms.changes.comparison import Change, Words, compare

__all__ = ["Change", "Words", "compare"]
