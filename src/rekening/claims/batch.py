"""Many bonds at once: price, yield, accrued interest, duration and convexity of mixed schedules in one call.

Each bond keeps its terms, period fractions and coupon days as one flat record; a call lays the records end to
end (compressed rows) and runs one kernel over them. A few bonds run it as plain Python; many run the
same functions compiled (Numba, cached on disk).

Street convention, as in QuantLib: flows are discounted at ``(1 + y/f) ** -(f t)``, with ``t`` the sum of the
period fractions from settlement, under the bond's own day count. That holds inside a long first period and in
the last period too: interest compounds there, where US practice for a last period is simple interest (up to
0.03 in price per 100).

The kernel works with ``x = log(1 + y/f)``: the logarithm of the price is convex and falling in it for any
flows that are not negative, so that Newton's method converges from any start; Halley's correction, held to
twice Newton's step, makes it cubic near the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rekening.claims.newton import solved
from rekening.claims.schedule import (
    DAY_COUNTS,
    Days,
    Floats,
    Schedule,
    dates_of,
    day_numbers,
    elapsed_fractions,
    elapsed_in_stub,
    numbers_for,
)
from rekening.errors import InputError
from rekening.numerics import COMPILE_ABOVE, DAYS_A_YEAR, LARGEST_QUOTE, MOST_ITERATIONS, PRICE_GAP, YIELD_GAP

Places = npt.NDArray[np.int64]
Kernel = Callable[..., None]

if TYPE_CHECKING:
    from rekening.claims.bond import FixedRateBond

_TERMS = ("coupon", "frequency", "day_count", "odd_first", "periods", "listed")
_COUPON, _FREQUENCY, _DAY_COUNT, _ODD_FIRST, _PERIODS, _LISTED = range(len(_TERMS))
_HEADER = len(_TERMS)


def record(coupon: float, frequency: int, day_count: str, schedule: Schedule) -> bytes:
    """Return what the batch needs of a bond, as one row of doubles.

    Terms, fractions, days. Fractions are listed up to the last that is not exactly one part in ``frequency``;
    those after it are whole.
    """
    uneven = np.flatnonzero(schedule.fractions != 1 / frequency)
    listed = int(uneven[-1]) + 1 if uneven.size else 0
    terms = (
        coupon,
        frequency,
        DAY_COUNTS.index(day_count),
        schedule.odd_first,
        schedule.fractions.size,
        listed,
    )
    return np.concatenate((terms, schedule.fractions[:listed], schedule.days)).tobytes()


def schedule_of(row: bytes) -> tuple[Days, Floats]:
    """Return the days (issue first) and the period fractions of a bond's record."""
    values = np.frombuffer(row)
    listed = int(values[_LISTED])
    fractions = np.full(int(values[_PERIODS]), 1 / values[_FREQUENCY])
    fractions[:listed] = values[_HEADER : _HEADER + listed]
    return values[_HEADER + listed :], fractions


class Risk(NamedTuple):
    """Price and its sensitivities, per 100 of principal; arrays of one shape.

    Attributes
    ----------
    dirty, clean, accrued
        Full price, quoted price, and the interest earned since the last coupon (dirty = clean + accrued).
    macaulay, modified
        Durations in years; modified = -(dP/dy) / P on the dirty price.
    convexity
        (d2P/dy2) / P, years squared.
    """

    dirty: Floats
    clean: Floats
    accrued: Floats
    macaulay: Floats
    modified: Floats
    convexity: Floats


class _Positions(NamedTuple):
    """Bonds at settlement; arrays of shape (bonds,) except ``rows``, their records end to end.

    A bond pays at the end of its current period, a ``fraction`` of a year of which ``elapsed`` has passed;
    then of the periods whose fractions are ``rows[place : place + listed]``; then of ``whole`` periods.
    """

    rows: Floats
    coupon: Floats
    frequency: Floats
    fraction: Floats
    elapsed: Floats
    place: Places
    listed: Places
    whole: Places
    years: Floats


