"""Machine code between runs: what one process keeps is never lost to another, nor taken for its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from rekening.vector import CodeFiles, compiled


def test_processes_that_keep_code_at_once_lose_nothing(tmp_path: Path) -> None:
    count, together = 8, Barrier(8)

    def process(number: int) -> None:
        mine = CodeFiles(str(tmp_path), "kernel", "sources")
        together.wait()
        mine.save(("signature", number), number)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(process, range(count)))
    another = CodeFiles(str(tmp_path), "kernel", "sources")
    assert [another.load(("signature", number)) for number in range(count)] == list(range(count))


def test_code_of_other_sources_or_of_another_signature_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CodeFiles(str(tmp_path), "kernel", "then").save("signature", "code")
    assert CodeFiles(str(tmp_path), "kernel", "then").load("signature") == "code"
    assert CodeFiles(str(tmp_path), "kernel", "now").load("signature") is None
    monkeypatch.setattr(CodeFiles, "_place", lambda self, key: next(tmp_path.iterdir()).name)
    assert CodeFiles(str(tmp_path), "kernel", "then").load("another") is None


def test_code_is_compiled_once_and_then_read(tmp_path: Path) -> None:
    def doubled(x: float) -> float:
        return 2 * x

    for hits, misses in ((0, 1), (1, 0)):
        function = compiled(doubled)
        function._cache._cache_file._cache_path = str(tmp_path)
        assert function(1.5) == 3
        assert function(np.float64(1.5)) == 3
        assert sum(function.stats.cache_hits.values()) == hits
        assert sum(function.stats.cache_misses.values()) == misses
