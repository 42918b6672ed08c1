"""Numbers of the method, not of the world: sample sizes, levels, tolerances, block sizes."""

from __future__ import annotations

from typing import Final

DRAWS: Final = 10_000
"""Draws carried by an uncertain figure; quantiles at 10% and 90% have standard errors of 0.3 points."""

INTERVAL: Final = 0.8
"""Probability mass of an interval shown to a reader: from the 10% to the 90% quantile."""

MEDIAN: Final = 0.5
"""Quantile used as the central value of an uncertain figure."""

EXTREME: Final = 1e-4
"""Tail probability at which the bounds of a parameter are checked."""

RESAMPLES: Final = 2_000
"""Bootstrap resamples behind the interval of a score."""

BACKTEST_HISTORY: Final = 8
"""Quarters of history that an origin of the backtest needs behind it."""

COVERAGES: Final = (0.5, 0.8, 0.95)
"""Central intervals whose coverage is counted."""

RACE_STEPS: Final = 2_000
RACE_DAMPING: Final = 0.5
RACE_TOLERANCE: Final = 1e-10
"""Damped Newton steps in logarithms: most steps, share of each step taken, largest change left."""

COMPILE_ABOVE: Final = 400
"""Bonds in one call above which the compiled kernel is worth its start-up time."""

MOST_ITERATIONS: Final = 60
"""Newton steps after which a root is given up."""

PRICE_GAP: Final = 1e-9
"""Relative distance to a price at which one more Newton step, being quadratic, ends below rounding."""

SHORT_STUB_DAYS: Final = 30
"""A first coupon period shorter than this joins the next one."""

DAYS_A_YEAR: Final = 365.25
DAYS_A_YEAR_365: Final = 365
DAYS_A_YEAR_360: Final = 360
DAYS_A_MONTH_360: Final = 30
"""Lengths that day-count conventions give to a year or a month."""

YIELD_GAP: Final = 1e-5
"""Relative distance to a price at which one more Halley step, being cubic, ends below rounding."""
SOBOL_SAMPLES: Final = 1_024
"""Base size of a sensitivity analysis; a power of 2, as the Sobol sequence needs."""

SOBOL_RESAMPLES: Final = 200
"""Bootstrap resamples behind the margin of a sensitivity."""
DAYS_IN_YEAR: Final = 365.25
"""Days in a year, on average over leap years."""

SENSITIVITY_BINS: Final = 40
"""Bins of equal probability over which the mean of a result is taken; 250 draws each at 10,000."""

CONSERVATION: Final = 1e-9
"""Largest relative difference between a whole and the sum of its parts that counts as rounding."""

OPTION_STATES: Final = 64
"""Equally likely states of the market rent over which the right to leave a lease is averaged."""
LIFE_STEPS: Final = 49
"""Points in a year at which depreciation is read, about one a week, for its average over that year."""
