"""What is known, from whom, since when."""

from rekening.facts.draws import Plan, drawn, kept, laid, planned, uniform_draws, worlds
from rekening.facts.figure import NO_LINEAGE, Figure, FloatArray, Lineage, ZeroDivisor, quantiles
from rekening.facts.grades import Grade, weakest
from rekening.facts.periods import Quarter, quarter_range
from rekening.facts.rows import Fact, Record
from rekening.facts.store import Facts

__all__ = [
    "NO_LINEAGE",
    "Fact",
    "Facts",
    "Figure",
    "FloatArray",
    "Grade",
    "Lineage",
    "Plan",
    "Quarter",
    "Record",
    "ZeroDivisor",
    "drawn",
    "kept",
    "laid",
    "planned",
    "quantiles",
    "quarter_range",
    "uniform_draws",
    "weakest",
    "worlds",
]
