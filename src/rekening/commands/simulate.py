"""Many futures of some firms, side by side."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import click

from rekening.commands.options import PATHS, SEED, names_option
from rekening.commands.output import console, plain_json, print_json, progress, table
from rekening.defaults import AS_OF, FIRM, UNTIL
from rekening.numerics import DRAWS

if TYPE_CHECKING:
    import xarray as xr

    from rekening.explain.numbers import Lang
    from rekening.facts import Facts
    from rekening.futures.runs import Plan

__all__ = ["command"]

_BILLION = 1e9
_LONGEST_NAME = 31
_PIPE_WIDTH = 140
_FORMS = (".json", ".csv", ".xlsx")
_SHOWN = ("revenue", "operating_cash_flow", "capex", "debt_issued", "total_debt", "liquidity")


@click.command("simulate")
@names_option("--firm", default=FIRM, metavar="FIRM[,FIRM…]", help="Firms to simulate.")
@click.option(
    "--as-of",
    default=AS_OF,
    show_default=True,
    metavar="DAY",
    help="Only what was public on this day counts.",
)
@names_option(
    "--scenario",
    default="baseline",
    metavar="NAME|FILE[,…]",
    help="Assumptions to use; several are set side by side.",
)
@click.option(
    "--facts",
    "own",
    multiple=True,
    metavar="FILE",
    help="CSV file of your own, added to the facts; may be repeated.",
)
@click.option("--until", default=UNTIL, show_default=True, metavar="QUARTER", help="Last quarter.")
@click.option("--paths", default=DRAWS, show_default=True, type=PATHS, help="Futures to draw.")
@click.option("--seed", default=1, show_default=True, type=SEED, help="Seed of the futures.")
@click.option(
    "--explain-parameters",
    is_flag=True,
    help="Show what the facts say about each driver: value, interval, rows, day; simulate nothing.",
)
@click.option(
    "--scenario-schema",
    is_flag=True,
    help="Print the JSON Schema of a scenario file, for your editor; simulate nothing.",
)
@names_option(
    "--keep",
    help="Variables whose paths are written as Parquet; needs a folder in --out.",
)
@click.option(
    "--scheduler", metavar="ADDRESS|local", help="Compute on Dask: a scheduler, or local processes."
)
@click.option(
    "--chart", metavar="FILE", help="Draw who pays whom in the first whole year: .svg or .png, one scenario."
)
@click.option(
    "--lang",
    default="en",
    show_default=True,
    type=click.Choice(["nl", "en"]),
    help="Language of tables, chart and workbook.",
)
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
@click.option(
    "--out",
    metavar="FILE|FOLDER",
    help="Write .json, .csv or .xlsx (who pays whom); a folder keeps blocks and resumes.",
)
def command(**options: Any) -> None:  # fmt: skip
    """Simulate firms quarter by quarter over many futures, as known on a day."""
    from rekening.errors import InputError
    from rekening.explain.files import DRAWINGS
    from rekening.facts import Facts
    from rekening.files import file_to_write
    from rekening.futures.runs import Plan

    if options["scenario_schema"]:
        from rekening.assumptions.schema import scenario_schema

        print_json(scenario_schema())
        return
    keep = options["keep"]
    out = _checked(options["out"], keep)
    chart = None if options["chart"] is None else file_to_write(options["chart"], DRAWINGS, option="--chart")
    scenarios = options["scenario"]
    if chart is not None and len(scenarios) > 1:
        raise InputError(f"--chart {chart}: draws one scenario, found {','.join(scenarios)!r}")
    facts = Facts.load(options["as_of"], extra=options["own"])
    plans = {
        name: Plan.make(
            facts,
            name,
            firms=options["firm"],
            until=options["until"],
            paths=options["paths"],
            seed=options["seed"],
        )
        for name in scenarios
    }
    if options["explain_parameters"]:
        _explain(next(iter(plans.values())), facts, as_json=options["as_json"])
        return
    results = {
        name: _swept(
            plan,
            out=_folder(out, name, several=len(plans) > 1),
            keep=keep,
            scheduler=options["scheduler"],
            quiet=options["as_json"],
        )
        for name, plan in plans.items()
    }
    if _is_file(out):
        _write(out, results, options["lang"])
    if chart is not None:
        _draw(chart, next(iter(results.values())), facts, options["lang"])
    if options["as_json"]:
        print_json({name: _plain(result) for name, result in results.items()})
    elif not _is_file(out) and chart is None:
        _print(results, facts, options["lang"])


def _is_file(out: Path | None) -> TypeGuard[Path]:
    return out is not None and out.suffix.lower() in _FORMS


def _checked(given: str | None, keep: tuple[str, ...]) -> Path | None:
    """Where --out points, checked together with --keep before any work is done for them."""
    from rekening.errors import InputError
    from rekening.files import file_to_write, folder_to_write
    from rekening.futures.runs import check_variables

    check_variables(keep)
    if given is None:
        if keep:
            raise InputError("--keep writes Parquet and needs a folder in --out")
        return None
    out = Path(given)
    if not _is_file(out) and given and (not out.suffix or out.is_dir()):
        return folder_to_write(out, f"--out {given}")
    file_to_write(given, _FORMS, instead=" or a folder")
    if keep:
        raise InputError(f"--keep writes Parquet and needs a folder in --out, found the file {given}")
    return out


def _folder(out: Path | None, scenario: str, *, several: bool) -> Path | None:
    if out is None or _is_file(out):
        return None
    return out / Path(scenario).stem if several else out


def _swept(
    plan: Plan, *, out: Path | None, keep: tuple[str, ...], scheduler: str | None, quiet: bool
) -> xr.Dataset:
    from rekening.futures.sweep import sweep

    doing = f"Simulating {plan.models[0].scenario.name}"
    with progress(doing, plan.paths * len(plan.firms), quiet=quiet) as advance:
        return sweep(plan, out=out, keep=keep, scheduler=scheduler, progress=advance)


def _years(result: xr.Dataset) -> list[str]:
    """The first quarter, the last, and ends of years between them: at most five."""
    labels = [str(label) for label in result["quarter"].values]
    ends = [label for label in labels[1:-1] if label.endswith("Q4")]
    return list(dict.fromkeys([labels[0], *ends[:: 1 + len(ends) // 4], labels[-1]]))


def _print(results: dict[str, xr.Dataset], facts: Facts, lang: Lang) -> None:
    from babel.numbers import format_decimal

    from rekening.explain.numbers import show_day
    from rekening.explain.words import labels
    from rekening.explain.write import names

    screen, say, named = console(_PIPE_WIDTH), labels("simulate", lang), names(facts)
    first = next(iter(results.values()))
    for firm in map(str, first["firm"].values):
        several = len(results) > 1
        title = say["fan"].format(named.get(firm, firm))
        view = table("", *[say["scenario"]] * several, *_years(first), title=title)
        for name in _SHOWN:
            for scenario, result in results.items():
                fan = result[name].sel(firm=firm, quarter=_years(result)) / _BILLION
                cells = [
                    say["range"].format(
                        *(f"{fan.sel(level=level, quarter=label).item():.0f}" for level in (0.5, 0.1, 0.9))
                    )
                    for label in _years(result)
                ]
                said = say[name] if result is first else ""
                view.add_row(said, *[Path(scenario).stem] * several, *cells)
        screen.print(view)
        screen.print(_met(results, firm, named.get(firm, firm), lang))
    residual = max(result.attrs["largest_residual"] for result in results.values())
    futures = format_decimal(first.attrs["paths"], locale=lang)
    screen.print(say["closed"].format(show_day(facts.as_of, lang), futures, f"{residual:.0e}"))


def _met(results: dict[str, xr.Dataset], firm: str, named: str, lang: Lang) -> Any:
    """What is needed over the whole run, on average, and who provides it."""
    from babel.numbers import format_decimal

    from rekening.explain.words import labels
    from rekening.futures.layout import LEVERS

    say = labels("simulate", lang)
    columns = ("funding_need", *(f"lever_{lever}" for lever in LEVERS), "shortfall")
    view = table(say["scenario"], *((say[name], "right") for name in columns), title=say["met"].format(named))
    for scenario, result in results.items():
        sums = [result[f"mean_{name}"].sel(firm=firm).sum().item() / _BILLION for name in columns]
        texts = [format_decimal(total, format="#,##0.0", locale=lang) for total in sums]
        view.add_row(Path(scenario).stem, *texts)
    return view


def _plain(result: xr.Dataset) -> dict[str, Any]:
    return {
        **result.attrs,
        "level": result["level"].values.tolist(),
        "quarter": result["quarter"].values.tolist(),
        "firm": result["firm"].values.tolist(),
        "units": {str(name): result[name].attrs["units"] for name in result.data_vars},
        "values": {str(name): result[name].values.tolist() for name in result.data_vars},
    }


def _draw(path: Path, result: xr.Dataset, facts: Facts, lang: Lang) -> None:
    import vl_convert

    from rekening.explain.charts.flows import drawing, flows_of, full_year
    from rekening.files import write_whole

    year = full_year(result)
    names = [facts.firm(str(firm)).name for firm in result["firm"].values]
    drawn = drawing(flows_of(result, year), names, year, lang)
    write_whole(
        path,
        drawn.encode() if path.suffix.lower() == ".svg" else bytes(vl_convert.svg_to_png(drawn, scale=2)),
    )


def _write(out: Path, results: dict[str, xr.Dataset], lang: Lang) -> None:
    from rekening.files import write_whole

    ending = out.suffix.lower()
    if ending == ".json":
        write_whole(out, plain_json({name: _plain(result) for name, result in results.items()}).encode())
    elif ending == ".csv":
        lines = ["scenario,firm,quarter,variable,measure,value"]
        for scenario, result in results.items():
            for name in result.data_vars:
                for key, value in result[name].to_series().items():
                    *level, quarter, firm = key if isinstance(key, tuple) else (key,)
                    measure = f"quantile {level[0]}" if level else "mean"
                    variable = str(name).removeprefix("mean_")
                    lines.append(f"{Path(scenario).stem},{firm},{quarter},{variable},{measure},{value!r}")
        write_whole(out, ("\n".join(lines) + "\n").encode())
    else:
        write_whole(out, _workbook(results, lang))


def _workbook(results: dict[str, xr.Dataset], lang: Lang) -> bytes:
    """Mean flows by quarter, and the transactions matrix of the first whole year: two sheets a firm.

    The matrix is that of Godley and Lavoie (2007): a row a kind of flow, a column a party, what it receives
    above 0 and what it pays below. Every row adds up to 0.
    """
    from io import BytesIO

    import xlsxwriter

    from rekening.explain.charts.flows import full_year
    from rekening.explain.words import labels
    from rekening.ledger.kinds import KINDS, PARTIES

    words = labels("flows", lang)
    names = {party: pair[lang == "en"] for party, pair in PARTIES.items()}
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    money = book.add_format({"num_format": "#,##0"})
    for scenario, result in results.items():
        quarters = result["quarter"].values.tolist()
        year = full_year(result)
        inside = [place for place, label in enumerate(quarters) if label.startswith(year)]
        for firm in result["firm"].values:
            name = f"{firm} {Path(scenario).stem}"
            sheet = book.add_worksheet(_sheet_name(book, name))
            matrix = book.add_worksheet(_sheet_name(book, name, f" {year}"))
            sheet.write_row(0, 0, [words["flow"], words["payer"], words["payee"], *quarters])
            sheet.set_column(0, 2, 24)
            sheet.set_column(3, 3 + len(quarters), 16)
            matrix.write_row(0, 0, [words["flow"], *names.values(), words["total"]])
            matrix.set_column(0, 0 + len(names) + 1, 24)
            for row, kind in enumerate(KINDS, start=1):
                values = result[f"mean_{kind.name}"].sel(firm=firm).fillna(0).values.tolist()
                sheet.write_row(row, 0, [kind.name, names[kind.payer], names[kind.payee]])
                sheet.write_row(row, 3, values, money)
                moved = dict.fromkeys(names, 0.0)
                amount = sum(values[place] for place in inside)
                moved[kind.payer] -= amount
                moved[kind.payee] += amount
                matrix.write_string(row, 0, kind.name)
                matrix.write_row(row, 1, [*moved.values(), sum(moved.values())], money)
            sheet.freeze_panes(1, 3)
            matrix.freeze_panes(1, 1)
    book.close()
    return buffer.getvalue()


def _sheet_name(book: Any, name: str, end: str = "") -> str:
    """A name that Excel takes and no other sheet of the book has."""
    taken = {sheet.name.lower() for sheet in book.worksheets()}
    plain = re.sub(r"[\[\]:*?/\\']", "_", name)
    tried, number = plain[: _LONGEST_NAME - len(end)] + end, 1
    while tried.lower() in taken:
        number += 1
        more = f" {number}{end}"
        tried = plain[: _LONGEST_NAME - len(more)] + more
    return tried


def _explain(plan: Plan, facts: Facts, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = []
    for model in plan.models:
        for estimate in (*model.estimates.values(), *model.pool.estimates.values()):
            low, high = model.interval(estimate)
            rows.append(
                {
                    "firm": model.firm if estimate.name in model.estimates else "all firms",
                    "name": estimate.name,
                    "value": estimate.value,
                    "low": low,
                    "high": high,
                    "observations": estimate.n,
                    "prior": estimate.prior,
                    "as_of": str(estimate.as_of),
                    "facts": sorted(estimate.facts),
                }
            )
        rows += [
            {
                "firm": model.firm,
                "name": f"opening {name}",
                "value": balance.amount,
                "low": balance.amount,
                "high": balance.amount,
                "observations": 1,
                "prior": "",
                "as_of": str(balance.reported_on),
                "facts": sorted(balance.rows),
            }
            for name, balance in model.balances.items()
            if balance.reported_on is not None
        ]
    unique = list({(row["firm"], row["name"]): row for row in rows}.values())
    if as_json:
        print_json(unique)
        return
    title = f"What the facts say, as known on {facts.as_of}"
    view = table("firm", "estimate", "value", "8 in 10", "observations", "toward", "day", "rows", title=title)
    for row in unique:
        interval = f"{row['low']:,.4g} to {row['high']:,.4g}"
        cells = [row["firm"], row["name"], f"{row['value']:,.4g}", interval, str(row["observations"])]
        view.add_row(*cells, row["prior"], row["as_of"], str(len(row["facts"])))
    console(_PIPE_WIDTH).print(view)
