"""How much debt can the firm carry? Ratios, what agencies say, the wall, other forecasts, base rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from rekening.claims import ZeroCurve
from rekening.claims.ladder import Ladder
from rekening.errors import TooLittleKnown
from rekening.facts import Fact, Figure, FloatArray, Lineage, quantiles
from rekening.facts.periods import Quarter
from rekening.facts.units import ONE
from rekening.files import read_yaml
from rekening.firms.credit import Credit, credit_in, credits, promises
from rekening.firms.ladder import Ladder as Tranches
from rekening.futures.credit import VARIABLES, CreditAhead
from rekening.futures.outlook import outlook
from rekening.market.notch import RatedSpread, hour_a_notch_lower, notch_cost, rated_spreads, rating_of
from rekening.numerics import FAN_LEVELS, QUARTERS
from rekening.payers.scopes import BUILDERS
from rekening.questions.forecasts import Forecast, forecasts
from rekening.questions.outcome import Case, Cell, ChartRow, Found, Outcome, Table
from rekening.questions.owed import owed, wall
from rekening.questions.sums import grounded

__all__ = ["credit"]

_DOLLAR = "USD"
_HORIZON = 2
"""Years within which agencies expect a firm to be back inside its trigger."""
_CHIP = "nvidia_h100"
_SECTOR = "hyperscalers"
"""About whose vehicles Moody's and S&P gave opinions, told of together in February 2026."""
_AGENCIES = ("sp", "moodys", "fitch")
_MEASURES = ("leverage", "net_leverage", "funds_to_debt", "interest_cover")
_FORMS = {
    "adjusted_debt": "money",
    "ebitda": "money",
    "leverage": "number",
    "net_leverage": "number",
    "funds_to_debt": "percent",
    "interest_cover": "number",
}


def credit(case: Case) -> Outcome:
    """Debt against what is earned, reported and over the futures, and what rating agencies say of it.

    The definitions are those that Moody's and S&P publish (`rekening.firms.credit`). Where a firm cannot be
    simulated the part about the futures is left out, and said.
    """
    found = Found()
    years = credits(case.facts, case.firm)
    now = years[0] if years else None
    ahead = _ahead(case, now)
    if now is None:
        found.missing.append("ratios")
    else:
        _today(found, case, now)
        _cover(found, years)
    if ahead is None:
        found.missing.append("futures")
    _measures(found, years, ahead)
    _triggers(found, case, now, ahead)
    _told(found, case)
    _notch(found, case, ahead)
    _wall(found, case)
    _others(found, forecasts(case))
    _base_rates(found, case)
    found.flags |= {"known": now is not None, "simulated": ahead is not None}
    return Outcome(
        question="credit",
        case=case,
        values={name: figure for name, figure in found.values.items() if grounded(figure)},
        tables=[table for table in found.tables if table.rows],
        chart=found.chart,
        missing=found.missing,
        flags=found.flags,
    )


def _ahead(case: Case, now: Credit | None) -> CreditAhead | None:
    if now is None:
        return None
    try:
        futures = outlook(
            case.facts, case.scenario, case.firm, paths=case.paths, seed=case.seed, variables=VARIABLES
        )
    except TooLittleKnown:
        return None
    return CreditAhead(futures, now)


def _agreed_since(case: Case, now: Credit) -> Figure:
    """Listed loans paid out or agreed since the balance sheet; missing where there are none."""
    since = Tranches.read(case.facts, case.firm).agreed(now.end + timedelta(days=1))
    if not since:
        return Figure.unknown(_DOLLAR)
    lineage = Lineage(frozenset(tranche.fact_id for tranche in since))
    return Figure.of(sum(tranche.principal for tranche in since), _DOLLAR, lineage=lineage)


