"""Cut a Markdown document into headings, paragraphs, list items and table rows, with exact positions.

Everything here is one pass over the text with possessive, bounded patterns: time grows linearly with the
length of the text, whatever the text is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

MAX_SENTENCE = 1_200
"""Longest sentence, in visible characters; a longer one is cut at the last break before this."""

MAX_HEADING = 300
"""A bold line longer than this is a paragraph, not a heading."""

MAX_LABEL = 100
"""A list item longer than this is never the name of what follows."""

MAX_DEPTH = 16
"""Deepest list level and heading path that is kept."""

MAX_LEAD_IN = 600
"""Most visible characters kept of the sentence that introduces a list."""

_REMEMBERED = 50_000
"""Pieces of text whose words are kept: versions of a document share most of theirs."""

_BOLD_LEVEL = 7
_LABEL_LEVEL = 8
_TAB = 4
_SETEXT_MAX = 400

_LINE_ITEM = re.compile(
    r"(?:[*+\-•·●▪–—]|(?:[A-Z]\.)?(?:\d{1,2}\.){1,3}[a-z]\."
    r"|\d{1,3}(?:\\?\.|\))|\(?[a-zA-Z]{1,4}\)|\(\d{1,3}\))[ \t\u00a0]++(?=\S)"
)
_ATX = re.compile(r"#{1,6}[ \t]++(?=\S)")
_SETEXT = re.compile(r"(?:={3,}+|-{3,}+)[ \t]*+$")
_RULE = re.compile(r"(?:[*_\-][ \t]*+){3,}+$")
_ROW_RULE = re.compile(r"\|?[ \t]*+:?-{2,}+:?[ \t|:\-]*+$")
_BOLD_LINE = re.compile(r"(?:\*\*|__)[^*\n]{1,300}+(?:\*\*|__)[ \t]*+:?[ \t]*+$")

_MARKUP = re.compile(
    r"!\[(?=[^\]\n]{0,300}+\]\()"
    r"|\]\(<?[^()\s<>]{0,2048}+(?:\([^()\s]{0,256}+\)[^()\s<>]{0,256}+){0,2}+>?"
    r"(?:\s{1,4}+\"[^\"\n]{0,256}+\")?+\s{0,4}+\)"
    r"|<[/!]?[a-zA-Z][^<>\n]{0,300}+>"
    r"|\\[!-/:-@\[-`{-~]"
    r"|\*{1,8}+|_{2,8}+|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|`{1,4}+|\[(?!\])"
    r"|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]++"
    r"|\s++"
)
_BREAK = "\x1f"
_SPACE = " " + _BREAK
_BLANK = "|" + _SPACE
_SAME_LENGTH = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u2011": "-", "–": "-"})

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|co|corp|no|nr|art|sec|vs|mr|mrs|dr|st|u\.s|u\.k|u\.s\.c|p\.o|para|approx"
    r"|bijv|d\.w\.z|o\.a|m\.b\.t|t\.a\.v|i\.v\.m|bv|nl|ca|lid|blz|enz|resp|incl|excl|evt|a\.u\.b|n\.v|b\.v"
    r"|s\.a|s\.r\.l|llc|l\.p)|^[ \x1f]?(?:\d{1,2}|[a-z])(?:\.\d{1,2}){0,3}|[\s(\"][a-z])\.$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(
    r"[.!?]++[\"')\]]{0,3}+(?=\s|$)|\x1f|(?<=[a-z\")]{2})\."
    r"(?=[A-Z][a-z]{2}|[A-Z] [a-z]|\d{1,2}\.(?:\d{1,2}\.?)? ?[A-Z])"
)
_CUT = re.compile(r"[;,:]\s|\s")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a reader sees it, and where it stands.

    Attributes
    ----------
    text : str
        Visible words: no Markdown, straight quotes, single spaces.
    start, end : int
        Position in the text of the segment (characters, end exclusive).
    offsets : tuple[tuple[int, int], ...]
        Runs ``(position in text, position in segment)``; `where` uses them.
    """

    text: str
    start: int
    end: int
    offsets: tuple[tuple[int, int], ...]

    def where(self, position: int) -> int:
        """Return the position in the segment of the visible character at ``position``."""
        run = bisect_right(self.offsets, (position, 1 << 62)) - 1
        visible, source = self.offsets[max(run, 0)]
        return source + position - visible


