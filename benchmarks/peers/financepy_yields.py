"""Solve yields with financepy: bonds on standard input, one a line; prints times and yields in one line."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date

from financepy.products.bonds.bond import Bond, YTMCalcType
from financepy.utils.date import Date
from financepy.utils.day_count import DayCountTypes
from financepy.utils.frequency import FrequencyTypes


def to_date(text: str) -> Date:
    """Turn an ISO date into financepy's."""
    day = date.fromisoformat(text)
    return Date(day.day, day.month, day.year)


def main() -> None:
    """Build, solve three times, print build time, median time and yields."""
    settlement = to_date(sys.argv[1])
    rows = [line.split(",") for line in sys.stdin.read().split()]
    start = time.perf_counter()
    bonds = [
        Bond(
            to_date(issued),
            to_date(maturity),
            float(coupon),
            FrequencyTypes.SEMI_ANNUAL,
            DayCountTypes.THIRTY_360_BOND,
        )
        for issued, maturity, coupon, _ in rows
    ]
    built = time.perf_counter() - start
    prices = [float(price) for *_, price in rows]
    taken, yields = [], []
    for _ in range(3):
        start = time.perf_counter()
        yields = [
            bond.yield_to_maturity(settlement, price, YTMCalcType.US_STREET)
            for bond, price in zip(bonds, prices, strict=True)
        ]
        taken.append(time.perf_counter() - start)
    print(",".join(map(str, (built, statistics.median(taken), *yields))))


if __name__ == "__main__":
    main()
