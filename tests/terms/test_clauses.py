"""Clauses: made-up terms, English and Dutch; present, denied, and absent but tempting."""

from pathlib import Path

import pytest
import yaml

from rekening.terms.reading import DECISIONS, read
from rekening.terms.taxonomy import taxonomy

EXAMPLES = yaml.safe_load(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
PRESENT = [
    (clause, example["document"], example["text"], example["value"])
    for clause, kinds in EXAMPLES.items()
    for example in kinds["present"]
]
TEMPTING = [
    (clause, example["document"], example["text"])
    for clause, kinds in EXAMPLES.items()
    for example in kinds["tempting"]
]
DUTCH = {"de", "je", "wij", "onze", "door", "het"}
ENGLISH = {"the", "we", "you", "your", "our"}


def answers(clause, document, text):
    return [f for f in read(text, "Acme", document) if f.clause == clause]


@pytest.mark.parametrize(("clause", "document", "text", "value"), PRESENT)
def test_what_is_there_is_found_with_its_value(clause, document, text, value):
    first = answers(clause, document, text)[0]
    assert first.present, first
    assert first.value == value, first
    assert text[first.start : first.end] == first.quote


@pytest.mark.parametrize(("clause", "document", "text"), TEMPTING)
def test_what_only_looks_like_it_is_not_found(clause, document, text):
    assert not any(f.present for f in answers(clause, document, text))


@pytest.fixture(scope="module")
def described(shared):
    path = shared / "data" / "terms" / "taxonomy.yaml"
    if not path.is_file():
        pytest.skip("the described taxonomy is absent")
    return {clause["id"]: clause for clause in yaml.safe_load(path.read_text("utf-8"))["clauses"]}


@pytest.mark.shared
@pytest.mark.parametrize("clause", taxonomy())
def test_the_examples_of_the_taxonomy_are_read_as_it_says(described, clause):
    examples, documents = described[clause]["examples"], described[clause]["applies_to"]
    for example in examples["positive"]:
        first = answers(clause, documents[0], example["text"])[0]
        assert first.value == str(example["value"]), example
    for document in documents:
        tempting = examples["tempting_negative"]["text"]
        assert not any(f.present for f in answers(clause, document, tempting))


@pytest.mark.parametrize("clause", taxonomy())
def test_every_clause_has_examples_in_both_languages_and_a_tempting_one(clause):
    words = [set(text.lower().split()) for name, _, text, _ in PRESENT if name == clause]
    assert any(DUTCH & found for found in words)
    assert any(ENGLISH & found for found in words)
    assert any(name == clause for name, *_ in TEMPTING)


def test_every_decision_is_about_a_clause_type():
    assert set(DECISIONS) <= set(taxonomy())
