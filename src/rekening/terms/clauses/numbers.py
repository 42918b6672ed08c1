"""Numbers in words, English and Dutch, as terms write them."""

from __future__ import annotations

from collections.abc import Iterable

_HUNDRED = 100
_UNDER_TWENTY = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien"
    " zeventien achttien negentien",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
}


def _number_words() -> dict[str, int]:
    """Words for the numbers from 1 to 100 and for the tens up to 190, English and Dutch."""
    words = {
        "one hundred": _HUNDRED,
        "a hundred": _HUNDRED,
        "hundred": _HUNDRED,
        "honderd": _HUNDRED,
        "één": 1,
    }
    for language in ("en", "nl"):
        small = {word: n for n, word in enumerate(_UNDER_TWENTY[language].split(), 1)}
        words |= small
        for ten, word in enumerate(_TENS[language].split(), 2):
            words[word] = ten * 10
            for digit, n in list(small.items())[:9]:
                if language == "en":
                    words |= dict.fromkeys((f"{word}-{digit}", f"{word} {digit}"), ten * 10 + n)
                else:
                    words[f"{digit}{'ën' if digit.endswith('e') else 'en'}{word}"] = ten * 10 + n
            between = ("one hundred {}", "one hundred and {}") if language == "en" else ("honderd{}",)
            words |= dict.fromkeys((form.format(word) for form in between), _HUNDRED + ten * 10)
    return words


NUMBERS = _number_words()
"""Value of each number word, English and Dutch."""


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


NUMBER = rf"(?:\d{{1,4}}|{_any(NUMBERS)})"
"""Pattern of a number in digits or in words."""

SMALL = f"(?:{_any(word for word, n in NUMBERS.items() if n < _HUNDRED)})"
"""Pattern of a number word below 100: what may stand before "hundred"."""
