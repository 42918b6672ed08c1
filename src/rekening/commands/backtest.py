"""How good the simulation would have been."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["command"]

_FIRMS = "meta,alphabet,microsoft,amazon,oracle"


@click.command("backtest")
@click.option("--firm", default=_FIRMS, show_default=True, metavar="FIRM[,FIRM…]", help="Firms to score.")
@click.option("--concept", default=None, metavar="NAME[,NAME…]", help="Concepts; all by default.")
@click.option("--since", default=None, metavar="DAY", help="First day of an origin.")
@click.option("--before", default=None, metavar="DAY", help="Origins lie before this day.")
@click.option("--horizon", default=4, show_default=True, type=click.IntRange(1, 8), help="Quarters ahead.")
@click.option("--by", default="concept,horizon", show_default=True, help="Rows: firm, concept, horizon.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--out", metavar="FILE", help="Write every case: .csv.")
def command(
    *,
    firm: str,
    concept: str | None,
    horizon: int,
    by: str,
    as_json: bool,
    out: str | None,
    **days: str | None,
) -> None:
    """Score the simulation beside naive rivals, from every past filing day, on what came after it."""
    from pathlib import Path

    from rich.progress import track

    from rekening.errors import InputError, nearest
    from rekening.explain.ask import checked_firm
    from rekening.facts import Facts
    from rekening.files import write_whole
    from rekening.futures.backtest import CONCEPTS, cases, frame, simulated, summary

    rows, allowed = [name.strip() for name in by.split(",")], ("firm", "concept", "horizon")
    for name in rows:
        if name not in allowed:
            hint = nearest(name, allowed)
            raise InputError(f"--by {name!r} is not allowed{hint}; allowed: {', '.join(allowed)}")
    if out is not None and Path(out).suffix != ".csv":
        raise InputError(f"--out {out}: only .csv is written")
    facts = Facts.load()
    firms = [checked_firm(name.strip(), facts) for name in firm.split(",")]
    concepts = [name.strip() for name in concept.split(",")] if concept else CONCEPTS
    scored = cases(facts, simulated(), firms=firms, concepts=concepts, horizon=horizon, **days)
    found = list(track(scored, description="Scoring", transient=True, disable=as_json))
    if not found:
        raise InputError("no origin fits: too little history, or nothing came after it yet")
    if out is not None:
        write_whole(Path(out), frame(found).to_csv(index=False).encode())
    table = summary(found, rows)
    if as_json:
        click.echo(table.to_json(orient="records", indent=1))
    else:
        _print(table, rows)


def _print(table: pd.DataFrame, rows: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    from rekening.futures.backtest import RIVALS
    from rekening.numerics import COVERAGES

    title = "Score (CRPS over scale, smaller is better), skill and coverage"
    view = Table(box=None, title=title, title_justify="left", pad_edge=False)
    beside = [column for rival in RIVALS for column in (rival, "skill")]
    levels = ", ".join(f"{level:.0%}".removesuffix("%") for level in COVERAGES)
    scores = ("cases", "score", *beside, f"in {levels}%")
    for column in rows:
        view.add_column(column, no_wrap=True)
    for column in scores:
        view.add_column(column, justify="right")
    for _, row in table.iterrows():
        cells = [str(row[name]) for name in rows] + [str(int(row["cases"])), f"{row['crps']:.3f}"]
        for rival in RIVALS:
            score = row.get(f"crps_{rival}")
            known = score is not None and not math.isnan(score)
            cells.append(f"{score:.3f}" if known else "")
            low, high = row.get(f"skill_{rival}_low"), row.get(f"skill_{rival}_high")
            cells.append(f"{row[f'skill_{rival}']:+.2f}\n{low:+.2f} to {high:+.2f}" if known else "")
        cells.append("  ".join(f"{row[f'covered_{level:.0%}']:.0%}" for level in COVERAGES))
        view.add_row(*cells)
    Console().print(view)
