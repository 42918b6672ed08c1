"""What is built, quarter by quarter? Dollars by class, chips, megawatts, electricity and water of a firm."""

from __future__ import annotations

from collections.abc import Mapping

from rekening.facts import Figure, Quarter
from rekening.numerics import QUARTERS
from rekening.questions.building import BOUGHT, CLASS_COLUMNS, Building
from rekening.questions.outcome import Case, Cell, ChartRow, Outcome, Table
from rekening.questions.sums import add_up
from rekening.sites import tells_leases

__all__ = ["what_is_built"]

_ID = "what_is_built"
_GIGAWATT = "GW"


def what_is_built(case: Case) -> Outcome:
    """Set the last quarters that were reported before all that are simulated."""
    own = Building(case, case.firm)
    told = list(own.told)[-QUARTERS:]
    ahead = [quarter for quarter in own.ahead if quarter not in own.told]
    spans = {"past": told, "next": ahead[:QUARTERS], "all": ahead}
    values = {
        f"{span}_{name}": figure
        for span, quarters in spans.items()
        if quarters
        for name, figure in own.buys(add_up(map(own.spent, quarters))).items()
        if name in BOUGHT
    }
    rows = {quarter: _row(own, quarter) for quarter in (*told, *ahead)}
    missing = [name for name, known in {"capex": told, "futures": ahead}.items() if not known]
    return Outcome(
        question=_ID,
        case=case,
        values=values,
        tables=(_table(rows),) if rows else (),
        chart=[_chart_row(quarter, row, simulated=quarter in ahead) for quarter, row in rows.items()],
        missing=missing,
        flags={"told": bool(told), "ahead": bool(ahead), "leases": tells_leases(case.facts, case.firm)},
        groups={
            **{span: [str(quarter) for quarter in quarters] for span, quarters in spans.items()},
            "first_ahead": [str(quarter) for quarter in ahead[:1]],
            "last_ahead": [str(quarter) for quarter in ahead[-1:]],
        },
    )


def _row(own: Building, quarter: Quarter) -> dict[str, Figure]:
    spent = own.spent(quarter)
    return {"invested": spent, **own.buys(spent)}


def _table(rows: Mapping[Quarter, Mapping[str, Figure]]) -> Table:
    formats = {"invested": "money", "money": "money", **CLASS_COLUMNS, **BOUGHT}
    cells: list[dict[str, Cell]] = [{"quarter": str(quarter), **row} for quarter, row in rows.items()]
    return Table(name="quarters", columns=("quarter", *formats), rows=cells, formats=formats)


def _chart_row(quarter: Quarter, row: Mapping[str, Figure], *, simulated: bool) -> ChartRow:
    power = row["facility_power"].to(_GIGAWATT)
    low, high = power.interval()
    return {
        "quarter": quarter.start.isoformat(),
        "power": power.central,
        "low": low,
        "high": high,
        "when": "ahead" if simulated else "told",
    }
