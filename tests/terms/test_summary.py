"""Answers in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from rekening.errors import InputError
from rekening.files import read_yaml
from rekening.terms.findings import ways
from rekening.terms.summary import in_words, main_answers, scope_in_words, summary
from rekening.terms.taxonomy import taxonomy


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_value_has_plain_words(language: str) -> None:
    for clause, kind in taxonomy().items():
        for value in kind.values:
            words = in_words(clause, value, language)
            assert words
            assert "_" not in words, f"{clause}: {value} has no words"


@pytest.mark.parametrize(
    ("clause", "value", "nl", "en"),
    [
        (
            "liability_cap",
            "greater_of=12m_fees|100USD",
            "tot het hoogste van twee bedragen (wat je in 12 maanden betaalde, 100 USD)",
            "up to the larger of two amounts (what you paid in 12 months, 100 USD)",
        ),
        ("retention_period", "fixed=30d", "een vaste tijd (30 dagen)", "a fixed time (30 days)"),
        (
            "shares_with_third_parties",
            "subprocessors_objection=10bd",
            "een lijst waartegen je bezwaar kunt maken (10 werkdagen)",
            "a list to which you can object (10 working days)",
        ),
        (
            "liability_cap",
            "greater_of=fees_paid|100USD",
            "tot het hoogste van twee bedragen (wat je betaalde, 100 USD)",
            "up to the larger of two amounts (what you paid, 100 USD)",
        ),
        ("retention_period", "fixed=1h", "een vaste tijd (1 uur)", "a fixed time (1 hour)"),
        (
            "liability_cap",
            "greater_of=125pct_12m_fees|500EUR",
            "tot het hoogste van twee bedragen (125% van wat je in 12 maanden betaalde, 500 EUR)",
            "up to the larger of two amounts (125% of what you paid in 12 months, 500 EUR)",
        ),
        (
            "retention_period",
            "fixed=18m_default",
            "een vaste tijd (18 maanden als je niets kiest)",
            "a fixed time (18 months unless you choose otherwise)",
        ),
        (
            "unilateral_change_of_terms",
            "advance_notice=1m",
            "ja na een melding vooraf (1 maand)",
            "yes after notice (1 month)",
        ),
        (
            "governing_law_and_forum",
            "split=Ireland_EEA|California",
            "hangt af van waar je woont (Ierland EER, Californië)",
            "depends on where you live (Ireland EEA, California)",
        ),
    ],
)
def test_parameters_are_told(clause: str, value: str, nl: str, en: str) -> None:
    assert in_words(clause, value, "nl") == nl
    assert in_words(clause, value, "en") == en


def test_a_fresh_install_answers_without_a_download() -> None:
    rows = summary("ChatGPT")
    assert {row.service for row in rows} == {"ChatGPT"}
    assert all(row.record.startswith("https://github.com/OpenTermsArchive/") for row in rows)
    assert all(row.end > row.start and row.way == ways()[row.clause].pays_in for row in rows)
    assert len(main_answers(summary())) > len(main_answers(rows)) > 10


def test_an_unknown_service_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'ChatGPT'"):
        summary("ChatGTP")


def test_every_scope_has_plain_words() -> None:
    path = Path(__file__).parents[2] / "src" / "rekening" / "terms" / "data" / "scopes.yaml"
    for scope in read_yaml(path):
        assert scope_in_words(scope, "nl")
        assert scope_in_words(scope, "en")
    assert scope_in_words("", "nl") == ""
