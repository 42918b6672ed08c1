"""Answers in Dutch and English: texts, numbers, charts, the article."""

from rekening.explain.answer import Answer
from rekening.explain.ask import ask

__all__ = ["Answer", "ask"]
