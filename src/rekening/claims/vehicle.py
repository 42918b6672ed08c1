"""A vehicle that borrows for a firm: its notes, its lease and the firm's guarantee, read from the facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from rekening.assumptions import Scenario
from rekening.claims.contracts import Lease, ResidualValueGuarantee
from rekening.claims.cost import OffBalance, off_balance, option_to_leave
from rekening.claims.loans import AmortisingNote
from rekening.facts import Facts, Figure, Grade, Lineage, Record, weakest
from rekening.numerics import DAYS_A_YEAR

__all__ = ["Vehicle"]

_DOLLAR = "USD"


@dataclass(frozen=True, kw_only=True, eq=False)
class Vehicle:
    """A venture that borrows and builds, and lets what it built to a firm.

    Attributes
    ----------
    name
        Slug of the venture.
    notes
        Interest only until the lease begins, then level payments: the schedule is not public, and this is the
        one that the level rent can serve.
    lease
        Between venture and firm; extensions are as long as the first term.
    principal, rate
        Of the notes.
    rent
        A year, level over the first term.
    commitment, guarantee, building_cost, investors_share
        Rent of the first term; most that the guarantee can cost; cost of the building; the investors' part of
        the venture. Missing where not public.
    lineage
        All rows about the vehicle that were used.
    """

    name: str
    notes: AmortisingNote
    lease: Lease
    principal: Figure
    rate: Figure
    rent: Figure
    commitment: Figure
    guarantee: Figure
    building_cost: Figure
    investors_share: Figure
    lineage: Lineage

    @classmethod
    def of(cls, facts: Facts, firm: str) -> Vehicle | None:
        """Find the vehicle that a firm rents from; none where notes and lease were not both public."""
        notes = next((row for row in facts.table("deals") if _is_notes(row, firm)), None)
        lease = next((row for row in facts.table("deals") if _is_lease(row, firm)), None)
        if notes is None or lease is None:
            return None
        venture = lease.text("sponsor")

        def latest(concept: str) -> Figure:
            return facts.latest(venture, concept).figure()

        first, longest = latest("lease_initial_term_years"), latest("lease_total_with_extensions_years")
        commitment, start = latest("initial_lease_commitment"), lease.day("effective")
        principal, rate = notes.figure("debt_usd"), notes.figure("rate_percent")
        issued, maturity = notes.day("effective"), _day(notes.text("maturity"))
        known = not (first.missing or longest.missing or commitment.missing)
        if start is None or issued is None or maturity is None or not known:
            return None
        guaranteed, held = (
            latest("residual_value_guarantee_threshold_initial"),
            latest("residual_value_guarantee_years"),
        )
        guarantee = (
            None
            if guaranteed.missing or held.missing
            else ResidualValueGuarantee(
                start=start, years=held.central, initial=guaranteed.central, final=0.0, cap=guaranteed.central
            )
        )
        rent = commitment / first.central
        parts = [fact for fact in facts.find(venture) if fact.concept.startswith("ownership_share_")]
        others = [fact for fact in parts if not fact.concept.endswith(firm)]
        share = others[-1].figure() if others else Figure.unknown("1")
        return cls(
            name=venture,
            notes=AmortisingNote(
                principal=principal.central,
                rate=rate.central,
                issued=issued,
                interest_only_until=start,
                maturity=maturity,
            ),
            lease=Lease(
                yearly_rent=rent.central,
                start=start,
                first_term_years=round(first.central),
                extension_years=round(first.central),
                longest_years=round(longest.central),
                guarantee=guarantee,
            ),
            principal=principal,
            rate=rate,
            rent=rent,
            commitment=commitment,
            guarantee=guaranteed,
            building_cost=latest("development_cost"),
            investors_share=share,
            lineage=Lineage(frozenset({notes.fact_id, lease.fact_id}))
            | Lineage.union(figure.lineage for figure in (first, longest, commitment, guaranteed, held)),
        )

    def average_life(self) -> float:
        """Return the average life of the notes, years from issue."""
        return self.notes.cashflows().average_life(self.notes.issued)

    def rent_serves(self) -> Figure:
        """Return the notes that the investors' part of the rent could serve, at the same rate and days."""
        if self.investors_share.missing:
            return Figure.unknown(_DOLLAR, self.lineage)
        paid = self.rent * self.investors_share
        sized = AmortisingNote.served_by(
            paid.central,
            rate=self.notes.rate,
            issued=self.notes.issued,
            interest_only_until=self.notes.interest_only_until,
            maturity=self.notes.maturity,
            frequency=self.notes.frequency,
        )
        grade = weakest(paid.grade, self.rate.grade)
        return Figure.of(sized.principal, _DOLLAR, grade, self.lineage | paid.lineage)

    def cost(self, scenario: Scenario, own_rate: Figure) -> tuple[OffBalance, Lineage, Grade] | None:
        """Return what it costs to borrow through the vehicle and not on the firm's own name.

        The right to leave and the setbacks in building count for the investors' part of the venture only.

        Parameters
        ----------
        own_rate
            At which the firm itself borrows for the notes' average life.

        Returns
        -------
        Draws of the parts, and what they rest on; None where the share, the cost or the rate is missing.
        """
        needed = {
            name: scenario[name].figure()
            for name in (
                "vehicle_equity", "vehicle_equity_return", "guarantee_final_share", "campus_rent_trend",
                "campus_rent_volatility", "campus_value_to_rents", "construction_risk_passed_on",
            )
        }  # fmt: skip
        inputs = [own_rate, self.investors_share, self.building_cost, *needed.values()]
        if any(figure.missing for figure in inputs):
            return None
        drawn = np.broadcast_shapes(*(figure.draws.shape for figure in inputs), (1,))
        draws = {name: np.broadcast_to(figure.draws, drawn) for name, figure in needed.items()}
        rate = np.broadcast_to(own_rate.draws, drawn)
        lease = self.lease
        if lease.guarantee is not None:
            final = (draws["guarantee_final_share"] * lease.guarantee.initial)[..., None]
            lease = replace(lease, guarantee=replace(lease.guarantee, final=final))
        share = self.investors_share.central
        wait = (lease.start - self.notes.issued).days
        leaving = share * option_to_leave(
            lease,
            rate=rate,
            trend=draws["campus_rent_trend"],
            volatility=draws["campus_rent_volatility"],
            value_to_rents=draws["campus_value_to_rents"],
        )
        found = off_balance(
            self.notes,
            own_rate=rate,
            equity=np.broadcast_to(needed["vehicle_equity"].to(_DOLLAR).draws, drawn),
            equity_return=draws["vehicle_equity_return"],
            leaving=leaving * (1 + rate / 2) ** (-2 * wait / DAYS_A_YEAR),
            construction=share * self.building_cost.central * draws["construction_risk_passed_on"],
        )
        lineage = self.lineage | Lineage.union(figure.lineage for figure in inputs)
        return found, lineage, weakest(*(figure.grade for figure in inputs))


def _is_notes(row: Record, firm: str) -> bool:
    return (
        row["kind"] == "spv"
        and row["operator"] == firm
        and row["debt_usd"] is not None
        and row["rate_percent"] is not None
        and _day(row.text("maturity")) is not None
    )


def _is_lease(row: Record, firm: str) -> bool:
    return row["kind"] == "lease" and row["operator"] == firm and row["effective"] is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
