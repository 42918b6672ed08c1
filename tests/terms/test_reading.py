"""Reading a document: one answer a clause, words at their place, context, hostile text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening.errors import InputError
from rekening.terms.clauses.lexicon import _anchor, lexicon
from rekening.terms.clauses.numbers import NUMBERS
from rekening.terms.clauses.rules import Pattern, rules
from rekening.terms.clauses.values import ages, ahead, amounts, fees, forums, periods
from rekening.terms.reading import Library, read
from rekening.terms.taxonomy import document_type, document_types, taxonomy

TERMS = "Terms of Service"


def found(text, clause, document=TERMS, service="Acme"):
    return [f for f in read(text, service, document) if f.clause == clause and f.present]


@pytest.mark.parametrize("document", document_types())
def test_silence_is_an_answer_for_every_clause_that_applies(document):
    answers = read("The weather is nice today.", "Acme", document)
    applicable = [clause.id for clause in taxonomy().values() if document in clause.applies_to]
    assert [f.clause for f in answers] == applicable
    assert not any(f.present or f.value or f.quote for f in answers)


def test_values_are_those_of_the_taxonomy():
    for rule in rules():
        values = taxonomy()[rule.clause].values
        assert rule.value in values or (rule.clause, rule.value) == (
            "service_change_or_discontinuation",
            "no_notice",
        )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Privacy Policy", "Privacy Policy"),
        ("Business Privacy Policy", "Privacy Policy"),
        ("Algemene voorwaarden", TERMS),
        ("Verwerkersovereenkomst", "Data Processor Agreement"),
        ("Services Agreement", "Commercial Terms"),
        ("Trackers Policy", ""),
    ],
)
def test_names_of_documents_are_understood(name, kind):
    assert document_type(name) == kind


def test_a_document_that_is_no_text_is_refused():
    with pytest.raises(InputError, match="text: expected the words of a document"):
        read(b"bytes")


def test_a_list_is_read_with_the_words_that_introduce_it():
    text = "You may not:\n\n*   share your account;\n*   reverse engineer the service;\n"
    (finding,) = found(text, "reverse_engineering_benchmark_ban")
    assert finding.quote == text.strip()
    assert not found(
        text.replace("You may not:", "Our engineers like to:"), "reverse_engineering_benchmark_ban"
    )


def test_of_a_long_list_the_item_alone_is_quoted():
    others = "".join(f"*   share the account of colleague {number};\n" for number in range(40))
    (finding,) = found(
        f"You may not:\n\n{others}*   reverse engineer the service;\n", "reverse_engineering_benchmark_ban"
    )
    assert finding.quote == "reverse engineer the service;"


def test_a_condition_in_the_next_sentence_belongs_to_the_quote():
    text = (
        "We may suspend your access. Unless the law forbids it, we do so without notice. "
        "The weather is nice. Our office is in Utrecht."
    )
    (finding, *_) = found(text, "termination_suspension")
    assert finding.quote == text[: text.index(" The weather")]


def test_the_words_that_settle_the_value_are_quoted():
    text = "We may raise our prices. The weather is nice. You will get 30 days' notice of that by e-mail."
    (finding,) = found(text, "unilateral_price_change")
    assert (finding.value, finding.quote) == ("advance_notice=30d", text)


def test_of_a_long_sentence_the_part_that_settles_the_value_is_quoted():
    more = "including any obligation that survives by its nature, " * 12
    text = (
        "This Agreement may be terminated (i) by either party if the other party breaches it and does not "
        "cure the breach; or (ii) by the Company (a) upon sixty (60) days' prior written notice or (b) at "
        f"once where the law forbids the Services, {more}in full."
    )
    (finding, *_) = found(text, "termination_suspension", "Commercial Terms")
    assert finding.value == "any_reason_with_notice=60d"
    assert "upon sixty (60) days' prior written notice" in finding.quote


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("We keep them for 30 days after you delete them.", "max=30d"),
        ("After you delete it, we keep it for six months.", "max=6m"),
        ("We bewaren ze nog 30 dagen nadat u ze hebt verwijderd.", "max=30d"),
    ],
)
def test_what_is_kept_after_deletion_may_be_named_by_a_pronoun(text, value):
    (finding,) = found(text, "retention_after_deletion", "Privacy Policy")
    assert (finding.value, finding.quote) == (value, text)


def test_what_the_user_must_keep_after_deleting_is_not_kept_by_the_provider():
    text = "You must keep them for 30 days after you delete them."
    assert not found(text, "retention_after_deletion", "Privacy Policy")


@pytest.mark.parametrize(
    ("clause", "document", "mentions", "says"),
    [
        (
            "deletion_right",
            "Privacy Policy",
            "When you ask us to delete your personal data, we keep a record of the request.",
            "You can delete your account and your personal data in settings.",
        ),
        (
            "indemnity_by_user",
            TERMS,
            "You shall compensate us for any losses that we suffer.",
            "You agree, as far as the law permits and without limit, to indemnify us and our staff.",
        ),
        (
            "acceptance_by_use",
            TERMS,
            "To order a plan, click and agree to these Terms at the end of the page.",
            "By clicking the button that you find at the end of this page, you agree to these Terms.",
        ),
        (
            "shares_with_affiliates",
            "Privacy Policy",
            "How we may share your personal data: with our affiliates.",
            "Personal data are shared with affiliates.",
        ),
    ],
)
def test_the_sentence_that_settles_the_question_comes_before_one_that_mentions_it(
    clause, document, mentions, says
):
    text = f"# Rules\n\n{mentions}\n\n# More\n\n{says}\n"
    assert found(text, clause, document)[0].quote == says


def test_what_a_definition_says_comes_after_what_the_document_does():
    text = (
        "# Definitions\n\nTransfers of personal data rest on standard contractual clauses as described.\n\n"
        "# Sending data\n\nTransfers of personal data rest on standard contractual clauses.\n"
    )
    first = found(text, "cross_border_transfer", "Data Processor Agreement")[0]
    assert first.start > text.index("# Sending data")


@pytest.mark.parametrize(
    "text",
    [
        "If you do not want us to use your recipes and chats to train our models, switch training off.",
        "Users who would rather not have their prompts used for training can opt out in settings.",
        "Customers can ask us not to use their content to train our models; they opt out by e-mail.",
        "Wil je niet dat wij je gesprekken gebruiken om onze modellen te trainen? Zet dit uit in je "
        "instellingen. Als u niet wilt dat wij uw invoer gebruiken om modellen te trainen, zet dat dan uit.",
    ],
)
def test_what_the_user_may_refuse_is_no_promise_of_the_provider(text):
    values = {f.value for f in found(text, "trains_on_user_content")}
    assert values == {"yes_default"}


def test_a_promise_of_the_provider_under_a_condition_of_the_user_is_still_read():
    text = "If you use Acme Business, we will not use your content to train our models."
    assert found(text, "trains_on_user_content")[0].value == "no"


@pytest.mark.parametrize("clause", ["trains_on_user_content", "uses_data_for_ads"])
def test_one_place_never_says_both_good_and_bad(clause):
    text = (
        "We may use your prompts, chats that are not personal data and files to train our models. "
        "Cookies help us show you personalised ads; they do not tell anybody who you are when we sell ads."
    )
    rows = found(text, clause, "Privacy Policy")
    assert rows
    assert not {"good", "bad"} <= {taxonomy()[clause].value_polarity(r.value) for r in rows}


def test_answers_that_differ_by_sentence_are_quoted_apart():
    text = "We use your chats to train our models. We do not use business content to train our models."
    first, second = found(text, "trains_on_user_content", "Privacy Policy")
    assert first.end <= second.start or second.end <= first.start


def test_a_heading_names_for_whom_a_passage_holds():
    text = (
        "# Disputes\n\nThese Terms are governed by the laws of the State of Texas.\n\n"
        "# European consumers\n\nYou may bring a dispute in the courts of the country where you live.\n"
    )
    first, second = found(text, "governing_law_and_forum")
    assert (first.value, second.value, second.scope) == ("provider=Texas", "user_home", "European consumers")


def test_law_that_differs_by_region_is_one_split_answer():
    text = (
        "“Governing Laws” means (i) for customers in the EEA, Switzerland or UK, the laws of Ireland; "
        "and (ii) for all other customers, the laws of the State of California."
    )
    (finding,) = found(text, "governing_law_and_forum", "Commercial Terms")
    assert finding.value == "split=Ireland_EEA|California_other"


def test_an_exception_turns_a_denial_around():
    text = "We will not use your content to train our models, unless you have not opted out of training."
    assert found(text, "trains_on_user_content")[0].value == "yes_default"


def test_products_that_differ_have_rows_of_their_own():
    text = (
        "We use your conversations to train our models; you can opt out in settings.\n\n"
        "We do not use the content of Acme Enterprise to train our models.\n"
    )
    rows = found(text, "trains_on_user_content", "Privacy Policy")
    assert [(r.value, r.scope) for r in rows] == [("yes_default", ""), ("no", "enterprise plans")]


def test_us_is_no_country():
    text = "You allow us to store your data outside of the jurisdiction in which you live."
    assert found(text, "cross_border_transfer", "Privacy Policy")[0].value == "no_safeguards_stated"


def test_a_change_of_prices_is_no_change_of_the_service():
    text = "We reserve the right to change prices for our services at any time."
    assert not found(text, "service_change_or_discontinuation")


def test_the_general_text_stands_before_its_repetition_in_an_annex():
    rule = "You can delete your conversations in the settings.\n\n"
    text = f"# Your data\n\n{rule}{'The weather is nice. ' * 2_000}\n\n# Annex\n\n{rule}"
    rows = found(text, "deletion_right", "Privacy Policy")
    assert [row.start < len(text) // 2 for row in rows] == [True, False]


def test_a_cross_reference_is_followed_and_shown():
    text = (
        "# 1. Fees\n\nWe may raise our prices in the way set out in section 2.\n\n"
        "# 2. Notices\n\nYou will get 45 days' notice by e-mail.\n\n# 3. Other\n\nYou get 10 days to reply.\n"
    )
    (finding,) = found(text, "unilateral_price_change")
    assert finding.value == "advance_notice=45d"
    (reference,) = finding.see
    assert text[reference.start : reference.end] == reference.label == "section 2"
    assert text[reference.target_start : reference.target_end].endswith(
        "You will get 45 days' notice by e-mail."
    )


def test_a_segment_is_read_again_when_what_it_refers_to_changes():
    library = Library()
    text = (
        "# 1. Fees\n\nWe may raise our prices in the way set out in section 2.\n\n"
        "# 2. Notices\n\nYou will get 45 days' notice by e-mail.\n"
    )
    values = []
    for days in ("45", "60"):
        (finding, *_) = (
            f
            for f in library.read(text.replace("45", days), "Acme", TERMS)
            if f.clause == "unilateral_price_change"
        )
        values.append(finding.value)
    assert values == ["advance_notice=45d", "advance_notice=60d"]


def test_terms_a_document_defines_are_understood():
    text = (
        "Inputs and Outputs are together “Workspace Data”. "
        "We may use Workspace Data to train our models, unless you opt out in settings."
    )
    assert found(text, "trains_on_user_content")[0].value == "yes_default"


def test_the_name_of_the_provider_is_learnt_from_the_text():
    text = (
        "Zuster may change the price. Zuster will tell you. "
        "Zuster may change these Terms at any time without notice."
    )
    assert found(text, "unilateral_change_of_terms")[0].value == "no_notice"


def test_a_notice_about_another_document_is_no_term():
    text = (
        "We recently updated our Privacy Notice. We clarified that we do not sell your personal data."
        "\n\n# Terms\n\nBe nice."
    )
    assert not found(text, "uses_data_for_ads")


def test_unchanged_segments_are_read_once(monkeypatch):
    library = Library()
    text = "# A\n\nWe may change these Terms.\n\n# B\n\nYou must be 18 to use this.\n"
    library.read(text, "Acme", TERMS)
    read_again = []
    reader = next(iter(library._readers.values()))
    original = type(reader).marks
    monkeypatch.setattr(
        type(reader),
        "marks",
        lambda self, part, *more: read_again.append(part) or original(self, part, *more),
    )
    library.read(text + "\n# C\n\nWe may raise our prices.\n", "Acme", TERMS)
    assert [part.visible for part in read_again] == ["C", "We may raise our prices."]


SENTENCES = st.lists(
    st.sampled_from(
        [
            "We may change these Terms at any time.",
            "*   You must be 18.\n",
            "[We](http://x) **will not** train models on your content",
            "unless you opt out.",
            "\n\n# Geschillen\n\n",
            "| a | We share data with affiliates. |\n",
            "Onze aansprakelijkheid is beperkt tot 100 euro.",
            "\u202e\u200b",
            "(a)",
            "İ",
        ]
    ),
    max_size=25,
).map(" ".join)


@given(st.one_of(SENTENCES, st.text(max_size=300)), st.sampled_from([*document_types(), "Imprint"]))
def test_words_stand_at_their_place_in_any_text(text, document):
    for finding in read(text, "Acme", document):
        assert text[finding.start : finding.end] == finding.quote
        assert bool(finding.quote) == finding.present
        assert 0 <= finding.confidence <= 1
        if finding.present:
            assert finding.value.split("=")[0] in taxonomy()[finding.clause].values


HOSTILE = {
    "one line of the words rules look for": "we may not use your content to train models unless you opt out "
    * 1500,
    "negations": "not " * 40_000,
    "numbers": "30 days " * 20_000,
    "places": "laws of california " * 8_000,
    "deep list": "".join(" " * depth + "* we may share data:\n" for depth in range(400)),
    "brackets": "[(" * 60_000,
    "definitions": '"Data" means the inputs. ' * 4_000,
    "money": "$1,000,000 " * 15_000,
    "references": "# 1. A\n\n"
    + "We may change the terms. " * 70
    + "\n\n# 2. B\n\n"
    + "see section 1 " * 12_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_bounded_time(name):
    started = time.process_time()
    read(HOSTILE[name], "Acme", TERMS)
    assert time.process_time() - started < 6


def test_a_word_of_the_lexicon_has_no_unbounded_repetition():
    for concept in lexicon().concepts.values():
        for anchor, pattern in concept.groups:
            assert not any(sign in pattern.pattern for sign in ("*", "+")), (concept.name, pattern.pattern)
            assert anchor == anchor.lower()


@pytest.mark.parametrize(
    ("word", "anchor"),
    [
        ("train(?:s|ed)?", "train"),
        (r"u\.s\.", "u.s."),
        ("[€£] ?", ""),
        ("customers?", "customer"),
        ("(?:a|b(?:c)?) day", "day"),
    ],
)
def test_an_anchor_is_in_every_match(word, anchor):
    assert _anchor(word) == anchor


def test_a_pattern_reads_concepts_and_distances():
    assert Pattern.parse("not ~30 use content").steps == ((90, "not"), (30, "use"), (90, "content"))


def test_every_concept_is_used():
    used = {part for rule in rules() for name in rule.concepts for part in name.split("/")}
    own = {"banner", "pointer", "provider", "modal", "not"} | {f"topic_{clause}" for clause in taxonomy()}
    assert set(lexicon().concepts) == used | own


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("within thirty (30) days", ["30d"]),
        ("ten business days", ["10bd"]),
        ("up to 3 years and 72 hours", ["3y", "72h"]),
        ("two weeks", ["14d"]),
        ("thirteen months, sixteen days and twenty-one years", ["13m", "16d", "21y"]),
        ("one hundred and eighty days", ["180d"]),
        ("elf maanden, tweeëntwintig dagen en honderdtwintig uur", ["11m", "22d", "120h"]),
        ("binnen dertig dagen of 2 jaar", ["30d", "2y"]),
        ("100 euro", []),
    ],
)
def test_periods(text, codes):
    assert [period.code for period in periods(text)] == codes


def test_notice_that_goes_ahead():
    assert ahead("at least 30 days' notice of changes") == "30d"
    assert ahead("je hoort het veertien dagen van tevoren") == "14d"
    assert ahead("deleted within 30 days") == ""


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("one hundred dollars ($100)", ["100USD"]),
        ("€1,000 or 500 euro", ["1000EUR", "500EUR"]),
        ("$100.00", ["100USD"]),
        ("usd100", ["100USD"]),
        ("three hundred dollars", ["300USD"]),
        ("vijfhonderd euro", ["500EUR"]),
        ("30 days", []),
    ],
)
def test_amounts(text, sums):
    assert amounts(text) == sums


@pytest.mark.parametrize(
    ("text", "cap"),
    [
        ("fees paid in the twelve (12) months before the claim", "12m_fees"),
        ("125% of the fees paid in the past 12 months", "125pct_12m_fees"),
        ("the amount you paid last year", "12m_fees"),
        ("amounts you paid for the service", "fees_paid"),
        ("a hundred roses", ""),
    ],
)
def test_fees(text, cap):
    assert fees(text) == cap


def test_forums_are_places_of_law_not_of_people():
    text = "if located in asia (including japan and india), the laws of singapore apply"
    assert forums(text) == ["Singapore"]
    assert forums("california law will govern") == ["California"]


def test_ages_are_not_days():
    assert ages("you must be 18, or thirteen with a parent; 14 days; 16.5%") == [13, 18]
    assert ages("je moet vijftien zijn, of zeventien") == [15, 17]


def test_number_words_have_no_gap():
    assert set(range(1, 101)) <= set(NUMBERS.values())
    assert [NUMBERS[w] for w in ("seventeen", "ninety-nine", "zeventien", "negenennegentig")] == [17, 99] * 2
