"""What tests share: the reference data beside the checkout, settled randomness."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "rekening",
    derandomize=True,
    deadline=None,
    max_examples=50,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("rekening")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data beside the checkout; tests that need it are skipped where it is absent."""
    path = Path(__file__).parents[2] / "shared"
    if not (path / "data").is_dir():
        pytest.skip("the reference data beside the checkout is absent")
    return path


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output is as wide as it is without a terminal, wherever the tests run."""
    monkeypatch.delenv("COLUMNS", raising=False)
