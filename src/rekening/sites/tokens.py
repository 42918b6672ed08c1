"""What a million tokens cost the owner of the chip: the cost of its hour over what it makes in an hour.

Nobody reports how many tokens a chip makes in real use. They follow from arithmetic: a model does two
operations per active parameter for each token, and a chip reaches a part of its peak. Both the part and the
size of the model are assumptions with wide ranges.
"""

from __future__ import annotations

import numpy as np

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure, FloatArray
from rekening.numerics import GIGA, SECONDS_AN_HOUR, TERA
from rekening.sites.evidence import best

__all__ = ["million_tokens", "operations_per_token", "tokens_per_hour"]


def operations_per_token(active_parameters: FloatArray | float) -> FloatArray:
    """One multiplication and one addition for each parameter that takes part (Kaplan et al. 2020)."""
    return np.asarray(2 * np.asarray(active_parameters, np.float64))


def tokens_per_hour(facts: Facts, scenario: Scenario, chip: str) -> Figure:
    """Tokens that a chip in use makes in an hour."""
    peak = best(facts, [(chip, "peak_8bit_ops_dense")], scenario["chip_peak_operations_otherwise"])
    return Figure.combine(
        lambda tera, share, billions: (
            tera * TERA * share * SECONDS_AN_HOUR / operations_per_token(billions * GIGA)
        ),
        peak,
        scenario["share_of_peak_in_service"].figure(),
        scenario["active_parameters_in_billions"].figure(),
        unit="token/chip/hour",
    )


def million_tokens(facts: Facts, scenario: Scenario, chip: str, hour: Figure) -> Figure:
    """Cost of a million tokens.

    Parameters
    ----------
    hour
        Cost of an hour in which the chip is used, dollars per chip and hour.
    """
    each = Figure.combine(
        np.divide, hour.to("USD/chip/hour"), tokens_per_hour(facts, scenario, chip), unit="USD/token"
    )
    return each.to("USD/million_tokens")
