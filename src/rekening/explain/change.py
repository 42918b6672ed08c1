"""What changed since an earlier answer, as a page: each answer then and now, every change split by cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rekening.explain.evidence import source
from rekening.explain.numbers import Lang, Style, clean, show, show_day
from rekening.explain.replay import CAUSES, Change, Split
from rekening.explain.report import Chapter, Report, evidence_of
from rekening.explain.sections import Basis, Cell, Section, TableView
from rekening.explain.slots import Slot, mark, unmarked
from rekening.explain.words import labels
from rekening.explain.write import names, write, write_change_head, write_page_text
from rekening.facts import Fact, Figure, Record

__all__ = ["causes_of", "change_cells", "change_report"]

_NOTHING = "·"


def causes_of(changes: Sequence[Change]) -> list[str]:
    """Causes that moved at least one value."""
    return [
        cause
        for cause in CAUSES
        if any(change.by_cause[cause] or cause in change.turns for change in changes)
    ]


def change_cells(change: Change, causes: Sequence[str], style: Style) -> list[str]:
    """What a value was, what it is, and the part of each cause, as written; of a percentage in points."""
    form = "percent" if change.form == "chance" else change.form
    words = labels("change", style.lang)

    def said(cause: str) -> str:
        part = change.by_cause[cause]
        if part:
            return show(Figure.of(part, change.unit), form, style)[0].replace("%", f" {words['points']}")
        return words[change.turns[cause]] if cause in change.turns else _NOTHING

    return [show(change.before, form, style)[0], show(change.after, form, style)[0], *map(said, causes)]


def change_report(splits: Mapping[str, Split], lang: Lang) -> Report:
    """Put the changes in the answers of a firm into words, as a page is made of.

    Parameters
    ----------
    splits
        By question: the answer on both days, for the same firm.
    """
    style = Style(lang)
    first = next(iter(splits.values()))
    before, case = first.before.case, first.after.case
    facts, named = case.facts, names(case.facts)
    told = [change for each in splits.values() for change in each.changes if change.form]
    head = write_change_head(
        case,
        style,
        since=before.as_of,
        moved=sum(change.moved for change in told),
        told=len(told),
        rows=len(_new(before.facts.rows, facts.rows)) + len(_new(before.facts.records, facts.records)),
        model="model" in causes_of(told),
        assumed=dict(case.scenario) != dict(first.before.case.scenario),
    )
    sections = {name: _section(each, named, style) for name, each in splits.items()}
    outcomes = [each.after for each in splits.values()]
    limits = write_page_text("limits", outcomes, [], style, firms=[case.firm])
    sources, assumptions = evidence_of((*sections.values(), head, limits), case.scenario, facts, style)
    return Report(
        lang=lang,
        currency="USD",
        firms=((case.firm, clean(named.get(case.firm, case.firm))),),
        as_of=case.as_of.isoformat(),
        newest=facts.newest.isoformat(),
        now="",
        scenario=clean(case.scenario.title[lang]),
        head=head,
        chapters=tuple(
            Chapter(question=name, then=(section,), now=(), comparison=None, compared=())
            for name, section in sections.items()
        ),
        change=None,
        limits=limits,
        sources=sources,
        assumptions=assumptions,
    )


def _new(before: Sequence[Fact] | Sequence[Record], after: Sequence[Fact] | Sequence[Record]) -> set[str]:
    return {row.fact_id for row in after} - {row.fact_id for row in before}


def _section(split: Split, named: Mapping[str, str], style: Style) -> Section:
    """The answer as it is now, what it was, the changes by cause, and the rows that are new to it."""
    words, short = labels("change", style.lang), replace(style, short=True)
    now, then = (write(outcome, style, brief=True) for outcome in (split.after, split.before))
    bases = list(now.bases)

    def place(basis: Basis) -> int:
        if basis not in bases:
            bases.append(basis)
        return bases.index(basis)

    was = Slot(split.said.get(style.lang) or unmarked(then.number, then.slots))
    day = show_day(split.before.case.as_of, style.lang)
    lines = [f"**{words['was'].format(day=day)}:** {mark(len(now.slots))}"]
    if not split.moved:
        lines.append(words["none"])
    tables = [
        _changes_table(split, words, short, place),
        _rows_table(split, words, named, short, place),
    ]
    return replace(
        now,
        body="\n\n".join(lines),
        slots=(*now.slots, was),
        tables=tuple(table for table in tables if table.rows),
        bases=tuple(bases),
        missing=(),
    )


def _changes_table(
    split: Split, words: Mapping[str, str], short: Style, place: Callable[[Basis], int]
) -> TableView:
    causes, label = causes_of(split.moved), labels(split.after.question, short.lang)
    keys = ("value", "before", "after", *causes)
    rows = []
    for change in split.moved:
        texts = change_cells(change, causes, short)
        figures = [change.before, *[change.after] * (len(texts) - 1)]
        plain = {_NOTHING, *(words[turn] for turn in change.turns.values())}
        cells = (
            Cell(text) if text in plain else _cell(text, figure, place)
            for text, figure in zip(texts, figures, strict=True)
        )
        rows.append((Cell(label.get(f"values.{change.value}", change.value)), *cells))
    return TableView("changes", words["changes"], keys, tuple(words[key] for key in keys), tuple(rows))


def _cell(text: str, figure: Figure, place: Callable[[Basis], int]) -> Cell:
    """A number as written, with what it rests on."""
    lineage = figure.lineage
    basis = place(Basis(tuple(sorted(lineage.facts)), tuple(sorted(lineage.parameters))))
    central = None if figure.missing else figure.central
    return Cell(text, central=central, unit=figure.unit, grade=int(figure.grade), basis=basis)


def _rows_table(
    split: Split,
    words: Mapping[str, str],
    named: Mapping[str, str],
    short: Style,
    place: Callable[[Basis], int],
) -> TableView:
    """Rows that the answer rests on now and did not know before, by the day they came out."""
    facts, before = split.after.case.facts, split.before.case.facts
    new = _new(before.rows, facts.rows) | _new(before.records, facts.records)
    rows = [facts.row(fact_id) for fact_id in split.after.lineage.facts & new]
    fresh = sorted(rows, key=lambda row: (row.published, row.fact_id))
    keys = ("about", "told", "published")
    made = []
    for row in fresh:
        seen = source(row, short, named)
        value = Cell(seen.value or row.fact_id, grade=int(row.grade), basis=place(Basis((row.fact_id,), ())))
        made.append((Cell(seen.about), value, Cell(seen.published)))
    return TableView("new_rows", words["new_rows"], keys, tuple(words[key] for key in keys), tuple(made))
