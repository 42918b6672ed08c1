"""What a loan costs, and what it costs to keep one off the balance sheet.

Everything here works on draws: a quantity that is not known is an array of equally likely values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from rekening.assumptions import normal_quantile
from rekening.claims.contracts import Lease
from rekening.claims.flows import CashFlows, outstanding
from rekening.claims.loans import AmortisingNote
from rekening.claims.newton import solved
from rekening.claims.schedule import Floats
from rekening.numerics import OPTION_STATES

__all__ = ["OffBalance", "internal_rate", "off_balance", "option_to_leave"]


def internal_rate(flows: CashFlows, value: Floats, start: date) -> Floats:
    """Return the rate, compounded twice a year, at which flows after a day are worth some values on it.

    Parameters
    ----------
    flows
        Amounts not negative.
    value
        What was received, any shape, above 0.
    start
        The day.

    Notes
    -----
    Newton's method on the logarithm of the value, which is convex and falling in log(1 + rate/2).
    """
    later = flows.after(start)
    times, amounts = 2 * later.years(start), later.amounts

    def step(x: Floats, target: Floats) -> tuple[Floats, Floats]:
        worth = np.exp(-np.multiply.outer(x, times)) * amounts
        total = worth.sum(axis=-1)
        gap = np.log(total / target)
        return x + gap * total / (worth @ times), gap

    target = np.asarray(value, dtype=np.float64)
    x, _ = solved(step, target.ravel(), np.zeros_like)
    return np.asarray(2 * np.expm1(x.reshape(target.shape)), dtype=np.float64)


def _discounts(rate: Floats, years: Floats) -> Floats:
    """Return discount factors at rates compounded twice a year, shape rates x years."""
    return np.asarray((1 + rate[..., None] / 2) ** (-2 * years), dtype=np.float64)


def option_to_leave(
    lease: Lease, *, rate: Floats, trend: Floats, volatility: Floats, value_to_rents: Floats
) -> Floats:
    """Return what the tenant's right to leave a lease is worth at commencement, by draw.

    What others would pay for the place follows a lognormal walk from the contract rent. Leaving saves the
    rents still to come less what such a place then costs elsewhere, and costs what the guarantee takes. The
    right is valued at the one date, among those of the lease, at which it is worth most, which is less than
    the right to choose among all of them: a lower bound.

    Parameters
    ----------
    rate
        At which the tenant borrows, compounded twice a year, decimal; shape (draws,).
    trend, volatility
        Of the market rent, decimal per year; shape (draws,).
    value_to_rents
        What the building is worth over what the remaining rents would bring on the market; shape (draws,).
    """
    states = normal_quantile((np.arange(OPTION_STATES) + 1 / 2) / OPTION_STATES)
    best = np.zeros(np.broadcast(rate, trend, volatility, value_to_rents).shape)
    for years in lease.option_years[:-1]:
        left = lease.longest_years - years
        quarters = (np.arange(4 * left) + 1) / 4
        contract = lease.yearly_rent / 4 * _discounts(rate, quarters).sum(axis=-1)
        drift = (trend - volatility**2 / 2) * years
        level = np.exp(drift[..., None] + (volatility * np.sqrt(years))[..., None] * states)
        market = contract[..., None] * level
        owed = lease.owed_on_leaving(years, value_to_rents[..., None] * market)
        gain = np.maximum(contract[..., None] - market - owed, 0.0).mean(axis=-1)
        best = np.maximum(best, gain * _discounts(rate, np.array([float(years)]))[..., 0])
    return best


@dataclass(frozen=True, kw_only=True, eq=False)
class OffBalance:
    """What keeping a loan off the balance sheet costs: present values on the day of issue, US dollars.

    Attributes
    ----------
    notes
        The notes of the vehicle, valued at the firm's own rate, less their principal.
    equity
        What the investors' capital asks over that rate.
    leaving
        Worth of the right to leave, kept by the firm.
    construction
        Setbacks in building that the investors are expected to bear.
    total
        notes + equity - leaving - construction.
    yearly
        The total as an extra rate a year on what is outstanding, decimal.
    """

    notes: Floats
    equity: Floats
    leaving: Floats
    construction: Floats
    total: Floats
    yearly: Floats


def off_balance(
    note: AmortisingNote,
    *,
    own_rate: Floats,
    equity: Floats,
    equity_return: Floats,
    leaving: Floats,
    construction: Floats,
) -> OffBalance:
    """Put together what the vehicle costs over the firm's own borrowing at equal average life.

    Parameters
    ----------
    own_rate
        What the firm itself pays for the same average life, compounded twice a year; shape (draws,).
    equity, equity_return
        Investors' own capital, US dollars, and the return it asks a year; it stays in as long as the notes
        do.
    leaving, construction
        Present values on the day of issue of what the firm keeps, US dollars.
    """
    flows = note.cashflows()
    years = flows.years(note.issued)
    discounts = _discounts(np.atleast_1d(own_rate), years)
    periods = np.diff(years, prepend=0.0)
    owed = outstanding(note.principal, flows.principal)
    premium = discounts @ flows.amounts - note.principal
    asked = equity * (equity_return - own_rate) * (discounts @ periods)
    total = premium + asked - leaving - construction
    return OffBalance(
        notes=premium,
        equity=asked,
        leaving=leaving,
        construction=construction,
        total=total,
        yearly=total / (discounts @ (owed * periods)),
    )
