"""Read one segment: which rules fire on which sentence. Pure, so that an unchanged segment is read once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rekening.terms.clauses.lexicon import Lexicon, Words, lexicon
from rekening.terms.clauses.rules import Rule, rules
from rekening.terms.clauses.scopes import scope
from rekening.terms.segments import Definition, Segment, Sentence, sentences
from rekening.terms.taxonomy import document_type, taxonomy

WINDOW = 3
"""Sentences before and after that count as being near."""

MAX_QUOTE = 600
"""Longest quote, in visible characters; a longer sentence is cut at breaks around the words that matter."""

_TOPIC = 0.12
_LOOSE = 0.0002
_DEFINES = 0.1
_POINTS = 0.15
_ACTS = 0.08
_BESIDE = 12
_SHORT = 0.1
_FEW = 40
_MOST_REFERRED = 3
_PARENTHESIS = 0.1
_MENTIONS = 0.1
_INTRODUCES = 0.1
_CARRIES_ON = re.compile(
    r"(?:however|unless|except|but|provided that|otherwise|we may (?:also )?do so|if we do"
    r"|in (?:that|such|this|these|those) cases?|this|that said|the (?:foregoing|above)|these|those|they|such"
    r"|deze|die|dit|zij|ze|echter|tenzij|behalve|maar|anders|in (?:dat|die) geval)\b",
    re.IGNORECASE,
)
"""A sentence that begins so belongs to the one before it."""
_VERB = r"(?!.*\b(?:you|we|may|will|must|shall|is|are|agrees?|do|does|has|have|je|u|wij|mag|mogen|zijn)\b)"
_RUN_IN = re.compile(
    rf"(?i){_VERB}(?:[\da-z]{{1,3}}[.)]){{0,4}}\s?[^.]{{0,60}}\.|(?:[\da-z]{{1,3}}\.){{1,4}}"
)
"""A heading at the beginning of a paragraph: "Governing law." or "5.1."."""
_NUMBERED = re.compile(r"\d{1,2}\.(?:\d{1,2}\.?)? ?[A-Z][^.]{0,60}\.")
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|where|once|after|als|wanneer|indien|zodra|nadat) (?:you|we|your|our|je|u|wij)\b"
)
_CONDITION_ENDS = re.compile(r"[,;:.]")
_DEFINITIONS = re.compile(r"\b(?:definitions?|definities|begrippen)\b")
_LABEL = re.compile(r"(?:how|what|why|when|who|with whom|hoe|wat|waarom|met wie) [^.:;]{1,60}:")
"""A label that begins a paragraph, such as "How we may share it:": it names what follows, it says nothing."""
_DEFINITION = re.compile(r'["(]{0,2}[^.]{1,120}"? (?:means|betekent)\b')

_NAMED = re.compile(
    r"\b([A-Z][\w.]{2,20}+(?: AI)?) (?:may|will|shall|reserves|does|is not|has the right|provides|mag|zal)\b"
)
_NOT_A_PROVIDER = re.compile(
    r"(?:Customer|You|Users?|Part(?:y|ies)|This|These|That|They|Subscriber|Licensee|Subprocessors?|Services?"
    r"|Outputs?|Input|Content|Terms|Agreement|Developer|Member|Processor|Controller|Recipient|Discloser|Which"
    r"|Who|What|There|Data|Fees|Neither|Klant|Gebruiker|Affiliates)\b"
)
_PROVIDER_MENTIONS = 3
_MAX_ALIASES = 8
_CONTENT_MEANING = re.compile(
    r"\b(?:inputs?|outputs?|prompts?|conversations?|upload|submit|invoer|uitvoer)\b", re.IGNORECASE
)
_OUTPUT_MEANING = re.compile(
    r"(?:prompts?|inputs?) (?:and|or) (?:your |the |any )?(?:outputs?|responses?)", re.IGNORECASE
)
_CONTENT_TERM = re.compile(
    r"(?:content|data|materials?|inputs?|outputs?|prompts?|submissions?|inhoud|gegevens)$", re.IGNORECASE
)


Referred = tuple[int, str]
"""Where in a segment a reference such as "Section 4.2" stands, and the lower-case words it points to."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What of the rest of the document matters to a segment: its type and the names it defines.

    Equal settings read a segment alike.
    """

    kind: str
    providers: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


def setting(document: str, service: str, parts: Sequence[Segment], defined: Sequence[Definition]) -> Setting:
    """Find the names a document gives to its provider and to the user's content.

    Parameters
    ----------
    document, service : str
        Type of the document and name of the service.
    parts : Sequence[Segment]
        All its segments.
    defined : Sequence[Definition]
        The terms it defines.
    """
    seen: Counter[str] = Counter()
    for part in parts:
        seen.update(name for name in _NAMED.findall(part.text) if not _NOT_A_PROVIDER.match(name))
    providers = [
        name.lower() for name, count in seen.most_common(_MAX_ALIASES) if count >= _PROVIDER_MENTIONS
    ]
    contents = [
        d.term.lower() for d in defined if _CONTENT_TERM.search(d.term) and _CONTENT_MEANING.search(d.meaning)
    ]
    outputs = [
        d.term.lower() for d in defined if _CONTENT_TERM.search(d.term) and _OUTPUT_MEANING.search(d.meaning)
    ]
    return Setting(
        document_type(document),
        tuple(sorted({service.lower(), *providers} - {""})),
        tuple(sorted(set(contents)))[:_MAX_ALIASES],
        tuple(sorted(set(outputs)))[:_MAX_ALIASES],
    )


@dataclass(frozen=True)
class Mark:
    """A rule that fired on a sentence.

    ``start`` and ``end`` are positions in the segment; ``words`` is the lower-case sentence with what
    introduces it; ``around`` the sentences near it, ``above`` its headings. ``rank`` orders the marks of
    a clause: the rule's weight, more under a heading about the clause, less where the words lie far apart.
    ``beside`` are the sentences near it, long ones in pieces, with their positions; ``whole`` is the position
    of the sentence with the conditions beside it.
    """

    clause: str
    rule: str
    value: str
    weight: float
    start: int
    end: int
    words: str
    around: str
    above: str
    rank: float
    beside: tuple[tuple[str, int, int], ...]
    whole: tuple[int, int]

    @cached_property
    def scope(self) -> str:
        """Region, plan or product that the sentence or its headings name."""
        return scope(self.words) or scope(self.above)


class Reader:
    """Reads segments of documents that share a setting."""

    def __init__(self, where: Setting) -> None:
        extra = {
            "provider": where.providers,
            "content": where.contents,
            "chat": where.contents,
            "personal": where.contents,
            "output": where.outputs,
        }
        unions = {name for rule in rules() for name in rule.concepts if "/" in name}
        self.lexicon: Lexicon = lexicon().with_words(extra, sorted(unions))
        self._headings: dict[str, Words] = {}
        self.rules: tuple[Rule, ...] = tuple(r for r in rules() if not r.types or where.kind in r.types)

    def _above(self, text: str) -> Words:
        """Words of headings, found once for all that stands under them."""
        if text not in self._headings:
            self._headings[text] = Words(text, 0, self.lexicon.candidates(text))
        return self._headings[text]

    def marks(self, part: Segment, referred: Sequence[Referred] = ()) -> tuple[Mark, ...]:
        """Fire every rule on every sentence of a segment.

        Parameters
        ----------
        part : Segment
            What is read.
        referred : Sequence[Referred]
            What its sentences refer to: it stands near them in meaning, if not in place.
        """
        if part.kind == "heading":
            return ()
        lead_in = _lower(part.lead_in)
        whole = f"{lead_in} {_lower(part.visible)}"
        found_in = self.lexicon.candidates(whole)
        concepts = found_in.keys()
        fitting = [rule for rule in self.rules if rule.possible(concepts)]
        if not fitting:
            return ()
        found: list[Mark] = []
        begin = len(lead_in) + 1 if lead_in else 0
        over = f"{_lower(' / '.join(part.headings))} / {lead_in}"
        above = self._above(over)
        cut = sentences(part.text)
        lower = [_lower(sentence.text) for sentence in cut]
        pieces = [_pieces(sentence, text) for sentence, text in zip(cut, lower, strict=True)]
        for index, sentence in enumerate(cut):
            asks = sentence.text.endswith("?")
            names = index + 1 < len(cut) and (_RUN_IN if index <= 1 else _NUMBERED).fullmatch(sentence.text)
            if asks or names:
                over = f"{over} / {_lower(sentence.text)}"
                above = self._above(over)
                continue
            text = f"{lead_in} {lower[index]}" if lead_in else lower[index]
            words = Words(text, begin, found_in)
            if words.has("banner"):
                continue
            window = range(max(0, index - WINDOW), min(len(cut), index + WINDOW + 1))
            near = " ".join([lead_in, *(lower[i] for i in window)])
            beside = tuple(piece for i in window for piece in pieces[i])
            around = Words(near, 0, found_in)
            elsewhere = [words for at, words in referred if sentence.start <= at < sentence.end]
            elsewhere = list(dict.fromkeys(elsewhere))[:_MOST_REFERRED]
            defines = _DEFINITION.match(text, begin) or _DEFINITIONS.search(over)
            weaker = _DEFINES if defines else _POINTS if words.has("pointer") else 0.0
            acts = {actor: _ACTS if _power(words, actor) else 0.0 for actor in ("provider", "user")}
            short = _SHORT if len(sentence.text) < _FEW else _INTRODUCES if text.endswith(":") else 0.0
            for rule in fitting:
                span = rule.match(words, above, around)
                if span is None:
                    continue
                start, end = _quote(sentence, span[0] - begin, span[1] - begin)
                stretch = (start, end)
                if stretch == (sentence.start, sentence.end):
                    stretch = _with_conditions(cut, index)
                topic = _TOPIC if above.has(f"topic_{rule.clause}") else 0.0
                less = short + (_PARENTHESIS if _in_parentheses(text, span) else 0.0)
                actor = "user" if taxonomy()[rule.clause].polarity == "good" else "provider"
                less += _MENTIONS if actor == "provider" and _in_condition(text, span) else 0.0
                rank = rule.weight + topic + acts[actor] - weaker - less - (span[1] - span[0]) * _LOOSE
                found.append(
                    Mark(
                        rule.clause,
                        rule.name,
                        rule.value,
                        rule.weight,
                        start,
                        end,
                        text,
                        " ".join([around.text, *elsewhere]),
                        above.text,
                        rank,
                        beside,
                        stretch,
                    )
                )
        return tuple(found)


def _with_conditions(cut: Sequence[Sentence], index: int) -> tuple[int, int]:
    """Position in the segment of a sentence with those beside it that limit it or that it limits."""
    first = last = index
    while first and _CARRIES_ON.match(cut[first].text) and cut[index].end - cut[first - 1].start <= MAX_QUOTE:
        first -= 1
    while (
        last + 1 < len(cut)
        and (_CARRIES_ON.match(cut[last + 1].text) or cut[last].text.endswith(":"))
        and cut[last + 1].end - cut[first].start <= MAX_QUOTE
    ):
        last += 1
    return cut[first].start, cut[last].end


def _in_parentheses(text: str, span: tuple[int, int]) -> bool:
    """Whether a stretch of a sentence stands in parentheses."""
    before = text[: span[0]]
    return before.rfind("(") > before.rfind(")") and ")" not in text[span[0] : span[1] - 1]


def _in_condition(text: str, span: tuple[int, int]) -> bool:
    """Whether a stretch lies within "if ..." or "when ...": the sentence is about what follows from it."""
    opened = [match.end() for match in _CONDITION.finditer(text, 0, span[0])]
    return bool(opened) and not _CONDITION_ENDS.search(text, opened[-1], span[1])


def _power(words: Words, actor: str) -> bool:
    """Whether the sentence itself says that the provider may or will do something, or the user."""
    modals = [at for at, _ in words.spans("modal")]
    label = _LABEL.match(words.text, words.begin)
    first = label.end() if label else words.begin
    return any(
        first <= begin and (end < at <= end + _BESIDE or words.text.startswith("'ll", begin + 2))
        for begin, end in words.spans(actor)
        for at in modals or [-1]
    )


def _lower(text: str) -> str:
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


_QUOTE_BREAK = re.compile(r"[;:]\s")
_PIECE_BREAK = re.compile(r"[;:]\s|\s(?=\((?:[a-z]|[ivx]{1,4})\)\s)")


def _pieces(sentence: Sentence, lower: str) -> list[tuple[str, int, int]]:
    """Return the lower-case sentence with its position in the segment, a long one cut at its breaks."""
    if len(lower) <= MAX_QUOTE:
        return [(lower, sentence.start, sentence.end)]
    at = [0, *(match.end() for match in _PIECE_BREAK.finditer(lower)), len(lower)]
    return [
        (lower[first:last], sentence.where(first), sentence.where(last - 1) + 1)
        for first, last in pairwise(at)
        if lower[first:last].strip()
    ]


def _quote(sentence: Sentence, begin: int, end: int) -> tuple[int, int]:
    """Position in the segment of the sentence, or of the part around ``begin..end`` if it is long."""
    size = len(sentence.text)
    if size <= MAX_QUOTE:
        return sentence.start, sentence.end
    begin, end = max(begin, 0), max(end, 1)
    breaks = [match.end() for match in _QUOTE_BREAK.finditer(sentence.text)]
    first = max([b for b in breaks if b <= begin and end - b <= MAX_QUOTE], default=None, key=lambda b: -b)
    left = first if first is not None else max(0, min(begin, end - MAX_QUOTE))
    right = min([b for b in breaks if b >= end] + [size])
    right = min(right, left + MAX_QUOTE, size)
    while left < right and sentence.text[left].isspace():
        left += 1
    return sentence.where(left), sentence.where(right - 1) + 1
