"""Reference pages written from the code itself: nothing can be described that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rekening.assumptions import Parameter, Scenario, baseline_parameters, scenario_names
from rekening.assumptions.distributions import Distribution
from rekening.cli import cli
from rekening.explain.own import mine
from rekening.facts import Facts
from tools.docs_facts import facts_reference, table

PROFILES = Path(__file__).parents[1] / "docs" / "profiles"

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to the site."""
    from mkdocs.structure.files import File

    for name, text in (
        ("reference/command-line.md", command_line()),
        ("reference/assumptions.md", assumptions()),
        ("reference/scenarios.md", scenarios()),
        ("how-to/worked-bills.md", worked_bills()),
        ("reference/facts.md", facts_reference()),
    ):
        files.append(File.generated(config, name, content=text))
    return files


def command_line() -> str:
    """Describe every command with its options, as ``--help`` does."""
    return "# Command line\n\n" + "\n".join(_commands(cli, "rekening", None))


def _commands(command: click.Command, path: str, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=path.rsplit(maxsplit=1)[-1], parent=parent)
    yield f"## `{path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _commands(child, f"{path} {name}", context)


def assumptions() -> str:
    """List every parameter of the baseline with its range, reason and sources."""
    return (
        "# Assumptions\n\nAll that is assumed, in one list. A scenario changes any of it by name.\n\n"
        + table(
            ("name", "value", "unit", "what it says", "why"), map(_parameter, baseline_parameters().values())
        )
    )


def _parameter(parameter: Parameter) -> tuple[str, ...]:
    why = "; ".join(filter(None, (parameter.reason, ", ".join(f"`{source}`" for source in parameter.source))))
    return (
        f"`{parameter.name}`",
        describe(parameter.distribution),
        parameter.unit,
        parameter.sentence["en"],
        why,
    )


def describe(distribution: Distribution) -> str:
    """Name a distribution with its numbers, such as "uniform 1 to 3"."""
    numbers = [f"{getattr(distribution, name):g}" for name in distribution.__dataclass_fields__]
    kind = type(distribution).__name__.lower()
    return numbers[0] if distribution.certain else f"{kind} {', '.join(numbers)}"


def scenarios() -> str:
    """List the scenarios that come with the package and what each changes."""
    parts = ["# Scenarios\n"]
    for name in scenario_names():
        scenario = Scenario.load(name)
        parts.append(f"## `{name}`\n\n{scenario.title['en']}\n")
        changed = [(f"`{key}`", describe(scenario[key].distribution)) for key in sorted(scenario.changed)]
        if changed:
            parts.append(table(("parameter", "value"), changed))
    return "\n".join(parts)


def worked_bills() -> str:
    """Work out the bills of the profiles in the docs, as known at the newest facts."""
    newest = Facts.load().newest
    parts = [f"# Three bills, worked out\n\nAs known on {newest}. Each follows from the profile above it.\n"]
    for path in sorted(PROFILES.glob("*.yaml")):
        profile = path.read_text(encoding="utf-8")
        answer = mine(path, as_of=newest)
        title = profile.splitlines()[0].removeprefix("# ").removesuffix(".")
        told = answer.markdown("en").replace("\n# ", "\n### ").replace("# ", "### ", 1)
        parts.append(f"## {title}\n\n```yaml\n{profile}```\n\n{told}\n")
    return "\n".join(parts)
