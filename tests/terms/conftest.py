"""A store of each test's own, and repositories made in a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

pytest.importorskip("pygit2")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of the test's own."""
    monkeypatch.setenv("REKENING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., Path]:
    """Make a repository of some versions and give its path."""
    from made_collections import make_repository

    def make(*versions: Mapping[str, str | bytes | None], name: str = "collection.git") -> Path:
        make_repository(tmp_path / name, versions)
        return tmp_path / name

    return make
