"""A parameter: an assumption with its distribution, unit, reason and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from rekening.assumptions.distributions import Distribution, parse_distribution
from rekening.assumptions.yamlfile import Node, load_yaml
from rekening.errors import InputError, InputErrors, nearest
from rekening.facts import Figure, FloatArray, Grade, Lineage, kept, uniform_draws
from rekening.facts.units import known, scale
from rekening.numerics import DRAWS, DRAWS_KEPT, MEDIAN

__all__ = ["Parameter", "baseline_parameters"]

_KEYS = ("distribution", "unit", "source", "reason", "nl", "en", "minimum", "maximum")
_CLEARLY_PERCENT = 10
"""A parameter of at least so many percent that is given below one is a share, written by mistake."""
_NEEDED = ("distribution", "unit", "nl", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What is assumed, and why.

    Attributes
    ----------
    distribution
        In the parameter's own unit.
    source
        Ids of the facts or addresses it rests on; empty for a judgement, which then has a reason.
    minimum, maximum
        Bounds that a scenario may not leave, such as 0 and 1 for a share.
    origin
        File and line it was read from.
    """

    name: str
    distribution: Distribution
    unit: str
    sentence: Mapping[str, str]
    reason: str = ""
    source: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    origin: str = field(default="", compare=False)

    def quantile(self, u: FloatArray) -> FloatArray:
        """Values at probabilities `u`, percentages and basis points as decimals."""
        return self.distribution.quantile(u) * scale(self.unit)[0]

    def figure(self, count: int | None = None) -> Figure:
        """Turn the parameter into a number to compute with; its draws belong to its name."""
        unit = scale(self.unit)[1]
        lineage = Lineage(parameters=frozenset({self.name}))
        if self.distribution.certain:
            return Figure.of(self.central, unit, Grade.ASSUMED, lineage)
        return Figure.of(self.draws(count), unit, Grade.ASSUMED, lineage)

    def draws(self, count: int | None = None, first: int = 0, seed: int | None = None) -> FloatArray:
        """Values at the uniform draws that belong to its name, as `quantile` gives them.

        Parameters
        ----------
        count, first, seed
            As in `uniform_draws`.
        """
        draw = _kept_draws if count is None or count <= DRAWS else _draws
        return draw(self.distribution, scale(self.unit)[0], self.name, (count, first, seed))

    @property
    def central(self) -> float:
        """Median, percentages and basis points as decimals."""
        import numpy as np

        return float(self.quantile(np.asarray([MEDIAN]))[0])

    def with_distribution(self, distribution: Distribution, origin: str) -> Parameter:
        """The same parameter, assumed differently.

        Raises
        ------
        InputError
            If the distribution leaves the parameter's bounds, or is a share where percent are meant.
        """
        if self.unit == "percent" and distribution.certain:
            low, given = self._ends()[0], distribution.quantile(self._ends())[0]
            if 0 < given < 1 and low >= _CLEARLY_PERCENT:
                raise InputError(
                    f"{origin}: {self.name} is {given:g} percent; write {100 * given:g} for {given:.0%}"
                )
        changed = replace(self, distribution=distribution, origin=origin)
        changed.check_bounds()
        return changed

    def _ends(self) -> FloatArray:
        """Values at the far ends, in the parameter's own unit."""
        import numpy as np

        from rekening.numerics import EXTREME

        return self.distribution.quantile(np.asarray([EXTREME, 1 - EXTREME]))

    def check_bounds(self) -> None:
        """Refuse a distribution that leaves the bounds.

        Raises
        ------
        InputError
            With the bounds, and the place at which the parameter was read.
        """
        low, high = self._ends()
        least, most = self.minimum, self.maximum
        if (least is not None and low < least) or (most is not None and high > most):
            bounds = [
                f"{word} {end:g}" for word, end in (("from", least), ("up to", most)) if end is not None
            ]
            found = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            unit = "" if self.unit == "1" else f" ({self.unit})"
            raise InputError(f"{self.origin}: {self.name} is {found}; allowed: {' '.join(bounds)}{unit}")


def _draws(
    distribution: Distribution, factor: float, name: str, stretch: tuple[int | None, int, int | None]
) -> FloatArray:
    draws = distribution.quantile(uniform_draws(name, *stretch)) * factor
    draws.setflags(write=False)
    return draws


_kept_draws = kept(DRAWS_KEPT)(_draws)


def read_parameter(name: str, node: Node) -> Parameter:
    """Read one parameter of the baseline.

    Raises
    ------
    InputError
        If a key is unknown or missing, a unit is not known, or neither a source nor a reason is given.
    """
    entry = node.mapping()
    for key in entry:
        if key not in _KEYS:
            raise InputError(f"{node.where}: {name}: key {key!r} is not known{nearest(key, _KEYS)}")
    for key in _NEEDED:
        if key not in entry:
            raise InputError(f"{node.where}: {name}: key {key!r} is missing")
    if not ("source" in entry or "reason" in entry):
        raise InputError(f"{node.where}: {name}: needs a source or a reason")
    unit = entry["unit"].text()
    if not known(unit):
        raise InputError(f"{entry['unit'].where}: {name}: unit {unit!r} is not known")
    source = entry["source"].value if "source" in entry else ()
    minimum, maximum = (entry[key].number() if key in entry else None for key in ("minimum", "maximum"))
    try:
        distribution = parse_distribution(entry["distribution"].value)
    except InputError as error:
        raise InputError(f"{entry['distribution'].where}: {name}: {error}") from error
    read = Parameter(
        name=name,
        distribution=distribution,
        unit=unit,
        sentence={lang: entry[lang].text() for lang in ("nl", "en")},
        reason=entry["reason"].text() if "reason" in entry else "",
        source=(source,) if isinstance(source, str) else tuple(source),
        minimum=minimum,
        maximum=maximum,
        origin=node.where,
    )
    read.check_bounds()
    return read


@cache
def baseline_parameters() -> Mapping[str, Parameter]:
    """All parameters that come with the package, by name.

    Raises
    ------
    InputErrors
        If a file is wrong, with every problem.
    """
    found: dict[str, Parameter] = {}
    problems: list[str] = []
    for path in sorted(Path(__file__).with_name("parameters").glob("*.yaml")):
        for name, node in load_yaml(path).mapping().items():
            try:
                parameter = read_parameter(name, node)
            except InputError as error:
                problems += error.problems
                continue
            if name in found:
                problems.append(f"{node.where}: {name} is also declared at {found[name].origin}")
            found[name] = parameter
    if problems:
        raise InputErrors(problems)
    return found
