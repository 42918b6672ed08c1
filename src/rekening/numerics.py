"""Numbers of the method, not of the world: sample sizes, levels, tolerances, block sizes."""

from __future__ import annotations

from typing import Final

DRAWS: Final = 10_000
"""Draws carried by an uncertain figure; quantiles at 10% and 90% have standard errors of 0.3 points."""

DRAWS_KEPT: Final = 2_048
"""Stretches of draws kept in memory: 80 kB each at 10,000."""

INTERVAL: Final = 0.8
"""Probability mass of an interval shown to a reader: from the 10% to the 90% quantile."""

MEDIAN: Final = 0.5
"""Quantile used as the central value of an uncertain figure."""

NEARLY_ALWAYS: Final = 0.95
"""Share of futures from which a text says that something holds in nearly all of them."""

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

START_POINTS: Final = 256
"""Targets solved first; roots between them are then off by less than `PRICE_GAP` for a range of 1%."""

PRICE_GAP: Final = 1e-9
"""Relative distance to a price at which one more Newton step, being quadratic, ends below rounding."""

LARGEST_QUOTE: Final = 1e9
"""Largest price per 100, and largest yield: far beyond any bond, and within what doubles tell apart."""

SHORT_STUB_DAYS: Final = 30
"""A first coupon period shorter than this joins the next one."""

DAYS_A_YEAR: Final = 365.25
"""Days in a year, on average over leap years."""

QUARTERS: Final = 4
"""Quarters in a year."""

HOURS_A_YEAR: Final = 24 * DAYS_A_YEAR
"""Hours in an average year."""

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
ERROR_POINTS: Final = 1_001
"""Points over which a sampling error is laid out; odd, so that the middle one is the estimate itself."""

SENSITIVITY_BINS: Final = 40
"""Bins of equal probability over which the mean of a result is taken; 250 draws each at 10,000."""

CONSERVATION: Final = 1e-9
"""Largest relative difference between a whole and the sum of its parts that counts as rounding."""

OPTION_STATES: Final = 64
"""Equally likely states of the market rent over which the right to leave a lease is averaged."""

LIVES_COMPARED: Final = (3, 5, 6)
"""Useful lives, in years, whose effect on profit is set side by side: what critics expect, what firms use."""

LIFE_STEPS: Final = 49
"""Points in a year at which depreciation is read, about one a week, for its average over that year."""

LANES: Final = 8
"""Paths that compiled code takes side by side: the doubles of a register of the widest machines."""

DRAWN_AT_ONCE: Final = 8 * LANES
"""Paths whose shocks are drawn in one loop; the numbers in between fit the first cache."""

LONGEST_LIFE: Final = 204
"""Quarters that the memory of a path reaches back before its first reported quarter; lives are cut to it."""

CHUNK: Final = 4096
"""Paths of one checkpoint: the unit of work of a thread, a worker and a file; a multiple of `LANES`."""

DRAW_CACHE_BYTES: Final = 1_000_000_000
"""Memory for shocks kept between runs: 100,000 paths of six firms and twenty quarters."""

CLOSURE: Final = 1e-9
"""Largest relative gap between balances stated and balances recomputed from the flows."""

OLDEST_BALANCE: Final = 6
"""Quarters by which a balance may be older than a run's start; it is carried forward through known flows."""

LONG_YIELD: Final = 10
"""Tenor in years of the Treasury yield that stands for the level of rates."""

LEAST_REVENUE_QUARTERS: Final = 5
"""Quarters of revenue in a row without which a firm's growth cannot be told."""

NORMAL_QUARTILE: Final = 0.6744897501960817
"""Upper quartile of the standard normal: the median size of an error against its standard deviation."""

SWEEP_BLOCK: Final = 32_768
"""Paths of one block of a sweep: what is lost when a worker dies, and the memory that a thread needs."""

SKETCH_POINTS: Final = 2_048
"""Ranks at which a block's paths are summarised: a quantile's rank is exact to 1 / this."""

DIGEST_BYTES: Final = 16
"""Length of the digest of a block, of a sweep, and of what machine code is for."""

ENTITY_BYTES: Final = 8
"""Length of the number that stands for an entity: two words of a counter."""

KEPT_DRAWS: Final = 100_000
"""Paths up to which shocks are kept for the next scenario; beyond, they are drawn anew block by block."""

STATEMENTS_KEPT: Final = 32
LEDGERS_KEPT: Final = 1_024
"""Statements of firms, and their ledgers of a quarter or a year, kept in memory."""

BUILDS_KEPT: Final = 4
SCOPES_KEPT: Final = 2
"""What property buys, by day and scenario, and the bills in their scopes, by day, kept in memory."""

OUTLOOKS_KEPT: Final = 7
"""Firms whose futures are kept for the next question: those that build, and one more; 35 MB each."""

FAN_LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Quantiles of a fan chart."""

GIGA: Final = 1e9
TERA: Final = 1e12
"""Billion and trillion."""

SECONDS_AN_HOUR: Final = 3600.0
"""Seconds in an hour."""

STEP_YEARS: Final = 10.0
"""Years after which the next step of a list price is no longer looked for."""

POOLS_KEPT: Final = 16
"""Pooled calibrations kept in memory: one for each day and set of priors."""

MOST_QUARTERS: Final = 200
"""Longest run: fifty years, beyond which none of the parameters says anything."""

MEGABYTE: Final = 10**6
GIGABYTE: Final = 10**9
"""Bytes; the units in which a lack of memory or disk is told."""

MOST_PATHS: Final = 2**32 - 1
LARGEST_SEED: Final = 2**64 - 1
"""Ends of the words that a counter and a key give to a path and a seed."""

WALL_YEARS: Final = (1, 3, 5)
"""Horizons at which the share of debt falling due is told."""

COLLECT_AFTER: Final = (50_000, 20, 50)
"""Objects made, and rounds, after which the collector of cycles walks through memory."""

SPREADS_KEPT: Final = 64
"""Numbers just shown whose quantiles are kept: a page shows one several times in a row."""
