"""Sweeps: the same bits however they are computed, resumed or damaged; quantiles to the stated rank."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from rekening import Facts, InputError, files, simulate
from rekening.futures import sweep as sweeps
from rekening.futures.runs import Plan
from rekening.futures.sketch import RANK_ERROR, merged_quantiles, summary
from rekening.futures.store import connect
from rekening.futures.sweep import MAIN_SERIES, identity, sweep

FIRMS = ["meta", "oracle"]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load("2025-11-03")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(sweeps, "SWEEP_BLOCK", 128)


def _plan(facts, paths=600, seed=1, until="2026Q4"):
    return Plan.make(facts, "baseline", firms=FIRMS, until=until, paths=paths, seed=seed)


def _same(one, two):
    return all(np.array_equal(one[name].values, two[name].values, equal_nan=True) for name in one.data_vars)


def test_a_reported_quarter_stands_as_it_was_reported():
    facts = Facts.load("2026-01-29")
    plan = Plan.make(facts, "baseline", firms=["meta", "oracle", "amazon"], until="2026Q4", paths=64, seed=1)
    result, told = sweep(plan), facts.get("meta", "revenue", "2025Q4").value
    assert result["mean_revenue"].sel(firm="meta", quarter="2025Q4").item() == told
    assert np.all(result["revenue"].sel(firm="meta", quarter="2025Q4").values == told)


@pytest.mark.parametrize("shape", ["normal", "heavy", "lumps"])
def test_merged_quantiles_keep_the_stated_rank_error(shape):
    rng = np.random.default_rng(3)
    counts = [32_768, 32_768, 9_000]
    draw = {
        "normal": rng.standard_normal,
        "heavy": rng.standard_cauchy,
        "lumps": lambda n: np.round(rng.standard_normal(n) * 2),
    }[shape]
    blocks = [draw(count) for count in counts]
    levels = (0.001, 0.05, 0.5, 0.9, 0.999)
    found = merged_quantiles([summary(block) for block in blocks], counts, levels)
    everything = np.sort(np.concatenate(blocks))
    for level, value in zip(levels, found, strict=True):
        below = np.searchsorted(everything, value, "left") / everything.size
        upto = np.searchsorted(everything, value, "right") / everything.size
        assert below - RANK_ERROR <= level <= upto + RANK_ERROR
    assert RANK_ERROR < 0.001


def test_sweep_agrees_with_a_run_in_memory(facts):
    plan = _plan(facts)
    result = sweep(plan)
    run = simulate(facts, firms=FIRMS, until="2026Q4", paths=600)
    for name in ("capex", "interest_paid", "liquidity"):
        np.testing.assert_allclose(
            result[f"mean_{name}"].values, run[name].mean("path").values, rtol=1e-12, atol=1e-3
        )
    for name in MAIN_SERIES:
        ordered = np.sort(run[name].values, axis=0)
        for place, level in enumerate(result["level"].values):
            found = result[name].values[place]
            below = (ordered < found).mean(axis=0)
            upto = (ordered <= found).mean(axis=0)
            step = RANK_ERROR + 1 / 128
            assert np.all(below - step <= level)
            assert np.all(level <= upto + step)


def test_threads_and_resuming_change_no_bit(facts, tmp_path: Path):
    plan = _plan(facts)
    straight = sweep(plan, threads=1)
    assert _same(straight, sweep(plan, threads=2))
    folder = tmp_path / "sweep"
    sweep(plan, out=folder)
    for path in sorted(folder.glob("blocks/*/*.npz"))[::2]:
        path.unlink()
    assert _same(straight, sweep(plan, out=folder))


@pytest.mark.parametrize("files", ["blocks/oracle/*.npz", "paths/oracle/*.parquet"])
def test_a_damaged_file_is_done_again(facts, tmp_path: Path, files: str):
    plan = _plan(facts)
    straight = sweep(plan, out=tmp_path, keep=["capex"])
    path = next(tmp_path.glob(files))
    whole = path.read_bytes()
    for damage in (whole[:-9], whole[:200] + bytes([whole[200] ^ 1]) + whole[201:], b""):
        path.write_bytes(damage)
        assert _same(straight, sweep(plan, out=tmp_path, keep=["capex"]))
        assert path.read_bytes() == whole
    path.unlink()
    assert _same(straight, sweep(plan, out=tmp_path, keep=["capex"]))
    assert path.read_bytes() == whole


def test_a_full_disk_leaves_what_was_done(facts, tmp_path: Path, monkeypatch):
    plan = _plan(facts)
    written = []
    real = files.os.fsync

    def full_after_three(descriptor):
        written.append(descriptor)
        if len(written) > 4:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(files.os, "fsync", full_after_three)
    with pytest.raises(InputError, match="No space left on device"):
        sweep(plan, out=tmp_path, threads=1)
    monkeypatch.setattr(files.os, "fsync", real)
    assert len(list(tmp_path.glob("blocks/*/*"))) == 3
    assert _same(sweep(plan), sweep(plan, out=tmp_path))


def test_killed_at_any_moment_it_resumes_to_the_same_bits(facts, tmp_path: Path):
    plan = _plan(facts, paths=9_000)
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from rekening import Facts
        from rekening.futures import sweep as sweeps
        from rekening.futures.runs import Plan
        sweeps.SWEEP_BLOCK = 128
        plan = Plan.make(Facts.load("2025-11-03"), "baseline", firms=["meta", "oracle"], until="2026Q4",
                         paths=9_000, seed=1)
        sweeps.sweep(plan, out=Path(sys.argv[1]), progress=lambda paths: print(paths, flush=True))
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "s")], stdout=subprocess.PIPE, env=os.environ
    ) as process:
        for _ in range(20):
            assert process.stdout.readline()
        process.kill()
    done = len(list(tmp_path.glob("s/blocks/*/*.npz")))
    assert 20 <= done < 2 * -(-9_000 // 128)
    few = Plan.make(facts, "baseline", firms=FIRMS, until="2026Q4", paths=9_000, seed=1)
    assert identity(few) == identity(plan)
    assert _same(sweep(plan), sweep(plan, out=tmp_path / "s"))


def test_another_sweep_is_refused(facts, tmp_path: Path):
    sweep(_plan(facts), out=tmp_path / "a")
    with pytest.raises(InputError, match="holds another sweep"):
        sweep(_plan(facts, seed=2), out=tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="not empty"):
        sweep(_plan(facts), out=tmp_path / "b")


def test_paths_are_kept_as_parquet_and_seen_in_duckdb(facts, tmp_path: Path):
    pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    sweep(_plan(facts), out=tmp_path, keep=["liquidity", "lever_bonds"])
    run = simulate(facts, firms=FIRMS, until="2026Q4", paths=600)
    with connect(tmp_path) as connection:
        count, least = connection.execute("select count(*), min(liquidity) from paths").fetchone()
        assert count == 600 * len(run["quarter"]) * 2
        assert least == run["liquidity"].values.min()
        value = connection.execute(
            "select liquidity from paths where firm = 'oracle' and quarter = '2026Q2' and path = 411"
        ).fetchone()[0]
    assert value == float(run["liquidity"].sel(firm="oracle", quarter="2026Q2", path=411))
    with pytest.raises(InputError, match="holds no paths"):
        connect(tmp_path / "nothing")


def test_a_cluster_gives_the_same_bits(facts, caplog):
    pytest.importorskip("distributed")
    plan = _plan(facts, paths=300)
    assert _same(sweep(plan), sweep(plan, scheduler="local"))
    assert [record for record in caplog.records if record.name.startswith("distributed")] == []
