"""The article as one self-contained page: no scripts, nothing fetched, every number a link to its evidence."""

from rekening.explain.page.html import page

__all__ = ["page"]
