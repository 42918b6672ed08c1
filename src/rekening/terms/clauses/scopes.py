"""For whom a passage holds: the region, plan or product named in its headings or its own words."""

from __future__ import annotations

from rekening.terms.clauses.lexicon import named_words


def scope(text: str) -> str:
    """Name of the narrowest scope in a lower-case text, "" if it holds for everyone."""
    return next((name for name, pattern in named_words("scopes.yaml").items() if pattern.search(text)), "")
