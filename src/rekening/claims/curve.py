"""A zero curve built from par yields, such as those of the US Treasury.

Time is measured in years of 30/360, so that semi-annual coupons fall on exact half years and the time to a
coupon of a US bond is that of the street convention.

A par yield of a tenor over half a year is the coupon, paid twice a year, at which a bond of that tenor is
worth 100 (bond-equivalent yield). Up to half a year it is simple interest. Between tenors the logarithm of
the discount factor is linear in time (forward rates are constant); before the first tenor and beyond the last
the nearest forward goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

import numpy as np

from rekening.claims.schedule import Dates, Floats, as_day, as_number, day_number, thirty_360
from rekening.errors import InputError
from rekening.facts import Facts
from rekening.numerics import MOST_ITERATIONS, PRICE_GAP


@dataclass(frozen=True, eq=False)
class ZeroCurve:
    """Discount factors from a day on.

    Parameters
    ----------
    day
        Day 0.
    tenors
        Years, rising, above 0; those above half a year whole numbers of half years; shape (tenors,).
    par_yields
        Decimals per year, semi-annual bond-equivalent; shape (tenors,).
    facts
        Ids of the rows it was built from.

    Raises
    ------
    InputError
        If there is no tenor, they do not rise, a number is not finite, or the yields leave no discount factor
        above 0.
    """

    day: date
    tenors: Floats
    par_yields: Floats
    facts: tuple[str, ...] = ()
    log_discounts: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tenors = np.asarray(self.tenors, dtype=np.float64)
        yields = np.asarray(self.par_yields, dtype=np.float64)
        if tenors.ndim != 1 or tenors.size == 0 or tenors.shape != yields.shape:
            raise InputError(f"curve: found {tenors.size} tenors and {yields.size} yields, expected as many")
        if not (np.isfinite(tenors).all() and np.isfinite(yields).all()):
            raise InputError("curve: found a tenor or yield that is not finite")
        if tenors[0] <= 0 or (np.diff(tenors) <= 0).any():
            raise InputError(f"curve: found tenors {tenors.tolist()}, expected years above 0 that rise")
        halves = 2 * tenors[tenors > 1 / 2]
        if (halves != np.round(halves)).any():
            raise InputError(
                f"curve: found tenors {tenors.tolist()}, expected whole half years beyond the first"
            )
        object.__setattr__(self, "day", as_day(self.day, "day of the curve"))
        object.__setattr__(self, "tenors", tenors)
        object.__setattr__(self, "par_yields", yields)
        object.__setattr__(self, "log_discounts", _bootstrap(tenors, yields))

    @classmethod
    def of_treasuries(cls, facts: Facts) -> Self:
        """Build the curve of the US Treasury from the newest par yields that were known.

        Raises
        ------
        InputError
            If no par yield had been published by the day of the facts.
        """
        rows = facts.table("curves")
        day = max((found for row in rows if (found := row.day("date"))), default=None)
        if day is None:
            raise InputError(f"no Treasury yield was published by {facts.as_of}; the facts begin later")
        given = sorted(
            (row for row in rows if row.day("date") == day), key=lambda row: row.number("tenor_years") or 0
        )
        return cls(
            day,
            np.array([row.figure("tenor_years").central for row in given]),
            np.array([row.figure("yield_percent").central for row in given]),
            tuple(row.fact_id for row in given),
        )

    def years(self, dates: Dates) -> Floats:
        """Return the time from day 0 to each date, in years of 30/360 US."""
        days = dates.astype("datetime64[D]").astype(np.float64)
        return thirty_360(np.full(days.shape, float(day_number(self.day))), days, us=True)

    def discount(self, years: Any) -> Floats:
        """Return what 1 to be paid after some years is worth on day 0; any shape."""
        return np.exp(_log_discount(self.tenors, self.log_discounts, np.asarray(years, dtype=np.float64)))

    def zero_rate(self, years: Any) -> Floats:
        """Return the zero rate, compounded twice a year, decimal; any shape, years above 0."""
        time = np.asarray(years, dtype=np.float64)
        return 2 * np.expm1(-_log_discount(self.tenors, self.log_discounts, time) / (2 * time))

    def par_yield(self, tenor: float) -> float:
        """Return the coupon at which a bond is worth 100: simple up to half a year, else semi-annual.

        The tenor need not be a whole number of half years: then the first coupon is a short one.
        """
        time = as_number(tenor, "tenor", "years above 0")
        if time <= 0:
            raise InputError(f"tenor: found {time:g}, expected years above 0")
        times, periods = _coupon_times(time)
        discounts = self.discount(times)
        return float((1 - discounts[-1]) / (periods @ discounts))

    def forward_rates(self, start: Any, end: Any) -> Floats:
        """Return the simple interest from ``start`` to ``end`` (years), decimal per year; any shape."""
        first, last = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
        return (self.discount(first) / self.discount(last) - 1) / (last - first)

    def present_value(
        self, dates: Dates, amounts: Floats, *, on: date | None = None, spread: float = 0.0
    ) -> float:
        """Return what dated amounts are worth on a day.

        Parameters
        ----------
        dates, amounts
            Shape (flows,); amounts on or before ``on`` are left out.
        on
            Day of the value; day 0 when left out.
        spread
            Added to every zero rate, compounded twice a year, decimal.

        Raises
        ------
        InputError
            If ``on`` lies before day 0.
        """
        value, _slope = self._value_and_slope(*self._times(dates, amounts, on), spread)
        return value

    def spread(self, dates: Dates, amounts: Floats, value: float, *, on: date | None = None) -> float:
        """Return the z-spread: what to add to every zero rate for dated amounts to be worth ``value``.

        Parameters
        ----------
        dates, amounts, on
            As in ``present_value``; amounts not negative.
        value
            Above 0.

        Raises
        ------
        InputError
            If no spread gives the value.
        """
        given = self._times(dates, amounts, on)
        if not value > 0 or given[0].size == 0:
            raise InputError(f"value: found {value:g} for {given[0].size} payments, expected one above 0")
        found = 0.0
        with np.errstate(all="ignore"):  # what overflows does not converge, and is refused
            for _ in range(MOST_ITERATIONS):
                worth, slope = self._value_and_slope(*given, found)
                gap = np.log(worth / value)
                found -= gap * worth / slope
                if abs(gap) < PRICE_GAP:
                    return float(found)
        raise InputError(f"value: found {value:g}, which no spread over the curve gives")

    def _times(self, dates: Dates, amounts: Floats, on: date | None) -> tuple[Floats, Floats, float]:
        day = self.day if on is None else on
        if day < self.day:
            raise InputError(
                f"day of the value: found {day}, allowed is {self.day} (day 0 of the curve) or later"
            )
        later = dates > np.datetime64(day, "D")
        return (
            self.years(dates[later]),
            amounts[later],
            float(self.years(np.array([day], "datetime64[D]"))[0]),
        )

    def _value_and_slope(
        self, years: Floats, amounts: Floats, on: float, spread: float
    ) -> tuple[float, float]:
        """Return the value at time ``on`` and its derivative in the spread."""
        growth = 1 + (self.zero_rate(years) + spread) / 2
        values = amounts * growth ** (-2 * years)
        value, slope = values.sum(), -(years * values / growth).sum()
        if on > 0:
            base = 1 + (self.zero_rate(on) + spread) / 2
            forward = base ** (2 * on)
            value, slope = value * forward, (slope + value * on / base) * forward
        return float(value), float(slope)


def _coupon_times(tenor: float) -> tuple[Floats, Floats]:
    """Return the times of semi-annual coupons back from a tenor, and the length of each period in years."""
    count = int(np.ceil(2 * tenor * (1 - PRICE_GAP)))
    times = tenor - np.arange(count - 1, -1, -1) / 2
    return times, np.diff(times, prepend=0.0)


def _log_discount(tenors: Floats, nodes: Floats, years: Floats) -> Floats:
    """Interpolate linearly through (0, 0) and the nodes; the last forward goes on."""
    x, y = np.concatenate(([0.0], tenors)), np.concatenate(([0.0], nodes))
    place = np.clip(np.searchsorted(x, years, side="left"), 1, x.size - 1)
    slope = (y[place] - y[place - 1]) / (x[place] - x[place - 1])
    return np.asarray(y[place - 1] + slope * (years - x[place - 1]), dtype=np.float64)


def _bootstrap(tenors: Floats, yields: Floats) -> Floats:
    """Return the logarithm of the discount factor at each tenor, solved one after another.

    Each is the end of a straight piece; the coupons inside the piece depend on it. Newton's method is used on
    the logarithm of what they and the principal are worth, which is convex and nearly linear in the node.
    """
    nodes = np.zeros(tenors.size)
    for k, (tenor, coupon) in enumerate(zip(tenors, yields, strict=True)):
        times, periods = _coupon_times(float(tenor))
        flows = coupon * periods
        flows[-1] += 1
        known = times <= (tenors[k - 1] if k else 0)
        worth = (
            flows[known] @ np.exp(_log_discount(tenors[:k], nodes[:k], times[known])) if known.any() else 0.0
        )
        if worth >= 1:
            raise InputError(
                f"curve: par yield {coupon:g} at {tenor:g} years leaves no discount factor above 0"
            )
        start, level = (tenors[k - 1], nodes[k - 1]) if k else (0.0, 0.0)
        share = (times[~known] - start) / (tenor - start)
        node = level - coupon * (tenor - start)
        for _ in range(MOST_ITERATIONS):
            values = flows[~known] * np.exp(level + share * (node - level))
            gap = np.log(values.sum() / (1 - worth))
            node -= gap * values.sum() / (share @ values)
            if abs(gap) < PRICE_GAP:
                break
        nodes[k] = node
    return nodes
