"""Coupon schedules and day counts: when a bond pays, and how much of a year each period is.

Dates come from QuantLib: backward from maturity, unadjusted. Fractions of whole coupon periods come from
QuantLib too; only the part of a period that has passed at settlement is worked out here, on arrays, since it
changes with every call.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from rekening.errors import InputError, nearest
from rekening.numerics import (
    DAYS_A_MONTH_360,
    DAYS_A_YEAR_360,
    DAYS_A_YEAR_365,
    SHORT_STUB_DAYS,
)

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.float64]
"""Days since 1970-01-01: whole numbers, kept as doubles so that they lie in one array with the fractions."""

Dates = npt.NDArray[np.datetime64]
"""Days as ``datetime64[D]``."""

DAY_COUNTS: Final = ("30/360 US", "30E/360", "Actual/360", "Actual/365 Fixed", "Actual/Actual ICMA")
FREQUENCIES: Final = (1, 2, 4, 12)

EPOCH: Final = date.fromisoformat("1970-01-01")
FIRST_DAY: Final = date.fromisoformat("1901-01-01")
LAST_DAY: Final = date.fromisoformat("2199-12-31")


class Schedule(NamedTuple):
    """The coupon periods of one bond.

    Attributes
    ----------
    days
        Issue date, then every coupon date, in days since 1970-01-01; shape (periods + 1,).
    fractions
        Each period as a fraction of a year under the bond's day count; shape (periods,).
    odd_first
        Whether the first period is not a regular one.
    """

    days: Days
    fractions: Floats
    odd_first: bool


def as_day(value: object, name: str) -> date:
    """Return a date, given as an ISO string or a date.

    Raises
    ------
    InputError
        If it is not a date between 1901-01-01 and 2199-12-31, the range of QuantLib's calendar.
    """
    if isinstance(value, np.datetime64) and not np.isnat(value):
        value = str(value.astype("datetime64[D]"))
    if isinstance(value, str):
        try:
            read = date.fromisoformat(value)
        except ValueError:
            read = None
        if read is None or read.isoformat() != value:
            raise InputError(f"{name}: found {value!r}, expected a date such as 2030-11-15")
        value = read
    if hasattr(value, "date") and callable(value.date):
        value = value.date()
    if not isinstance(value, date):
        raise InputError(f"{name}: found {value!r}, expected a date such as 2030-11-15")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise InputError(f"{name}: found {value}, expected a date from {FIRST_DAY} to {LAST_DAY}")
    return value


def as_number(value: object, name: str, allowed: str = "a finite number") -> float:
    """Return a finite float.

    Raises
    ------
    InputError
        If it is not a number, not finite, or a truth value.
    """
    truth = isinstance(value, bool | np.bool_)
    if not truth and isinstance(value, int | float | np.integer | np.floating | numbers.Rational):
        number = float(value)
        if math.isfinite(number):
            return number
    raise InputError(f"{name}: found {value!r}, expected {allowed}")


def day_number(day: date) -> int:
    """Return the days since 1970-01-01."""
    return (day - EPOCH).days


def day_count(name: str) -> Any:
    """Return QuantLib's day counter of this name.

    Raises
    ------
    InputError
        If the name is not one of ``DAY_COUNTS``.
    """
    if name not in DAY_COUNTS:
        hint = nearest(str(name), DAY_COUNTS)
        raise InputError(f"day_count: found {name!r}{hint}, allowed are {', '.join(DAY_COUNTS)}")
    return _day_counters()[name]


@cache
def _day_counters() -> dict[str, Any]:
    import QuantLib as ql  # noqa: N813  # slow to load, and facts and texts do without

    return {
        "30/360 US": ql.Thirty360(ql.Thirty360.USA),
        "30E/360": ql.Thirty360(ql.Thirty360.European),
        "Actual/360": ql.Actual360(),
        "Actual/365 Fixed": ql.Actual365Fixed(),
        "Actual/Actual ICMA": ql.ActualActual(ql.ActualActual.ISMA),
    }


def coupon_schedule(
    issued: date,
    maturity: date,
    *,
    first_coupon: date | None,
    frequency: int,
    day_count_name: str,
    end_of_month: bool,
) -> Schedule:
    """Return the coupon periods of a bond.

    Without ``first_coupon`` the schedule is regular, counted back from maturity; a first period under 30 days
    joins the next one, as US issuers pay a long first coupon. Dates are not moved for weekends or holidays.

    Raises
    ------
    InputError
        If QuantLib refuses the dates or the day count is unknown.
    """
    import QuantLib as ql  # noqa: N813

    counter = day_count(day_count_name)
    tenor = ql.Period(12 // frequency, ql.Months)
    start, end = ql.Date.from_date(issued), ql.Date.from_date(maturity)

    def generate(first: Any) -> Any:
        return ql.Schedule(
            start, end, tenor, ql.NullCalendar(), ql.Unadjusted, ql.Unadjusted,
            ql.DateGeneration.Backward, end_of_month, first,
        )  # fmt: skip

    # QuantLib takes a first date for the end of a stub; at maturity there is only one period.
    stub_end = first_coupon if first_coupon is not None and first_coupon < maturity else None
    if first_coupon == maturity:
        dates, regular_first, regular_last = [start, end], start == end - tenor, True
    else:
        try:
            schedule = generate(ql.Date.from_date(stub_end) if stub_end else ql.Date())
        except RuntimeError as error:
            raise InputError(f"schedule from {issued} to {maturity}: {error}") from None
        if stub_end is None and len(schedule) - 1 > 1 and schedule[1] - schedule[0] < SHORT_STUB_DAYS:
            schedule = generate(schedule[2])
        dates = list(schedule)
        regular_first = schedule.isRegular(1)
        regular_last = schedule.isRegular(len(dates) - 1)

    fractions = [counter.yearFraction(a, b, a, b) for a, b in pairwise(dates)]
    if not regular_first:
        fractions[0] = counter.yearFraction(dates[0], dates[1], dates[1] - tenor, dates[1])
    elif not regular_last:
        fractions[-1] = counter.yearFraction(dates[-2], dates[-1], dates[-2], dates[-2] + tenor)
    epoch = ql.Date.from_date(EPOCH).serialNumber()
    days = np.array([day.serialNumber() - epoch for day in dates], dtype=np.float64)
    return Schedule(days, np.array(fractions, dtype=np.float64), not regular_first)


def as_dates(days: Days) -> Dates:
    """Return days since 1970-01-01 as ``datetime64[D]``."""
    return days.astype(np.int64).astype("datetime64[D]")


def _month_and_day(days: Days) -> tuple[Days, Days]:
    """Return months since January 1970, and the day in the month."""
    dates = as_dates(days)
    months = dates.astype("datetime64[M]")
    return months.astype(np.float64), (dates - months).astype(np.float64) + 1


def _is_last_of_february(days: Days, months: Days) -> npt.NDArray[np.bool_]:
    february = np.asarray(months % 12 == 1)
    if february.any():
        february = february & (as_dates(days + 1).astype("datetime64[M]").astype(np.float64) != months)
    return february


def thirty_360(start: Days, end: Days, *, us: bool) -> Floats:
    """Return 30/360 fractions of a year between dates, as QuantLib's ``Thirty360`` (USA or European) does.

    Parameters
    ----------
    start, end
        Days since 1970-01-01; any shapes that broadcast.
    us
        True: the US rule, in which the last of February counts as the 30th and an end on the 31st only moves
        to the 30th when the start is on the 30th or later. False: the European rule, every 31st is a 30th.
    """
    month_1, day_1 = _month_and_day(start)
    month_2, day_2 = _month_and_day(end)
    last = DAYS_A_MONTH_360
    if us:
        february = _is_last_of_february(start, month_1)
        day_2 = np.where(february & _is_last_of_february(end, month_2), last, day_2)
        day_1 = np.where(february, last, day_1)
        day_2 = np.where((day_2 > last) & (day_1 >= last), last, day_2)
        day_1 = np.minimum(day_1, last)
    else:
        day_1, day_2 = np.minimum(day_1, last), np.minimum(day_2, last)
    return np.asarray((last * (month_2 - month_1) + day_2 - day_1) / DAYS_A_YEAR_360, dtype=np.float64)


def elapsed_fractions(name: str, start: Days, settlement: Days, end: Days, fraction: Floats) -> Floats:
    """Return the fraction of a year from the start of a coupon period to settlement.

    Parameters
    ----------
    name
        One of ``DAY_COUNTS``. "Actual/Actual ICMA" shares the period's fraction out by days, which holds for
        regular periods only: irregular ones ask QuantLib (``elapsed_in_stub``).
    start, settlement, end, fraction
        Of each bond's current period; days since 1970-01-01, fractions of a year; shape (bonds,).
    """
    if name == "30/360 US":
        return thirty_360(start, settlement, us=True)
    if name == "30E/360":
        return thirty_360(start, settlement, us=False)
    days = settlement - start
    if name == "Actual/360":
        return days / DAYS_A_YEAR_360
    if name == "Actual/365 Fixed":
        return days / DAYS_A_YEAR_365
    return fraction * days / (end - start)


def elapsed_in_stub(start: float, settlement: float, end: float, frequency: float) -> float:
    """Return the fraction of a year from the start of an irregular first period, under Actual/Actual ICMA.

    QuantLib splits the period at the coupon days it would have had if regular; days since 1970-01-01.
    """
    import QuantLib as ql  # noqa: N813

    epoch = ql.Date.from_date(EPOCH).serialNumber()
    first, now, last = (ql.Date(int(day) + epoch) for day in (start, settlement, end))
    reference = last - ql.Period(12 // int(frequency), ql.Months)
    return float(day_count("Actual/Actual ICMA").yearFraction(first, now, reference, last))


def day_numbers(values: object, count: int, name: str) -> Days:
    """Return dates as days since 1970-01-01: shape () for one date, else one for each of ``count`` bonds.

    Parameters
    ----------
    values
        One date (ISO string, date, datetime64) or as many as there are bonds.

    Raises
    ------
    InputError
        If a value is no date, or their number does not fit.
    """
    if isinstance(values, np.ndarray) and np.issubdtype(values.dtype, np.datetime64):
        if np.isnat(values).any():
            raise InputError(f"{name}: found an empty date (NaT)")
        days = values.astype("datetime64[D]").astype(np.int64)
    elif isinstance(values, Iterable) and not isinstance(values, str):
        days = np.array([day_number(as_day(value, name)) for value in values], dtype=np.int64)
    else:
        days = np.array(day_number(as_day(values, name)), dtype=np.int64)
    if days.ndim > 1 or (days.ndim == 1 and days.size != count):
        raise InputError(f"{name}: found {days.size} dates, expected one, or one for each of {count} bonds")
    return days.astype(np.float64)


def numbers_for(values: object, count: int, name: str) -> Floats:
    """Return finite numbers, one for each of ``count`` bonds.

    Raises
    ------
    InputError
        If a value is not finite, or their number does not fit.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name}: found {values!r}, expected numbers") from None
    if array.ndim > 1 or (array.ndim == 1 and array.size != count):
        raise InputError(
            f"{name}: found {array.size} numbers, expected one, or one for each of {count} bonds"
        )
    if not np.isfinite(array).all():
        place = int(np.argmin(np.isfinite(np.atleast_1d(array))))
        raise InputError(f"{name}: number {place} is {np.atleast_1d(array)[place]}, expected a finite number")
    return np.ascontiguousarray(np.broadcast_to(array, (count,)), dtype=np.float64)


def dates_of(days: Sequence[float] | Days) -> list[date]:
    """Return calendar dates of days since 1970-01-01."""
    return list(as_dates(np.asarray(days, dtype=np.float64)).tolist())
