"""The loan that a case is about: the latest issue of dollar bonds, as far as it was public that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rekening.facts import Facts, Figure, Lineage
from rekening.facts.rows import Record

__all__ = ["Loan", "announced_on", "loan_of", "principal_of"]

_DOLLAR = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """An issue of bonds.

    Attributes
    ----------
    announced, settled
        Day it was announced, and day the money came in; none where not public.
    tranches
        Rows of the table of bonds; none where the tranches were not public yet.
    principal
        Sum of the tranches, else the announced amount, US dollars; missing where neither was public.
    """

    firm: str
    announced: date
    settled: date | None
    tranches: tuple[Record, ...]
    principal: Figure

    @property
    def pending(self) -> bool:
        """Announced, but its tranches were not public yet."""
        return not self.tranches

    @property
    def yearly_interest(self) -> Figure:
        """Coupons of a full year over the tranches with a fixed coupon; missing if there are none."""
        fixed = [each for each in self.tranches if each["coupon_percent"] is not None]
        if not fixed:
            return Figure.unknown(_DOLLAR, self.principal.lineage)
        return Figure.total(principal_of(each) * each.figure("coupon_percent") for each in fixed)


def loan_of(facts: Facts, firm: str) -> Loan | None:
    """The firm's latest dollar issue as known on the day of the facts; none if it had issued nothing.

    An issue that was announced later than the newest tranches, and has not been closed, is the loan even
    though its tranches were not public: then the principal is what the announcement said, or missing.
    """
    issues: dict[date, list[Record]] = {}
    for bond in facts.table("bonds"):
        if bond["issuer"] == firm and bond["currency"] == _DOLLAR and bond["principal"] is not None:
            issues.setdefault(announced_on(bond), []).append(bond)
    latest = max(issues, default=None)
    pending = _pending(facts, firm)
    if pending is not None and (latest is None or _event_day(pending) > latest):
        return Loan(
            firm=firm,
            announced=_event_day(pending),
            settled=None,
            tranches=(),
            principal=_announced_amount(facts, pending),
        )
    if latest is None:
        return None
    tranches = tuple(issues[latest])
    settled = [when for each in tranches if (when := each.day("settled")) is not None]
    return Loan(
        firm=firm,
        announced=latest,
        settled=min(settled, default=None),
        tranches=tranches,
        principal=Figure.total(map(principal_of, tranches)),
    )


def principal_of(bond: Record) -> Figure:
    """Amount of a listed bond, in its own currency."""
    lineage = Lineage(frozenset({bond.fact_id}))
    return Figure.of(bond.number("principal") or 0, bond.text("currency"), bond.grade, lineage)


def announced_on(bond: Record) -> date:
    """Day on which a listed bond was announced; where that is not public, the nearest day that is."""
    return bond.day("announced") or bond.day("priced") or bond.day("settled") or bond.published


def _event_day(event: Record) -> date:
    return event.day("date") or event.published


def _pending(facts: Facts, firm: str) -> Record | None:
    """Newest announcement of a bond of the firm that no visible event has closed or cancelled."""
    events = [
        event for event in facts.table("deal_events") if event.text("deal_id").startswith(f"{firm}_bond_")
    ]
    over = {event["deal_id"] for event in events if event["event"] in ("closed", "cancelled")}
    waiting = [event for event in events if event["event"] == "announced" and event["deal_id"] not in over]
    return max(waiting, key=_event_day, default=None)


def _announced_amount(facts: Facts, event: Record) -> Figure:
    lineage = Lineage(frozenset({event.fact_id}))
    for deal in facts.table("deals"):
        if deal["deal_id"] == event["deal_id"] and deal["debt_usd"] is not None:
            return deal.figure("debt_usd")
    return Figure.unknown(_DOLLAR, lineage)
