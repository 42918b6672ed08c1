"""Turn a page, PDF or text of somebody else into clean Markdown.

Parsing hostile input happens in a process of its own with a ceiling on memory, time and output: whatever a
file does to a parser, it does there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from typing import Any, Literal

from rekening.errors import InputError

Form = Literal["html", "pdf", "markdown", "text"]

MAX_MARKDOWN = 8 << 20
"""Longest text that is kept, in bytes of UTF-8."""
SECONDS = 30
"""Most time, on the clock and on the processor, that one file may take."""
_START = 2
MEMORY = 2 << 30
MAX_PAGES = 2_000

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)?(?:<\?xml.{0,200}?\?>\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 4096
_KEPT_CONTROLS = "\n\t"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    r"""Return text without what a terminal or a reader could be tricked by.

    Control characters (and so escape sequences), bidirectional overrides, zero-width and private characters
    go; line breaks and tabs stay, and so do the joiners that some scripts are written with.

    Examples
    --------
    >>> printable("a\x1b[31mred\u202e")
    'a[31mred'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter
        for letter in text
        if letter in _KEPT_CONTROLS or letter in _JOINERS or unicodedata.category(letter) not in _HIDDEN
    )


def form_of(body: bytes, content_type: str = "", name: str = "") -> Form:
    """Say what a file is by its first bytes; what it is called, or said to be, decides only between texts.

    Raises
    ------
    InputError
        When it is none of HTML, PDF, Markdown or text.
    """
    start = body[:_SNIFFED]
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name or 'the document'}: neither HTML, PDF, Markdown nor text")
    if _HTML.match(start) or "html" in content_type.partition(";")[0].casefold():
        return "html"
    return (
        "markdown" if name.casefold().endswith((".md", ".markdown")) or "markdown" in content_type else "text"
    )


def markdown(body: bytes, form: Form, name: str = "the document") -> str:
    """Return the document as clean Markdown.

    Raises
    ------
    InputError
        When it holds no text, or reading it takes more than the limits of this module.
    """
    text = _decoded(body) if form in {"markdown", "text"} else _in_a_process(body, form, name)
    text = "\n".join(line.rstrip() for line in printable(text).split("\n")).strip()
    if not text:
        raise InputError(f"{name}: no text was found in it")
    if len(text.encode("utf-8", "replace")) > MAX_MARKDOWN:
        raise InputError(f"{name}: longer than {MAX_MARKDOWN >> 20} MB of text")
    return re.sub(r"\n{3,}", "\n\n", text) + "\n"


def _decoded(body: bytes) -> str:
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return body.decode(encoding, "replace")


def _in_a_process(body: bytes, form: Form, name: str) -> str:
    """Run the parser beside this process; its end, however it comes, is a message."""
    try:
        done = subprocess.run(  # noqa: S603  this package's own module, no shell, no word of the input in it
            [sys.executable, "-m", "rekening.terms.extract", form, str(max(SECONDS, 1))],
            input=body,
            capture_output=True,
            timeout=SECONDS + _START,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{name}: reading it took longer than {SECONDS} seconds") from error
    if done.returncode:
        raise InputError(
            f"{name}: this {form.upper()} could not be read within the limits of memory and time"
        )
    answer = json.loads(done.stdout)
    if problem := answer.get("problem"):
        raise InputError(f"{name}: {problem}")
    return str(answer["text"])


def _from_html(body: bytes) -> str:
    import trafilatura

    options: dict[str, Any] = {"output_format": "markdown", "include_comments": False, "include_tables": True}
    found = trafilatura.extract(body, favor_recall=True, with_metadata=False, **options)
    return found or trafilatura.html2txt(body) or ""


def _from_pdf(body: bytes) -> str:
    import io

    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(body), strict=False).pages
    size = 0
    texts = []
    for number, page in enumerate(pages):
        if number >= MAX_PAGES or size > MAX_MARKDOWN:
            raise ValueError(f"more than {MAX_PAGES} pages or {MAX_MARKDOWN >> 20} MB of text")
        texts.append(page.extract_text())
        size += len(texts[-1])
    # A line that does not end a sentence goes on below: PDF breaks lines where the paper ended.
    return re.sub(r"(?<![.:;!?])[ \t]*\n(?=[a-z(])", " ", "\n\n".join(texts))


def _worker(form: str, seconds: int) -> None:
    """Read a file from standard input under a ceiling, and write the text as JSON."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only ceiling
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    body = sys.stdin.buffer.read()
    try:
        text = _from_html(body) if form == "html" else _from_pdf(body)
        answer = {"text": text[: MAX_MARKDOWN + 1]}
    except ImportError as error:
        answer = {"problem": f"this needs {error.name}: pip install 'rekening[terms]'"}
    except MemoryError:
        answer = {"problem": "it takes more memory than is allowed"}
    except Exception as error:  # noqa: BLE001  whatever a parser raises on hostile input is the file's fault
        answer = {"problem": f"it cannot be read ({type(error).__name__})"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _worker(sys.argv[1], int(sys.argv[2]))