def _locate_all(  # noqa: PLR0917  # compiled: positions only
    rows: Floats,
    settled: Floats,
    terms: Floats,
    current: Places,
    place: Places,
    listed: Places,
    whole: Places,
    fraction: Floats,
    days: Floats,
) -> None:
    """Find the coupon period of each bond in which settlement falls.

    Writes the terms, shape (bonds, terms); the current period, counted from 0, or -1 if settlement is outside
    the bond's life; what ``_Positions`` holds; and, shape (bonds, 4), the days on which the current period
    and the bond start and end.
    """
    row = 0
    for bond in range(settled.size):
        for term in range(_HEADER):
            terms[bond, term] = rows[row + term]
        periods, given = int(rows[row + _PERIODS]), int(rows[row + _LISTED])
        issue = row + _HEADER + given
        low, high = issue, issue + periods
        days[bond, 2], days[bond, -1] = rows[low], rows[high]
        inside = rows[low] <= settled[bond] < rows[high]
        while high - low > 1:
            middle = (low + high) // 2
            if rows[middle] <= settled[bond]:
                low = middle
            else:
                high = middle
        days[bond, 0], days[bond, 1] = rows[low], rows[low + 1]
        now = low - issue
        current[bond] = now if inside else -1
        place[bond] = row + _HEADER + now + 1
        listed[bond] = max(given - now - 1, 0)
        whole[bond] = periods - max(given, now + 1)
        fraction[bond] = rows[row + _HEADER + now] if now < given else 1 / rows[row + _FREQUENCY]
        row = issue + periods + 1


def _earlier(  # noqa: PLR0917  # compiled: positions only
    price: Any, moment: Any, second: Any, factor: Any, payment: float, years: float
) -> tuple[Any, Any, Any]:
    """Take price and moments one period back in time, past the payment at its end."""
    price = factor * payment + factor * price
    moment = factor * moment
    second = factor * second + years * (2 * moment + years * price)
    return price, moment + years * price, second


def _moments(  # noqa: PLR0917  # compiled: positions only
    x: Any,
    rows: Floats,
    coupon: float,
    frequency: float,
    fraction: float,
    elapsed: float,
    place: int,
    listed: int,
    whole: int,
) -> tuple[Any, Any, Any]:
    """Return the dirty price and its first two moments in time, by Horner's rule from the last flow back.

    ``x`` is log(1 + y/f), a number or an array; the result is per 100 of principal, in money, money x years,
    money x years^2.
    """
    price, moment, second = 100.0, 0.0, 0.0
    interest, years = 100 * coupon, 1 / frequency
    factor = np.exp(-x)
    for _ in range(whole):
        price, moment, second = _earlier(price, moment, second, factor, interest * years, years)
    for period in range(place + listed - 1, place - 1, -1):
        years = rows[period]
        factor = np.exp(-x * frequency * years)
        price, moment, second = _earlier(price, moment, second, factor, interest * years, years)
    years = fraction - elapsed
    factor = np.exp(-x * frequency * years)
    return _earlier(price, moment, second, factor, interest * fraction, years)


def _solve_all(  # noqa: PLR0917  # compiled: positions only
    dirty: Floats,
    start: Floats,
    rows: Floats,
    coupon: Floats,
    frequency: Floats,
    fraction: Floats,
    elapsed: Floats,
    place: Places,
    listed: Places,
    whole: Places,
    tolerance: float,
    most: int,
    solved: Floats,
) -> None:
    """Write x for one dirty price of each bond into ``solved``; NaN where there is none."""
    for i in range(dirty.size):
        x = start[i]
        solved[i] = np.nan
        for _ in range(most):
            price, moment, second = _moments(
                x, rows, coupon[i], frequency[i], fraction[i], elapsed[i], place[i], listed[i], whole[i]
            )
            gap = np.log(price / dirty[i])
            newton = gap * price / (frequency[i] * moment)
            bend = gap * (second * price / moment**2 - 1)
            x += newton / max(1 - bend / 2, 1 / 2)
            if abs(gap) < tolerance:
                solved[i] = x
                break


def _value_all(  # noqa: PLR0917  # compiled: positions only
    x: Floats,
    rows: Floats,
    coupon: Floats,
    frequency: Floats,
    fraction: Floats,
    elapsed: Floats,
    place: Places,
    listed: Places,
    whole: Places,
    price: Floats,
    moment: Floats,
    second: Floats,
) -> None:
    """Write the moments of each bond at its own x."""
    for i in range(x.size):
        price[i], moment[i], second[i] = _moments(
            x[i], rows, coupon[i], frequency[i], fraction[i], elapsed[i], place[i], listed[i], whole[i]
        )


@cache
def _compiled() -> tuple[Kernel, Kernel, Kernel]:
    import numba  # slow to load, and a few bonds do without
    from numba.extending import register_jitable

    register_jitable(_earlier)
    register_jitable(_moments)
    compile_kernel = numba.njit(cache=True, error_model="numpy", fastmath={"contract"})
    return compile_kernel(_locate_all), compile_kernel(_solve_all), compile_kernel(_value_all)


