"""Periods, amounts and places in the taxonomy's form, read from a sentence in English or Dutch."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rekening.terms.clauses.lexicon import named_words
from rekening.terms.clauses.numbers import NUMBER, NUMBERS, SMALL

_UNITS = {
    "day": "d", "dag": "d", "dagen": "d", "week": "w", "weken": "w", "month": "m", "maand": "m",
    "maanden": "m", "year": "y", "jaar": "y", "jaren": "y", "hour": "h", "uur": "h", "uren": "h",
}  # fmt: skip
_DAYS_A_WEEK = 7
_PERIOD = re.compile(
    rf"(?<![\w.$€£])({NUMBER})(?: \((\d{{1,4}})\))?[ -]"
    r"(calendar |rolling |kalender|business |working |werk)?"
    r"(day|dagen|dag|week|weken|month|maanden|maand|year|jaren|jaar|hour|uren|uur)s?(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time named in a text: ``code`` such as ``30d``, ``10bd``, ``18m``, ``3y`` or ``72h``."""

    code: str
    start: int
    end: int


def periods(text: str) -> list[Period]:
    """Find the periods named in a lower-case text.

    Parameters
    ----------
    text : str
        Lower-case words of a sentence.

    Returns
    -------
    list[Period]
        In order; weeks are written as days, working days as ``bd``.
    """
    found = []
    for match in _PERIOD.finditer(text):
        word, digits, kind, unit = match.groups()
        count, code = _count(word, digits), _UNITS[unit]
        if code == "w":
            count, code = count * _DAYS_A_WEEK, "d"
        if code == "d" and kind and kind.strip() in {"business", "working", "werk"}:
            code = "bd"
        found.append(Period(f"{count}{code}", match.start(), match.end()))
    return found


def first_period(text: str, units: str = "dm") -> str:
    """First period of a lower-case text in these units ("d" counts working days too), "" if none."""
    return next((period.code for period in periods(text) if period.code[-1] in units), "")


def _count(word: str, digits: str | None) -> int:
    """Read a number that `NUMBER` found, by the digits in brackets behind it if there are any."""
    return int(digits or (word if word.isdigit() else NUMBERS[word]))


_AHEAD = re.compile(
    rf"({NUMBER})(?: \((\d{{1,3}})\))?[ -](calendar |kalender|business |working |werk)?"
    r"(days?|dagen|months?|maanden?)"
    r"(?:'s?|s')? (?:of )?(?:prior |advance |written |reasonable )*"
    r"(?:notice|in advance|before|prior to|ahead|van tevoren|vooraf|voordat|voor de|opzegtermijn)"
)


def ahead(text: str) -> str:
    """Period by which notice goes ahead ("30 days' notice", "dertig dagen van tevoren"), "" if none."""
    found = _AHEAD.search(text)
    after = periods(text[found.start() :]) if found else []
    return after[0].code if after else ""


_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "u.s. dollars": "USD",
    "us dollars": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP",
    "s$": "SGD", "sgd": "SGD", "rmb": "CNY", "cny": "CNY",
}  # fmt: skip
_AMOUNT = re.compile(
    r"(?<![\w$])(us\$|s\$|[$€£]|usd ?|eur ?|gbp ?|sgd ?)"
    r"(\d{1,3}(?:[,.]\d{3}){1,3}|\d{1,9})(?:[.,]\d{2})?(?![\d])"
    r"|(?<![\w])(\d{1,3}(?:[,.]\d{3}){1,3}|\d{1,9}) ?"
    r"(usd|eur|euros?|u\.s\. dollars|us dollars|dollars?|gbp|€)(?!\w)"
    rf"|(?<![\w])(?:({SMALL}) ?)?(hundred|thousand|honderd|duizend) "
    r"(u\.s\. dollars|us dollars|dollars?|euros?)(?!\w)"
)
_THOUSAND = {"hundred": 100, "honderd": 100, "thousand": 1000, "duizend": 1000}


