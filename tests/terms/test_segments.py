"""Segments: what a document is cut into, and that positions survive."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening.terms.segments import MAX_SENTENCE, cross_references, definitions, segment, sentences, visible

DOCUMENT = """Terms of Use
============

Effective 1 May 2026

1\\. Your content
----------------

You keep your **content**. See Section 2.1 for [deletion](https://example.org/a_(b)).

You may not:

*   sell it;
*   do the following with it:
    *   copy it, e.g. on paper;
*   lend it.

After that, a paragraph.

2.1. Deletion
-------------

**Who does it**

| Kind | How long |
| --- | --- |
| Chats | 30 days<br>then gone. |

"Output" means what the model answers. Input and Output together ("**Material**") are yours.
"""


def named(words):
    return next(s for s in segment(DOCUMENT) if s.visible.startswith(words))


def test_headings_make_a_path():
    assert named("You keep").headings == ("Terms of Use", "1. Your content")
    assert named("2.1.").kind == "heading"
    assert named("| Chats").headings == ("Terms of Use", "2.1. Deletion")


def test_list_items_know_what_introduces_them():
    assert named("sell it").lead_in == "You may not:"
    assert named("copy it").lead_in == "You may not: do the following with it:"
    assert named("lend it").lead_in == "You may not:"
    assert named("After that").lead_in == ""


def test_table_rows_know_their_head():
    row = named("| Chats")
    assert row.kind == "row"
    assert row.lead_in == "Kind   How long"
    assert [s.text for s in sentences(row.text)] == ["Chats | 30 days", "then gone."]


def test_sentences_are_what_a_reader_sees():
    text = named("You keep").text
    first, second = sentences(text)
    assert first.text == "You keep your content."
    assert second.text == "See Section 2.1 for deletion."
    assert text[first.start : first.end] == "You keep your **content**."
    at = second.text.index("deletion")
    assert text[second.where(at) :].startswith("deletion](")


@pytest.mark.parametrize(
    "text",
    [
        "We keep it, e.g. for law. We delete it.",
        "Acme Inc. may stop. You may leave.",
        "Dat mag, bijv. voor onderzoek. Wij wissen het.",
        "In the U.S. Code. It says so.",
    ],
)
def test_abbreviations_do_not_end_a_sentence(text):
    assert len(sentences(text)) <= 2


def test_definitions_and_cross_references():
    parts = segment(DOCUMENT)
    terms = {d.term: d for d in definitions(parts)}
    assert set(terms) == {"Output", "Material"}
    assert DOCUMENT[terms["Output"].start : terms["Output"].end] == "Output"
    assert "Input and Output" in terms["Material"].meaning
    (reference,) = cross_references(parts)
    assert DOCUMENT[reference.start : reference.end] == reference.label
    assert visible(DOCUMENT[reference.target_start : reference.target_end]).startswith("2.1. Deletion")


@pytest.mark.parametrize(
    ("words", "pointed"),
    [
        ("as set out in section 2", ["2. Notice\n\nYou get 30 days."]),
        ("zie artikel 2.", ["2. Notice\n\nYou get 30 days."]),
        ("as described in Section 2 of the Data Act", []),
        ("Article 2 GDPR applies", []),
        ("see section 9", []),
    ],
)
def test_a_cross_reference_points_within_the_document(words, pointed):
    text = f"# 1. Changes\n\nWe may change, {words}\n\n# 2. Notice\n\nYou get 30 days.\n\n# 3. End\n\nBye.\n"
    found = cross_references(segment(text))
    assert [text[r.target_start : r.target_end] for r in found] == pointed


def test_hidden_characters_are_not_read_but_keep_their_place():
    text = "We do\u200b not\u202e sell\u2069 data."
    (only,) = sentences(text)
    assert only.text == "We do not sell data."
    assert text[only.start : only.end] == text


def test_equal_words_in_another_place_have_equal_keys():
    moved = segment("A line more.\n\n" + DOCUMENT)
    assert {s.key for s in segment(DOCUMENT)} <= {s.key for s in moved} | {
        s.key for s in segment(DOCUMENT)[:1]
    }
    assert len({s.key for s in segment("a\n\nb")}) == 2


PIECES = (
    "# |* |    |\n|\n\n|**|[a](b)|](|x|Word. |e.g. |---\n|===\n|1\\. |\u202e|<br>|“|İ|\t|> |:|\r\n|_|`|\\"
)
MARKDOWN = st.lists(st.sampled_from([*PIECES.split("|"), "|"]), max_size=60).map("".join)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.one_of(MARKDOWN, st.text(max_size=200)))
def test_positions_survive_any_text(text):
    last = 0
    for part in segment(text):
        assert text[part.start : part.end] == part.text
        assert part.text
        assert part.start >= last
        last = part.end
        for sentence in sentences(part.text):
            assert 0 < len(sentence.text) <= MAX_SENTENCE
            assert 0 <= sentence.start < sentence.end <= len(part.text)
            assert sentence.where(0) == sentence.start
            assert sentence.where(len(sentence.text) - 1) == sentence.end - 1


HOSTILE = {
    "brackets": "[" * 300_000,
    "half links": "](" * 150_000,
    "one line": "a " * 200_000,
    "nested list": "".join(" " * depth + "* x\n" for depth in range(800)),
    "open tags": "<a" * 150_000,
    "stars": "**" * 150_000,
    "pipes": "|" * 300_000,
    "stops": ". " * 60_000,
    "headings": "# " * 150_000,
    "quotes": '"A' * 150_000,
    "many headings": "# a\n" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_bounded_time(name):
    text = HOSTILE[name]
    started = time.process_time()
    parts = segment(text)
    for part in parts:
        sentences(part.text)
    definitions(parts)
    cross_references(parts)
    assert time.process_time() - started < 4
    assert all(len(part.headings) <= 16 for part in parts)


def test_visible_drops_markup():
    assert visible("**Bold** [link](http://x.org/a?b=(c)) _it_ a\\_b ![img](y)") == "Bold link it a_b img"
