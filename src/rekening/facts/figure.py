"""A number that knows its unit, its evidence, what it rests on and how uncertain it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rekening.errors import InputError
from rekening.facts.grades import Grade, weakest
from rekening.facts.units import ONE, conversion, divide, multiply
from rekening.numerics import INTERVAL, MEDIAN

__all__ = ["NO_LINEAGE", "Figure", "FloatArray", "Lineage", "ZeroDivisor", "quantiles"]

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The facts and parameters a number rests on, by ``fact_id`` and by parameter name."""

    facts: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()

    def __or__(self, other: Lineage) -> Lineage:
        """Everything either number rests on."""
        return Lineage(self.facts | other.facts, self.parameters | other.parameters)

    @classmethod
    def union(cls, lineages: Iterable[Lineage]) -> Lineage:
        """Everything that any of the numbers rests on."""
        first, *rest = {id(each): each for each in lineages}.values() or (NO_LINEAGE,)
        facts, parameters = first.facts, first.parameters
        for each in rest:
            # most numbers add nothing to what a sum rests on already: then no set is copied
            if not each.facts <= facts:
                facts = each.facts if facts <= each.facts else facts | each.facts
            if not each.parameters <= parameters:
                parameters = (
                    each.parameters if parameters <= each.parameters else parameters | each.parameters
                )
        return first if facts is first.facts and parameters is first.parameters else cls(facts, parameters)


NO_LINEAGE = Lineage()


class ZeroDivisor(InputError):
    """A number that is 0 would have to divide another.

    Attributes
    ----------
    lineage
        What the divisor rests on.
    """

    def __init__(self, unit: str, lineage: Lineage) -> None:
        self.lineage = lineage
        super().__init__(f"division by zero: the divisor, in {unit!r}, holds a zero")


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A number with its unit, grade and lineage; uncertain ones carry draws.

    Draws of figures that share a parameter are drawn together, so that differences and ratios
    keep the dependence between them. Arithmetic merges lineages and takes the weakest grade; a
    missing input makes the result missing.

    Attributes
    ----------
    draws
        Shape () for a point, (n,) for n equally likely values; NaN where missing.
    unit
        As in `rekening.facts.units`; a rate or share is a decimal with unit "1".
    """

    draws: FloatArray
    unit: str
    grade: Grade
    lineage: Lineage = NO_LINEAGE

    @classmethod
    def of(
        cls,
        value: float | FloatArray,
        unit: str = ONE,
        grade: Grade = Grade.DERIVED,
        lineage: Lineage = NO_LINEAGE,
    ) -> Self:
        """Make a figure of a plain number or of draws."""
        return cls(np.asarray(value, dtype=np.float64), unit, grade, lineage)

    @classmethod
    def unknown(cls, unit: str = ONE, lineage: Lineage = NO_LINEAGE) -> Self:
        """Make a figure for something nobody has published: not zero, and not usable as a number."""
        return cls(np.asarray(np.nan), unit, Grade.UNKNOWN, lineage)

    @classmethod
    def combine(cls, function: Callable[..., FloatArray | float], *inputs: Figure, unit: str) -> Self:
        """Apply a vectorised function to the draws of several figures.

        Parameters
        ----------
        function
            Takes one array an input, all of shape () or (n,), and returns the same shape.
        inputs
            Figures in the units the function expects.
        unit
            Unit of the result.
        """
        grade = weakest(*(each.grade for each in inputs))
        lineage = Lineage.union(each.lineage for each in inputs)
        if any(each.missing for each in inputs):
            return cls.unknown(unit, lineage)
        return cls(
            np.asarray(function(*(each.draws for each in inputs)), dtype=np.float64), unit, grade, lineage
        )

    @classmethod
    def total(cls, figures: Iterable[Figure]) -> Figure:
        """Add figures up, in the unit of the first; one missing term makes the sum missing."""
        terms = list(figures)
        if not terms:
            raise ValueError("a total needs at least one figure")
        unit = terms[0].unit
        return cls.combine(
            lambda *draws: reduce(np.add, draws), *(each.to(unit) for each in terms), unit=unit
        )

    @property
    def missing(self) -> bool:
        """True where the number is not known."""
        return self.grade is Grade.UNKNOWN

    @property
    def central(self) -> float:
        """The value itself for a point, the median of the draws else; NaN where missing."""
        return float(self.draws) if self.certain else float(quantiles(self.draws, (MEDIAN,))[0])

    @property
    def certain(self) -> bool:
        """True for a point: it has no interval of its own."""
        return self.draws.ndim == 0

    def interval(self, level: float = INTERVAL) -> tuple[float, float]:
        """Central interval that holds `level` of the draws; both ends equal the value for a point."""
        if self.certain:
            return float(self.draws), float(self.draws)
        tail = (1 - level) / 2
        low, high = quantiles(self.draws, (tail, 1 - tail))
        return float(low), float(high)

    def to(self, unit: str) -> Figure:
        """Convert into another unit of the same kind.

        Raises
        ------
        InputError
            If the units measure different things.
        """
        if unit == self.unit:
            return self
        return Figure(self.draws * conversion(self.unit, unit), unit, self.grade, self.lineage)

    def __add__(self, other: Figure) -> Figure:
        return Figure.combine(np.add, self, other.to(self.unit), unit=self.unit)

    def __sub__(self, other: Figure) -> Figure:
        return Figure.combine(np.subtract, self, other.to(self.unit), unit=self.unit)

    def __mul__(self, other: Figure | float) -> Figure:
        other = _figure(other)
        return Figure.combine(np.multiply, self, other, unit=multiply(self.unit, other.unit))

    def __rmul__(self, other: float) -> Figure:
        return self * other

    def __truediv__(self, other: Figure | float) -> Figure:
        other = _figure(other)
        if not other.missing and not np.all(other.draws):
            raise ZeroDivisor(other.unit, other.lineage)
        return Figure.combine(np.divide, self, other, unit=divide(self.unit, other.unit))

    def over(self, other: Figure) -> Figure:
        """How large this is beside another; unknown where the other may be nothing."""
        if other.missing or other.draws.all():
            return self / other
        return Figure.unknown(divide(self.unit, other.unit), self.lineage | other.lineage)

    def __neg__(self) -> Figure:
        return Figure(-self.draws, self.unit, weakest(self.grade), self.lineage)

    def maximum(self, other: Figure) -> Figure:
        """The larger of the two, draw by draw."""
        return Figure.combine(np.maximum, self, other.to(self.unit), unit=self.unit)

    def minimum(self, other: Figure) -> Figure:
        """The smaller of the two, draw by draw."""
        return Figure.combine(np.minimum, self, other.to(self.unit), unit=self.unit)


def quantiles(draws: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Quantiles over the first axis, linear between the draws as numpy's are: shape (level, ...).

    Between draws of which one has no end there is no number: the quantile has no end either, or is NaN.
    Sorted whole, which vector instructions do several times faster than numpy finds a few places.
    """
    ordered = np.sort(draws, axis=0)
    places = np.asarray(levels) * (len(ordered) - 1)
    low = places.astype(np.int64)
    high = np.minimum(low + 1, len(ordered) - 1)
    part = (places - low).reshape(-1, *(1,) * (draws.ndim - 1))
    with np.errstate(invalid="ignore"):
        between = (1 - part) * ordered[low] + part * ordered[high]
    found = np.where(part == 0, ordered[low], between)
    return np.asarray(np.where(np.isnan(ordered[-1]), np.nan, found))


def _figure(value: Figure | float) -> Figure:
    return value if isinstance(value, Figure) else Figure.of(value, grade=Grade.REPORTED)
