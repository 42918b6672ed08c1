"""An answer: what a question found, and every form in which it can be read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rekening.assumptions import Scenario
from rekening.errors import InputError
from rekening.explain.charts import chart, described
from rekening.explain.charts.theme import PAPER, WIDE, png, spec, svg, titled
from rekening.explain.evidence import parameter_row, table_row
from rekening.explain.numbers import Lang, Style
from rekening.explain.sections import Section
from rekening.explain.slots import plain, unmarked
from rekening.explain.words import LANGS, labels
from rekening.explain.write import write
from rekening.facts import Figure
from rekening.questions import Outcome
from rekening.questions.outcome import Cell

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Answer"]


@dataclass(frozen=True)
class Answer:
    """What a question found for a firm, a day and a scenario.

    Made by `rekening.ask`.
    """

    outcome: Outcome

    @property
    def values(self) -> Mapping[str, Figure]:
        """Named numbers with unit, interval, grade and lineage."""
        return self.outcome.values

    def section(
        self, lang: Lang = "en", euros_per_dollar: Figure | None = None, *, brief: bool = False
    ) -> Section:
        """The answer in a language, as plain data that page and terminal are made of.

        Parameters
        ----------
        euros_per_dollar
            If given, dollars are shown in euros.
        brief
            Leave out explanation, tables and named numbers.
        """
        return write(self.outcome, Style(lang, euros_per_dollar), brief=brief)

    def text(self, lang: Lang = "en") -> str:
        """Title, answer, number and explanation, as plain text."""
        section = self.section(lang)
        parts = (section.title, section.answer, section.number, section.body)
        return "\n\n".join(plain(part, section.slots) for part in parts)

    def chart(self, lang: Lang = "en") -> alt.TopLevelMixin | None:
        """The chart of the question; None where there is nothing to draw."""
        outcome = self.outcome
        return chart(outcome.question, outcome.chart, lang) if outcome.chart else None

    def svg(self, lang: Lang = "en", width: int = WIDE) -> str:
        """The chart as a drawing to put on a page; empty where there is nothing to draw."""
        outcome = self.outcome
        if not outcome.chart:
            return ""
        return svg(spec(described(outcome.question, outcome.chart, lang), width), lang)

    def drawing(self, lang: Lang = "en", form: str = "svg") -> bytes:
        """The chart as a file of its own, with its finding and its note; `form` is "svg" or "png".

        Raises
        ------
        InputError
            Where there is nothing to draw.
        """
        outcome, case = self.outcome, self.outcome.case
        if not outcome.chart:
            raise InputError(f"{outcome.question}: nothing to draw for {case.firm} on {case.as_of}")
        section = self.section(lang, brief=True)
        finding, note = (unmarked(text, section.slots) for text in (section.chart_title, section.chart_note))
        alone = titled(
            spec(described(outcome.question, outcome.chart, lang), background=PAPER), finding, note
        )
        return svg(alone, lang).encode() if form == "svg" else png(alone, lang)

    def markdown(self, lang: Lang = "en") -> str:
        """The answer as Markdown, with its tables."""
        from rekening.explain.markdown import section_markdown

        return section_markdown(self.section(lang), lang)

    def lineage(self) -> dict[str, list[dict[str, Any]]]:
        """The rows and parameters that the answer rests on: ``{"facts": [...], "parameters": [...]}``."""
        case, found = self.outcome.case, self.outcome.lineage
        return {
            "facts": [table_row(case.facts.row(fact_id)) for fact_id in sorted(found.facts)],
            "parameters": [parameter_row(case.scenario[name]) for name in sorted(found.parameters)],
        }

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, in the form of ``answer.schema.json``; missing numbers are null."""
        outcome, case = self.outcome, self.outcome.case
        words = {lang: labels(outcome.question, lang) for lang in LANGS}

        def label(key: str) -> dict[str, str]:
            return {lang: words[lang].get(key, key) for lang in LANGS}

        return {
            "question": outcome.question,
            "firm": case.firm,
            "as_of": case.as_of.isoformat(),
            "newest_fact": case.facts.newest.isoformat(),
            "scenario": case.scenario.name,
            "changed_parameters": sorted(case.scenario.changed),
            "text": {lang: self.text(lang) for lang in ("nl", "en")},
            "values": {
                name: {"label": label(f"values.{name}"), **_number(figure)}
                for name, figure in outcome.values.items()
            },
            "tables": [
                {
                    "name": table.name,
                    "title": label(table.name),
                    "columns": {column: label(column) for column in table.columns},
                    "rows": [
                        {column: _cell(row.get(column)) for column in table.columns} for row in table.rows
                    ],
                }
                for table in outcome.tables
            ],
            "chart": [dict(row) for row in outcome.chart],
            "missing": {name: label(f"missing.{name}") for name in outcome.missing},
            "flags": dict(outcome.flags),
            "lineage": self.lineage(),
        }


def _number(figure: Figure) -> dict[str, Any]:
    low, high = figure.interval()
    known = not figure.missing
    return {
        "central": _finite(figure.central) if known else None,
        "low": _finite(low) if known else None,
        "high": _finite(high) if known else None,
        "unit": figure.unit,
        "grade": figure.grade.word("en"),
        "facts": sorted(figure.lineage.facts),
        "parameters": sorted(figure.lineage.parameters),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _cell(value: Cell) -> object:
    if isinstance(value, Figure):
        return _number(value)
    if isinstance(value, Scenario):
        return value.name
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else value
