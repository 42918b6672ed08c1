"""From an outcome to its texts in a language: templates, labels and numbers come together here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from types import MappingProxyType

from jinja2 import FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rekening.assumptions import Scenario
from rekening.explain.numbers import FORMS, Style, clean, show, show_day, show_list, show_period, spread
from rekening.explain.sections import Basis, Cell, Section, TableView, Value
from rekening.explain.slots import Slot, holds_slots, mark
from rekening.explain.templates import TemplateCode
from rekening.explain.words import TEXTS, labels, words
from rekening.facts import Facts, Figure, Lineage
from rekening.facts.exchange import exchange_rate
from rekening.payers.mine.profile import providers
from rekening.questions import QUESTIONS, Case, Outcome, Table
from rekening.questions.how_much import spent_by
from rekening.questions.outcome import Cell as TableCell

__all__ = ["names", "value_forms", "write", "write_change_head", "write_page_text"]

_BRIEF = ("title", "answer", "number", "chart_title", "chart_note")
_BLOCKS = (*_BRIEF, "body")
_NONE: Mapping[str, Figure] = MappingProxyType({})
_WRITER = "_writer"
_GAP = re.compile(r"\n{3,}")
"""What paragraphs that are not told leave behind."""
_CODE = re.compile(r"[a-z][a-z0-9]*([_.][a-z0-9_.]+)+")


class _Writer:
    """Collects the slots and bases of one section while its templates run."""

    def __init__(self, question: str, case: Case, style: Style, named: Mapping[str, str]) -> None:
        self.question = question
        self.case = case
        self.style = style
        self.names = names(case.facts)
        self.forms: dict[int, str] = {}
        self.labels = named
        self.slots: list[Slot] = []
        self.places: dict[Lineage, int] = {}
        self.unlabelled: list[str] = []

    def label(self, key: str) -> str:
        """Words for a key of the code; a key without words is noted and shown as it is."""
        if key in self.labels:
            return self.labels[key]
        self.unlabelled.append(key)
        return key.rpartition(".")[2].replace("_", " ")

    def word(self, key: str) -> str:
        """Words for a text cell: a label, a period, a party, an assumption, or the text of a fact itself."""
        if key in self.labels:
            return self.labels[key]
        named = show_period(key, self.style.lang) or self.names.get(key)
        if named is not None:
            return clean(named)
        if key in self.case.scenario.parameters:
            return self.case.scenario[key].sentence[self.style.lang].rstrip(".")
        return self.label(key) if _CODE.fullmatch(key) else clean(key)

    def heading(self, column: str) -> str:
        """Words for a column; one that is named after a period is headed by it."""
        if column in self.labels:
            return self.labels[column]
        return show_period(column, self.style.lang) or self.label(column)

    def basis(self, figure: Figure) -> int:
        """Place of what a number rests on."""
        return self.places.setdefault(figure.lineage, len(self.places))

    def slot(self, slot: Slot) -> str:
        """Put a number or a word aside and give its stand-in."""
        self.slots.append(slot)
        return mark(len(self.slots) - 1)

    def finalize(self, value: object) -> str:
        """Turn whatever a template prints into a slot, so that it stays out of the markup."""
        if isinstance(value, _Marked):
            return value
        if isinstance(value, Figure):
            raise TypeError(f"texts of {self.question}: a number is printed without a filter")
        if isinstance(value, date):
            return self.slot(Slot(show_day(value, self.style.lang)))
        return self.slot(Slot(str(value) if holds_slots(str(value)) else clean(str(value))))

    def cell(self, value: TableCell, form: str | None) -> Cell:
        """A cell of a table, written short."""
        if value is None:
            return Cell("")
        if isinstance(value, str):
            return Cell(self.word(value))
        if isinstance(value, tuple):
            return Cell(", ".join(map(self.word, value)))
        if isinstance(value, date):
            return Cell(show_day(value, self.style.lang))
        if isinstance(value, Scenario):
            return Cell(clean(value.title[self.style.lang]))
        return self.number(value, form or form_of(value), replace(self.style, short=True))

    def number(self, figure: Figure, form: str, style: Style) -> Cell:
        """A number with its interval, its size and its evidence."""
        text, span = show(figure, form, style)
        figure = style.in_currency(figure)
        basis = self.basis(figure)
        if figure.missing:
            return Cell(text, unit=figure.unit, grade=int(figure.grade), basis=basis)
        low, central, high = spread(figure)
        return Cell(text, span, central, low, high, figure.unit, int(figure.grade), basis)

    def value(self, figure: Figure) -> Cell:
        """A named number, in the form in which the text or a table writes it, written short."""
        return self.cell(figure, self.forms.get(id(figure)))

    def table(self, table: Table) -> TableView:
        """A table with its words; a column in which nothing stands is left out."""
        columns = [name for name in table.columns if any(row.get(name) is not None for row in table.rows)]
        return TableView(
            name=table.name,
            title=self.label(table.name),
            keys=tuple(columns),
            columns=tuple(map(self.heading, columns)),
            rows=tuple(
                tuple(self.cell(row.get(column), table.formats.get(column)) for column in columns)
                for row in table.rows
            ),
        )

    def blocks(self, scope: Mapping[str, object], wanted: Sequence[str]) -> dict[str, str]:
        """Blocks of the text, as Markdown with slots; a text may lack some."""
        template = _environment(self.style.lang).get_template(f"{self.question}.md.j2")
        context = template.new_context(
            {
                "firm": self.word(self.case.firm),
                "as_of": self.case.as_of,
                "newest": self.case.facts.newest,
                "case": self.case,
                "label": self.label,
                _WRITER: self,
                **scope,
            }
        )
        return {
            name: _GAP.sub("\n\n", "".join(template.blocks[name](context)).strip())
            for name in wanted
            if name in template.blocks
        }

    def section(
        self,
        scope: Mapping[str, object],
        values: Mapping[str, Figure] = _NONE,
        tables: Sequence[Table] = (),
        missing: Sequence[str] = (),
        blocks: Sequence[str] = _BLOCKS,
    ) -> Section:
        """Run the templates and put the section together."""
        texts = dict.fromkeys(_BLOCKS, "") | self.blocks(scope, blocks)
        return Section(
            question=self.question,
            firm=self.case.firm,
            firm_name=self.word(self.case.firm),
            as_of=self.case.as_of.isoformat(),
            **texts,
            tables=tuple(self.table(table) for table in tables if table.rows),
            values=tuple(
                Value(name, self.label(f"values.{name}"), self.value(figure), id(figure) in self.forms)
                for name, figure in values.items()
            ),
            missing=tuple(dict.fromkeys(self.label(f"missing.{name}") for name in missing)),
            slots=tuple(self.slots),
            bases=tuple(map(_basis, self.places)),
            unlabelled=tuple(dict.fromkeys(self.unlabelled)),
        )


class _Marked(str):
    """Text that holds slots only and may go into a template's output as it is."""

    __slots__ = ()


