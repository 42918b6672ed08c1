"""Code of templates, kept beside them as Python keeps its own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

__all__ = ["TemplateCode"]


class TemplateCode(FileSystemBytecodeCache):
    """Keeps the code of the templates of a folder, where the folder can be written."""

    def __init__(self, folder: Path) -> None:
        place = folder / "__pycache__"
        with suppress(OSError):
            place.mkdir(exist_ok=True)
        super().__init__(str(place), f"%s.jinja-{jinja2.__version__}.cache")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read code that was kept; what is damaged is compiled anew."""
        with suppress(OSError, EOFError, UnpicklingError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep code; a folder or disk that takes none is no fault."""
        with suppress(OSError):
            super().dump_bytecode(bucket)
