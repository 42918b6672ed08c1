"""All that a firm owes as of a day: service by quarter, average coupon and life, the maturity wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from rekening.assumptions import Scenario
from rekening.claims.bond import FixedRateBond
from rekening.claims.claim import Claim, LeftOut, listed_claims
from rekening.claims.curve import ZeroCurve
from rekening.claims.flows import months_later, quarter_places
from rekening.claims.loans import TermLoan
from rekening.claims.schedule import Floats
from rekening.facts import Facts, Figure, Grade, Lineage, Quarter, weakest

__all__ = ["Ladder"]

_DOLLAR = "USD"


@dataclass(frozen=True, kw_only=True, eq=False)
class Ladder:
    """What a firm owes as of a day.

    Attributes
    ----------
    claims
        Listed debts, and last ``unlisted_debt`` where the firm reports more than is listed.
    left_out
        Rows that do not say enough; what they owe is inside ``unlisted_debt``.
    reported
        Total debt as last reported before the day; missing where it was not.
    difference
        Reported less listed on the day of the report: above 0 it is ``unlisted_debt``, below 0 it is
        unamortised discount and rounding.
    """

    firm: str
    day: date
    claims: tuple[Claim, ...]
    left_out: tuple[LeftOut, ...]
    reported: Figure
    difference: Figure

    @classmethod
    def of(cls, facts: Facts, scenario: Scenario, firm: str, curve: ZeroCurve) -> Ladder:
        """Read the ladder of a firm from the facts."""
        claims, left_out = listed_claims(facts, scenario, firm, curve)
        total = facts.latest(firm, "total_debt")
        reported = total.figure() if total.end is not None else Figure.unknown(_DOLLAR, total.lineage)
        if reported.missing or total.end is None:
            missing = Figure.unknown(_DOLLAR, reported.lineage)
            return cls(
                firm=firm,
                day=facts.as_of,
                claims=claims,
                left_out=left_out,
                reported=reported,
                difference=missing,
            )
        then, _ = listed_claims(facts, scenario, firm, curve, on=total.end)
        difference = Figure.of(
            reported.central - sum(_outstanding(claim, total.end) for claim in then),
            _DOLLAR,
            weakest(reported.grade, *(claim.grade for claim in then)),
            Lineage.union([reported.lineage, *(claim.lineage for claim in then)]),
        )
        rest = _unlisted(facts, scenario, firm, reported, difference) if difference.central > 0 else None
        return cls(
            firm=firm,
            day=facts.as_of,
            claims=(*claims, rest) if rest else claims,
            left_out=left_out,
            reported=reported,
            difference=difference,
        )

    @property
    def lineage(self) -> Lineage:
        """Everything that the claims rest on."""
        return Lineage.union([self.reported.lineage, *(claim.lineage for claim in self.claims)])

    @property
    def grade(self) -> Grade:
        """Evidence of the weakest claim."""
        return weakest(*(claim.grade for claim in self.claims))

    def outstanding(self) -> Floats:
        """Return what each claim owes in principal, US dollars; shape (claims,)."""
        return np.array([_outstanding(claim, self.day) for claim in self.claims])

    def total(self) -> float:
        """Return all principal outstanding, US dollars."""
        return float(self.outstanding().sum())

    def average_coupon(self) -> float:
        """Return interest a year over what is outstanding; NaN where nothing is."""
        owed = self.outstanding()
        rates = np.array([claim.rate for claim in self.claims])
        return float(owed @ rates / owed.sum()) if owed.sum() else float("nan")

    def average_life(self) -> float:
        """Return years to repayment, weighted by principal; NaN where nothing is owed."""
        owed = self.outstanding()
        lives = np.array([claim.flows().average_life(self.day) for claim in self.claims])
        return float(owed @ lives / owed.sum()) if owed.sum() else float("nan")

    def share_due_within(self, years: int) -> float:
        """Return the share of principal repaid in so many years from the day; NaN where nothing is owed."""
        until = np.datetime64(months_later(self.day, 12 * years), "D")
        flows = [claim.flows().after(self.day) for claim in self.claims]
        due = sum(float(flow.principal[flow.dates <= until].sum()) for flow in flows)
        return due / self.total() if self.total() else float("nan")

    def service(self, first: Quarter, count: int) -> tuple[Floats, Floats]:
        """Return interest and principal falling due by quarter, US dollars.

        Parameters
        ----------
        first, count
            Quarters to cover; only payments after the day of the ladder count.

        Returns
        -------
        Two arrays of shape (claims, count).
        """
        interest = np.zeros((len(self.claims), count))
        principal = np.zeros((len(self.claims), count))
        for row, claim in enumerate(self.claims):
            flows = claim.flows().after(self.day)
            places = quarter_places(flows.dates, first)
            inside = (places >= 0) & (places < count)
            np.add.at(interest[row], places[inside], flows.interest[inside])
            np.add.at(principal[row], places[inside], flows.principal[inside])
        return interest, principal

    def wall(self) -> tuple[tuple[int, ...], Floats]:
        """Return calendar years and the principal that falls due in each, US dollars, gaps as 0."""
        flows = [claim.flows().after(self.day) for claim in self.claims]
        if not flows:
            return (), np.zeros(0)
        years = np.concatenate([flow.dates.astype("datetime64[Y]").astype(np.int64) for flow in flows])
        due = np.concatenate([flow.principal for flow in flows])
        span = range(int(years.min()), int(years.max()) + 1)
        amounts = np.array([due[years == year].sum() for year in span])
        return tuple(np.datetime64(year, "Y").item().year for year in span), amounts

    def refinancing_cost(self, curve: ZeroCurve, spread: float, years: int) -> float:
        """Return the extra interest a year if bonds due within some years are borrowed again at once.

        Each bond is replaced, at today's rates, by one of its own original life, at the curve's par yield of
        that life plus a spread; the difference to its coupon counts. US dollars a year, negative where
        today's rates are lower.

        Parameters
        ----------
        spread
            What the firm pays over the curve, decimal.
        """
        until = months_later(self.day, 12 * years)
        extra = 0.0
        for claim in self.claims:
            bond = claim.instrument
            if not isinstance(bond, FixedRateBond) or bond.maturity > until:
                continue
            life = float(
                np.diff(curve.years(np.array([bond.issued, bond.maturity], dtype="datetime64[D]")))[0]
            )
            extra += claim.dollars * bond.principal * (curve.par_yield(life) + spread - bond.coupon)
        return extra


def _outstanding(claim: Claim, day: date) -> float:
    return float(claim.flows().after(day).principal.sum())


def _unlisted(facts: Facts, scenario: Scenario, firm: str, reported: Figure, difference: Figure) -> Claim:
    """Return all that is not listed as one loan at the firm's average rate, repaid evenly.

    Its average life is the parameter, so that its last payment falls after twice as long.
    """
    life = scenario["unlisted_debt_life"]
    paid = _yearly_interest(facts, firm)
    rate = paid / reported
    coupon = min(max(rate.central, 0.0), 1.0) if not rate.missing else 0.0
    day = facts.as_of
    return Claim(
        name="unlisted_debt",
        debtor=firm,
        creditor="lenders",
        kind="unlisted_debt",
        instrument=TermLoan(
            principal=difference.central,
            rate=coupon,
            drawn=day,
            maturity=months_later(day, max(round(2 * 12 * life.central), 1)),
        ),
        rate=coupon,
        grade=Grade.ASSUMED,
        lineage=difference.lineage | rate.lineage | Lineage(parameters=frozenset({life.name})),
    )


def _yearly_interest(facts: Facts, firm: str) -> Figure:
    """Return interest of the newest year reported: four quarters where known, else the last year."""
    quarters = list(facts.series(firm, "interest_expense", "quarter").values())
    years = list(facts.series(firm, "interest_expense", "year").values())
    newest = facts.latest(firm, "interest_expense")
    if newest.end is not None:
        trailing = facts.get(firm, "interest_expense", f"TTM@{newest.end}")
        if not trailing.missing:
            return trailing.figure()
    if years:
        return years[-1].figure()
    return quarters[-1].figure() * 4.0 if quarters else Figure.unknown(_DOLLAR)