@dataclass(frozen=True, slots=True)
class Segment:
    """A paragraph, list item, table row or heading of a document.

    Attributes
    ----------
    kind : str
        ``heading``, ``paragraph``, ``item`` or ``row``.
    text : str
        Exactly the characters ``[start, end)`` of the document, Markdown included.
    start, end : int
        Position in the document (characters, end exclusive).
    headings : tuple[str, ...]
        Visible text of the headings above it, outermost first.
    lead_in : str
        Visible text that introduces the list or the table it stands in, "" if there is none.
    lead_start : int
        Position in the document of the sentence that introduces the list, -1 if there is none.
    """

    kind: str
    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()
    lead_in: str = ""
    lead_start: int = -1

    @property
    def key(self) -> str:
        """Identity of the words and their context, whatever their place: equal keys read alike."""
        digest = blake2b(digest_size=16)
        for part in (self.kind, *self.headings, "\x00", self.lead_in, "\x00", self.text):
            digest.update(part.encode("utf-8", "surrogatepass"))
            digest.update(b"\x1e")
        return digest.hexdigest()

    @property
    def visible(self) -> str:
        """The words a reader sees."""
        return visible(self.text)


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and the words that say what it means, where the document says so explicitly."""

    term: str
    meaning: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CrossReference:
    """Words such as "Section 4.2", and the place in the same document that they point to.

    Attributes
    ----------
    label : str
        The words.
    start, end : int
        Where they stand, in the document.
    target_start, target_end : int
        Position of what they point to: a numbered paragraph, or the text under a numbered heading.
    """

    label: str
    start: int
    end: int
    target_start: int
    target_end: int


@lru_cache(maxsize=_REMEMBERED)
def _strip(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Visible text and its runs of positions; table breaks become a separator character."""
    parts: list[str] = []
    runs: list[tuple[int, int]] = []
    length = 0
    last = 0
    for match in _MARKUP.finditer(text):
        begin, end = match.span()
        if begin > last:
            runs.append((length, last))
            parts.append(text[last:begin])
            length += begin - last
        token = match.group()
        last = end
        if token[0] == "\\":
            runs.append((length, begin + 1))
            parts.append(token[1])
            length += 1
            continue
        glue = ""
        if token[0].isspace():
            glue = "" if not parts or parts[-1][-1] in _SPACE else " "
        elif token[0] == "<" and parts:
            name = token[1:4].lower().lstrip("/")
            glue = _BREAK if name.startswith(("br", "p", "li", "tr", "td", "div")) else ""
        if glue:
            runs.append((length, begin))
            parts.append(glue)
            length += 1
    if last < len(text):
        runs.append((length, last))
        parts.append(text[last:])
    return "".join(parts).translate(_SAME_LENGTH), runs


def visible(text: str) -> str:
    """Return the words a reader sees: no links, emphasis, tags, zero-width or bidi characters."""
    return _strip(text)[0].replace(_BREAK, " ").strip()


