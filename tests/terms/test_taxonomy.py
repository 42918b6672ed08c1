"""What the clause types say about better and worse."""

from __future__ import annotations

import pytest

from rekening.terms.taxonomy import SILENCE, taxonomy


@pytest.mark.parametrize("clause", taxonomy())
def test_the_order_of_values_follows_their_polarity(clause: str) -> None:
    kind = taxonomy()[clause]
    ordered = [value for equals in kind.best_first for value in equals if value != SILENCE]
    assert len(ordered) == len(set(ordered))
    assert set(ordered) <= set(kind.values)
    ranks = [("good", "neutral", "bad").index(kind.values[value]) for value in ordered]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("clause", "worse", "better"),
    [
        ("retention_period", "fixed=2y", "fixed=30d"),
        ("retention_after_deletion", "max=90d", "max=4w"),
        ("unilateral_change_of_terms", "advance_notice=7d", "advance_notice=1m"),
        ("unilateral_price_change", "no_notice", "advance_notice=30d"),
        ("training_opt_out", None, "setting"),
        ("trains_on_user_content", "yes_default", None),
        ("trains_on_user_content", "yes_no_opt_out", "yes_default"),
        ("liability_cap", "cap=3m_fees", "cap=12m_fees"),
        ("liability_cap", "greater_of=12m_fees|50USD", "greater_of=12m_fees|100USD"),
        ("governing_law_and_forum", "provider=California", "user_home"),
        ("data_export_portability", None, "self_service"),
        ("mandatory_arbitration_or_class_waiver", "arbitration_and_class_waiver", None),
    ],
)
def test_better_and_worse(clause: str, worse: str | None, better: str | None) -> None:
    kind = taxonomy()[clause]
    assert kind.gain(worse, better) == 1
    assert kind.gain(better, worse) == -1
    assert kind.gain(better, better) == 0


@pytest.mark.parametrize(
    ("clause", "old", "new"),
    [
        ("age_minimum", "13", "18"),
        ("liability_cap", "cap=100USD", "cap=90EUR"),
        ("liability_cap", "greater_of=12m_fees|100USD", "greater_of=6m_fees|200USD"),
        ("retention_after_deletion", "max_with_exceptions=30d", "max=60d"),
        ("trains_on_user_content", "by_reference", "yes_default"),
        ("termination_suspension", None, "for_cause"),
        ("trains_on_user_content", None, None),
    ],
)
def test_what_cannot_be_compared_is_neither(clause: str, old: str | None, new: str | None) -> None:
    assert taxonomy()[clause].gain(old, new) == 0
    assert taxonomy()[clause].gain(new, old) == 0
