"""The tables of the explanation pages are what the model gives today."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.payers import LATER, channels_of, firm_bill
from rekening.sites import accelerator_hour, cost_of_capital, market_rents

DOCS = Path(__file__).parents[2] / "docs" / "explanation"
CHIP = "nvidia_h100"


def span(figure: Figure) -> str:
    low, high = figure.interval()
    return f"{low:.2f} to {high:.2f}"


@pytest.fixture(scope="module")
def scenario():
    return Scenario.load()


def test_the_hour_beside_models_and_rents(scenario):
    page = (DOCS / "accelerator-hour.md").read_text(encoding="utf-8")
    facts = Facts.load("2026-06-20")
    meta = accelerator_hour(facts, scenario, "meta", cost_of_capital(facts, scenario, "meta"), chip=CHIP)
    full, used = meta.total_at_full_use, meta.total
    assert f"| meta | {full.central:.2f} ({span(full)}) | {used.central:.2f} ({span(used)}) |" in page
    funding = cost_of_capital(facts, scenario, "coreweave")
    for year, told in market_rents(facts, CHIP).items():
        bought = min(year, "2025")
        cost = accelerator_hour(facts, scenario, "coreweave", funding, chip=CHIP, year=bought).total
        rents = [fact.midpoint() for fact in told]
        low, high = cost.interval()
        inside = "yes" if low <= np.median(rents) <= high else "no"
        listed = ", ".join(f"{rent:.2f}" for rent in rents)
        assert f"| {year} | {listed} | {np.median(rents):.2f} | {span(cost)} | {inside} |" in page


def test_the_replay_of_office_prices(scenario):
    page = (DOCS / "bill.md").read_text(encoding="utf-8")
    then, now = Facts.load("2024-12-31"), Facts.load("2026-06-20")
    bill = firm_bill(then, scenario, "microsoft", LATER)
    channel = channels_of(then, scenario, "microsoft", LATER, funders="firm")["bundles"]
    rise = (channel.brings(bill) / channel.revenue).to("1")
    low, high = rise.interval()
    change = date(2026, 7, 1)
    for plan in ("Office 365 E3", "Microsoft 365 E3", "Microsoft 365 Business Basic"):
        prices = [fact for fact in now.find("microsoft", "list_price") if fact.extra["plan"] == plan]
        before = next(fact.value for fact in prices if fact.end == change)
        after = next(fact.value for fact in prices if fact.start == change)
        came = after / before - 1
        row = f"| {rise.central:.1%} ({low:.1%} to {high:.1%}) | {came:+.1%}, 2026-07 |"
        name = plan.removeprefix("Microsoft 365 ") if "Business" in plan else plan
        assert f"| {name} (bundles, Microsoft) {row} {'yes' if low <= came <= high else 'no'} |" in page
