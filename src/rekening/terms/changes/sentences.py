"""One plain sentence about a change, in Dutch and in English."""

from __future__ import annotations

from collections.abc import Sequence

from rekening.terms.changes.align import Edit
from rekening.terms.taxonomy import taxonomy

_DOCUMENTS_NL = {
    "Acceptable Use Policy": "de gebruiksregels",
    "Business Privacy Policy": "het privacybeleid voor bedrijven",
    "Commercial Terms": "de zakelijke voorwaarden",
    "Data Processor Agreement": "de verwerkersovereenkomst",
    "Developer Terms": "de voorwaarden voor ontwikkelaars",
    "Privacy Policy": "het privacybeleid",
    "Terms of Service": "de voorwaarden",
    "Trackers Policy": "het cookiebeleid",
}
_NOISE = {
    "same words": ("De tekst is niet veranderd, alleen de vorm.", "The text did not change, only its form."),
    "fetch failed": (
        "Het ophalen is mislukt: er kwam een foutmelding in plaats van de tekst.",
        "The fetch failed: an error page came instead of the text.",
    ),
    "recovered": (
        "De tekst is er weer, na een mislukte ophaling.",
        "The text is back, after a failed fetch.",
    ),
    "language": ("De tekst kwam in een andere taal.", "The text came in another language."),
    "returned": ("Dit is weer een eerdere tekst.", "This is an earlier text again."),
    "flapping": (
        "De pagina wisselt tussen vormen die al bekend waren.",
        "The page switches between forms that were known already.",
    ),
    "menu": ("Alleen een menu, knop of melding veranderde.", "Only a menu, button or banner changed."),
    "other document": (
        "Er kwam een ander document bij in de opname; de tekst zelf veranderde niet.",
        "The recording took in another document; the text itself did not change.",
    ),
}
_EDITORIAL = {
    "names": ("namen, adressen of spelling", "names, addresses or spelling"),
    "wording": ("de woorden", "the wording"),
}
_FAVOURS = {
    "better": ("waarschijnlijk beter voor jou", "probably better for you"),
    "worse": ("waarschijnlijk slechter voor jou", "probably worse for you"),
    "neutral": (
        "of dat beter of slechter voor jou is, is niet duidelijk",
        "whether that is better or worse for you is unclear",
    ),
}
_VERBS = {
    "nl": ("toegevoegd", "verdwenen", "anders verwoord"),
    "en": ("added", "removed", "reworded"),
}
_NAMED = 3
_EXAMPLE = 12
_QUOTED_WORDS = 6


def sentence(
    kind: str, why: str, document: str, about: Sequence[str] = (), edits: Sequence[Edit] = ()
) -> dict[str, str]:
    """Return what happened, in one sentence by language.

    ``why`` is the reason of noise or of another wording, or the direction of a substantive change.
    """
    nl, en = _DOCUMENTS_NL.get(document, f"“{document}”"), f"the {document}"
    if kind == "noise":
        return dict(zip(("nl", "en"), _NOISE[why], strict=True))
    if kind == "editorial":
        return {
            "nl": f"In {nl} veranderden alleen {_EDITORIAL[why][0]}, niet de regels.",
            "en": f"Only {_EDITORIAL[why][1]} changed in {en}, not the rules.",
        }
    return {
        "nl": f"In {nl} {_counted(edits, 'nl')}, over {_subjects(about, edits, 'nl')}: {_FAVOURS[why][0]}.",
        "en": f"In {en} {_counted(edits, 'en')}, about {_subjects(about, edits, 'en')}: {_FAVOURS[why][1]}.",
    }


def _counted(edits: Sequence[Edit], language: str) -> str:
    """Say how many passages came, went or read otherwise; of a single small rewording, the words."""
    if len(edits) == 1 and edits[0].old and edits[0].new:
        lost, gained = edits[0].lost, edits[0].gained
        if lost and gained and max(len(lost), len(gained)) <= _QUOTED_WORDS:
            became = "werd" if language == "nl" else "became"
            return f"“{' '.join(lost)}” {became} “{' '.join(gained)}”".replace(":", "")
    came = sum(edit.old is None for edit in edits)
    went = sum(edit.new is None for edit in edits)
    counts = zip((came, went, len(edits) - came - went), _VERBS[language], strict=True)
    kinds = [(n, verb) for n, verb in counts if n]
    passages = f"{len(edits)} {'passage' if len(edits) == 1 else 'passages'}"
    if len(kinds) == 1:
        verb = kinds[0][1]
        if language == "nl":
            return f"{'is' if len(edits) == 1 else 'zijn'} {passages} {verb}"
        return f"{passages} {'was' if len(edits) == 1 else 'were'} {verb}"
    parts = ", ".join(f"{n} {verb}" for n, verb in kinds)
    return f"zijn {passages} veranderd ({parts})" if language == "nl" else f"{passages} changed ({parts})"


def _subjects(about: Sequence[str], edits: Sequence[Edit], language: str) -> str:
    other = "andere onderwerpen" if language == "nl" else "other subjects"
    if tuple(about) == ("other",):
        differ = edits[0].gained or edits[0].lost
        shown = f"{' '.join(differ[:_EXAMPLE])}{' …' if len(differ) > _EXAMPLE else ''}"
        return f"{other}, {'zoals' if language == 'nl' else 'such as'} “{shown}”"
    words = [other if clause == "other" else f"“{taxonomy()[clause].label[language]}”" for clause in about]
    more = len(words) - _NAMED
    if more > 0:
        words = [*words[:_NAMED], f"{more} {'andere' if language == 'nl' else 'more'}"]
    return _listed(words, "en" if language == "nl" else "and")


def _listed(parts: Sequence[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"
