"""The article as one self-contained page: no scripts, nothing fetched, numbers linked to their evidence."""

from rekening.explain.page.html import other_language, page

__all__ = ["other_language", "page"]
