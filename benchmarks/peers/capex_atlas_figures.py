"""Compute figures with capex-atlas: company facts on standard input, figures as JSON on standard output.

In: ``{ticker: {"payload": company facts, "periods": [label, ...]}}``. Out: the same tickers, with the figures
of each period, and "shipped": the figures of the example that comes with the package, made from a download of
its own. The package on PyPI lacks its file of assumptions, so the one it asks for, a tax rate, is given here;
none of the figures uses it.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from capex_atlas.application import AtlasApplication
from capex_atlas.assumptions.models import Assumption, AssumptionBasis
from capex_atlas.assumptions.registry import AssumptionRegistry
from capex_atlas.bundle.builder import TAX_ASSUMPTION, build_analysis
from capex_atlas.provenance.errors import UnitMismatchError
from capex_atlas.schemas.source import SourceKind, SourceReference

import capex_atlas

LABELS = {
    "free cash flow (reported basis)": "free_cash_flow",
    "free cash flow (lease-adjusted)": "free_cash_flow_after_lease_principal",
    "capex to depreciation": "capex_to_depreciation",
}


def figures(bundle: Any) -> dict[str, str | None]:
    """Take the three figures out of an analysis; None where it has no value."""
    return {
        LABELS[value.label]: None if value.value is None else str(value.value)
        for value in bundle.values
        if value.label in LABELS
    }


def main() -> None:
    """Read, compute, print."""
    source = SourceReference(kind=SourceKind.SEC_FILING, url="https://data.sec.gov/api/xbrl/companyfacts/")
    tax = Assumption(
        assumption_id=TAX_ASSUMPTION,
        description="not used by the figures compared",
        unit="ratio",
        basis=AssumptionBasis.USER_INPUT,
        value=Decimal(0),
    )
    registry = AssumptionRegistry({TAX_ASSUMPTION: tax})
    found: dict[str, Any] = {}
    for ticker, given in json.load(sys.stdin).items():
        found[ticker] = {}
        for period in given["periods"]:
            try:
                bundle = build_analysis(
                    given["payload"], entity_id=ticker, period_label=period, source=source, registry=registry
                )
            except UnitMismatchError:
                # it stops where a period has neither capex nor depreciation
                found[ticker][period] = dict.fromkeys(LABELS.values())
            else:
                found[ticker][period] = figures(bundle)
    example = Path(capex_atlas.__file__).with_name("_examples") / "googl-2025fy"
    found["shipped"] = {"2025FY": figures(AtlasApplication.from_path(example).bundle)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
