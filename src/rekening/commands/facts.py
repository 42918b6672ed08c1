"""Look numbers up, check them, and add your own."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.options import WholeNumber
from rekening.commands.output import console, print_json, table
from rekening.errors import InputError, nearest
from rekening.facts import Fact, Facts, Figure
from rekening.facts.concepts import concepts, definitions
from rekening.facts.units import MONEY, scale
from rekening.files import file_to_write, write_whole

if TYPE_CHECKING:
    from rekening.explain.numbers import Lang
    from rekening.facts.check import Fault

__all__ = ["command"]

_DIGITS = 4
_PIPE_WIDTH = 160
_FORMS = (".csv",)


class _ShowByDefault(click.Group):
    """A group in which anything that is no command is something to look up."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


_as_of = click.option(
    "--as-of", metavar="DAY", help="Only what was public on this day counts; today if left out."
)
_files = click.option(
    "--facts", "files", multiple=True, metavar="FILE", help="CSV file of your own; may be repeated."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print plain data.")


@click.group("facts", cls=_ShowByDefault)
def command() -> None:
    """Look numbers up, with their sources, as known on a day.

    'rekening facts' prints what there is, 'rekening facts meta' what is known of Meta, and
    'rekening facts meta capex' one number, period by period.
    """


@command.command("show")
@click.argument("entity", required=False)
@click.argument("concept", required=False)
@_as_of
@_files
@click.option(
    "--period", metavar="PERIOD", help="One period: 2025Q3, 2025, FY2026, 2025-09-30, TTM@2025-09-30."
)
@click.option("--first", is_flag=True, help="With --period: the number as first told, not as last restated.")
@click.option("--all", "everything", is_flag=True, help="Also rows that a better or newer row replaces.")
@_json
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print rows in the form in which files of facts are read."
)
@click.option("--lang", default="en", type=click.Choice(["nl", "en"]), help="Language of grades.")
def show(
    *,
    entity: str | None,
    concept: str | None,
    as_of: str | None,
    files: tuple[str, ...],
    period: str | None,
    first: bool,
    everything: bool,
    as_json: bool,
    as_csv: bool,
    lang: Lang,
) -> None:
    """Print the rows of a number, of an entity, or what there is."""
    if period is not None and concept is None:
        raise InputError("--period needs a concept: rekening facts ENTITY CONCEPT --period PERIOD")
    if first and period is None:
        raise InputError("--first needs --period")
    if as_json and as_csv:
        raise InputError("--json and --csv: found both, allowed is one of them")
    facts = Facts.load(as_of, extra=files)
    if entity is None:
        if as_csv or everything:
            raise InputError("--csv and --all need an entity: rekening facts ENTITY")
        _overview(facts, as_json)
        return
    _known(facts, entity, concept)
    if period is not None and concept is not None:
        rows = [facts.get(entity, concept, period, first=first)]
    elif concept is None:
        names = sorted({fact.concept for fact in facts.find(entity)})
        rows = facts.find(entity) if everything else [facts.latest(entity, name) for name in names]
    elif everything:
        rows = facts.find(entity, concept)
    else:
        rows = _that_count(facts, entity, concept)
    if as_json:
        print_json([_plain(fact) for fact in rows])
    elif as_csv:
        click.echo(_as_csv(rows), nl=False)
    else:
        _print(facts, rows, entity, concept, lang)


def _known(facts: Facts, entity: str, concept: str | None) -> None:
    """Refuse a name that no row has, whatever its day."""
    entities = {fact.entity for fact in facts.rows} | facts.firms.keys()
    if entity not in entities:
        whole = {fact.entity for fact in Facts.load().rows}
        if entity not in whole:
            raise InputError(f"entity {entity!r} is not known{nearest(entity, entities | whole)}")
    names = {fact.concept for fact in facts.find(entity)} | concepts().keys() | definitions().keys()
    if concept is not None and concept not in names and concept not in {f.concept for f in Facts.load().rows}:
        raise InputError(f"concept {concept!r} is not known{nearest(concept, names)}")


def _that_count(facts: Facts, entity: str, concept: str) -> list[Fact]:
    """Best row of each period; prices, which share a period, all of them."""
    rows = facts.find(entity, concept)
    if not rows and concept in definitions():
        parts = {part for definition in definitions()[concept] for _, part in definition}
        names = {fact.period for part in parts for fact in _that_count(facts, entity, part)}
        found = {fact.period: fact for fact in (facts.get(entity, concept, name) for name in names)}
        known = (fact for fact in found.values() if not fact.missing)
        return sorted(known, key=lambda fact: (str(fact.end), fact.period))
    return [
        fact
        for fact in rows
        if fact.extra or fact.end is None or facts.get(entity, concept, fact.period) == fact
    ]


