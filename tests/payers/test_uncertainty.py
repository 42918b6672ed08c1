"""First-order variance shares from draws, against sums whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.facts import Figure, drawn
from rekening.payers.uncertainty import Spread, drivers, noise_floor


def probabilities(cause: np.ndarray) -> np.ndarray:
    return (np.argsort(np.argsort(cause)) + 1 / 2) / len(cause)


def test_a_sum_of_normals_has_the_shares_of_its_variances():
    random = np.random.default_rng(3)
    a, b, c = random.normal(0, 3, 10_000), random.normal(0, 2, 10_000), random.normal(0, 1, 10_000)
    found = [Spread(a + b + c).first_order_share(probabilities(cause)) for cause in (a, b, c)]
    assert found == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.03)


def test_ishigami_function_has_its_published_first_order_shares():
    """Ishigami and Homma (1990) with a = 7, b = 0.1: 0.314, 0.442 and 0."""
    random = np.random.default_rng(4)
    x = random.uniform(-np.pi, np.pi, (3, 40_000))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    assert [Spread(y).first_order_share(probabilities(each)) for each in x] == pytest.approx(
        [0.314, 0.442, 0], abs=0.02
    )


def test_chance_alone_stays_near_the_floor():
    random = np.random.default_rng(5)
    found = [
        Spread(random.normal(size=10_000)).first_order_share(probabilities(random.normal(size=10_000)))
        for _ in range(50)
    ]
    assert np.mean(found) < 2 * noise_floor(10_000)


def test_what_does_not_vary_explains_nothing():
    assert Spread(np.ones(100)).first_order_share(probabilities(np.arange(100.0))) == 0


def test_the_only_parameter_explains_all():
    scenario = Scenario.load()
    found = drivers({"result": scenario["ai_share"].figure() * 3}, scenario)["result"]
    assert list(found) == ["ai_share"]
    assert found["ai_share"].central == pytest.approx(1, abs=0.01)


def test_several_results_at_once_are_as_one_at_a_time():
    random = np.random.default_rng(3)
    results, cause = random.normal(size=(3, 1001)), random.normal(size=1001)
    results[1] += cause
    together = Spread(results).first_order_share(probabilities(cause))
    np.testing.assert_allclose(
        together, [Spread(each).first_order_share(probabilities(cause)) for each in results], atol=1e-12
    )
    assert together[1] > 0.3 > together[0]


def test_a_result_that_does_not_vary_has_no_drivers():
    scenario = Scenario.load()
    results = {"none": Figure.of(3), "some": scenario["ai_share"].figure()}
    found = drivers(results, scenario)
    assert found["none"] == {}
    assert list(found["some"]) == ["ai_share"]


def test_few_draws_explain_nothing():
    with drawn(50, 1):
        assert drivers({"a": Scenario.load()["ai_share"].figure() * 3}, Scenario.load()) == {"a": {}}


def test_the_interval_of_a_share_holds_the_true_one_as_often_as_it_says():
    """Skewed results too: a sum of a normal and a lognormal, of 4,000 draws."""
    random = np.random.default_rng(6)
    inside, rounds, half = 0, 300, 1.2815515655446004
    truth = 1 / (1 + (np.exp(0.25) - 1) * np.exp(0.25))
    for _ in range(rounds):
        cause, other = random.normal(size=(2, 4_000))
        spread = Spread((cause + np.exp(other / 2))[None])
        shares = spread.first_order_share(probabilities(cause))
        (error,) = spread.standard_errors([0], probabilities(cause), shares)
        inside += abs(shares[0] - truth) < half * error
    assert inside / rounds == pytest.approx(0.8, abs=0.07)


def test_every_share_has_an_interval_around_it():
    scenario = Scenario.load()
    result = scenario["ai_share"].figure() * scenario["counterfactual_level"].figure()
    shares = drivers({"result": result}, scenario)["result"]
    assert len(shares) == 2
    for share in shares.values():
        low, high = share.interval()
        assert 0 < low < share.central < high < 1
        assert high - low < 0.05
