"""Made-up passages in the styles of many providers: regions, plans, exceptions, lists, definitions.

A file a clause in ``styles``; ``value`` is the first answer, "" where the document is silent on the question.
"""

from pathlib import Path

import pytest
import yaml

from rekening.terms.reading import read

PASSAGES = [
    pytest.param(file.stem, passage, id=f"{file.stem}: {passage['style']}")
    for file in sorted(Path(__file__).with_name("styles").glob("*.yaml"))
    for passage in yaml.safe_load(file.read_text("utf-8"))
]


@pytest.mark.parametrize(("clause", "passage"), PASSAGES)
def test_a_passage_is_read_whatever_its_style(clause, passage):
    text = passage["text"]
    rows = [f for f in read(text, "Northwind", passage["document"]) if f.clause == clause and f.present]
    assert (rows[0].value if rows else "") == passage["value"], rows
    for row in rows:
        assert text[row.start : row.end] == row.quote
