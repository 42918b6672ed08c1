"""Findings that come with the package, and the ways in which clauses make a user pay."""

import json
from datetime import date
from importlib.resources import files

import pytest

from rekening.errors import InputError
from rekening.terms.findings import shipped, ways
from rekening.terms.taxonomy import taxonomy


def test_a_fresh_install_answers_and_says_how_old_it_is():
    found = shipped()
    assert found.date == date(2026, 8, 22)
    assert len(found.services) == 12
    assert all(finding.published <= found.date for finding in found.findings)


def test_every_finding_is_a_clause_with_a_known_value_at_a_place():
    for finding in shipped().findings:
        clause = taxonomy()[finding.clause]
        assert finding.present == (finding.value is not None)
        assert not finding.present or finding.value.split("=")[0] in clause.values
        assert (finding.end > finding.start) == finding.present


def test_no_words_of_others_are_shipped():
    raw = json.loads(files("rekening.terms").joinpath("data/findings.json").read_text("utf-8"))
    allowed = {"service", "document", "version", "published", "findings"}
    for document in raw["documents"]:
        assert set(document) == allowed
        for clause, value, start, end, confidence, scope in document["findings"]:
            assert clause in taxonomy()
            assert value is None or len(value) < 60
            assert isinstance(start, int)
            assert isinstance(end, int)
            assert isinstance(confidence, float)
            assert len(scope) < 30


def test_one_service_and_its_public_record():
    found = shipped().of("Perplexity")
    assert {finding.service for finding in found} == {"Perplexity"}
    address = shipped().address(found[0])
    assert address.startswith("https://github.com/OpenTermsArchive/genai-eu-versions/blob/")
    assert " " not in address
    with pytest.raises(InputError, match="did you mean 'Perplexity'"):
        shipped().of("Perplexty")


def test_every_clause_is_a_way_of_paying_in_both_languages():
    assert set(ways()) == set(taxonomy())
    for way in ways().values():
        assert way.pays_in in {"money", "attention", "data", "freedom"}
        assert way.channel in {"ads", "subscriptions", "bundles", "cloud", ""}
        assert set(way.sentence) == {"nl", "en"}
        assert all(sentence.endswith(".") for sentence in way.sentence.values())


def test_ads_in_chat_belong_to_ads_and_prices_to_subscriptions():
    assert ways()["uses_data_for_ads"].channel == "ads"
    assert ways()["unilateral_price_change"].channel == "subscriptions"