def amounts(text: str) -> list[str]:
    """Find sums of money in a lower-case text, written as ``100USD``, in order and without repeats."""
    found: list[str] = []
    for match in _AMOUNT.finditer(text):
        sign, before, after, name, count, scale, word = match.groups()
        if sign:
            number, currency = before, _CURRENCIES[sign.strip()]
        elif after:
            number, currency = after, _CURRENCIES[name]
        else:
            number, currency = str(NUMBERS[count or "one"] * _THOUSAND[scale]), _CURRENCIES[word]
        code = re.sub(r"[,.]", "", number) + currency
        if code not in found:
            found.append(code)
    return found


_FEES = re.compile(
    rf"(?:past|prior|previous|preceding|last|afgelopen|voorafgaande|in the|during the|over the|the|de) "
    rf"({NUMBER})(?: \((\d{{1,2}})\))?[ -](?:calendar )?(month|year|maanden|maand|jaar)s?(?!\w)"
)
_MONEY_WORDS = re.compile(r"\b(?:fees?|paid|payable|amounts?|charges|vergoeding(?:en)?|betaalde?|bedrag)\b")
_PAID = re.compile(r"\b(?:paid|pay|payable|betaalde?)\b")
_LAST_YEAR = re.compile(r"(?:last|past|previous|preceding|prior|afgelopen|voorafgaande) (?:year|jaar)")
_SHARE = re.compile(r"(\d{2,3}) ?(?:%|percent|procent)")


def fees(text: str) -> str:
    """Read how many months of fees a cap allows: ``12m_fees``, ``125pct_12m_fees``, ``fees_paid`` or ""."""
    if not _MONEY_WORDS.search(text):
        return ""
    span = _FEES.search(text)
    if not span and _LAST_YEAR.search(text):
        return "12m_fees"
    if not span:
        return "fees_paid" if _PAID.search(text) else ""
    word, digits, unit = span.groups()
    count = _count(word, digits)
    if unit in {"year", "jaar"}:
        count *= 12
    share = _SHARE.search(text)
    return f"{share.group(1)}pct_{count}m_fees" if share else f"{count}m_fees"


_REGION_OF_USERS = re.compile(
    r"(?:eea|european economic area|united kingdom|uk),? (?:and |or )?(?:the )?switzerland"
    r"|switzerland,? (?:and |or )?(?:the )?(?:uk|united kingdom)"
)


def places(text: str) -> list[str]:
    """Find the states and countries named in a lower-case text, in order of appearance."""
    text = _REGION_OF_USERS.sub(" ", text)
    names = named_words("places.yaml")
    seen = [(m.start(), name) for name, pattern in names.items() if (m := pattern.search(text))]
    return [name for _, name in sorted(seen)]


_LAW_BEFORE = re.compile(
    r"(?:laws? of|courts? (?:of|in|located in|located within|for)|governed by|jurisdiction of|seated in"
    r"|recht van|rechtbank (?:te|in))"
    r"(?: the| state| federal| republic| and| or| courts?| of| in)*"
)
_LAW_AFTER = re.compile(r"(\w{2,20}(?: \w{2,20})?) (?:state |federal )?(?:laws?|courts?|recht)(?!\w)")
_PLACE_WINDOW = 60


def seats(text: str) -> list[str]:
    """Find the places whose law or courts a lower-case text names, in order."""
    named = [(m.end(), places(text[m.end() : m.end() + _PLACE_WINDOW])) for m in _LAW_BEFORE.finditer(text)]
    named += [(m.start(), places(m.group(1))) for m in _LAW_AFTER.finditer(text)]
    return list(dict.fromkeys(name for _, names in sorted(named) for name in names[:1]))


def forums(text: str) -> list[str]:
    """Find the places whose law or courts a lower-case text names, in order; any place if none stands so."""
    return seats(text) or places(text)


_AGES = range(13, 19)
_AGE = re.compile(
    rf"(?<![\w.])(1[3-8]|{'|'.join(word for word, n in NUMBERS.items() if n in _AGES)})"
    r"(?!\w|\.\d|%|[ -](?:day|month|dag|maand|business|calendar))"
)


def ages(text: str) -> list[int]:
    """Find the ages from 13 to 18 named in a lower-case text, youngest first."""
    return sorted({_count(age, None) for age in _AGE.findall(text)})
