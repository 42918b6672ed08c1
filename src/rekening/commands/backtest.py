"""How good the simulation would have been."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from rekening.commands.options import WholeNumber, names_option
from rekening.commands.output import console, print_json, progress, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["command"]

_PIPE_WIDTH = 120
_FIRMS = "meta,alphabet,microsoft,amazon,oracle"


@click.command("backtest")
@names_option("--firm", default=_FIRMS, metavar="FIRM[,FIRM…]", help="Firms to score.")
@names_option("--concept", help="Concepts; all by default.")
@click.option("--since", default=None, metavar="DAY", help="First day of an origin.")
@click.option("--before", default=None, metavar="DAY", help="Origins lie before this day.")
@click.option("--horizon", default=4, show_default=True, type=WholeNumber(1, 8), help="Quarters ahead.")
@names_option("--by", default="concept,horizon", help="Rows: firm, concept, horizon.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option("--out", metavar="FILE", help="Write every case: .csv.")
def command(
    *,
    firm: tuple[str, ...],
    concept: tuple[str, ...],
    horizon: int,
    by: tuple[str, ...],
    as_json: bool,
    out: str | None,
    **days: str | None,
) -> None:
    """Score the simulation beside naive rivals, from every past filing day, on what came after it."""
    from rekening.errors import InputError, nearest
    from rekening.explain.ask import checked_firms
    from rekening.facts import Facts
    from rekening.facts.periods import day
    from rekening.files import file_to_write, write_whole
    from rekening.futures.backtest import CONCEPTS, Case, cases, frame, simulated, summary

    allowed = ("firm", "concept", "horizon")
    for name in by:
        if name not in allowed:
            hint = nearest(name, allowed)
            raise InputError(f"--by {name!r} is not allowed{hint}; allowed: {', '.join(allowed)}")
    path = None if out is None else file_to_write(out, (".csv",))
    facts = Facts.load()
    firms = checked_firms(firm, facts)
    concepts = concept or CONCEPTS
    span = {name: day(text, f"--{name}") for name, text in days.items() if text is not None}
    forecast = simulated()
    found: list[Case] = []
    with progress("Scoring", len(firms), quiet=as_json) as advance:
        for slug in firms:
            found += cases(facts, forecast, firms=[slug], concepts=concepts, horizon=horizon, **span)
            advance(1)
    if not found:
        raise InputError("no origin fits: too little history, or nothing came after it yet")
    if path is not None:
        write_whole(path, frame(found).to_csv(index=False).encode())
    scores = summary(found, by)
    if as_json:
        print_json(scores.to_dict(orient="records"))
    else:
        _print(scores, by)


def _print(found: pd.DataFrame, rows: Sequence[str]) -> None:
    from rekening.futures.backtest import RIVALS
    from rekening.numerics import COVERAGES

    title = "Score (CRPS over scale, smaller is better), skill and coverage"
    beside = [column for rival in RIVALS for column in (rival, "skill")]
    levels = ", ".join(f"{level:.0%}".removesuffix("%") for level in COVERAGES)
    scores = ("cases", "score", *beside, f"in {levels}%")
    view = table(*rows, *((score, "right") for score in scores), title=title)
    for _, row in found.iterrows():
        cells = [str(row[name]) for name in rows] + [str(int(row["cases"])), f"{row['crps']:.3f}"]
        for rival in RIVALS:
            score = row.get(f"crps_{rival}")
            known = score is not None and not math.isnan(score)
            cells.append(f"{score:.3f}" if known else "")
            low, high = row.get(f"skill_{rival}_low"), row.get(f"skill_{rival}_high")
            cells.append(f"{row[f'skill_{rival}']:+.2f}\n{low:+.2f} to {high:+.2f}" if known else "")
        cells.append("  ".join(f"{row[f'covered_{level:.0%}']:.0%}" for level in COVERAGES))
        view.add_row(*cells)
    console(_PIPE_WIDTH).print(view)
