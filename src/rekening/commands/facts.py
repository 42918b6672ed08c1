"""Look numbers up."""

from __future__ import annotations

import click

from rekening.facts import Facts

__all__ = ["command"]


@click.command("facts")
@click.argument("entity")
@click.argument("concept")
@click.option("--as-of", default=None, help="Day of the view; today if left out.")
def command(entity: str, concept: str, as_of: str | None) -> None:
    """Print the visible rows of a number."""
    for fact in Facts.load(as_of=as_of).find(entity, concept):
        click.echo(f"{fact.period}\t{fact.value}\t{fact.unit}\t{fact.status}\t{fact.source_url}")
