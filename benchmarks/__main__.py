"""Run every benchmark: ``python -m benchmarks [--smoke] [NAME ...]``.

A benchmark is a module here with ``run(smoke: bool) -> Sequence[Row]``: it measures the project and its peers
in the same run, and gives the rows of its table.
"""

from __future__ import annotations

import argparse
import platform
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table


def main() -> None:
    """Run the chosen benchmarks and print their tables."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", nargs="*", choices=[*names, []], default=[])
    parser.add_argument("--smoke", action="store_true", help="small sizes: does it run, not how fast")
    arguments = parser.parse_args()
    console = Console()
    console.print(f"{platform.machine()}, Python {platform.python_version()}")
    for name in arguments.name or names:
        rows = import_module(f"benchmarks.{name}").run(smoke=arguments.smoke)
        table = Table(title=name)
        for column in rows[0]:
            table.add_column(column)
        for row in rows:
            table.add_row(*(str(cell) for cell in row.values()))
        console.print(table)


if __name__ == "__main__":
    main()
