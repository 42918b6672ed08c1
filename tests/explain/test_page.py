"""The page: complete in itself, and nothing from outside gets into its markup."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from rekening.explain.page import page
from rekening.explain.report import Order, report

Asked = Callable[..., Order]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_fragment_leads_somewhere(asked: Asked, lang: str) -> None:
    html = page(report(asked(lang=lang)))
    targets = set(re.findall(r' id="([^"]+)"', html))
    assert len(targets) == len(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= targets
