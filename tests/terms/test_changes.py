"""Changes: what is noise, what is wording, what matters."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rekening.terms.changes import Change, compare
from rekening.terms.changes.statements import statements

POLICY = """\
Privacy Policy
==============

Effective January 5, 2026

We collect the messages that you send to the service. We keep them for 30 days after you delete them.

1.  You may ask us to delete your data at any time.
2.  We do not sell your personal data to third parties.

### Training

We do not use your content to train our models unless you opt in. You can change this in the settings.

| Partner | Purpose | Place |
| --- | --- | --- |
| Acme Cloud | Hosting | Ireland |
| Beta Mail | Support | Germany |
"""


def changed(old: str, new: str, text: str = POLICY) -> Change:
    assert old in text
    return compare(text, text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Effective January 5, 2026", "Effective 5 January 2026"),
        ("Effective January 5, 2026", "Updated: 3 days ago"),
        ("Privacy Policy\n==============", "# Privacy Policy"),
        ("1.  You may", "A.1. You may"),
        ("1.  You may", "1.1 You may"),
        ("1.  You may", "2.10.3 You may"),
        ("the service.", "[the service](https://example.org/?utm_source=x&id=12345)."),
        ("We do not sell", "**We do not sell**"),
        ("Effective January", "Table of contents\n\nEffective January"),
        ("the service. ", "the service.\n\n"),
        ("the settings.", "the settings.\n\nWas this page helpful?"),
        ("| --- | --- | --- |", "| :-- | :-- | --: |"),
        ("### Training", "Training\n--------"),
    ],
)
def test_form_is_noise(old: str, new: str) -> None:
    assert changed(old, new).kind == "noise"


def test_another_apostrophe_is_noise() -> None:
    assert changed("don't", "don’t", POLICY.replace("do not sell", "don't sell")).kind == "noise"


@pytest.mark.parametrize(
    ("old", "new", "clause", "direction"),
    [
        ("30 days", "90 days", "retention_period", "worse"),
        ("30 days", "7 days", "retention_period", "better"),
        (" unless you opt in", " by default", "trains_on_user_content", "worse"),
        (
            "2.  We do not sell your personal data to third parties.\n",
            "",
            "shares_with_third_parties",
            "worse",
        ),
        (
            "### Training",
            "We may share your data with advertising partners.\n\n### Training",
            "uses_data_for_ads",
            "worse",
        ),
        (
            "| Beta Mail |",
            "| Gamma Ads | Advertising | United States |\n| Beta Mail |",
            "uses_data_for_ads",
            "worse",
        ),
        ("at any time.", "at any time. You can export your chats.", "data_export_portability", "better"),
    ],
)
def test_rights_and_duties_are_substance(old: str, new: str, clause: str, direction: str) -> None:
    change = changed(old, new)
    assert change.kind == "substantive"
    assert clause in change.clauses
    assert change.direction == direction


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (
            "We do not use your content to train our models, except content of free plans.",
            "We do not use your content to train our models, except content of free plans and team plans.",
            "worse",
        ),
        (
            "We use your content to train our models, unless you opt out or are a business customer.",
            "We use your content to train our models, unless you opt out.",
            "worse",
        ),
        (
            "We may change these terms at any time without notice.",
            "We may change these terms. We will notify you at least 30 days before any change takes effect.",
            "better",
        ),
        (
            "We may change these terms. We will notify you at least 30 days before any change takes effect.",
            "We may change these terms at any time without notice.",
            "worse",
        ),
        ("Wij bewaren je gegevens 30 dagen.", "Wij bewaren je gegevens 2 jaar.", "worse"),
        (
            "The service may be used for study.",
            "The service may be used for study, or only for research.",
            "neutral",
        ),
    ],
)
def test_a_direction_is_given_where_the_reading_carries_it(old: str, new: str, direction: str) -> None:
    change = compare(old, new, "Privacy Policy")
    assert change.kind == "substantive"
    assert change.direction == direction
    said = {"better": "probably better", "worse": "probably worse", "neutral": "unclear"}[direction]
    assert said in change.summary["en"]


def test_gains_and_losses_together_claim_no_direction() -> None:
    old = "Ask us anything. You can export your data at any time.\n"
    new = "Ask us anything. We do not use your content to train our models.\n"
    assert compare(old, new, "Privacy Policy").direction == "neutral"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("to the service", "to our service"),
        ("Acme Cloud", "Acme Clouds"),
        ("send to the", "sent to the"),
        ("We keep them", "7 We keep them"),
    ],
)
def test_wording_is_editorial(old: str, new: str) -> None:
    assert changed(old, new).kind in {"editorial", "noise"}


def test_a_new_name_everywhere_is_editorial() -> None:
    text = "".join(f"Le Foo may keep item {word} for you. Ask Le Foo.\n\n" for word in ("one", "two", "six"))
    change = compare(text, text.replace("Le Foo", "Barbaz"), "Terms of Service")
    assert change.kind == "editorial"


@pytest.mark.parametrize(
    "page",
    [
        "Redirecting to legal.example.org",
        "This page isn't available\n\nAn unexpected error has occurred. Try reloading the page.",
        "404\n\nPage not found",
        "Just a moment...\n\nVerifying you are human. This may take a few seconds. Ray ID: 8f2",
        "Please enable JavaScript to continue",
        "Diese Seite ist momentan nicht verfügbar\n\nBitte versuche, die Seite noch einmal zu laden.",
        "Access denied",
        "",
    ],
)
def test_a_failed_fetch_and_its_recovery_are_noise(page: str) -> None:
    assert compare(POLICY * 3, page).kind == "noise"
    back = compare(page, POLICY * 3, history=[POLICY * 3])
    assert back.kind == "noise"
    assert compare(page, POLICY * 3).kind == "noise"


def test_a_change_hidden_behind_a_failed_fetch_is_found() -> None:
    new = POLICY.replace("30 days", "90 days")
    change = compare("404\n\nPage not found", new, history=[POLICY])
    assert (change.kind, change.compared_with) == ("substantive", 0)
    place = next(word for word in change.words if word.weighs)
    assert "30 days" in POLICY[place.old_start : place.old_end]


def test_an_error_on_one_of_several_pages_is_noise() -> None:
    other = "Terms of Service\n================\n\nYou must be 18 years old. You agree to arbitration.\n"
    error = "This page isn't available\n\nAn unexpected error has occurred.\n"
    both, half = f"{POLICY}\n- - -\n\n{other}", f"{POLICY}\n- - -\n\n{error}"
    assert compare(both, half).kind == "noise"
    assert compare(half, both, history=[both]).kind == "noise"
    assert compare(half, both).kind == "noise"


def test_another_language_is_noise_both_ways() -> None:
    german = """Datenschutzerklärung\n\nWir erheben die Nachrichten, die Sie an den Dienst senden. Wir
    speichern sie
    für 30 Tage nach der Löschung. Sie können jederzeit die Löschung Ihrer Daten verlangen. Wir verkaufen Ihre
    Daten nicht an Dritte und nutzen sie nicht für die Werbung. Diese Regel gilt für alle Dienste."""
    assert compare(POLICY, german).kind == "noise"
    assert compare(german, POLICY, history=[POLICY]).kind == "noise"
    assert compare(german, POLICY).kind == "noise"


def test_a_second_document_in_the_file_is_noise() -> None:
    more = "\n- - -\n\nOther Terms\n===========\n\n" + "".join(
        f"You must pay fee number {word} in advance.\n\n"
        for word in ("one", "two", "three", "four", "five", "six")
    )
    assert compare(POLICY, POLICY + more).kind == "noise"


def test_a_page_that_flaps_in_part_is_noise() -> None:
    with_box = POLICY.replace("### Training", "You must not resell the service.\n\n### Training")
    newer, newer_box = (text.replace("Acme Cloud", "Acme Clouds") for text in (POLICY, with_box))
    history = [POLICY, with_box, POLICY]
    assert compare(with_box, newer, history=history).kind != "substantive"
    assert compare(newer, newer_box, history=[*history, with_box]).kind != "substantive"


def test_places_are_exact() -> None:
    new = POLICY.replace("30 days", "90 days").replace("Beta Mail", "Gamma Post")
    for place in compare(POLICY, new).words:
        if place.old is not None:
            assert any(
                s.words == place.old and (s.start, s.end) == (place.old_start, place.old_end)
                for s in statements(POLICY)
            )
        if place.new is not None:
            assert new[place.new_start : place.new_end].strip() == new[place.new_start : place.new_end]
            assert any(s.words == place.new and s.start == place.new_start for s in statements(new))


def test_the_summary_is_one_sentence_in_both_languages() -> None:
    summary = changed("30 days", "90 days").summary
    assert summary["nl"].startswith("In het privacybeleid")
    assert "90" in summary["en"]
    assert all(text.endswith(".") and "\n" not in text for text in summary.values())


def test_a_change_survives_being_written_down() -> None:
    change = changed("30 days", "90 days")
    assert Change.from_dict(change.to_dict()) == change


_LINE = st.sampled_from(
    [line for line in POLICY.split("\n") if line.strip()]
    + [
        "You must pay within 14 days.",
        "We may sell your data.",
        "Redirecting to example.org",
        "* item\n* item",
    ]
)
_TEXT = st.lists(_LINE, min_size=1, max_size=12).map("\n\n".join)


@given(_TEXT, st.lists(_TEXT, min_size=1, max_size=4), st.data())
@settings(max_examples=60)
def test_a_return_to_an_earlier_text_is_never_a_new_change(
    old: str, history: list[str], data: st.DataObject
) -> None:
    earlier = data.draw(st.sampled_from(history))
    assert compare(old, earlier, history=history).kind == "noise"


@given(_TEXT)
@settings(max_examples=30)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert compare(text, text).kind == "noise"
    assert compare(text, text.replace("\n\n", "\n\n\n")).kind == "noise"


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=60)
def test_any_two_texts_can_be_compared(old: str, new: str) -> None:
    assert compare(old, new).kind in {"noise", "editorial", "substantive"}


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 200_000,
        "![](" * 50_000,
        "|" * 200_000,
        "a " * 200_000,
        "*" * 200_000 + "a",
        "[a](" + "(" * 100_000,
        "> " * 50_000 + "x",
        "<" * 200_000,
        "1." * 100_000 + " x",
        "Mr. X. " * 30_000,
        "\u202e" * 100_000 + "x",
        "=" * 300_000,
        "\\" * 200_000,
        "- " * 50_000 + "\n" * 10_000,
        "a@" * 80_000,
        "years years " * 20_000,
    ],
    ids=range(16),
)
def test_hostile_markdown_takes_bounded_time(hostile: str) -> None:
    start = time.process_time()
    compare(POLICY, POLICY + "\n\n" + hostile)
    compare(hostile, hostile + "\n\nYou must pay.")
    assert time.process_time() - start < 3
