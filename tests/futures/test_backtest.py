"""The backtest reads nothing late, and can tell a good forecast from a bad one."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np
import pytest

from rekening import Facts, InputError
from rekening.facts import FloatArray, Quarter
from rekening.futures.backtest import CONCEPTS, backtest, cases, simulated, summary
from rekening.futures.rivals import Target, filings, guidance, observed, seasonal

FACTS = Facts.load(as_of="2026-06-20")


def oracle_of_delphi(spread: float) -> object:
    """A forecast that knows what came, blurred by `spread`."""

    def forecast(facts: Facts, firm: str, last: Quarter, horizon: int) -> Mapping[str, FloatArray]:
        noise = np.exp(spread * np.random.default_rng(1).normal(size=(400, 1)))
        came = observed(FACTS, firm, "revenue")
        values = [came.get(last + step, np.nan) for step in range(1, horizon + 1)]
        return {"revenue": np.asarray(values) * noise}

    return forecast


@cache
def scored(spread: float) -> list:
    return list(cases(FACTS, oracle_of_delphi(spread), firms=["meta"], concepts=["revenue"]))


def test_knowing_what_came_beats_the_rival_and_being_vague_does_not() -> None:
    sharp, vague = summary(scored(0.001), by=["concept"]), summary(scored(1.0), by=["concept"])
    assert sharp.loc[0, "skill_seasonal_low"] > 0.9
    assert vague.loc[0, "skill_seasonal_high"] < 0


def test_origins_have_eight_quarters_behind_them() -> None:
    assert min(case.origin for case in scored(0.1)) >= date(2024, 1, 1)
    assert {case.horizon for case in scored(0.1)} == {1, 2, 3, 4}


@pytest.mark.parametrize("rival", [seasonal, guidance])
@pytest.mark.parametrize("concept", ["revenue", "operating_cash_flow", "capex", "liquidity"])
def test_a_rival_sees_nothing_published_later(rival: object, concept: str) -> None:
    last, origin = filings(FACTS, "meta")[-3]
    target = Target("meta", concept, last, 2)
    from_later, from_then = FACTS.known_on(origin), Facts.load(as_of=origin)
    assert np.array_equal(rival(from_later, target, 50), rival(from_then, target, 50)) or (
        rival(from_later, target, 50) is None and rival(from_then, target, 50) is None
    )


def test_seasonal_rival_by_hand() -> None:
    """Median error aside, the centre is last year's quarter times the mean yearly growth of four quarters."""
    facts = FACTS.known_on("2026-01-29")
    revenue = observed(facts, "meta", "revenue")
    last = max(revenue)
    growth = np.mean([np.log(revenue[last + (-k)] / revenue[last + (-k - 4)]) for k in range(4)])
    centre = revenue[last + (1 - 4)] * np.exp(growth)
    draws = seasonal(facts, Target("meta", "revenue", last, 1), 999)
    assert draws is not None
    assert draws.min() < centre < draws.max()


def test_a_concept_that_cannot_be_scored() -> None:
    with pytest.raises(InputError, match="happiness"):
        list(cases(FACTS, oracle_of_delphi(1.0), firms=["meta"], concepts=["happiness"]))


def test_the_simulation_can_be_scored_and_sees_only_its_day() -> None:
    """The same forecast comes out when all later facts are gone."""
    origin, last = filings(FACTS, "meta")[-2][1], filings(FACTS, "meta")[-2][0]
    forecast = simulated(paths=64)
    ours = forecast(FACTS.known_on(origin), "meta", last, 2)
    alone = forecast(Facts.load(as_of=origin), "meta", last, 2)
    for concept in CONCEPTS:
        assert np.array_equal(ours[concept], alone[concept])
        assert ours[concept].shape == (64, 2)


def test_backtest_of_one_firm() -> None:
    table = backtest(["alphabet"], ["revenue"], since="2025-07-01", horizon=1, by=["firm"])
    assert table.loc[0, "cases"] == 3
    assert 0 <= table.loc[0, "covered_80%"] <= 1
