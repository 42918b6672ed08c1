"""Reports kept between runs, by everything that decides what they say: facts, assumptions, texts and code."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from rekening.errors import InputError
from rekening.explain.report import Order, Report, Told, report
from rekening.files import cache_folder, write_whole

__all__ = ["cached_report", "kept_report"]

_PACKAGE = Path(__file__).parents[1]
_KEPT = 24


def cached_report(order: Order, told: Told = None) -> Report:
    """The report of an order, kept.

    Parameters
    ----------
    told
        As in `report`; not called where the report is there.

    Raises
    ------
    InputError
        If anything in the order is not known or not right.
    """
    return kept_report(order, (*order.facts, order.scenario), lambda: report(order, told))


def kept_report(order: object, files: Iterable[str], make: Callable[[], Report]) -> Report:
    """A report from the cache where it is there and whole, else made and kept.

    Parameters
    ----------
    order
        What is asked for; its `repr` says all of it.
    files
        What the order names that may be files of the user, whose content counts.
    """
    try:
        place = cache_folder() / f"{_key(order, files)}.json"
    except (OSError, InputError):  # no home to keep it in, or a file that only the reader can judge
        return make()
    with suppress(OSError, ValueError, TypeError, KeyError):
        digest, _, text = place.read_text(encoding="utf-8").partition("\n")
        if digest == _digest(text.encode()):
            place.touch()
            kept: Report = _reader(Report)(json.loads(text))
            return kept
    made = make()
    text = json.dumps(made, default=_plain, ensure_ascii=False, separators=(",", ":"))
    with suppress(InputError, OSError):
        write_whole(place, f"{_digest(text.encode())}\n{text}".encode())
        _forget_oldest(place.parent)
    return made


def _forget_oldest(place: Path) -> None:
    kept = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEPT:]:
        path.unlink()


def _digest(*parts: bytes) -> str:
    made = blake2b(digest_size=16)
    for part in parts:
        made.update(len(part).to_bytes(8, "little") + part)
    return made.hexdigest()


def _key(order: object, files: Iterable[str]) -> str:
    contents = [Path(path).read_bytes() for path in files if Path(path).is_file()]
    return _digest(_package(), repr(order).encode(), date.today().isoformat().encode(), *contents)


@cache
def _package() -> bytes:
    """Digest of everything that the package holds: code, facts, assumptions, texts."""
    files = sorted(path for path in _PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return _digest(*(part for path in files for part in (str(path).encode(), path.read_bytes()))).encode()


def _plain(value: object) -> object:
    """One step from a dataclass or a mapping to plain data; what it holds is taken apart in turn."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _field_names(type(value))}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """Function that turns plain data into what a type says; it raises on any other shape."""
    inner = [_reader(each) for each in get_args(hint) if each not in (type(None), Ellipsis)]
    if get_origin(hint) is UnionType:
        return lambda value: None if value is None else inner[0](value)
    if get_origin(hint) is tuple:
        if Ellipsis in get_args(hint):
            return lambda value: tuple(map(inner[0], value))
        return lambda value: tuple(read(part) for read, part in zip(inner, value, strict=True))
    if get_origin(hint) is Mapping:
        return lambda value: {key: inner[1](part) for key, part in value.items()}
    return _maker(hint) if dataclasses.is_dataclass(hint) else _as_it_is


def _maker(kind: Any) -> Callable[[Any], Any]:
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items()}

    def make(value: Any) -> Any:
        if not isinstance(value, dict) or value.keys() != readers.keys():
            raise ValueError(f"expected the fields of {kind.__name__}")
        return kind(**{name: read(value[name]) for name, read in readers.items()})

    return make


def _as_it_is(value: Any) -> Any:
    return value