def _kernels(count: int) -> tuple[Kernel, Kernel, Kernel]:
    """Return the kernels for so many bonds: as they stand for a few, compiled for many."""
    return _compiled() if count > COMPILE_ABOVE else (_locate_all, _solve_all, _value_all)


def _positions(bonds: Sequence[FixedRateBond], settlement: object) -> _Positions:
    """Lay bonds end to end and find where settlement falls in each."""
    count = len(bonds)
    given = day_numbers(settlement, count, "settlement")
    rows = np.frombuffer(b"".join(map(attrgetter("record"), bonds)))
    settled = np.ascontiguousarray(np.broadcast_to(given, (count,)))
    terms, days = np.empty((count, _HEADER)), np.empty((count, 4))
    current, place, listed, whole = np.empty((4, count), dtype=np.int64)
    fraction = np.empty(count)
    locate, _, _ = _kernels(count)
    locate(rows, settled, terms, current, place, listed, whole, fraction, days)
    if (current < 0).any():
        outside = int(np.argmax(current < 0))
        found, issued, maturity = dates_of([settled[outside], *days[outside, 2:]])
        where = _of_bond("settlement", outside, count)
        raise InputError(f"{where}: found {found}, allowed from {issued} to before {maturity}")

    start, end = days[:, 0], days[:, 1]
    counted = terms[:, _DAY_COUNT]
    kinds = np.unique(counted)
    elapsed = np.empty(count)
    for code in kinds:
        chosen = counted == code if kinds.size > 1 else slice(None)
        elapsed[chosen] = elapsed_fractions(
            DAY_COUNTS[int(code)],
            start[chosen],
            given if given.ndim == 0 else given[chosen],
            end[chosen],
            fraction[chosen],
        )
    stubs = (counted == DAY_COUNTS.index("Actual/Actual ICMA")) & (terms[:, _ODD_FIRST] == 1)
    for stub in np.flatnonzero(stubs & (current == 0)):
        elapsed[stub] = elapsed_in_stub(start[stub], settled[stub], end[stub], terms[stub, _FREQUENCY])
    return _Positions(
        rows=rows,
        coupon=np.ascontiguousarray(terms[:, _COUPON]),
        frequency=np.ascontiguousarray(terms[:, _FREQUENCY]),
        fraction=fraction,
        elapsed=elapsed,
        place=place,
        listed=listed,
        whole=whole,
        years=(days[:, -1] - settled) / DAYS_A_YEAR,
    )


def _accrued(at: _Positions) -> Floats:
    return 100 * at.coupon * at.elapsed


def _first_guess(at: _Positions, clean: Floats) -> Floats:
    """Return a start for x from the textbook approximation of the yield."""
    guess = (100 * at.coupon + (100 - clean) / at.years) / ((100 + clean) / 2)
    return np.log1p(np.maximum(guess / at.frequency, -1 / at.frequency / 2))


def _refuse(bad: npt.NDArray[np.bool_], found: Floats, name: str, allowed: str) -> None:
    if bad.any():
        place = int(np.argmax(bad))
        where = _of_bond(name, place, found.size)
        raise InputError(f"{where}: found {found[place]:g}, allowed is {allowed}")


def _of_bond(name: str, place: int, count: int) -> str:
    return f"{name} of bond {place}" if count > 1 else name


def yields_to_maturity(bonds: Sequence[FixedRateBond], clean_prices: object, settlement: object) -> Floats:
    """Return the yield to maturity of each bond, street convention, compounded at its coupon frequency.

    Parameters
    ----------
    bonds
        Any mix of schedules.
    clean_prices
        Per 100 of principal, without accrued interest; one for each bond, or one for all.
    settlement
        Day the money changes hands (ISO string, date, datetime64); one for each bond, or one for all.

    Returns
    -------
    Decimals per year (0.0423 is 4.23%), shape (bonds,).

    Raises
    ------
    InputError
        If a price is not finite or above 1e9, or the full price not above 0; if settlement is before issue or
        not before maturity; or if no yield up to 1e9 exists.
    """
    clean = numbers_for(clean_prices, len(bonds), "clean_prices")
    at = _positions(bonds, settlement)
    dirty = clean + _accrued(at)
    _refuse(dirty <= 0, clean, "clean_prices", "a price above minus the accrued interest")
    _refuse(clean > LARGEST_QUOTE, clean, "clean_prices", f"a price up to {LARGEST_QUOTE:g}")
    x = np.empty(len(bonds))
    _, solve, _ = _kernels(len(bonds))
    with np.errstate(all="ignore"):  # what overflows is not finite, and refused
        solve(dirty, _first_guess(at, clean), *at[:-1], YIELD_GAP, MOST_ITERATIONS, x)
        solved = at.frequency * np.expm1(x)
    _refuse(~(solved <= LARGEST_QUOTE), clean, "clean_prices", "a price that some yield gives")
    return solved


