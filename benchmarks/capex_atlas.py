"""Free cash flow, capex to depreciation and lease-adjusted figures, beside capex-atlas 0.2.0.

capex-atlas reads the SEC's company facts and computes in decimals with code of its own. It is given the rows
that our facts hold of Alphabet, Microsoft and Meta, in the form in which the SEC gives them, and asked for
every fiscal year and quarter; for Alphabet's 2025 its own download, shipped in the package, is compared too.
It needs Python 3.12 and runs in an environment of its own, made once under ``benchmarks/.venvs``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rekening import Facts
from rekening.facts import Fact, Quarter
from rekening.facts.periods import span_kind

PACKAGE = "capex-atlas==0.2.0"
ENVIRONMENT = Path(__file__).with_name(".venvs") / "capex_atlas"
PEER = Path(__file__).with_name("peers") / "capex_atlas_figures.py"
NEEDED = (3, 12)
AS_OF = "2026-06-20"

TICKERS = {"alphabet": "GOOGL", "microsoft": "MSFT", "meta": "META"}
TAGS = {
    "operating_cash_flow": "NetCashProvidedByUsedInOperatingActivities",
    "capex": "PaymentsToAcquirePropertyPlantAndEquipment",
    "finance_lease_principal": "FinanceLeasePrincipalPayments",
    "depreciation_property_equipment": "Depreciation",
}
DEPRECIATION = {"alphabet": "depreciation_amortization"}
"""Alphabet's cash flow line is depreciation of property and equipment alone, under its tag `Depreciation`."""

SMALLEST = Decimal("1e-12")


class CannotRun(RuntimeError):
    """The peer's environment cannot be made; the message says why."""


def interpreter() -> list[str]:
    """Command that makes an environment with a Python new enough."""
    homes = [Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"]
    found = [sys.executable, *map(shutil.which, ("python3.14", "python3.13", "python3.12"))]
    found += [str(python) for home in homes for python in sorted(home.glob("3.1[2-9]*/bin/python"))]
    check = f"import sys; sys.exit(sys.version_info < {NEEDED})"
    for python in filter(None, found):
        if subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0:
            return [python, "-m", "venv"]
    if shutil.which("uv"):
        return ["uv", "venv", "--quiet", "--seed", "--python", ".".join(map(str, NEEDED))]
    raise CannotRun("needs Python 3.12 or newer, or uv; none was found on PATH")


def environment() -> Path:
    """Python of the peer's environment, made on first use."""
    python = ENVIRONMENT / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([*interpreter(), ENVIRONMENT], check=True, capture_output=True)
        if subprocess.run([python, "-c", "import capex_atlas"], capture_output=True, check=False).returncode:
            install = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", PACKAGE]
            subprocess.run(install, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise CannotRun(said[-1] if said else "its environment cannot be made") from error
    return python


def payload(facts: Facts, firm: str) -> dict[str, Any]:
    """The firm's rows in the form of the SEC's company facts, restatements among them."""
    tags: dict[str, Any] = {}
    for concept, tag in TAGS.items():
        mine = DEPRECIATION.get(firm, concept) if tag == "Depreciation" else concept
        entries = [
            {
                "start": str(fact.start),
                "end": str(fact.end),
                "val": int(fact.value),
                "accn": fact.fact_id,
                "form": "10-K" if span_kind(fact.start, fact.end) == "year" else "10-Q",
                "filed": str(fact.published),
            }
            for fact in facts.find(firm, mine)
            if fact.value is not None and fact.start is not None
        ]
        tags[tag] = {"units": {"USD": entries}}
    return {"cik": facts.firms[firm].cik, "entityName": firm, "facts": {"us-gaap": tags}}


def theirs_named(facts: Facts, firm: str) -> dict[str, str]:
    """Our name of each period by theirs: "2025FY" is "FY2025"; "2025Q1" is a quarter of the fiscal year."""
    found = {}
    for fact in facts.series(firm, "operating_cash_flow", "year").values():
        found[f"{_end(fact).year}FY"] = f"FY{_end(fact).year}"
    months = facts.firms[firm].fiscal_year_ends
    for name, fact in facts.series(firm, "operating_cash_flow").items():
        after = (_end(fact).month - months - 1) % 12 // 3 + 1
        year = _end(fact).year + (_end(fact).month > months)
        found[f"{year}Q{after}"] = str(Quarter.parse(name))
    return found


def _end(fact: Fact) -> Any:
    return fact.end


def ours(facts: Facts, firm: str, period: str) -> dict[str, Decimal | None]:
    """The three figures from our facts; None where a part is missing."""

    def value(concept: str) -> Decimal | None:
        found = facts.get(firm, concept, period).value
        return None if found is None else Decimal(int(found))

    spent = value("capex")
    worn = value(DEPRECIATION.get(firm, "depreciation_property_equipment"))
    return {
        "free_cash_flow": value("free_cash_flow"),
        "free_cash_flow_after_lease_principal": value("free_cash_flow_after_lease_principal"),
        "capex_to_depreciation": None if spent is None or worn is None else spent / worn,
    }


def differences(
    mine: Mapping[str, Mapping[str, Decimal | None]],
    peer: Mapping[str, Mapping[str, str | None]],
    figure: str,
) -> Iterator[tuple[str, Decimal | None]]:
    """Yield per period the relative difference; None where one program has a figure and the other has not."""
    for period, found in peer.items():
        left, right = mine[period][figure], found[figure]
        if left is None and right is None:
            continue
        yield (
            period,
            None if left is None or right is None else abs(left - Decimal(right)) / abs(Decimal(right)),
        )


def run(*, smoke: bool) -> Sequence[Mapping[str, object]]:
    """Compare figure by figure; a smoke run takes one firm."""
    facts = Facts.load(AS_OF)
    firms = ["alphabet"] if smoke else list(TICKERS)
    periods = {firm: theirs_named(facts, firm) for firm in firms}
    asked = {
        TICKERS[firm]: {"payload": payload(facts, firm), "periods": list(periods[firm])} for firm in firms
    }
    try:
        done = subprocess.run(
            [environment(), PEER], input=json.dumps(asked), text=True, check=True, capture_output=True
        )
    except CannotRun as reason:
        return [{"firm": "all", "figure": f"not compared: {reason}"}]
    found = json.loads(done.stdout)
    mine = {firm: {label: ours(facts, firm, name) for label, name in periods[firm].items()} for firm in firms}
    rows = [
        _row(firm, figure, mine[firm], found[TICKERS[firm]])
        for firm in firms
        for figure in next(iter(mine[firm].values()))
    ]
    return rows + [
        _row("alphabet, as shipped with capex-atlas", figure, mine["alphabet"], found["shipped"])
        for figure in next(iter(mine["alphabet"].values()))
    ]


def _row(
    firm: str,
    figure: str,
    mine: Mapping[str, Mapping[str, Decimal | None]],
    peer: Mapping[str, Mapping[str, str | None]],
) -> dict[str, object]:
    found = list(differences(mine, peer, figure))
    known = [(period, size) for period, size in found if size is not None]
    apart = [period for period, size in known if size > SMALLEST]
    alone = [period for period, size in found if size is None]
    return {
        "firm": firm,
        "figure": figure,
        "periods": len(found),
        "equal": len(known) - len(apart),
        "different": ", ".join(apart),
        "only one has it": ", ".join(alone),
        "largest difference": f"{max((size for _, size in known), default=Decimal(0)):.1e}",
    }
