"""Compile the simulation once, so that no later run waits for it: ``python -m rekening.futures.compile``."""

from __future__ import annotations

import logging

from rekening.defaults import AS_OF, FIRM
from rekening.facts import Facts, Quarter
from rekening.futures.runs import Plan, courses
from rekening.numerics import LANES

__all__ = ["main"]


def main() -> None:
    """Run one tile of futures of one quarter; machine code that is not kept yet is made on the way."""
    logging.basicConfig(format="%(message)s")
    logging.getLogger("rekening").setLevel(logging.INFO)
    facts = Facts.load(as_of=AS_OF)
    plan = Plan.make(facts, "baseline", firms=[FIRM], until=str(Quarter.of(facts.as_of)), paths=LANES, seed=1)
    courses(plan)


if __name__ == "__main__":
    main()
