"""The cache: the same report again, and a broken entry is made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rekening.explain import cache
from rekening.explain.report import Order, report
from rekening.files import cache_folder

Asked = Callable[..., Order]


@pytest.fixture
def runs(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """Orders that were worked out rather than taken from the cache, which is empty at first."""
    made: list[Order] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "report", lambda order, _: made.append(order) or report(order))
    return made


def test_the_second_time_it_is_there(asked: Asked, runs: list[Order]) -> None:
    order = asked()
    first = cache.cached_report(order)
    assert cache.cached_report(order) == first
    assert len(runs) == 1


def test_another_order_is_another_report(asked: Asked, runs: list[Order], tmp_path: Path) -> None:
    cache.cached_report(asked())
    cache.cached_report(asked(lang="nl"))
    own = tmp_path / "own.yaml"
    own.write_text("extends: baseline\ntitle: Mine\n")
    cache.cached_report(asked(scenario=str(own)))
    own.write_text("extends: baseline\ntitle: Mine, changed\n")
    assert cache.cached_report(asked(scenario=str(own))).scenario == "Mine, changed"
    assert len(runs) == 4


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b"0" * 32 + b"\n{}"])
def test_a_broken_entry_is_made_anew(asked: Asked, runs: list[Order], damage: bytes) -> None:
    first = cache.cached_report(asked())
    (entry,) = cache_folder().glob("*.json")
    entry.write_bytes(damage + entry.read_bytes()[len(damage) or 10 : -10])
    assert cache.cached_report(asked()) == first
    assert cache.cached_report(asked()) == first
    assert len(runs) == 2


def test_an_entry_of_another_shape_is_made_anew(asked: Asked, runs: list[Order]) -> None:
    cache.cached_report(asked())
    (entry,) = cache_folder().glob("*.json")
    text = '{"lang":"en"}'
    entry.write_text(f"{cache._digest(text.encode())}\n{text}")
    assert cache.cached_report(asked()).lang == "en"
    assert len(runs) == 2


def test_without_a_place_to_keep_it_works(
    asked: Asked, runs: list[Order], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert replace(cache.cached_report(asked())) == cache.cached_report(asked())
    assert len(runs) == 2


def test_old_entries_go(asked: Asked, runs: list[Order], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_KEPT", 1)
    cache.cached_report(asked())
    cache.cached_report(asked(lang="nl"))
    assert len(list(cache_folder().glob("*.json"))) == 1


def test_machine_code_made_by_a_first_run_leaves_its_answer_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "code.py").write_text("a = 1\n")
    monkeypatch.setattr(cache, "_PACKAGE", tmp_path)
    before = cache._package.__wrapped__()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "code.nbi").write_bytes(b"compiled")
    assert cache._package.__wrapped__() == before
    (tmp_path / "code.py").write_text("a = 2\n")
    assert cache._package.__wrapped__() != before
