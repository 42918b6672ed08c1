"""Cleaning: pages, PDFs and texts of others become plain Markdown, or a message."""

from __future__ import annotations

import io
import time
import zlib
from contextlib import suppress

import pytest

from rekening.errors import InputError
from rekening.terms import extract
from rekening.terms.extract import form_of, markdown, printable

HTML = b"""<!doctype html><html><head><title>Terms</title><script>alert(1)</script></head><body>
<nav><a href="/">Home</a><a href="/blog">Blog</a></nav><main><h1>Terms of Service</h1>
<h2>Your data</h2><p>We may use your content to train our models. You can opt out
in the settings at any time.</p>
<ul><li>We keep your data for 30 days.</li><li>We do not sell your data to anybody at all.</li></ul>
<table><tr><th>Partner</th><th>Purpose</th></tr><tr><td>Acme</td><td>Hosting</td></tr></table>
<p onclick="steal()">These terms are governed by the law of the Netherlands, and the court of
Amsterdam decides.</p>
</main><footer>Cookie settings</footer></body></html>"""


def pdf(
    *, pages: int = 1, content: bytes = b"BT /F1 12 Tf 72 700 Td (We keep your data for 30 days.) Tj ET"
) -> bytes:
    """A small PDF, written by hand."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))
    objects.append(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages))
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    objects.append(
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
        % (len(z := zlib.compress(content)), z)
    )
    objects += [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>"
    ] * pages
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def test_a_page_becomes_markdown_without_script_or_menu() -> None:
    text = markdown(HTML, "html")
    assert "# Terms of Service" in text
    assert "- We keep your data for 30 days." in text
    assert "law of the Netherlands" in text
    assert "Acme" in text
    for gone in ("alert", "onclick", "<", "steal"):
        assert gone not in text


def test_a_pdf_becomes_text() -> None:
    pytest.importorskip("pypdf")
    assert "We keep your data for 30 days." in markdown(pdf(), "pdf")


@pytest.mark.parametrize(
    ("body", "content_type", "name", "form"),
    [
        (HTML, "text/plain", "x.txt", "html"),
        (HTML, "application/pdf", "x.pdf", "html"),
        (pdf(), "text/html", "x.html", "pdf"),
        (b"# Terms\n\nWe keep <b>data</b>.", "", "x.md", "markdown"),
        (b"Terms. We keep data.", "text/plain", "", "text"),
        (b"<p>We keep data", "text/html; charset=utf-8", "", "html"),
    ],
)
def test_a_file_is_what_its_bytes_say(body: bytes, content_type: str, name: str, form: str) -> None:
    assert form_of(body, content_type, name) == form


@pytest.mark.parametrize("body", [b"\x7fELF\x00\x00", b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00"])
def test_other_files_are_refused(body: bytes) -> None:
    with pytest.raises(InputError, match="neither HTML"):
        form_of(body, "text/html", "terms.html")


def test_what_could_trick_a_terminal_or_a_reader_goes() -> None:
    tricky = "a\x1b[31m\x07b\u202ec\u2066d\u200be\x00f\x9bg\ue000h\u2028i"
    assert printable(tricky) == "a[31mbcdefghi"
    assert printable("één\r\ntwee\tdrie\rvier") == "één\ntwee\tdrie\nvier"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>" + b"<div>" * 200_000 + b"x",
        b"<html><body>" + b"<table><tr><td>" * 20_000,
        b"<html><body><p>" + b"a" * 2_000_000,
        b"<html>" + b"<" * 300_000,
        b"<html>\xff\xfe\x00" * 1000,
    ],
    ids=range(5),
)
def test_hostile_html_ends_in_text_or_a_message(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "SECONDS", 5)
    start = time.monotonic()
    with suppress(InputError):
        assert len(markdown(body, "html")) <= extract.MAX_MARKDOWN
    assert time.monotonic() - start < 9


@pytest.mark.parametrize(
    "body",
    [
        pdf()[:-40],
        b"%PDF-1.7\n" + b"<<" * 100_000,
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] >>\nendobj\n"
        b"trailer << /Root 1 0 R >>",
    ],
    ids=["cut", "nested", "circle"],
)
def test_hostile_pdf_ends_in_text_or_a_message(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "SECONDS", 5)
    start = time.monotonic()
    with suppress(InputError):
        markdown(body, "pdf")
    assert time.monotonic() - start < 9


def test_a_parser_that_burns_the_processor_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "SECONDS", 1)
    with pytest.raises(InputError, match=r"within the limits|took longer"):
        markdown(pdf(content=b"BT (x) Tj ET " + b"q " * 2_000_000), "pdf")


def test_a_parser_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "SECONDS", -2)
    with pytest.raises(InputError, match="took longer"):
        markdown(HTML, "html")


def test_an_empty_document_is_a_message() -> None:
    with pytest.raises(InputError, match="no text"):
        markdown(b"  \n\x00", "text")


def test_text_keeps_its_words() -> None:
    assert markdown("# Één\n\n\n\n\nregel  \n".encode(), "markdown") == "# Één\n\nregel\n"
    assert markdown("terms".encode("utf-16"), "text") == "terms\n"