def _today(found: Found, case: Case, now: Credit) -> None:
    """What is owed: on the balance sheet, agreed since, and what the firm stands behind beside it."""
    off, since = promises(case.facts, case.firm), _agreed_since(case, now)
    opinion = any(row["entity"] == _SECTOR for row in case.facts.table("ratings"))
    found.values |= {
        "adjusted_debt": now.adjusted_debt,
        "ebitda": now.ebitda,
        "leverage": now.leverage,
        "net_leverage": now.net_leverage,
        "funds_to_debt": now.funds_to_debt,
        "leases_ahead": off.leases_ahead,
    }
    rows: list[Mapping[str, Cell]] = [
        {"part": f"part.{name}", "amount": part, "day": now.balance_days.get(name)}
        for name, part in now.debt.items()
    ]
    rows.append({"part": "part.adjusted_debt", "amount": now.adjusted_debt, "day": now.end})
    beside = {"part.agreed_since": since, "part.vehicle_notes": off.vehicle_notes, **off.guarantees}
    beside = {name: amount for name, amount in beside.items() if not amount.missing}
    rows += [{"part": name, "amount": amount} for name, amount in beside.items()]
    if beside:
        whole = Figure.total([now.adjusted_debt, *beside.values()])
        found.values |= {"with_promises": whole, "leverage_with_promises": whole / now.ebitda}
        rows.append({"part": "part.with_promises", "amount": whole})
    if not since.missing:
        found.values["agreed_since"] = since
    if not off.debt.missing:
        found.values["promises"] = off.debt
    if not off.leases_ahead.missing:
        rows.append({"part": "part.leases_ahead", "amount": off.leases_ahead})
    found.tables.append(
        Table(name="debt", columns=("part", "amount", "day"), rows=rows, formats={"amount": "money"})
    )
    found.missing += list(now.absent)
    found.flags |= {
        "at_least": bool(now.absent),
        "beside": bool(beside),
        "promises": not off.debt.missing,
        "agreed_since": not since.missing,
        "net_cash": not now.net_leverage.missing and now.net_leverage.central == 0,
        "leases_ahead": not off.leases_ahead.missing,
        "opinion": opinion,
        "old": Quarter.of(case.as_of) - Quarter.of(now.end) >= QUARTERS,
    }


def _cover(found: Found, years: Sequence[Credit]) -> None:
    """Interest cover of the newest year whose interest was public."""
    newest = next((each for each in years if not each.interest_cover.missing), None)
    if newest is None:
        found.missing.append("interest")
        return
    found.values["interest_cover"] = newest.interest_cover
    found.flags["older_cover"] = newest is not years[0]
    if newest is not years[0]:
        found.missing.append("interest_now")


def _measures(found: Found, years: Sequence[Credit], ahead: CreditAhead | None) -> None:
    """The ratios year by year, reported and to come, and their fan."""
    past = sorted(years, key=lambda each: each.end)
    rows: list[dict[str, Cell]] = [
        {"year": each.period, **{name: getattr(each, name) for name in _FORMS}} for each in past
    ]
    found.chart += [
        {"kind": "reported", "when": _moment(each), "middle": each.leverage.central} for each in past
    ]
    if ahead is not None:
        measures = _by_path(ahead)
        rows += [
            {"year": f"TTM@{ahead.quarters[place]}"}
            | {
                name: ahead.figure(paths, place, _DOLLAR if _FORMS[name] == "money" else ONE)
                for name, paths in measures.items()
            }
            for place in range(0, len(ahead.quarters), QUARTERS)
        ]
        place = min(QUARTERS * (_HORIZON - 1), len(ahead.quarters) - 1)
        found.values |= {
            f"{name}_ahead": ahead.figure(measures[name], place) for name in _MEASURES if name in measures
        }
        found.values["leverage_end"] = ahead.figure(ahead.leverage, -1)
        found.flags["rises"] = found.values["leverage_ahead"].central > past[-1].leverage.central
        found.chart += _fan(ahead)
    found.tables.append(Table(name="measures", columns=("year", *_FORMS), rows=rows, formats=_FORMS))


def _by_path(ahead: CreditAhead) -> dict[str, FloatArray]:
    measures = {name: getattr(ahead, name) for name in _FORMS}
    return {name: paths for name, paths in measures.items() if paths is not None}


def _moment(each: Credit) -> float:
    return each.end.year + each.end.month / 12


def _fan(ahead: CreditAhead) -> list[ChartRow]:
    levels = quantiles(ahead.leverage, FAN_LEVELS)
    rows: list[ChartRow] = []
    for place, quarter in enumerate(ahead.quarters):
        when = quarter.year + quarter.number / QUARTERS
        fan = zip(FAN_LEVELS, levels[:, place].tolist(), strict=True)
        rows.append({"kind": "ahead", "when": when, **{f"q{round(100 * level)}": at for level, at in fan}})
    return rows


@cache
def _declared(name: str) -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = read_yaml(Path(__file__).with_name(name))
    return table


def _newest(case: Case, concept: str) -> Fact | None:
    rows = [fact for fact in case.facts.find(case.firm, concept) if not fact.missing]
    return max(rows, key=lambda fact: fact.published, default=None)


