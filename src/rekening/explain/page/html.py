"""From a report to HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from rekening.explain.charts.theme import themed
from rekening.explain.evidence import Assumed, Source
from rekening.explain.markdown import blocks
from rekening.explain.numbers import show_day
from rekening.explain.report import Chapter, Report
from rekening.explain.sections import Basis, Cell, Section
from rekening.explain.slots import Slot, fill, unmarked
from rekening.explain.templates import TemplateCode
from rekening.explain.words import LANGS, words
from rekening.facts import Grade

__all__ = ["other_language", "page"]

_FOLDER = Path(__file__).parent
_SIZE = re.compile(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"')


@dataclass(frozen=True)
class _Page:
    """Writes the parts of a page; knows where the evidence of each number stands."""

    report: Report
    met: dict[Basis, None]
    places: dict[Basis, int]

    def anchor(self, basis: Basis) -> str:
        """Fragment of what a number rests on: a row, an assumption, or a list of them."""
        self.met.setdefault(basis)
        if len(basis.facts) == 1 and not basis.parameters:
            return f"f-{basis.facts[0]}"
        if len(basis.parameters) == 1 and not basis.facts:
            return f"a-{basis.parameters[0]}"
        return f"b-{self.places.setdefault(basis, len(self.places) + 1)}"

    def grade(self, grade: int) -> Markup:
        """Mark and word of a grade."""
        found = Grade(grade)
        return Markup('<span class="grade">{} {}</span>').format(_mark(found), found.word(self.report.lang))

    def link(self, text: str, span: str, grade: int, basis: Basis) -> Markup:
        """A number as a link to its evidence, with its interval and the mark of its grade."""
        found = Grade(grade)
        word = found.word(self.report.lang)
        said = Markup('<span class="vh"> ({})</span>').format(word)
        interval = Markup('<span class="span"> {}</span>').format(span) if span else Markup()
        inner = Markup('<span class="w">{}{}{}</span>{}').format(text, _mark(found), said, interval)
        if not basis.facts and not basis.parameters:
            return Markup('<span class="n">{}</span>').format(inner)
        return Markup('<a class="n" href="#{}" title="{}">{}</a>').format(self.anchor(basis), word, inner)

    def slot(self, slot: Slot, section: Section) -> Markup:
        """A number as a link, a name as text."""
        if slot.grade is None or slot.basis is None:
            return escape(slot.full)
        return self.link(slot.text, slot.span, slot.grade, section.bases[slot.basis])

    def inline(self, text: str, section: Section) -> Markup:
        """One line of Markdown as HTML."""
        return self.filled(_markdown().renderInline(text), section)

    def filled(self, html: str, section: Section) -> Markup:
        """Rendered Markdown with its slots."""
        return _safe(fill(html, section.slots, lambda slot: self.slot(slot, section)))

    def body(self, section: Section) -> Markup:
        """The explanation, with its boxes."""
        parts = []
        for block in blocks(section.body):
            text = self.filled(_markdown().render(block.text), section)
            if block.box:
                title = words(self.report.lang)[f"box.{block.box}"]
                box = Markup('<aside class="box {}"><p class="box-title">{}</p>{}</aside>')
                text = box.format(block.box, title, text)
            parts.append(text)
        return Markup("\n").join(parts)

    def cell(self, cell: Cell, bases: Sequence[Basis]) -> Markup:
        """A cell of a table."""
        if cell.grade is None or cell.basis is None:
            return escape(cell.full)
        return self.link(cell.text, cell.span, cell.grade, bases[cell.basis])

    def plain(self, text: str, section: Section) -> str:
        """A line without markup, for names of parts."""
        return unmarked(text, section.slots)

    def drawing(self, svg: str, label: str) -> Markup:
        """A chart in the page: it scales with the column and takes the colours of the page."""
        return _safe(_SIZE.sub(lambda found: _sized(found, escape(label)), themed(svg), count=1))

    def learned(self, chapter: Chapter) -> Sequence[str]:
        """What was missing then and is known now."""
        if not chapter.now:
            return ()
        still = {sentence for section in chapter.now for sentence in section.missing}
        missing = dict.fromkeys(sentence for section in chapter.then for sentence in section.missing)
        return tuple(sentence for sentence in missing if sentence not in still)

    @cached_property
    def uses(self) -> dict[str, list[int]]:
        """Where rows and assumptions are used, as places in the order of the page."""
        found: dict[str, list[int]] = {}
        for place, basis in enumerate(self.met):
            for name in (*basis.facts, *basis.parameters):
                found.setdefault(name, []).append(place)
        return found

    def by_use(self, name: str) -> list[int]:
        """Sort key: first used first, so that what is used together stands together; unused last."""
        return self.uses.get(name, [len(self.met)])

    @cached_property
    def assumptions(self) -> dict[str, Assumed]:
        """Assumptions in the order in which the page uses them."""
        return {
            name: self.report.assumptions[name] for name in sorted(self.report.assumptions, key=self.by_use)
        }

    @cached_property
    def ordinals(self) -> dict[str, int]:
        """Numbers of the rows, in the order of the sources, and of the assumptions."""
        rows = [row.fact_id for _, _, found in self.sources for row in found]
        return {
            name: place for names in (rows, self.assumptions) for place, name in enumerate(names, start=1)
        }

    def runs(self, names: Sequence[str]) -> list[tuple[int, int]]:
        """Numbers of rows, or of assumptions: first and last of every run without a gap."""
        found: list[tuple[int, int]] = []
        for number in sorted(self.ordinals[name] for name in names):
            if found and number == found[-1][1] + 1:
                found[-1] = (found[-1][0], number)
            else:
                found.append((number, number))
        return found

    @cached_property
    def named(self) -> dict[Basis, str]:
        """Name of the first number that rests on a basis, if it has one."""
        found: dict[Basis, str] = {}
        for chapter in self.report.chapters:
            for section in chapter.then:
                for value in section.values:
                    if value.cell.basis is not None:
                        found.setdefault(section.bases[value.cell.basis], value.label)
        return found

    @cached_property
    def sources(self) -> list[tuple[str, str, list[Source]]]:
        """Rows by the page they were read in, in the order of their use: title, address, rows."""
        pages: dict[tuple[str, str], list[Source]] = {}
        for row in sorted(
            self.report.sources.values(), key=lambda row: (self.by_use(row.fact_id), row.about)
        ):
            pages.setdefault((row.title, row.url), []).append(row)
        return [(title, url, rows) for (title, url), rows in pages.items()]


def _mark(grade: Grade) -> Markup:
    """The sign of a grade, drawn, so that it looks the same in every typeface."""
    drawn = Markup('<svg class="mark" viewBox="0 0 10 10" aria-hidden="true"><use href="#g-{}"/></svg>')
    return drawn.format(int(grade))


def _safe(html: str) -> Markup:
    """HTML of our own making, whose outside text was escaped when it was put in."""
    return Markup(html)  # noqa: S704  (Markdown runs with HTML off, slots are escaped)


def _sized(found: re.Match[str], name: Markup) -> str:
    """Opening of a drawing, with a name and without a size of its own."""
    rest = re.sub(r'viewBox="[^"]*"', "", found[1])
    return f'<svg role="img" aria-label="{name}" {rest}viewBox="0 0 {found[2]} {found[3]}" width="{found[2]}"'


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        bytecode_cache=TemplateCode(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(report: Report, other: str | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    other
        Address of the page in the other language, if there is one beside it.
    """
    writer = _Page(report, {}, {})
    scope = {
        "page": writer,
        "report": report,
        "say": words(report.lang),
        "lang": report.lang,
        "other_lang": next(lang for lang in LANGS if lang != report.lang),
        "other": other,
        "head": report.head or report.chapters[0].then[0],
        "as_of": show_day(date.fromisoformat(report.as_of), report.lang),
        "newest": show_day(date.fromisoformat(report.newest), report.lang),
        "now": show_day(date.fromisoformat(report.now), report.lang) if report.now else "",
        "style": _safe((_FOLDER / "style.css").read_text(encoding="utf-8")),
        "grades": list(Grade),
    }
    return _environment().get_template("page.html.j2").render(scope) + "\n"


def other_language(path: Path, lang: str) -> str | None:
    """Name of the page in the other language beside a page, if it is there.

    For ``answer-nl.html`` that is ``answer-en.html`` or ``answer.html``, for ``answer.html`` it is
    ``answer-nl.html``.
    """
    other = next(each for each in LANGS if each != lang)
    stem = path.stem.removesuffix(f"-{lang}")
    names = [f"{stem}-{other}{path.suffix}", *([f"{stem}{path.suffix}"] if stem != path.stem else [])]
    return next((name for name in names if (path.parent / name).is_file()), None)
