"""A bill of one's own as a report: kept while nothing changed, worked out anew when the profile does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rekening.cli import cli
from rekening.errors import InputErrors
from rekening.explain import own
from rekening.explain.answer import Answer
from rekening.explain.own import OwnOrder, own_dates, own_report

DAY = "2026-06-20"
PROFILE = """\
kind: organisation
country: NL
services:
  - service: microsoft_365_e3
    seats: 2
    renews: 2026-12-01
"""


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnOrder:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "mine.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return OwnOrder(profile=str(path), as_of=DAY)


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Profiles whose bill was worked out."""
    found: list[object] = []
    work = own.mine

    def counted(profile: object, **chosen: Any) -> Answer:
        found.append(profile)
        return work(profile, **chosen)

    monkeypatch.setattr(own, "mine", counted)
    return found


def test_the_same_bill_is_worked_out_once(order: OwnOrder, worked_out: list[object]) -> None:
    first = own_report(order)
    assert own_report(order) == first
    assert worked_out == [order.profile]


def test_a_profile_that_changed_is_another_bill(order: OwnOrder, worked_out: list[object]) -> None:
    before = own_report(order)
    Path(order.profile).write_text(PROFILE.replace("seats: 2", "seats: 3"), encoding="utf-8")
    assert own_report(order) != before
    assert len(worked_out) == 2


@pytest.mark.parametrize("change", [{"lang": "nl"}, {"scenarios": ("chip_life_3",)}, {"as_of": "2026-01-31"}])
def test_another_order_is_another_report(
    order: OwnOrder, worked_out: list[object], change: dict[str, Any]
) -> None:
    assert own_report(order) != own_report(replace(order, **change))
    assert len(worked_out) == 2


def test_mistakes_are_told_and_nothing_is_kept(order: OwnOrder, tmp_path: Path) -> None:
    Path(order.profile).write_text("kind: housholder\n", encoding="utf-8")
    with pytest.raises(InputErrors, match="household"):
        own_report(order)
    assert not list(tmp_path.glob("cache/**/*.json"))


def test_dates_need_no_bill(order: OwnOrder, worked_out: list[object]) -> None:
    assert b"20261201" in own_dates(order)
    assert not worked_out


def test_why_names_what_the_bill_rests_on(order: OwnOrder) -> None:
    said = CliRunner().invoke(cli, ["mine", order.profile, "--as-of", DAY, "--why"]).output
    assert "list_price_step" in said
    assert "ordinary_price_growth" in said
