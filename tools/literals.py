"""Fail on any number in the modelling rooms that has no home.

A number in a model is a fact (a row with a source), a parameter (YAML, with its reason) or part of the
method (`rekening.numerics`). What may stand in code is a closed list.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ALLOWED = {0, 1, 2, 4, 12, 100, 10_000}
ROOMS = ("claims", "sites", "ledger", "firms", "market", "futures", "payers", "questions")
SOURCE = Path(__file__).parents[1] / "src" / "rekening"


def homeless(source: str) -> Iterator[tuple[int, float]]:
    """Yield line and value of each number outside the closed list; docstrings are text, not numbers.

    Shifts and masks of integers in bit arithmetic are part of an algorithm and belong in the numerics module.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex):
            if isinstance(node.value, bool) or node.value in ALLOWED:
                continue
            yield node.lineno, node.value


def main() -> int:
    """Check every file of the modelling rooms; print each number without a home."""
    found = [
        f"{path.relative_to(SOURCE.parents[1])}:{line}: number {value!r} has no home; "
        "make it a fact, a parameter or part of rekening.numerics"
        for room in ROOMS
        for path in sorted((SOURCE / room).rglob("*.py"))
        for line, value in homeless(path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