def risks(bonds: Sequence[FixedRateBond], yields: object, settlement: object) -> Risk:
    """Return price, accrued interest, durations and convexity of each bond at its yield.

    Parameters
    ----------
    bonds
        Any mix of schedules.
    yields
        Decimals per year compounded at each bond's coupon frequency; one for each bond, or one for all.
    settlement
        As in ``yields_to_maturity``.

    Raises
    ------
    InputError
        If a yield is not above minus the frequency, or if it or the price it gives is above 1e9 or cannot be
        held by a computer; if settlement is outside the bond's life.
    """
    given = numbers_for(yields, len(bonds), "yields")
    at = _positions(bonds, settlement)
    _refuse(given <= -at.frequency, given, "yields", "a yield above minus the coupon frequency")
    _refuse(given > LARGEST_QUOTE, given, "yields", f"a yield up to {LARGEST_QUOTE:g}")
    x = np.log1p(given / at.frequency)
    price, moment, second = np.empty(len(bonds)), np.empty(len(bonds)), np.empty(len(bonds))
    _, _, value = _kernels(len(bonds))
    with np.errstate(all="ignore"):
        value(x, *at[:-1], price, moment, second)
        found = _risk(x, at.frequency, _accrued(at), (price, moment, second))
    held = np.isfinite(np.sum(found, axis=0)) & (found.dirty <= LARGEST_QUOTE)
    _refuse(~held, given, "yields", f"a yield that gives a price up to {LARGEST_QUOTE:g}")
    return found


def _risk(
    x: Floats, frequency: Floats | float, accrued: Floats, moments: tuple[Floats, Floats, Floats]
) -> Risk:
    price, moment, second = moments
    growth = np.exp(x)
    macaulay = moment / price
    return Risk(
        dirty=price,
        clean=price - accrued,
        accrued=accrued,
        macaulay=macaulay,
        modified=macaulay / growth,
        convexity=(second + moment / frequency) / (price * growth**2),
    )


def many_prices(bond: FixedRateBond, prices: Floats, settlement: object) -> tuple[Floats, Risk]:
    """Return yield and risk of one bond at many clean prices, as draws of an uncertain price.

    Parameters
    ----------
    prices
        Per 100 of principal; any shape, above minus the accrued interest.
    settlement
        One day.

    Raises
    ------
    InputError
        As ``yields_to_maturity``.
    """
    clean = np.asarray(prices, dtype=np.float64)
    flat = numbers_for(clean.ravel(), clean.size, "prices")
    at = _positions([bond], settlement)
    rows, *columns, _ = at
    flows: tuple[Any, ...] = (rows, *(column[0] for column in columns))
    (frequency,), (accrued,) = at.frequency, _accrued(at)
    dirty = flat + accrued
    _refuse(dirty <= 0, flat, "prices", "a price above minus the accrued interest")
    _refuse(flat > LARGEST_QUOTE, flat, "prices", f"a price up to {LARGEST_QUOTE:g}")

    def step(x: Floats, dirty: Floats) -> tuple[Floats, Floats]:
        price, moment, _ = _moments(x, *flows)
        gap = np.log(price / dirty)
        return x + gap * price / (frequency * moment), gap

    with np.errstate(all="ignore"):  # what overflows does not converge, and is refused
        x, gap = solved(step, dirty, lambda dirty: _first_guess(at, dirty - accrued))
    _refuse(~(np.abs(gap) < PRICE_GAP), flat, "prices", "a price that some yield gives")
    found = frequency * np.expm1(x)
    return found.reshape(clean.shape), Risk(
        *(
            part.reshape(clean.shape)
            for part in _risk(x, frequency, np.full(flat.size, accrued), _moments(x, *flows))
        )
    )


def clean_prices(bonds: Sequence[FixedRateBond], yields: object, settlement: object) -> Floats:
    """Return the clean price per 100 of each bond at its yield; see ``risks``."""
    return risks(bonds, yields, settlement).clean
