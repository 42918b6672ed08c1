"""Work out a fixed-rate bond given by its terms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from rekening.commands.output import console, print_json, table
from rekening.errors import InputError

if TYPE_CHECKING:
    from rekening.claims import FixedRateBond, ZeroCurve

__all__ = ["command"]

_DIGITS = 10
_PIPE_WIDTH = 100


@click.command("bond")
@click.option("--coupon", required=True, metavar="RATE", help="Interest a year: 4.2% or 0.042.")
@click.option("--issued", required=True, metavar="DAY", help="Day from which interest runs.")
@click.option("--maturity", required=True, metavar="DAY", help="Day of repayment.")
@click.option("--principal", default="100", show_default=True, metavar="AMOUNT", help="Amount borrowed.")
@click.option("--first-coupon", metavar="DAY", help="Day of the first coupon; regular if left out.")
@click.option("--frequency", default=2, show_default=True, help="Coupons a year: 1, 2, 4 or 12.")
@click.option("--day-count", default="30/360 US", show_default=True, help="Day count of the interest.")
@click.option("--currency", default="USD", show_default=True, help="Three capitals.")
@click.option("--end-of-month", is_flag=True, help="Coupons at the ends of months.")
@click.option("--settlement", metavar="DAY", help="Day of payment; the issue day if left out.")
@click.option("--price", metavar="PRICE", help="Clean price per 100; gives the yield.")
@click.option("--yield", "rate", metavar="RATE", help="Yield to maturity: 4.3% or 0.043; gives the price.")
@click.option("--spread", is_flag=True, help="Also the spread over the Treasury curve of that day.")
@click.option("--flows", is_flag=True, help="Also every payment.")
@click.option("--json", "as_json", is_flag=True, help="Print plain data.")
def command(
    *,
    coupon: str,
    issued: str,
    maturity: str,
    principal: str,
    first_coupon: str | None,
    frequency: int,
    day_count: str,
    currency: str,
    end_of_month: bool,
    settlement: str | None,
    price: str | None,
    rate: str | None,
    spread: bool,
    flows: bool,
    as_json: bool,
) -> None:
    """Price, yield and cash flows of a bond.

    rekening bond --coupon 4.2% --issued 2025-11-03 --maturity 2030-11-15 --price 99.9

    rekening bond --coupon 4.2% --issued 2025-11-03 --maturity 2030-11-15 --yield 4.3% --flows

    Prices are per 100, yields follow the street convention of the bond's own frequency and day count. With
    neither price nor yield the bond is taken at 100.
    """
    from rekening.claims import FixedRateBond
    from rekening.claims.schedule import as_day

    if price is not None and rate is not None:
        raise InputError("--price and --yield: found both, allowed is one of them")
    with _options_named():
        bond = FixedRateBond(
            principal=_number(principal, "--principal"),
            coupon=_rate(coupon, "--coupon"),
            issued=issued,
            maturity=maturity,
            first_coupon=first_coupon,
            frequency=frequency,
            day_count=day_count,
            currency=currency,
            end_of_month=end_of_month,
        )
        day = bond.issued.isoformat() if settlement is None else settlement
        if rate is None:
            found = bond.yield_to_maturity(100.0 if price is None else _number(price, "--price"), day)
        else:
            found = _rate(rate, "--yield")
        result = _worked_out(bond, found, day)
        if spread:
            result |= _spreads(bond, result["clean_price"], as_day(day, "settlement"))
    if as_json:
        payments = [
            {"date": flow.date.isoformat(), "interest": flow.interest, "principal": flow.principal}
            for flow in bond.cashflows()
        ]
        print_json(_terms(bond) | result | {"cashflows": payments})
        return
    _print(_terms(bond), result, bond if flows else None)


@contextmanager
def _options_named() -> Iterator[None]:
    """Name the option where a message of the room of claims names its argument."""
    try:
        yield
    except InputError as error:
        name, colon, told = str(error).partition(":")
        raise InputError(f"{_OPTIONS.get(name, name)}{colon}{told}") from error


def _number(text: str, option: str, example: str = "99.9") -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{option}: found {text!r}, expected a number such as {example}") from None


def _rate(text: str, option: str) -> float:
    """Read a rate; a percent sign divides by 100."""
    plain = text.strip().removesuffix("%")
    value = _number(plain, option, "0.042 or 4.2%")
    return value / 100 if plain != text.strip() else value


def _terms(bond: FixedRateBond) -> dict[str, Any]:
    return {
        "principal": bond.principal,
        "currency": bond.currency,
        "coupon": bond.coupon,
        "issued": bond.issued.isoformat(),
        "maturity": bond.maturity.isoformat(),
        "first_coupon": next(iter(bond.cashflows())).date.isoformat(),
        "frequency": bond.frequency,
        "day_count": bond.day_count,
    }


def _worked_out(bond: FixedRateBond, rate: float, settlement: str) -> dict[str, Any]:
    from rekening.claims import risks

    risk = risks([bond], rate, settlement)
    names = {
        "clean_price": risk.clean,
        "accrued_interest": risk.accrued,
        "dirty_price": risk.dirty,
        "macaulay_duration": risk.macaulay,
        "modified_duration": risk.modified,
        "convexity": risk.convexity,
    }
    # Rounded far below a cent, so that a bond at 100 does not print as 99.99999999999999.
    return {
        "settlement": settlement,
        "yield_to_maturity": rate,
        **{name: round(float(value[0]), _DIGITS) for name, value in names.items()},
    }


def _spreads(bond: FixedRateBond, clean_price: float, settlement: date) -> dict[str, Any]:
    curve = _curve(settlement)
    return {
        "treasury_spread": bond.treasury_spread(curve, clean_price, settlement),
        "z_spread": bond.z_spread(curve, clean_price, settlement),
        "curve_day": curve.day.isoformat(),
    }


def _curve(settlement: date) -> ZeroCurve:
    """Return the newest Treasury curve known on a day, or today for a day still to come."""
    from rekening.claims import ZeroCurve
    from rekening.facts import Facts

    try:
        known = Facts.load(min(settlement, date.today()))
    except InputError as error:
        raise InputError(f"--spread: no curve is known on {settlement}; {error}") from error
    return ZeroCurve.of_treasuries(known)


_LABELS = {
    "principal": "Principal", "currency": "Currency", "coupon": "Coupon", "issued": "Issued",
    "maturity": "Maturity", "first_coupon": "First coupon", "frequency": "Coupons a year",
    "day_count": "Day count", "settlement": "Settlement", "yield_to_maturity": "Yield to maturity",
    "clean_price": "Clean price", "accrued_interest": "Accrued interest", "dirty_price": "Dirty price",
    "macaulay_duration": "Macaulay duration", "modified_duration": "Modified duration",
    "convexity": "Convexity", "treasury_spread": "Over Treasuries of equal life",
    "z_spread": "Over the Treasury curve", "curve_day": "Curve of",
}  # fmt: skip
_OPTIONS = {
    name: f"--{name.replace('_', '-')}"
    for name in ("principal", "coupon", "issued", "maturity", "first_coupon", "frequency", "day_count",
                 "currency", "settlement")
} | {"clean_price": "--price", "clean_prices": "--price", "yields": "--yield"}  # fmt: skip
_AS_PERCENT = ("coupon", "yield_to_maturity")
_AS_POINTS = ("treasury_spread", "z_spread")
_AS_YEARS = ("macaulay_duration", "modified_duration")


def _shown(name: str, value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    if name == "principal":
        return f"{value:,.2f}"
    if name in _AS_PERCENT:
        return f"{100 * value:.4f}%"
    if name in _AS_POINTS:
        return f"{10_000 * value:.1f} bp"
    return f"{value:,.4f} years" if name in _AS_YEARS else f"{value:,.4f}"


def _print(terms: dict[str, Any], result: dict[str, Any], listed: FixedRateBond | None) -> None:
    screen = console(_PIPE_WIDTH)
    for title, rows in (("Terms", terms), ("At settlement, per 100", result)):
        view = table("", ("", "right"), title=title)
        for name, value in rows.items():
            view.add_row(_LABELS[name], _shown(name, value))
        screen.print(view)
        screen.print()
    if listed is not None:
        view = table(
            "Day", *((head, "right") for head in ("Interest", "Principal", "Together")), title="Cash flows"
        )
        for flow in listed.cashflows():
            amounts = (flow.interest, flow.principal, flow.amount)
            view.add_row(flow.date.isoformat(), *(f"{amount:,.2f}" for amount in amounts))
        screen.print(view)
