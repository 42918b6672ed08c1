"""Made-up passages in the styles of many providers: regions, plans, exceptions, lists, definitions."""

from pathlib import Path

import pytest
import yaml

from rekening.terms.reading import read

STYLES = yaml.safe_load(Path(__file__).with_name("styles.yaml").read_text("utf-8"))
PASSAGES = [
    pytest.param(clause, passage, id=f"{clause}: {passage['style']}")
    for clause, passages in STYLES.items()
    for passage in passages
]


@pytest.mark.parametrize(("clause", "passage"), PASSAGES)
def test_a_passage_is_read_whatever_its_style(clause, passage):
    text = passage["text"]
    rows = [f for f in read(text, "Northwind", passage["document"]) if f.clause == clause and f.present]
    assert (rows[0].value if rows else "") == passage["value"], rows
    for row in rows:
        assert text[row.start : row.end] == row.quote
