"""What a notch of credit rating costs, from what rated firms pay over Treasuries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, Grade, Lineage
from rekening.facts.draws import uniform_draws
from rekening.facts.rows import Record
from rekening.facts.units import ONE
from rekening.firms.ladder import Ladder, Tranche
from rekening.market.moat import as_anybodys
from rekening.numerics import DAYS_A_YEAR, LONG_YIELD
from rekening.sites import accelerator_hour, cost_of_capital

__all__ = ["MOODYS", "SP", "RatedSpread", "hour_a_notch_lower", "notch_cost", "rated_spreads", "rating_of"]

SP = ("AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-")
"""Investment grades of S&P and Fitch, best first: a step is a notch."""

MOODYS = ("Aaa", "Aa1", "Aa2", "Aa3", "A1", "A2", "A3", "Baa1", "Baa2", "Baa3")
"""The same grades in the words of Moody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedSpread:
    """A firm's newest bond of about ten years.

    Attributes
    ----------
    notch
        Steps below the best grade.
    spread
        Over the Treasury yield of the same life when it was sold, decimal.
    sold
        Day on which the money came in.
    """

    firm: str
    notch: int
    rating: str
    spread: Figure
    sold: date


def rating_of(facts: Facts, firm: str, agency: str) -> Record | None:
    """The newest rating that an agency gave a firm; None where none was public."""
    rows = [
        row
        for row in facts.table("ratings")
        if row["entity"] == firm and row["agency"] == agency and row["rating"]
    ]
    return max(rows, key=lambda row: (row.day("date") or row.published, row.published), default=None)


def rated_spreads(facts: Facts, firms: Sequence[str]) -> list[RatedSpread]:
    """Spreads of the rated firms among some, best rating first: S&P's rating, else Moody's.

    Each firm's newest issue counts, and in it the bond whose life is nearest to ten years. Firms below
    investment grade are left out, since a notch costs more there.
    """
    found = []
    for firm in firms:
        rating = rating_of(facts, firm, "sp") or rating_of(facts, firm, "moodys")
        bond = _ten_years(Ladder.read(facts, firm).tranches)
        if rating is None or bond is None or bond.spread is None:
            continue
        words = rating.text("rating")
        scale = SP if words in SP else MOODYS
        if words not in scale:
            continue
        lineage = Lineage(frozenset({rating.fact_id, bond.fact_id}))
        spread = Figure.of(bond.spread, ONE, Grade.DERIVED, lineage)
        found.append(
            RatedSpread(firm=firm, notch=scale.index(words), rating=words, spread=spread, sold=bond.begins)
        )
    return sorted(found, key=lambda each: each.notch)


def _ten_years(tranches: Sequence[Tranche]) -> Tranche | None:
    """The bond of the newest issue with a known spread whose life is nearest to ten years."""
    known = [tranche for tranche in tranches if tranche.spread is not None]
    newest = max((tranche.begins for tranche in known), default=None)
    issue = [tranche for tranche in known if tranche.begins == newest]

    def distance(tranche: Tranche) -> float:
        return abs((tranche.matures.end - tranche.begins).days / (LONG_YIELD * DAYS_A_YEAR) - 1)

    return min(issue, key=distance, default=None)


def notch_cost(spreads: Sequence[RatedSpread]) -> Figure:
    """What lenders ask for a notch, decimal: the slopes between every two firms of different ratings.

    Its middle is the estimate of Theil and Sen (Sen 1968), which one odd firm does not move; between two
    slopes it is drawn evenly. The issues are of different days. Missing where no two ratings differ.
    """
    slopes = [
        (worse.spread.central - better.spread.central) / (worse.notch - better.notch)
        for better, worse in combinations(spreads, 2)
        if worse.notch > better.notch
    ]
    lineage = Lineage.union(each.spread.lineage for each in spreads)
    if not slopes:
        return Figure.unknown(ONE, lineage)
    drawn = uniform_draws("slope between ratings")
    return Figure.of(np.quantile(slopes, drawn), ONE, Grade.ESTIMATED, lineage)


def hour_a_notch_lower(facts: Facts, scenario: Scenario, firm: str, chip: str, notch: Figure) -> Figure:
    """What an hour of computing costs more if lenders ask a notch more of a firm, as a part of its cost.

    The site is funded as anybody's would be, as in `moat`.
    """
    own = cost_of_capital(facts, scenario, firm)
    now, lower = (
        accelerator_hour(facts, scenario, firm, as_anybodys(facts, scenario, each), chip=chip).total
        for each in (own, replace(own, debt=own.debt + notch))
    )
    return lower / now - Figure.of(1)
