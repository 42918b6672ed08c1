"""YAML with line numbers, bounded in size and depth, and without aliases or objects."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rekening.errors import InputError, reason, shown

__all__ = ["Node", "load_yaml", "parse_yaml"]

_MOST_BYTES = 1_000_000
_DEEPEST = 20
_LARGEST = 1e18
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_SCIENTIFIC = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the place it was read from."""

    value: Any
    where: str

    def mapping(self) -> dict[str, Node]:
        """The entries of a mapping.

        Raises
        ------
        InputError
            If it is something else.
        """
        if not isinstance(self.value, _Mapping):
            raise InputError(
                f"{self.where}: expected entries of the form 'name: value', found {shown(self.value)}"
            )
        return self.value.nodes

    def sequence(self) -> list[Node]:
        """The entries of a list.

        Raises
        ------
        InputError
            If it is something else.
        """
        if not isinstance(self.value, _Sequence):
            raise InputError(
                f"{self.where}: expected a list, each entry with '- ' before it, found {shown(self.value)}"
            )
        return self.value.nodes

    def text(self) -> str:
        """The value, which must be text."""
        if not isinstance(self.value, str):
            raise InputError(f"{self.where}: expected text, found {shown(self.value)}")
        return self.value

    def number(self) -> float:
        """The value, which must be a finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise InputError(f"{self.where}: expected a number, found {shown(self.value)}")
        if not math.isfinite(self.value):
            raise InputError(f"{self.where}: expected a finite number, found {self.value}")
        if abs(self.value) > _LARGEST:
            raise InputError(f"{self.where}: expected a number up to {_LARGEST:g}, found {self.value:g}")
        return float(self.value)


class _Mapping(dict[str, Any]):
    """Plain values by name, and beside them the nodes that know their lines."""

    nodes: dict[str, Node]


class _Sequence(list[Any]):
    """Plain values in order, and beside them the nodes that know their lines."""

    nodes: list[Node]


def load_yaml(path: Path) -> Node:
    """Read a YAML file.

    Raises
    ------
    InputError
        If it cannot be read, is larger than a megabyte, is no YAML, repeats a key, or uses aliases or tags.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({reason(error)})") from error
    if len(data) > _MOST_BYTES:
        raise InputError(f"{path}: larger than {_MOST_BYTES:,} bytes, the most that is read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start})") from error
    return parse_yaml(text, str(path) if path.parent != _OWN else path.name)


_OWN = Path(__file__).with_name("parameters")


def parse_yaml(text: str, name: str) -> Node:
    """Read YAML text; `name` stands before the line numbers in messages."""
    try:
        root = yaml.compose(
            text, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
        )
    except yaml.MarkedYAMLError as error:
        place = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{name}{place}: not valid YAML ({error.problem})") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(f"{name}:{line}: not valid YAML ({error.reason})") from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deeply; {_DEEPEST} levels are allowed") from error
    if root is None:
        raise InputError(f"{name}: the file is empty")
    return _node(root, name, 0, set())


def _node(node: yaml.Node, name: str, depth: int, seen: set[int]) -> Node:
    where = f"{name}:{node.start_mark.line + 1}"
    if depth > _DEEPEST:
        raise InputError(f"{where}: nested too deeply; {_DEEPEST} levels are allowed")
    if id(node) in seen:
        raise InputError(f"{where}: aliases (&, *) are not allowed here")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        result = _Mapping()
        result.nodes = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise InputError(f"{where}: a name must be plain text")
            if key.value in result:
                raise InputError(f"{name}:{key.start_mark.line + 1}: {key.value!r} stands here twice")
            child = _node(value, name, depth + 1, seen)
            result[key.value] = child.value
            result.nodes[key.value] = child
        return Node(result, where)
    if isinstance(node, yaml.SequenceNode):
        children = [_node(child, name, depth + 1, seen) for child in node.value]
        listed = _Sequence(child.value for child in children)
        listed.nodes = children
        return Node(listed, where)
    assert isinstance(node, yaml.ScalarNode)
    return Node(_scalar(node, where), where)


def _scalar(node: yaml.ScalarNode, where: str) -> Any:
    """A plain value. Numbers such as 1e9, text in YAML 1.1, are numbers here; a day that is none is text."""
    if not node.style and _SCIENTIFIC.fullmatch(node.value):
        return float(node.value)
    try:
        value = yaml.SafeLoader("").construct_object(node)
        if isinstance(value, int):
            float(value)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        if node.tag == _TIMESTAMP:
            return node.value
        raise InputError(f"{where}: {shown(node.value)} is not understood") from error
    return value
