"""Scenarios: named sets of parameters over the baseline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rekening.assumptions.distributions import parse_distribution
from rekening.assumptions.parameters import Parameter, baseline_parameters
from rekening.assumptions.yamlfile import Node, load_yaml
from rekening.errors import InputError, InputErrors, nearest

__all__ = ["Scenario", "scenario_names"]

BASELINE = "baseline"
_FOLDER = Path(__file__).with_name("scenarios")
_KEYS = ("extends", "title", "parameters")
_NAME = re.compile(r"[a-z0-9_]+")
_LONGEST_CHAIN = 10


def scenario_names() -> list[str]:
    """Scenarios that come with the package, the baseline first."""
    return [BASELINE, *sorted(path.stem for path in _FOLDER.glob("*.yaml"))]


@dataclass(frozen=True, eq=False)
class Scenario(Mapping[str, Parameter]):
    """A named set of parameters over the baseline.

    Compared by identity, so that what it takes long to find under it can be kept.

    Attributes
    ----------
    title
        What the scenario says, by language.
    changed
        Names of the parameters that differ from the baseline.
    """

    name: str
    title: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    changed: frozenset[str] = frozenset()

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @classmethod
    def load(cls, given: str | Path = BASELINE) -> Scenario:
        """Take a scenario by its name, or read the user's own file.

        Raises
        ------
        InputError
            If there is no such scenario or file.
        InputErrors
            With every problem of the file, each with its line.
        """
        return _load(given, ())

    def __getitem__(self, name: str) -> Parameter:
        if name not in self.parameters:
            raise InputError(f"parameter {name!r} is not known{nearest(name, self.parameters)}")
        return self.parameters[name]

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)


def _load(given: str | Path, chain: tuple[str, ...]) -> Scenario:
    if str(given) == BASELINE:
        return Scenario(BASELINE, {"nl": "Basisscenario", "en": "Baseline"}, baseline_parameters())
    path = _path(given)
    if str(path) in chain or len(chain) >= _LONGEST_CHAIN:
        raise InputError(f"{path}: extends itself ({' -> '.join((*chain, str(path)))})")
    root = load_yaml(path)
    entry = root.mapping()
    problems = [
        f"{node.where}: key {key!r} is not known{nearest(key, _KEYS) or f'; allowed: {_KEYS}'}"
        for key, node in entry.items()
        if key not in _KEYS
    ]
    parent = _load(entry["extends"].text() if "extends" in entry else BASELINE, (*chain, str(path)))
    title, more = _title(entry.get("title"), root.where, path.stem)
    problems += more
    parameters = dict(parent.parameters)
    changed = set(parent.changed)
    for name, node in (entry["parameters"].mapping() if "parameters" in entry else {}).items():
        if name not in parameters:
            problems.append(f"{node.where}: parameter {name!r} is not known{nearest(name, parameters)}")
            continue
        try:
            distribution = parse_distribution(node.value)
            parameters[name] = parameters[name].with_distribution(distribution, node.where)
        except InputError as error:
            text = str(error)
            problems.append(text if text.startswith(node.where) else f"{node.where}: {name}: {text}")
            continue
        changed.add(name)
    if problems:
        raise InputErrors(problems)
    return Scenario(path.stem, title, parameters, frozenset(changed))


def _path(given: str | Path) -> Path:
    shipped = _FOLDER / f"{given}.yaml"
    if _NAME.fullmatch(str(given)) and shipped.is_file():
        return shipped
    path = Path(given)
    if path.exists():
        return path
    names = scenario_names()
    hint = nearest(str(given), names) or f"; allowed: {', '.join(names)}, or a file"
    raise InputError(f"scenario {str(given)!r} is not known{hint}")


def _title(node: Node | None, where: str, stem: str) -> tuple[Mapping[str, str], list[str]]:
    if node is None:
        return {"nl": stem, "en": stem}, []
    if isinstance(node.value, str):
        return {"nl": node.value, "en": node.value}, []
    title = {lang: child.text() for lang, child in node.mapping().items()}
    wrong = [
        f"{where}: title: {lang!r} is not a language; allowed: nl, en"
        for lang in title
        if lang not in ("nl", "en")
    ]
    first = next(iter(title.values()), stem)
    return {lang: title.get(lang, first) for lang in ("nl", "en")}, wrong
