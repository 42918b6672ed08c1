"""Blocks of a sweep on disk: whole or absent, each with a digest, paths as Parquet, views in DuckDB."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rekening.errors import InputError
from rekening.files import write_whole
from rekening.numerics import DIGEST_BYTES

if TYPE_CHECKING:
    from rekening.futures.runs import Plan
    from rekening.futures.sweep import Block, Result

__all__ = ["BlockStore", "connect"]

_HEAD = "sweep.json"


@dataclass(frozen=True)
class BlockStore:
    """A folder that holds one sweep."""

    folder: Path
    firms: tuple[str, ...]
    quarters: tuple[str, ...]
    skipped: tuple[int, ...]
    keep: tuple[str, ...]

    @classmethod
    def open(cls, folder: Path, identity: str, plan: Plan, keep: tuple[str, ...]) -> BlockStore:
        """Take a folder for a sweep, new or begun before.

        Raises
        ------
        InputError
            If it holds another sweep or something else.
        """
        head = {"identity": identity, "keep": list(keep)}
        path = folder / _HEAD
        if path.exists():
            try:
                known = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise InputError(f"{path} is damaged; give another folder") from error
            if known != head:
                raise InputError(f"{folder} holds another sweep; give an empty folder or the same options")
        elif folder.exists() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty and holds no sweep; give an empty folder")
        else:
            write_whole(path, json.dumps(head).encode())
        return cls(
            folder=folder,
            firms=plan.firms,
            quarters=tuple(str(quarter) for quarter in plan.quarters),
            skipped=tuple(inputs.skipped for inputs in plan.inputs),
            keep=keep,
        )

    def _file(self, block: Block, room: str, ending: str) -> Path:
        return self.folder / room / self.firms[block.firm] / f"{block.first:010d}.{ending}"

    def save(self, result: Result) -> None:
        """Write a block: its paths first, so that a block that is there is complete and knows them."""
        paths = b""
        if self.keep:
            paths = self._parquet(result)
            write_whole(self._file(result.block, "paths", "parquet"), paths)
        buffer = BytesIO()
        np.savez(
            buffer,
            sums=result.sums,
            summaries=result.summaries,
            worst=np.asarray(result.worst),
            paths=np.frombuffer(_digest(paths), dtype=np.uint8),
        )
        data = buffer.getvalue()
        write_whole(self._file(result.block, "blocks", "npz"), _digest(data) + data)

    def load(self, block: Block) -> Result | None:
        """Read a block; None if it or its paths are absent or damaged, so that it is computed again."""
        from rekening.futures.sweep import Result

        try:
            raw = self._file(block, "blocks", "npz").read_bytes()
            paths = self._file(block, "paths", "parquet").read_bytes() if self.keep else b""
        except OSError:
            return None
        digest, data = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
        if digest != _digest(data):
            return None
        with np.load(BytesIO(data)) as arrays:
            if arrays["paths"].tobytes() != _digest(paths):
                return None
            return Result(
                block, arrays["sums"], arrays["summaries"], float(arrays["worst"]), np.empty((0, 0, 0))
            )

    def _parquet(self, result: Result) -> bytes:
        import pyarrow as pa
        import pyarrow.parquet as pq

        quarters, _, count = result.paths.shape
        labels = self.quarters[self.skipped[result.block.firm] :]
        paths = np.arange(result.block.first, result.block.first + count)
        columns: dict[str, Any] = {
            "firm": pa.array([self.firms[result.block.firm]])
            .dictionary_encode()
            .take(pa.array(np.zeros(quarters * count, dtype=np.int32))),
            "quarter": pa.array(list(labels))
            .dictionary_encode()
            .take(pa.array(np.repeat(np.arange(quarters, dtype=np.int32), count))),
            "path": np.tile(paths, quarters),
        }
        for place, name in enumerate(self.keep):
            columns[name] = np.ascontiguousarray(result.paths[:, place]).reshape(-1)
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(columns), sink, compression="zstd")
        return bytes(sink.getvalue())


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def connect(folder: str | Path) -> Any:
    """Open a sweep's paths in DuckDB: the view ``paths`` has firm, quarter, path and the variables kept.

    Raises
    ------
    InputError
        If the folder holds no paths.
    """
    import duckdb

    files = Path(folder) / "paths" / "*" / "*.parquet"
    if not any(Path(folder).glob("paths/*/*.parquet")):
        raise InputError(f"{folder} holds no paths; sweep with variables to keep")
    connection = duckdb.connect()
    where = str(files).replace("'", "''")
    connection.execute(f"create view paths as select * from read_parquet('{where}')")  # noqa: S608
    return connection
