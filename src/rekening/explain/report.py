"""The answers to several questions, for one firm or several, then and now: plain data for every form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.explain.answer import Answer
from rekening.explain.ask import checked_firms
from rekening.explain.charts.worker import Drawings, Worker, draw
from rekening.explain.evidence import Assumed, Source, assumed, source
from rekening.explain.numbers import Lang, Style, clean, show_list
from rekening.explain.sections import Basis, Cell, Section, TableView
from rekening.explain.slots import unmarked
from rekening.explain.words import words
from rekening.explain.write import names, write_page_text
from rekening.facts import Facts, Figure, drawn
from rekening.facts.exchange import exchange_rate
from rekening.futures.ahead import looking_ahead
from rekening.payers.scopes import BUILDERS
from rekening.questions import Case, question

__all__ = ["Chapter", "Order", "Report", "answers", "evidence_of", "report", "written"]

Told: TypeAlias = Callable[[int], None] | None
"""Is told how far the work is."""

_FEW = 2
"""Questions for which work beside them, charts or futures, costs more than it saves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for: everything that decides what an answer says.

    Attributes
    ----------
    facts
        Files of the user, added to the bundled facts.
    currency
        "USD", or "EUR" at the rate of the last day known.
    complete
        With the charts and with what is known now, which a page shows and a terminal does not.
    """

    questions: tuple[str, ...]
    firms: tuple[str, ...]
    as_of: str
    scenario: str = "baseline"
    facts: tuple[str, ...] = ()
    paths: int
    seed: int = 1
    lang: Lang = "en"
    currency: str = "USD"
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Chapter:
    """One question.

    Attributes
    ----------
    then, now
        A section a firm: as known on the day of the order, and as known by the newest facts. `now` is empty
        where nothing newer is known.
    comparison, compared
        Firms side by side, none for one firm; and what the numbers of that table rest on.
    wide, narrow
        The chart of the first firm, for a screen and for a phone; empty where there is none.
    """

    question: str
    then: tuple[Section, ...]
    now: tuple[Section, ...]
    comparison: TableView | None
    compared: tuple[Basis, ...]
    wide: str = ""
    narrow: str = ""

    def title(self, lang: str) -> str:
        """The question as plain text: about the firm, or as asked of all of them."""
        if self.comparison is not None:
            return words(lang)[f"question.{self.question}"]
        section = self.then[0]
        return unmarked(section.title, section.slots)

    def voices(self, lang: Lang) -> list[tuple[str, Section]]:
        """Answers that differ, each with the names of the firms it is given for."""
        said: dict[tuple[str, ...], list[Section]] = {}
        for section in self.then:
            said.setdefault((unmarked(section.answer, section.slots), *section.missing), []).append(section)
        return [(show_list([each.firm_name for each in same], lang), same[0]) for same in said.values()]

    def pairs(self, lang: Lang) -> list[tuple[str, Section, Section]]:
        """Then beside now where the numbers differ, each with the names of the firms it is given for."""
        found: dict[tuple[str, str], list[tuple[Section, Section]]] = {}
        for before, after in zip(self.then, self.now, strict=False):
            numbers = (unmarked(before.number, before.slots), unmarked(after.number, after.slots))
            found.setdefault(numbers, []).append((before, after))
        return [
            (show_list([before.firm_name for before, _ in same], lang), *same[0]) for same in found.values()
        ]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a page shows, in one language.

    Attributes
    ----------
    newest, now
        Day of the newest fact known then; and of the newest fact of all, empty where nothing newer is known.
    head, change, limits
        Opening of the whole article, none for a single question; what came since; what we cannot tell.
    """

    lang: Lang
    currency: str
    firms: tuple[tuple[str, str], ...]
    as_of: str
    newest: str
    now: str
    scenario: str
    head: Section | None
    chapters: tuple[Chapter, ...]
    change: Section | None
    limits: Section
    sources: Mapping[str, Source]
    assumptions: Mapping[str, Assumed]


@dataclass(frozen=True)
class _Given:
    """What an order is answered with: facts then and now, and assumptions."""

    order: Order
    known: Facts
    newer: Facts | None
    scenario: Scenario

    @classmethod
    def of(cls, order: Order) -> _Given:
        extra = [Path(path) for path in order.facts]
        everything = Facts.load(extra=extra)
        known = Facts.load(as_of=order.as_of, extra=extra)
        checked_firms(order.firms, known)
        newer = everything.known_on(everything.newest)
        later = order.complete and newer.newest > known.as_of
        return cls(order, known, newer if later else None, Scenario.load(order.scenario))

    def answers(self, facts: Facts | None, told: Told = None) -> Iterator[list[Answer]]:
        """Answer question by question, for every firm."""
        if facts is None:
            return
        order = self.order
        cases = [
            Case(facts=facts, scenario=self.scenario, firm=firm, paths=order.paths, seed=order.seed)
            for firm in order.firms
        ]
        builders = dict.fromkeys((*order.firms, *BUILDERS)) if len(order.questions) > _FEW else ()
        with drawn(order.paths, order.seed), looking_ahead(facts, self.scenario, list(builders)):
            for name in order.questions:
                yield [Answer(question(name)(case)) for case in cases]
                if told is not None:
                    told(1)


def answers(order: Order, told: Told = None) -> tuple[list[list[Answer]], list[list[Answer]]]:
    """Answer the questions of an order: a list a question, with an answer a firm; then, and now.

    Parameters
    ----------
    told
        Called with 1 after each question of each day.

    Raises
    ------
    InputError
        If anything in the order is not known or not right.
    """
    given = _Given.of(order)
    return list(given.answers(given.known, told)), list(given.answers(given.newer, told))


