"""The bond command: numbers, tables, plain data, and what is refused."""

from __future__ import annotations

import json

import pytest

from rekening import FixedRateBond
from rekening.cli import main

TERMS = ["bond", "--coupon", "4.3%", "--issued", "2024-08-09", "--maturity", "2029-08-15"]


def run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*TERMS, *arguments])
    assert stopped.value.code == 0


def plain(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    run(*more, "--json")
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_the_stated_yield_of_a_bond_of_meta(capsys: pytest.CaptureFixture[str]) -> None:
    found = plain(capsys, "--price", "99.807", "--principal", "1000000000")
    assert found["yield_to_maturity"] == pytest.approx(0.04343, abs=5e-6)
    assert found["first_coupon"] == "2025-02-15"
    flows = found["cashflows"]
    assert isinstance(flows, list)
    assert sum(flow["principal"] for flow in flows) == 1e9


def test_price_from_yield_and_back(capsys: pytest.CaptureFixture[str]) -> None:
    price = plain(capsys, "--yield", "0.05", "--settlement", "2026-01-20")["clean_price"]
    bond = FixedRateBond(100, 0.043, "2024-08-09", "2029-08-15")
    assert price == pytest.approx(bond.clean_price(0.05, "2026-01-20"), abs=1e-9)
    again = plain(capsys, "--price", str(price), "--settlement", "2026-01-20")["yield_to_maturity"]
    assert again == pytest.approx(0.05, abs=1e-9)


def test_spreads_over_the_curve_of_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    found = plain(capsys, "--price", "99.807", "--spread")
    assert found["curve_day"] == "2024-08-09"
    # Priced two days before at 55 points over the five-year note.
    assert found["treasury_spread"] == pytest.approx(0.0055, abs=0.0008)
    assert found["z_spread"] == pytest.approx(found["treasury_spread"], abs=0.0005)


def test_tables(capsys: pytest.CaptureFixture[str]) -> None:
    run("--flows")
    out = capsys.readouterr().out
    assert "Yield to maturity" in out
    assert "4.3" in out
    assert out.count(" 2.15") == 17  # ten coupons, of which the first is longer


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (["--coupon", "much"], "--coupon"),
        (["--coupon", "4.3"], "0.042"),
        (["--coupon", "nan"], "coupon"),
        (["--principal", "-1"], "principal"),
        (["--principal", "inf"], "principal"),
        (["--maturity", "2020-01-01"], "maturity"),
        (["--maturity", "tomorrow"], "maturity"),
        (["--day-count", "30/361"], "did you mean"),
        (["--frequency", "3"], "frequency"),
        (["--settlement", "2030-01-01"], "settlement"),
        (["--price", "-200"], "price"),
        (["--price", "99", "--yield", "4%"], "both"),
        (["--yield", "-300%"], "yield"),
        (["--settlement", "soon"], "settlement"),
    ],
)
def test_bad_options_give_one_message_and_exit_2(
    changed: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*TERMS, *changed])
    assert stopped.value.code == 2
    err = capsys.readouterr().err
    assert word in err
    assert len(err.strip().splitlines()) == 1


def test_a_missing_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["bond", "--coupon", "4%"])
    assert stopped.value.code == 2
    assert "--issued" in capsys.readouterr().err
