"""The check behind every sum in this room: the parts are the whole, in every draw."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rekening.facts import Figure
from rekening.numerics import CONSERVATION

__all__ = ["adds_up"]


def adds_up(parts: Iterable[Figure], whole: Figure) -> bool:
    """Whether parts sum to a whole to rounding, relative to the largest of them in each draw.

    What is missing on one side must be missing on the other.
    """
    found = list(parts)
    total = Figure.total(found)
    if total.missing or whole.missing:
        return total.missing and whole.missing
    size = np.max(np.stack(np.broadcast_arrays(*(np.abs(each.draws) for each in (*found, whole)))), axis=0)
    return bool(np.all(np.abs(total.draws - whole.draws) <= CONSERVATION * size))
