"""The bill in its three scopes, now and later: the loan, the firm, the firms together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.firms.buildout import Ahead
from rekening.payers.bill import LATER, NOW, Bill, Bills, bills_by_firm, loan_bill, together
from rekening.payers.recovery import Recovery, recover, recover_loan, recover_together

__all__ = ["BUILDERS", "MOMENTS", "Scopes", "of_builders", "recover_all", "scopes"]

MOMENTS = (NOW, LATER)
BUILDERS = ("meta", "alphabet", "microsoft", "amazon", "oracle", "coreweave")
"""The firms together: those that build at scale and report what they spend."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """Bills of a case, by moment.

    Attributes
    ----------
    loan
        None where no loan is known, or not its size.
    firm
        By moment; missing figures where the firm's spending is not known.
    firms
        By moment and firm, those whose spending is known.
    """

    facts: Facts
    scenario: Scenario
    name: str
    loan: Bill | None
    firm: Mapping[str, Bill]
    firms: Mapping[str, Mapping[str, Bill]]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Builders without a known bill."""
        return tuple(name for name in BUILDERS if name not in self.firms[NOW])

    def together(self, moment: str) -> Bill:
        """The bill of the firms together."""
        return together(self.firms[moment].values())

    def of_firm(self, moment: str) -> Recovery:
        """Who pays the firm's bill."""
        return recover(self.facts, self.scenario, self.name, self.firm[moment], moment=moment)

    def of_loan(self, moment: str) -> Recovery | None:
        """Who pays the loan's bill."""
        if self.loan is None or self.firm[moment].total.missing:
            return None
        return recover_loan(
            self.facts, self.scenario, self.name, loan=self.loan, whole=self.firm[moment], moment=moment
        )

    def of_firms(self, moment: str) -> Recovery:
        """Who pays the bill of the firms together; their own money in labs has dropped out."""
        return recover_all(self.facts, self.scenario, self.firms[moment], moment)


def of_builders(bills: Bills, moment: str) -> dict[str, Bill]:
    """Bills of the builders at a moment, by firm; those whose spending is known."""
    found = {name: bills(name)[moment] for name in BUILDERS}
    return {name: bill for name, bill in found.items() if not bill.total.missing}


def recover_all(facts: Facts, scenario: Scenario, bills: Mapping[str, Bill], moment: str) -> Recovery:
    """Who pays bills of several firms; their own money in labs has dropped out."""
    return recover_together(
        {
            name: recover(facts, scenario, name, bill, moment=moment, funders="firms")
            for name, bill in bills.items()
        }
    )


def scopes(
    facts: Facts, scenario: Scenario, firm: str, *, principal: Figure, coupon: Figure, ahead: Ahead
) -> Scopes:
    """Work out the bills of a case.

    Parameters
    ----------
    principal, coupon
        Of the loan; the loan is left out where either is missing.
    ahead
        Gives the simulated spending of a firm by quarter.
    """
    known = not (principal.missing or coupon.missing)
    bills = bills_by_firm(facts, scenario, ahead)
    return Scopes(
        facts=facts,
        scenario=scenario,
        name=firm,
        loan=loan_bill(facts, scenario, firm, principal, coupon) if known else None,
        firm=bills(firm),
        firms={moment: of_builders(bills, moment) for moment in MOMENTS},
    )