def _triggers(found: Found, case: Case, now: Credit | None, ahead: CreditAhead | None) -> None:
    """What agencies said a firm may not pass, in their own measure, and how often the futures pass it."""
    measures = {} if ahead is None else _by_path(ahead)
    rows: list[Mapping[str, Cell]] = []
    passed: list[Mapping[str, Cell]] = []
    for concept, entry in _declared("agencies.yaml").items():
        fact = _newest(case, concept)
        if entry["kind"] == "told" or fact is None:
            continue
        level, measure = fact.figure(), entry["measure"]
        line: dict[str, Cell] = {
            "agency": f"agency.{entry['agency']}",
            "measure": f"measure.{measure}",
            "level": level,
        }
        rows.append(
            {
                **line,
                "says": f"{entry['kind']}.{entry['side']}",
                "published": fact.published,
                "now": getattr(now, measure) if now is not None else None,
            }
        )
        chances = {}
        if ahead is not None and measure in measures:
            sign = -1 if entry["side"] == "below" else 1
            paths, edge = sign * measures[measure], sign * level.central
            chances = {
                f"within_{years}": _with(ahead.chance_above(paths, edge, years), level)
                for years in (1, _HORIZON)
            }
            chances["within_all"] = _with(ahead.chance_above(paths, edge), level)
            passed.append({**line, **chances})
        if measure == "leverage":
            found.chart.append(
                {"kind": "trigger", "agency": f"agency.{entry['agency']}", "level": level.central}
            )
        if "trigger" not in found.values and entry["side"] == "above":
            found.values["trigger"] = level
            found.values |= {f"trigger_{name}": chance for name, chance in chances.items()}
            if now is not None and not getattr(now, measure).missing:
                found.values["trigger_now"] = getattr(now, measure)
                found.flags["passed"] = getattr(now, measure).central > level.central
            found.flags |= {
                f"agency_{entry['agency']}": True,
                "stated": entry["kind"] == "trigger",
                "chance": bool(chances),
            }
    if not rows:
        found.missing.append("triggers")
    found.flags["trigger"] = "trigger" in found.values
    columns = ("agency", "measure", "says", "level", "published", "now")
    formats = {"level": "number", "now": "number"}
    found.tables.append(Table(name="triggers", columns=columns, rows=rows, formats=formats))
    formats = {"level": "number", **dict.fromkeys(("within_1", f"within_{_HORIZON}", "within_all"), "chance")}
    found.tables.append(
        Table(name="passed", columns=("agency", "measure", *formats), rows=passed, formats=formats)
    )


def _with(chance: Figure, level: Figure) -> Figure:
    """A chance that also rests on the row that tells the level."""
    return Figure.of(chance.draws, ONE, chance.grade, chance.lineage | level.lineage)


def _told(found: Found, case: Case) -> None:
    """The agencies' own readings beside ours for the same day, and their ratings."""
    rows: list[Mapping[str, Cell]] = []
    for concept, entry in _declared("agencies.yaml").items():
        for fact in case.facts.find(case.firm, concept) if entry["kind"] == "told" else ():
            if fact.end is None:
                continue
            ours = credit_in(case.facts, case.firm, f"TTM@{fact.end}")
            measure = entry["measure"]
            rows.append(
                {
                    "agency": f"agency.{entry['agency']}",
                    "measure": f"measure.{measure}",
                    "day": fact.end,
                    "theirs": fact.figure(),
                    "hedge": f"hedge.{fact.hedge.replace(' ', '_')}" if fact.hedge else None,
                    "ours": getattr(ours, measure) if ours is not None else None,
                }
            )
    found.flags["told"] = bool(rows)
    found.tables.append(
        Table(
            name="told",
            columns=("agency", "measure", "day", "hedge", "theirs", "ours"),
            rows=rows,
            formats={"theirs": "number", "ours": "number"},
        )
    )


def _notch(found: Found, case: Case, ahead: CreditAhead | None) -> None:
    """What a lower rating costs, and the firms beside one another."""
    firms = BUILDERS if case.firm in BUILDERS else (*BUILDERS, case.firm)
    spreads = rated_spreads(case.facts, firms)
    notch = notch_cost(spreads)
    found.tables.append(_peers(case, firms, spreads))
    found.flags["rated"] = any(rating_of(case.facts, case.firm, agency) for agency in _AGENCIES)
    if notch.missing:
        found.missing.append("notch")
        return
    found.values |= {
        "notch": notch,
        "notch_firms": Figure.of(len(spreads), ONE, lineage=notch.lineage),
        "notch_hour": hour_a_notch_lower(case.facts, case.scenario, case.firm, _CHIP, notch),
    }
    if ahead is not None:
        borrowed = ahead.outlook.total("debt_issued", ahead.quarters[0])
        priced = sum(tranche.principal for tranche in ahead.outlook.loan)
        borrowed = borrowed - Figure.of(priced, _DOLLAR, lineage=borrowed.lineage)
        price = Figure.of(notch.central, ONE, notch.grade, notch.lineage)
        found.values |= {"borrowed_ahead": borrowed, "notch_yearly": borrowed * price}