def _filter(form: str) -> Callable[..., _Marked]:
    """Filter of the templates that writes a number in a form."""

    @pass_context
    def apply(
        context: Context, figure: object, *, interval: bool = False, digits: int | None = None
    ) -> _Marked:
        writer: _Writer = context[_WRITER]
        if not isinstance(figure, Figure):
            raise TypeError(f"the filter {form} takes a number of the outcome, found {figure!r}")
        text, span = show(figure, form, writer.style, digits=digits)
        writer.forms[id(figure)] = form
        basis = writer.basis(writer.style.in_currency(figure))
        return _Marked(writer.slot(Slot(text, span if interval else "", int(figure.grade), basis)))

    return apply


@pass_context
def _day(context: Context, day: date) -> _Marked:
    writer: _Writer = context[_WRITER]
    return _Marked(writer.slot(Slot(show_day(day, writer.style.lang))))


@pass_context
def _euros(context: Context, figure: Figure) -> _Marked:
    """Filter that writes a price in dollars as one in euros, at the rate of the day of the case."""
    writer: _Writer = context[_WRITER]
    euros = figure * exchange_rate(writer.case.facts, "USD", "EUR")
    return _Marked(
        writer.slot(Slot(show(euros, "price", writer.style)[0], "", int(euros.grade), writer.basis(euros)))
    )


@pass_context
def _listed(context: Context, keys: Sequence[str]) -> _Marked:
    writer: _Writer = context[_WRITER]
    return _Marked(writer.slot(Slot(show_list([writer.word(key) for key in keys], writer.style.lang))))


@pass_context
def _finalize(context: Context, value: object) -> str:
    writer: _Writer = context[_WRITER]
    return writer.finalize(value)


@cache
def _environment(lang: str) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEXTS / lang),
        bytecode_cache=TemplateCode(TEXTS / lang),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {form: _filter(form) for form in (*FORMS, "chance")} | {
        "day": _day,
        "euros": _euros,
        "listed": _listed,
    }
    return environment


def names(facts: Facts) -> Mapping[str, str]:
    """Names of firms, parties and providers by slug."""
    parties = {record.text("slug"): record.text("name") for record in facts.table("parties")}
    return parties | dict(providers()) | {slug: firm.name for slug, firm in facts.firms.items()}


def _forms_in_tables(outcome: Outcome) -> dict[int, str]:
    """Forms that the tables use, by the identity of the number."""
    return {
        id(cell): table.formats[column]
        for table in outcome.tables
        for row in table.rows
        for column, cell in row.items()
        if isinstance(cell, Figure) and column in table.formats
    }


