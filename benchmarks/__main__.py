"""Run every benchmark: ``python -m benchmarks [--smoke] [--out FILE] [NAME ...]``.

A benchmark is a module here with ``run(smoke: bool) -> Sequence[Row]``: it measures the project and its peers
in the same run, and gives the rows of its table.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

Rows = Sequence[Mapping[str, object]]


def main() -> None:
    """Run the chosen benchmarks, print their tables and write them if asked to."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", nargs="*", choices=[*names, []], default=[])
    parser.add_argument("--smoke", action="store_true", help="small sizes: does it run, not how fast")
    parser.add_argument("--out", type=Path, help="write the tables as Markdown, with the machine and the day")
    arguments = parser.parse_args()
    console = Console()
    console.print(machine())
    parts = [f"Measured on {date.today()}: {machine()}.\n"]
    for name in arguments.name or names:
        module = import_module(f"benchmarks.{name}")
        rows = module.run(smoke=arguments.smoke)
        console.print(table(name, rows))
        about = (module.__doc__ or name).partition("\n\n")[0].replace("\n", " ")
        parts.append(f"## {name}\n\n{about}\n\n{markdown(rows)}")
    if arguments.out:
        arguments.out.write_text("\n".join(parts), encoding="utf-8")


def machine() -> str:
    """Name the machine: processor, cores, system, Python."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.machine()}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def table(name: str, rows: Rows) -> Table:
    """Lay rows out for the terminal."""
    found = Table(title=name)
    for column in rows[0]:
        found.add_column(column)
    for row in rows:
        found.add_row(*(str(cell) for cell in row.values()))
    return found


def markdown(rows: Rows) -> str:
    """Lay rows out as Markdown."""
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += [
        "| " + " | ".join(str(row.get(name, "")).replace("|", "/") for name in head) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
