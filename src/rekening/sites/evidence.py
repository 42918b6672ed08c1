"""Several published estimates of one thing, as one uncertain figure; and a parameter where there are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from rekening.assumptions import Parameter
from rekening.facts import Fact, Facts, Figure, uniform_draws, weakest
from rekening.facts.figure import Lineage

__all__ = ["best", "estimates", "pool", "pooled"]


def estimates(facts: Facts, subjects: Iterable[tuple[str, str]]) -> list[Fact]:
    """All usable rows about these (entity, concept) pairs; one row an entity, concept and source."""
    newest: dict[tuple[str, str, str], Fact] = {}
    for entity, concept in subjects:
        for fact in facts.find(entity, concept):
            if not fact.figure().missing:
                newest[entity, concept, fact.source_url] = fact
    return list(newest.values())


def pool(name: str, figures: Sequence[Figure]) -> Figure:
    """Spread of several estimates: each is as likely as the others, and so is what lies between neighbours.

    The draws belong to `name`. One estimate stays what it is.

    Parameters
    ----------
    name
        Of the quantity; figures pooled under one name are drawn together.
    figures
        In units of one kind; those with draws count by their median.
    """
    if len(figures) == 1:
        return figures[0]
    unit = figures[0].unit
    values = np.sort([figure.to(unit).central for figure in figures])
    draws = np.interp(uniform_draws(name), np.linspace(0, 1, len(values)), values)
    lineage = Lineage.union(figure.lineage for figure in figures)
    return Figure.of(draws, unit, weakest(*(figure.grade for figure in figures)), lineage)


def pooled(facts: Facts, name: str, subjects: Iterable[tuple[str, str]], otherwise: Parameter) -> Figure:
    """Pool what was published by the day of the facts; an assumption where nothing was."""
    found = [fact.figure() for fact in estimates(facts, subjects)]
    return pool(name, found) if found else otherwise.figure()


def best(facts: Facts, subjects: Iterable[tuple[str, str]], otherwise: Parameter) -> Figure:
    """The latest row of the first subject that has one; an assumption where none has."""
    for entity, concept in subjects:
        figure = facts.latest(entity, concept).figure()
        if not figure.missing:
            return figure
    return otherwise.figure()