def _plain(fact: Fact) -> dict[str, Any]:
    return {
        "fact_id": fact.fact_id or None,
        "entity": fact.entity,
        "concept": fact.concept,
        "period": fact.period,
        "start": fact.start and fact.start.isoformat(),
        "end": fact.end and fact.end.isoformat(),
        "value": fact.value,
        "low": fact.low,
        "high": fact.high,
        "unit": fact.unit,
        "hedge": fact.hedge,
        "published": None if fact.status == "missing" else fact.published.isoformat(),
        "published_precision": fact.published_precision,
        "status": fact.status,
        "grade": fact.grade.word("en"),
        "via": fact.via,
        "source_url": fact.source_url,
        "source_title": fact.source_title,
        "note": fact.note,
        "corrected": fact.corrected,
        "rests_on": list(fact.rests_on),
        **fact.extra,
    }


def _as_csv(rows: Iterable[Fact]) -> str:
    from rekening.facts.schema import LONG
    from rekening.facts.template import csv_text

    return csv_text(
        LONG.columns,
        (
            {
                name: "" if cell is None else str(cell)
                for name, cell in _plain(fact).items()
                if name in LONG.columns
            }
            | {name: _number(getattr(fact, name)) for name in ("value", "low", "high")}
            for fact in rows
            if not fact.missing
        ),
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if value.is_integer() else repr(value)


def _print(facts: Facts, rows: Sequence[Fact], entity: str, concept: str | None, lang: Lang) -> None:
    from rich.style import Style
    from rich.text import Text

    from rekening.explain.numbers import clean

    screen = console(_PIPE_WIDTH)
    name = facts.firms[entity].name if entity in facts.firms else entity
    meaning = concepts()[concept].meaning if concept and concept in concepts() else ""
    screen.print(
        Text.assemble((clean(f"{name}: {concept or 'newest numbers'}"), "bold"), clean(f"  {meaning}"))
    )
    if not rows:
        screen.print(Text(f"Nobody had published it by {facts.as_of}."))
        return
    about = "period" if concept else "concept, period"
    view = table(about, ("value", "right"), "grade", "published", "source")
    for fact in rows:
        extra = " ".join(fact.extra[name] for name in ("product", "plan", "region") if name in fact.extra)
        what = " ".join(filter(None, ("" if concept else fact.concept, fact.period, extra)))
        source = clean(fact.source_title or fact.source_url or fact.note)
        link = Style(link=fact.source_url) if fact.source_url else Style()
        by = "≤ " if fact.published_precision == "upper_bound" else ""
        view.add_row(
            Text(clean(what)),
            Text(clean(_value(fact, lang))),
            Text(f"{fact.grade.mark} {fact.grade.word(lang)}"),
            Text("" if fact.missing else f"{by}{fact.published}"),
            Text(source, style=link),
        )
    screen.print(view)
    for fact in rows:
        if fact.corrected:
            screen.print(Text(clean(f"Corrected: {fact.period}. {fact.corrected}"), style="yellow"))
    screen.print(Text(_footer(facts, rows), style="dim"))


def _value(fact: Fact, lang: Lang) -> str:
    from rekening.explain.numbers import Style, show

    style = Style(lang, short=True)
    factor, unit = scale(fact.unit)
    form = "money" if unit in MONEY else "percent" if factor != 1 else "number"

    def write(value: float) -> str:
        return show(Figure.of(value * factor, unit), form, style, digits=_DIGITS)[0]

    if fact.value is not None:
        return " ".join(filter(None, (fact.hedge, write(fact.value))))
    if fact.low is not None and fact.high is not None:
        return f"{write(fact.low)} – {write(fact.high)}"
    if fact.missing:
        return fact.grade.word(lang)
    return f"≥ {write(fact.low)}" if fact.low is not None else f"≤ {write(fact.high or 0)}"


def _footer(facts: Facts, rows: Sequence[Fact]) -> str:
    read = Counter(fact.via or "computed" for fact in rows if not fact.missing)
    ways = ", ".join(f"{count} {way}" for way, count in read.most_common())
    age = f"newest row of {facts.newest}, {facts.age} days before" if facts.age else "newest row of that day"
    return f"As known on {facts.as_of} ({age}). How they were read: {ways or 'none'}."


def _overview(facts: Facts, as_json: bool) -> None:
    counts = Counter(fact.entity for fact in facts.rows)
    tables = Counter(record.table for record in facts.records)
    if as_json:
        summary = {
            "as_of": facts.as_of.isoformat(),
            "newest": facts.newest.isoformat(),
            "firms": {slug: counts[slug] for slug in facts.firms},
            "other_entities": {
                name: count for name, count in sorted(counts.items()) if name not in facts.firms
            },
            "tables": dict(tables),
        }
        print_json(summary)
        return
    from rich.text import Text

    screen = console(_PIPE_WIDTH)
    view = table("firm", ("rows", "right"), "newest statement")
    for slug in facts.firms:
        view.add_row(Text(slug), Text(f"{counts[slug]:,}"), Text(facts.latest(slug, "revenue").period))
    screen.print(view)
    others = sum(count for name, count in counts.items() if name not in facts.firms)
    listed = ", ".join(f"{name} {count}" for name, count in sorted(tables.items()))
    screen.print(
        Text(f"Other entities: {len(counts) - len(facts.firms)}, with {others:,} rows (--json lists them).")
    )
    screen.print(Text(f"Tables: {listed}."))
    screen.print(Text(_footer(facts, facts.rows), style="dim"))


@command.command("check")
@_as_of
@_files
@_json
def check(*, as_of: str | None, files: tuple[str, ...], as_json: bool) -> None:
    """Check the facts against each other; exit code 1 if something is wrong that has no known reason."""
    from rekening.facts.check import CHECKS, check

    facts = Facts.load(as_of, extra=files)
    faults = check(facts)
    if as_json:
        from dataclasses import asdict

        print_json(list(map(asdict, faults)))
    else:
        _print_check(facts, faults, {name: function.__doc__ or "" for name, function in CHECKS.items()})
    if any(not fault.reason for fault in faults):
        sys.exit(1)


def _print_check(facts: Facts, faults: Sequence[Fault], checks: dict[str, str]) -> None:
    from rich.text import Text

    from rekening.explain.numbers import clean

    screen = console(_PIPE_WIDTH)
    view = table("check", "what must hold", ("known", "right"), ("wrong", "right"))
    for name, meaning in checks.items():
        known = sum(fault.check == name and bool(fault.reason) for fault in faults)
        wrong = sum(fault.check == name and not fault.reason for fault in faults)
        mark = Text(str(wrong), style="bold red") if wrong else Text("✓", style="green")
        view.add_row(Text(name), Text(meaning.splitlines()[0]), Text(str(known or "")), mark)
    screen.print(view)
    for title, chosen in (
        ("Wrong", [fault for fault in faults if not fault.reason]),
        ("Known conflicts", [fault for fault in faults if fault.reason]),
    ):
        if chosen:
            screen.print(Text(title, style="bold"))
        for fault in chosen:
            about = " ".join(filter(None, (fault.entity, fault.concept, fault.period)))
            screen.print(Text(clean(f"{fault.check}: {about}: {fault.message}")))
            if fault.reason:
                screen.print(Text(clean(f"    {fault.reason}"), style="dim"))
    screen.print(Text(_footer(facts, facts.rows), style="dim"))


@command.command("template")
@click.argument("firm")
@click.option(
    "--year-end", default="2025-12-31", show_default=True, metavar="DAY", help="Last day of a fiscal year."
)
@click.option(
    "--table", "kind", default="facts", show_default=True, help="Kind of file: facts, bonds, deals, ..."
)
@click.option("--out", metavar="FILE", help="Write the file; without it, print it.")
def template(*, firm: str, year_end: str, kind: str, out: str | None) -> None:
    """Print a CSV file to fill in for a firm of your own."""
    from rekening.facts.template import template_text

    path = None if out is None else file_to_write(out, _FORMS)
    if path is not None and path.exists():
        raise InputError(f"--out {out}: exists already; remove it or choose another name")
    text = template_text(firm, year_end, kind)
    if path is None:
        click.echo(text, nl=False)
        return
    write_whole(path, text.encode())
    click.echo(f"{out}: {text.count(chr(10)) - 1} rows", err=True)


@command.command("refresh")
@click.argument("firm")
@click.option("--out", required=True, metavar="FILE", help="File to write the rows to.")
@click.option("--cik", type=WholeNumber(1), help="Number at the SEC, for a firm that is not in the facts.")
@click.option(
    "--identity", envvar=["REKENING_IDENTITY", "EDGAR_IDENTITY"], metavar="WHO",
    help="Your name and e-mail address, which the SEC asks for; or set EDGAR_IDENTITY.",
)  # fmt: skip
@click.option("--cache", metavar="DIR", help="Folder that keeps what was fetched; a day old at most.")
@click.option("--since", metavar="DAY", help="Leave out periods that end before this day.")
def refresh(
    *, firm: str, out: str, cik: int | None, identity: str | None, cache: str | None, since: str | None
) -> None:
    """Fetch what a firm filed with the SEC, as rows for --facts (needs the extra rekening[edgar])."""
    from rekening.facts import edgar
    from rekening.facts.firms import firms
    from rekening.facts.periods import day
    from rekening.facts.schema import is_name
    from rekening.facts.template import csv_text

    number = cik or (firms()[firm].cik if firm in firms() else None)
    if number is None or not is_name(firm):
        hint = nearest(firm, firms())
        raise InputError(f"firm {firm!r} is not in the facts{hint}; give its number at the SEC with --cik")
    path = file_to_write(out, _FORMS)
    first = day(since, "--since").isoformat() if since else ""
    found = edgar.company_facts(number, identity, Path(cache) if cache else edgar.default_cache())
    kept = [row for row in edgar.rows(firm, found) if row["end"] >= first]
    write_whole(path, csv_text(kept[0] if kept else (), kept).encode())
    click.echo(f"{out}: {len(kept)} rows", err=True)
