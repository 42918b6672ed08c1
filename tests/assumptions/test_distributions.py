"""Distributions by their quantile functions."""

import numpy as np
import pytest

from rekening import InputError
from rekening.assumptions.distributions import parse_distribution

U = np.linspace(0.001, 0.999, 101)


@pytest.mark.parametrize(
    "given",
    [
        {"uniform": [1, 3]},
        {"triangular": [1, 2, 5]},
        {"triangular": [1, 1, 5]},
        {"normal": [0, 2]},
        {"lognormal": [2, 7]},
    ],
)
def test_quantiles_rise(given: object) -> None:
    assert np.all(np.diff(parse_distribution(given).quantile(U)) > 0)


def test_triangular_median_of_the_symmetric_case() -> None:
    assert parse_distribution({"triangular": [0, 1, 2]}).quantile(np.asarray([0.5]))[0] == pytest.approx(1)


def test_lognormal_is_read_by_its_median_and_upper_decile() -> None:
    found = parse_distribution({"lognormal": [2, 7]}).quantile(np.asarray([0.5, 0.9]))
    assert found == pytest.approx([2, 7])


@pytest.mark.parametrize(
    "given",
    [
        {"uniform": [3, 1]},
        {"unifrom": [1, 3]},
        {"uniform": [1]},
        {"normal": [1, -1]},
        "many",
        True,
        float("nan"),
    ],
)
def test_a_wrong_distribution_is_refused(given: object) -> None:
    with pytest.raises(InputError):
        parse_distribution(given)
