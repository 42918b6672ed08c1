"""The tables of the explanation pages are what the model gives today."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rekening.assumptions import Scenario
from rekening.facts import Facts, Figure
from rekening.questions import Case
from rekening.questions.depreciation import depreciation
from rekening.questions.hour_models import bridges
from rekening.questions.how_dependent import how_dependent
from rekening.sites import accelerator_hour, cost_of_capital, market_rents
from tools import price_page

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


def test_the_steps_to_a_published_model(scenario):
    page = (DOCS / "accelerator-hour.md").read_text(encoding="utf-8")
    told = bridges(Facts.load("2026-06-20"), scenario, "meta")
    for place, (chip, cells) in enumerate(
        {chip: [f"{each.ours.central:.2f}", *(f"{step.central:+.2f}" for step in each.steps.values())]
         for chip, each in told.items()}.items()
    ):  # fmt: skip
        column = [line.split("|")[2 + place].strip() for line in page.splitlines() if line.count("|") == 4]
        listed = [cell for cell in column if cell]
        at = listed.index(cells[0])
        assert listed[at : at + len(cells)] == cells
        rest = f"{told[chip].rest.central:+.2f}"
        assert listed[at + len(cells) : at + len(cells) + 2] == [rest, f"{told[chip].theirs.central:.2f}"]


def test_depreciation_by_vintage_beside_the_books(scenario):
    page = (DOCS / "sites.md").read_text(encoding="utf-8")
    facts = Facts.load("2026-06-20")
    for firm in ("meta", "alphabet", "microsoft", "amazon", "oracle"):
        values = depreciation(Case(facts=facts, scenario=scenario, firm=firm)).values
        cells = []
        for name in ("charge_first", "charge_reported", "charge_gap"):
            figure = values[name].to("gigaUSD")
            low, high = figure.interval()
            margin = f" ({low:.1f} to {high:.1f})" if low < high else ""
            cells.append(f"{figure.central:.1f}{margin}")
        assert f"| {firm} | {' | '.join(cells)} |" in page


def test_what_lock_in_does(scenario):
    page = (DOCS / "dependence.md").read_text(encoding="utf-8")
    values = how_dependent(Case(facts=Facts.load("2025-11-03"), scenario=scenario, firm="meta")).values
    for held in ("free", "cost", "stay", "one"):
        lost, passed = values[f"lost_{held}"] * 100, values[f"passed_on_{held}"] * 100
        cells = [
            f"{each.central:.{places}f}% ({' to '.join(f'{end:.{places}f}' for end in each.interval())})"
            for each, places in ((lost, 1), (passed, 0))
        ]
        assert f"| {' | '.join(cells)} |" in page


def test_the_replay_of_prices(tmp_path, monkeypatch):
    """The page says what `tools.price_page` writes today."""
    for folder in ("explanation", "assets"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(price_page, "DOCS", tmp_path)
    price_page.main()
    written = (tmp_path / "explanation" / "price-rises.md").read_text(encoding="utf-8")
    assert written == (DOCS / "price-rises.md").read_text(encoding="utf-8")