@lru_cache(maxsize=_REMEMBERED)
def sentences(text: str) -> tuple[Sentence, ...]:
    """Split a piece of Markdown into sentences.

    Parameters
    ----------
    text : str
        The text of a segment.

    Returns
    -------
    tuple[Sentence, ...]
        In order; none is empty or longer than `MAX_SENTENCE`. Positions refer to ``text``.
    """
    plain, runs = _strip(text)
    starts = [run[0] for run in runs]
    found: list[Sentence] = []
    for piece in _bounds(plain):
        begin, end = piece
        while begin < end and plain[begin] in _BLANK:
            begin += 1
        while end > begin and plain[end - 1] in _BLANK:
            end -= 1
        if end <= begin:
            continue
        first = bisect_right(starts, begin) - 1
        last = bisect_right(starts, end - 1) - 1
        offsets = [(0, runs[first][1] + begin - runs[first][0])]
        offsets += [(visible_at - begin, source) for visible_at, source in runs[first + 1 : last + 1]]
        stop = runs[last][1] + (end - 1) - runs[last][0] + 1
        found.append(Sentence(plain[begin:end], offsets[0][1], stop, tuple(offsets)))
    return tuple(found)


def _bounds(plain: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in _SENTENCE_END.finditer(plain):
        end = match.end()
        if match.group() != _BREAK:
            if _ABBREVIATION.search(plain, max(begin, end - 12), end):
                continue
            after = plain[end : end + 2].lstrip()
            if after and after[0].islower():
                continue
        yield from _pieces(plain, begin, end)
        begin = end
    yield from _pieces(plain, begin, len(plain))


def _pieces(plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while end - begin > MAX_SENTENCE:
        half = begin + MAX_SENTENCE // 2
        cuts = [m.end() for m in _CUT.finditer(plain, half, begin + MAX_SENTENCE)]
        strong = [c for c in cuts if plain[c - 2] == ";"]
        cut = (strong or cuts or [begin + MAX_SENTENCE])[-1]
        yield begin, cut
        begin = cut
    yield begin, end


@dataclass(slots=True)
class _Block:
    kind: str
    start: int
    end: int
    indent: int
    level: int = 0
    number_at: int = -1
    """Where the number of a numbered item starts, -1 for other blocks."""
    marker: str = ""
    """Kind of list mark: ``-`` for a bullet, ``1`` for a number, ``a`` for a letter, "" for none."""


def _lines(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    size = len(text)
    while begin < size:
        end = text.find("\n", begin)
        end = size if end < 0 else end
        yield begin, end
        begin = end + 1


def _indent(line: str) -> int:
    width = 0
    for char in line:
        if char == " ":
            width += 1
        elif char == "\t":
            width += _TAB
        else:
            break
    return width


def _blocks(text: str) -> Iterator[_Block]:
    current: _Block | None = None
    for begin, end in _lines(text):
        raw = text[begin:end]
        line = raw.strip()
        while line.startswith(">"):
            line = line.lstrip("> \t")
        if not line:
            if current:
                yield current
            current = None
            continue
        body = begin + raw.index(line[0])
        stop = body + len(raw[body - begin :].rstrip())
        if current and current.kind in {"paragraph", "item"} and _SETEXT.match(line):
            short = (
                current.end - current.start <= _SETEXT_MAX and "\n" not in text[current.start : current.end]
            )
            if short and (current.kind == "paragraph" or current.number_at >= 0):
                current.start = current.number_at if current.number_at >= 0 else current.start
                current.kind, current.level = "heading", 1 if line[0] == "=" else 2
            yield current
            current = None
            continue
        if _RULE.match(line):
            if current:
                yield current
            current = None
            continue
        indent = _indent(raw)
        if atx := _ATX.match(line):
            if current:
                yield current
            yield _Block("heading", body + atx.end(), stop, indent, line.index(" ") if " " in line[:7] else 6)
            current = None
        elif line[0] == "|" and line.count("|") > 1:
            if current:
                yield current
            current = None
            if not _ROW_RULE.match(line):
                yield _Block("row", body, stop, indent)
        elif item := _LINE_ITEM.match(line):
            if current:
                yield current
            number_at = body if line[0].isdigit() else -1
            current = _Block(
                "item", body + item.end(), stop, indent, number_at=number_at, marker=_marker(line)
            )
        elif current and current.kind in {"paragraph", "item"}:
            current.end = stop
        else:
            if current:
                yield current
            current = _Block("paragraph", body, stop, indent)
    if current:
        yield current


def _marker(line: str) -> str:
    sign = line.lstrip("(")[0]
    return "1" if sign.isdigit() else "a" if sign.isalpha() else "-"


def segment(text: str) -> tuple[Segment, ...]:
    """Cut a Markdown document into segments.

    Parameters
    ----------
    text : str
        The document. Any text is accepted; nothing in it is executed or fetched.

    Returns
    -------
    tuple[Segment, ...]
        In the order of the document; ``text[s.start:s.end] == s.text`` for each. A setext, ATX or
        bold-only line is a heading, so is a list item that only names what is indented under it.
    """
    found: list[Segment] = []
    path: list[tuple[int, str]] = []
    # Of each line that introduces: indent, marker, words, position.
    intro: list[tuple[int, str, str, int]] = []
    blocks = list(_blocks(text))
    table_head = ""
    for number, block in enumerate(blocks):
        if block.end <= block.start:
            continue
        body = text[block.start : block.end]
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        level = _heading_level(block, body, following)
        if level:
            words = visible(body)[:MAX_HEADING]
            while path and path[-1][0] >= level:
                path.pop()
            found.append(Segment("heading", body, block.start, block.end, tuple(words for _, words in path)))
            path = [*path, (level, words)][-MAX_DEPTH:]
            intro, table_head = [], ""
            continue
        while path and path[-1][0] >= _LABEL_LEVEL + block.indent:
            path.pop()
        lead_in, lead_start = "", -1
        if block.kind == "row":
            lead_in = table_head
            table_head = table_head or visible(body).replace("|", " ").strip()[:MAX_LEAD_IN]
        else:
            table_head = ""
            while intro and _closes(block, *intro[-1][:2]):
                intro.pop()
            lead_in = " ".join(words for _, _, words, _ in intro)[-MAX_LEAD_IN:]
            lead_start = intro[-1][3] if intro else -1
        headings = tuple(words for _, words in path)
        found.append(Segment(block.kind, body, block.start, block.end, headings, lead_in, lead_start))
        if block.kind in {"paragraph", "item"} and following and following.kind == "item":
            words, at = _introduction(body)
            if words:
                intro = [*intro, (block.indent, block.marker, words, block.start + at)][-MAX_DEPTH:]
    return tuple(found)


def _closes(block: _Block, indent: int, marker: str) -> bool:
    """Whether a block stands outside the list that a line of this indent and marker introduces."""
    if block.indent != indent:
        return block.indent < indent
    return block.kind == "paragraph" or block.marker == marker


def _heading_level(block: _Block, body: str, following: _Block | None) -> int:
    """Level of a heading, 0 for anything else."""
    if block.kind == "heading":
        return block.level
    if following is None or len(body) > MAX_HEADING or "\n" in body:
        return 0
    ends_open = not body.rstrip("*_ ").endswith((".", ":", ";", ",", "?"))
    if block.kind == "paragraph" and following.kind != "row" and ends_open and _BOLD_LINE.match(body):
        return _BOLD_LEVEL
    if block.kind == "item" and following.kind == "paragraph" and ends_open and len(body) <= MAX_LABEL:
        if following.indent > block.indent:
            return _LABEL_LEVEL + min(block.indent, MAX_DEPTH)
        return _BOLD_LEVEL if block.number_at >= 0 else 0
    return 0


def _introduction(body: str) -> tuple[str, int]:
    """Words of the last sentence if it is left open, and where it starts; "" if it is closed."""
    tail = body[-2 * MAX_SENTENCE :]
    parts = sentences(tail)
    if not parts or parts[-1].text.endswith((".", "!", "?", ")")):
        return "", 0
    return parts[-1].text[-MAX_LEAD_IN:], len(body) - len(tail) + parts[-1].start


_MEANS = re.compile(
    r"[\"“”„](?:\*{1,4}+)?([A-Z][^\"“”*\n]{1,60}?)(?:\*{1,4}+)?[\"”“](?:\*{1,4}+)?\)?[ ,]{1,3}"
    r"(?:means?|refers? to|has the meaning|is defined as|betekent|betekenen|wordt verstaan)\b"
)
_CALLED = re.compile(
    r"\((?:(?:collectively|together|each|jointly|the|an?|our|de|het|hierna|gezamenlijk|samen)[ ,:]{1,2}){0,3}"
    r"[\"“„](?:\*{1,4}+)?([A-Z][^\"“”*\n]{1,60}?)(?:\*{1,4}+)?[\"”“]"
)
_MEANING_SPAN = 300


def definitions(segments: tuple[Segment, ...]) -> tuple[Definition, ...]:
    """Find the terms a document defines (``"X" means ...``, ``... (collectively, "X")``; also Dutch).

    Parameters
    ----------
    segments : tuple[Segment, ...]
        The whole document, in order.

    Returns
    -------
    tuple[Definition, ...]
        In order of appearance, positions in the document; the first definition of a term stands first.
    """
    found: list[Definition] = []
    for part in segments:
        for match in _MEANS.finditer(part.text):
            meaning = visible(part.text[match.end() : match.end() + _MEANING_SPAN])
            found.append(
                Definition(match.group(1), meaning, part.start + match.start(1), part.start + match.end(1))
            )
        for match in _CALLED.finditer(part.text):
            before = part.text[max(0, match.start() - _MEANING_SPAN) : match.start()]
            found.append(
                Definition(
                    match.group(1), visible(before), part.start + match.start(1), part.start + match.end(1)
                )
            )
    return tuple(sorted(found, key=lambda d: d.start))


_POINTER = re.compile(
    r"\b(?:sections?|clauses?|articles?|artikel(?:en)?|paragraa?f|bepaling) (\d{1,3}(?:\.\d{1,3}){0,3})"
    r"(?![\d(]|(?: of| in| van| uit)? (?:the|our|your|its|de|het|onze|eu|uk|gdpr|avg|dsa|dma|ccpa)\b)",
    re.IGNORECASE,
)
"""A number of a section; one that is said to stand in another text is none of this document."""
_NUMBERED = re.compile(
    r"(?:[*_\[]{0,4}+)(?:(?:section|clause|article|artikel)\s)?(\d{1,3}(?:\\?\.\d{1,3}){0,3})\\?[.):]?[\s*]",
    re.IGNORECASE,
)
_MAX_TARGET = 2_000


def cross_references(segments: tuple[Segment, ...]) -> tuple[CrossReference, ...]:
    """Find words such as "Section 4.2" that point to a numbered heading or paragraph of the document.

    Parameters
    ----------
    segments : tuple[Segment, ...]
        The whole document, in order.

    Returns
    -------
    tuple[CrossReference, ...]
        In order of appearance; those that point to nothing in the document, or to where they stand, are left
        out.
    """
    places: dict[str, tuple[int, int]] = {}
    for index, part in enumerate(segments):
        if match := _NUMBERED.match(part.text):
            places.setdefault(match.group(1).replace("\\", ""), (part.start, _end(segments, index)))
    return tuple(
        CrossReference(match.group(), start, part.start + match.end(), *place)
        for part in segments
        for match in _POINTER.finditer(part.text)
        if (place := places.get(match.group(1)))
        and not place[0] <= (start := part.start + match.start()) < place[1]
    )


def _end(segments: tuple[Segment, ...], index: int) -> int:
    """End of a paragraph, or of what stands under a heading."""
    first = segments[index]
    last = first
    if first.kind == "heading":
        for part in segments[index + 1 :]:
            if len(part.headings) <= len(first.headings) or part.end - first.start > _MAX_TARGET:
                break
            last = part
    return last.end