def _peers(case: Case, firms: Sequence[str], spreads: Sequence[RatedSpread]) -> Table:
    asked = {each.firm: each.spread for each in spreads}
    rows: list[Mapping[str, Cell]] = []
    for firm in dict.fromkeys((case.firm, *firms)):
        newest = next(iter(credits(case.facts, firm)), None)
        given = {agency: rating_of(case.facts, firm, agency) for agency in _AGENCIES}
        rows.append(
            {"firm": firm, "spread": asked.get(firm)}
            | {agency: row.text("rating") for agency, row in given.items() if row is not None}
            | ({} if newest is None else {name: getattr(newest, name) for name in _MEASURES})
            | ({} if newest is None else {"year": newest.period})
        )
    columns = ("firm", *_AGENCIES, "year", *_MEASURES, "spread")
    formats = {name: _FORMS[name] for name in _MEASURES} | {"spread": "basis_points"}
    return Table(name="peers", columns=columns, rows=rows, formats=formats)


def _wall(found: Found, case: Case) -> None:
    """What falls due when, and what it costs to borrow it again at the rates of the day.

    Only bonds with a fixed coupon have a cost of their own: where none falls due, there is nothing to say.
    """
    if not case.facts.table("curves"):
        found.missing.append("curve")
        return
    curve = ZeroCurve.of_treasuries(case.facts)
    ladder = Ladder.of(case.facts, case.scenario, case.firm, curve)
    if not ladder.claims:
        found.missing.append("debt")
        return
    newest = Tranches.read(case.facts, case.firm).newest_spread()
    spread = None
    if newest is not None:
        level, rows = newest
        spread = Figure.of(level, ONE, lineage=Lineage(frozenset(rows)))
    found.values |= owed(ladder, curve, spread)
    dearer = found.values.get("refinancing_cost")
    if dearer is not None and not dearer.central:
        del found.values["refinancing_cost"]
        dearer = None
    found.flags |= {
        "wall": True,
        "refinancing": dearer is not None,
        "dearer": dearer is not None and dearer.central > 0,
    }
    found.tables.append(wall(ladder))


def _others(found: Found, told: Sequence[Forecast]) -> None:
    """What others expect beside the futures, and what came."""
    open_ones = [each for each in told if each.reported.missing and not each.model.missing]
    closed = [each for each in told if each.settled]
    for name, rows in (("expected", open_ones), ("checked", closed)):
        for form in ("money", "percent"):
            shown = [each for each in rows if (each.expected.unit == ONE) == (form == "percent")]
            found.tables.append(_forecast_table(f"{name}_{form}", shown, form))
    if closed:
        lineage = Lineage.union(
            part.lineage for each in closed for part in (each.model, each.expected, each.reported)
        )
        nearer = sum(each.model_nearer for each in closed)
        found.values |= {
            "compared": Figure.of(len(closed), ONE, lineage=lineage),
            "model_nearer": Figure.of(nearer, ONE, lineage=lineage),
        }
    else:
        found.missing.append("checked")
    found.flags |= {"expected": bool(open_ones), "checked": bool(closed)}


def _forecast_table(name: str, rows: Sequence[Forecast], form: str) -> Table:
    columns = ["what", "period", "house", "published", "expected", "model"]
    if name.startswith("checked"):
        columns += ["came", "nearest"]
    return Table(
        name=f"table.{name}",
        columns=columns,
        rows=[
            {
                "what": f"measure.{each.measure}",
                "period": each.period,
                "house": f"house.{each.house}",
                "published": each.fact.published,
                "expected": each.expected,
                "model": each.model,
                "came": each.reported,
                "nearest": "nearest.model" if each.model_nearer else f"house.{each.house}",
            }
            for each in rows
        ],
        formats=dict.fromkeys(("expected", "model", "came"), form),
    )


def _base_rates(found: Found, case: Case) -> None:
    """What came of earlier build-outs."""
    rows: list[Mapping[str, Cell]] = []
    for name, entry in _declared("base_rates.yaml").items():
        if "period" in entry:
            fact = case.facts.get(entry["entity"], entry["concept"], entry["period"])
        else:
            fact = case.facts.latest(entry["entity"], entry["concept"])
        if not fact.missing:
            rows.append({"what": f"base.{name}", "share": fact.figure()})
            found.values[f"base_{name}"] = fact.figure()
    found.tables.append(
        Table(name="base_rates", columns=("what", "share"), rows=rows, formats={"share": "percent"})
    )