def report(order: Order, told: Told = None) -> Report:
    """Answer the questions of an order and put the answers into words.

    Parameters
    ----------
    told
        As in `answers`.

    Raises
    ------
    InputError
        If anything in the order is not known or not right.
    """
    drawn = order.complete and len(order.firms) == 1
    with Worker(beside=drawn and len(order.questions) > _FEW) as worker:
        given = _Given.of(order)
        then = []
        for firms in given.answers(given.known, told):
            then.append(firms)
            if drawn:
                worker.ask(firms[0].outcome.question, firms[0].outcome.chart, order.lang)
        now = list(given.answers(given.newer, told))
        return written(
            then, now, lang=order.lang, currency=order.currency, drawings=worker.drawings if drawn else list
        )


def _drawn_here(then: Sequence[Sequence[Answer]], lang: Lang) -> list[Drawings]:
    firsts = [firms[0].outcome for firms in then if len(firms) == 1]
    return [draw(outcome.question, outcome.chart, lang) for outcome in firsts]


def written(
    then: Sequence[Sequence[Answer]],
    now: Sequence[Sequence[Answer]],
    *,
    lang: Lang,
    currency: str = "USD",
    drawings: Callable[[], Sequence[Drawings]] | None = None,
    evidence: bool = True,
) -> Report:
    """Put answers into words.

    Parameters
    ----------
    then, now
        A list a question, with an answer a firm; `now` may be empty.
    drawings
        Gives the charts, a pair a question, once the texts are done; by default they are drawn here.
    evidence
        With the rows and assumptions behind the numbers.
    """
    case = then[0][0].outcome.case
    newest = now[0][0].outcome.case.facts if now else case.facts
    rates = [_euros(facts, currency) for facts in (case.facts, newest)]
    chapters = tuple(
        _chapter(
            [answer.section(lang, rates[0]) for answer in then[place]],
            [answer.section(lang, rates[1], brief=True) for answer in now[place]] if now else [],
            lang,
        )
        for place in range(len(then))
    )
    style, named = Style(lang, rates[0]), names(newest)
    asked = [answer.outcome.case.firm for answer in then[0]]
    texts = partial(
        write_page_text,
        then=[answer.outcome for answer, *_ in then],
        now=[answer.outcome for answer, *_ in now],
        style=style,
        firms=asked,
    )
    head = texts("article") if len(then) > 1 else None
    change = texts("then_now") if now else None
    limits = texts("limits")
    sections = [each for chapter in chapters for each in (*chapter.then, *chapter.now)]
    shown = (*sections, head, change, limits) if evidence else ()
    sources, assumptions = evidence_of(shown, case.scenario, newest, style)
    charts = drawings() if drawings else _drawn_here(then, lang)
    if charts:
        chapters = tuple(
            replace(chapter, wide=wide, narrow=narrow)
            for chapter, (wide, narrow) in zip(chapters, charts, strict=True)
        )
    return Report(
        lang=lang,
        currency=currency,
        firms=tuple((firm, clean(named.get(firm, firm))) for firm in asked),
        as_of=case.as_of.isoformat(),
        newest=case.facts.newest.isoformat(),
        now=newest.newest.isoformat() if now else "",
        scenario=clean(case.scenario.title[lang]),
        head=head,
        chapters=chapters,
        change=change,
        limits=limits,
        sources=sources,
        assumptions=assumptions,
    )


def evidence_of(
    sections: Iterable[Section | None], scenario: Scenario, facts: Facts, style: Style
) -> tuple[dict[str, Source], dict[str, Assumed]]:
    """Return the rows and assumptions that sections rest on, in words, by id and by name.

    Parameters
    ----------
    facts
        All rows that may be named.
    """
    used = [basis for each in sections if each for basis in each.bases]
    parameters = sorted({name for basis in used for name in basis.parameters})
    reasons = {fact_id for name in parameters for fact_id in scenario[name].source}
    reasons &= {row.fact_id for row in facts.rows} | {record.fact_id for record in facts.records}
    rows = sorted(reasons.union(*(basis.facts for basis in used)))
    plain, named = Style(style.lang), names(facts)
    return (
        {fact_id: source(facts.row(fact_id), plain, named) for fact_id in rows},
        {name: assumed(scenario[name], plain, changed=name in scenario.changed) for name in parameters},
    )


def _euros(facts: Facts, currency: str) -> Figure | None:
    if currency == "USD":
        return None
    rate = exchange_rate(facts, "USD", currency)
    if rate.missing:
        raise InputError(f"--currency {currency}: no exchange rate was known on {facts.as_of}")
    return rate


def _chapter(then: Sequence[Section], now: Sequence[Section], lang: Lang) -> Chapter:
    comparison, bases = (None, ()) if len(then) == 1 else _side_by_side(then, lang)
    return Chapter(
        question=then[0].question,
        then=tuple(then),
        now=tuple(now),
        comparison=comparison,
        compared=bases,
    )


def _side_by_side(sections: Sequence[Section], lang: Lang) -> tuple[TableView, tuple[Basis, ...]]:
    """The named numbers of several firms, in one definition, and what they rest on."""
    bases = tuple(dict.fromkeys(basis for section in sections for basis in section.bases))
    labels = {value.name: value.label for section in sections for value in section.values if value.told}

    def cell(section: Section, name: str) -> Cell:
        found = next((value.cell for value in section.values if value.name == name), Cell(""))
        return found if found.basis is None else replace(found, basis=bases.index(section.bases[found.basis]))

    view = TableView(
        name="comparison",
        title=words(lang)["comparison"],
        keys=("value", *(section.firm for section in sections)),
        columns=(words(lang)["comparison.value"], *(section.firm_name for section in sections)),
        rows=tuple(
            (Cell(label), *(cell(section, name) for section in sections)) for name, label in labels.items()
        ),
    )
    return view, bases