def _basis(lineage: Lineage) -> Basis:
    return Basis(tuple(sorted(lineage.facts)), tuple(sorted(lineage.parameters)))


def form_of(figure: Figure) -> str:
    """Form that fits a unit, for numbers whose author named none."""
    head = figure.unit.split("/")[0]
    if head in ("USD", "EUR", "GBP"):
        return "money"
    return {"MW": "power", "MWh": "energy", "TWh": "energy", "year": "years"}.get(figure.unit, "number")


def write(outcome: Outcome, style: Style, *, brief: bool = False) -> Section:
    """Write an outcome in a language; `brief` leaves out its explanation, tables and named numbers.

    Raises
    ------
    jinja2.TemplateError, TypeError
        If a text asks for a number that the outcome does not have: a fault of the text, not of the user.
    """
    writer = _Writer(outcome.question, outcome.case, style, labels(outcome.question, style.lang))
    writer.forms |= _forms_in_tables(outcome)
    if brief:
        return writer.section(_scope(outcome), missing=outcome.missing, blocks=_BRIEF)
    return writer.section(_scope(outcome), outcome.values, outcome.tables, outcome.missing)


def value_forms(outcome: Outcome, style: Style) -> Mapping[str, str]:
    """Forms of the named numbers that the text or a table of an outcome tells, by name."""
    writer = _Writer(outcome.question, outcome.case, style, labels(outcome.question, style.lang))
    writer.forms |= _forms_in_tables(outcome)
    writer.blocks(_scope(outcome), _BLOCKS)
    return {
        name: writer.forms[id(figure)]
        for name, figure in outcome.values.items()
        if id(figure) in writer.forms
    }


def write_page_text(
    name: str, then: Sequence[Outcome], now: Sequence[Outcome], style: Style, *, firms: Sequence[str]
) -> Section:
    """Write a text of the page itself (head, then and now, limits) over the outcomes of all questions.

    Its template finds a question's numbers as ``q.loan_cost.v.principal``, and what is known of them now as
    ``new.loan_cost.v.principal``; a question that was not asked has no numbers and no flags. What the firms
    that were added up then spend, by what is known now, is ``came.this_year`` and ``came.next_year``.
    """
    writer = _Writer(name, then[0].case, style, words(style.lang))
    day_now = (now or then)[0].case.facts.newest
    scope = {
        "q": _scopes(then),
        "new": _scopes(now),
        "came": _came(then, now),
        "several": len(firms) > 1,
        "firms": list(firms),
        "day_now": day_now,
        "dollars": style.euros_per_dollar is None
        and not exchange_rate(then[0].case.facts, "USD", "EUR").missing,
        "next_year": day_now.year == then[0].case.as_of.year + 1,
    }
    return writer.section(scope)


def _came(then: Sequence[Outcome], now: Sequence[Outcome]) -> dict[str, Figure]:
    """Capex of the firms that were added up then, in that year and the next, by what is known now."""
    found: dict[str, Figure] = {}
    for before, after in zip(then, now, strict=False):
        if before.question == "how_much":
            firms, year = list(before.groups.get("counted", ())), before.case.as_of.year
            came = {"this_year": spent_by(after, firms, year), "next_year": spent_by(after, firms, year + 1)}
            found |= {name: amount for name, amount in came.items() if not amount.missing}
    return found


def write_change_head(
    case: Case, style: Style, *, since: date, moved: int, told: int, rows: int, model: bool, assumed: bool
) -> Section:
    """Write the opening of the page that says what changed since a day.

    Parameters
    ----------
    moved, told, rows
        Numbers that moved, numbers that the answers tell, and rows that are new.
    model, assumed
        The code at hand works out otherwise what was kept; other assumptions hold on the later day.
    """
    from babel.numbers import format_decimal

    writer = _Writer("change", case, style, labels("change", style.lang))
    told_as = {"moved": moved, "told": told, "rows": rows}
    counts = {name: format_decimal(count, locale=style.lang) for name, count in told_as.items()}
    return writer.section({"since": since, "model": model, "assumed": assumed, **counts})


def _scopes(outcomes: Sequence[Outcome]) -> dict[str, dict[str, object]]:
    nothing: dict[str, object] = {"v": {}, "flags": defaultdict(bool), "missing": [], "groups": {}}
    return dict.fromkeys(QUESTIONS, nothing) | {outcome.question: _scope(outcome) for outcome in outcomes}


def _scope(outcome: Outcome) -> dict[str, object]:
    return {
        "v": dict(outcome.values),
        "flags": defaultdict(bool, outcome.flags),
        "missing": list(outcome.missing),
        "groups": outcome.groups,
    }
