"""What the facts say about the drivers of firms."""

from __future__ import annotations

import numpy as np
import pytest

from rekening import Facts
from rekening.firms.calibration import unexplained_shares


@pytest.mark.parametrize(("when", "bought"), [("2024-03-12", 27_721e6)])
def test_an_acquisition_is_no_habit(when: str, bought: float) -> None:
    """Oracle paid 27.7 billion for Cerner in its fiscal year 2023: over half a year's revenue."""
    facts = Facts.load(when)
    assert facts.get("oracle", "acquisitions", "FY2023").value == bought
    revenue = facts.get("oracle", "revenue", "FY2023").value
    with_it, rows = unexplained_shares(facts, "oracle")
    without, recurring = unexplained_shares(facts, "oracle", recurring=True)
    assert rows == recurring
    assert np.isclose(without - with_it, bought / revenue).sum() == 4
