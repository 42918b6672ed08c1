"""Scenarios: named sets of parameters over the baseline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from rekening.assumptions.distributions import parse_distribution
from rekening.assumptions.parameters import Parameter, baseline_parameters
from rekening.assumptions.yamlfile import Node, load_yaml
from rekening.errors import InputError, InputErrors, nearest, reason
from rekening.files import read_yaml
from rekening.numerics import CONSERVATION

__all__ = ["Scenario", "scenario_names"]

BASELINE = "baseline"
_FOLDER = Path(__file__).with_name("scenarios")
_RELATIONS = Path(__file__).with_name("relations.yaml")
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

    def own(self, firm: str, name: str) -> Parameter | None:
        """A firm's own parameter (``ai_share_coreweave`` of ``ai_share``); None where it has none."""
        return self.parameters.get(f"{name}_{firm}")

    def of_firm(self, firm: str, name: str) -> Parameter:
        """A firm's own parameter where it has one, else that of all."""
        return self.own(firm, name) or self[name]

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    def __iter__(self) -> Iterator[str]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)


def _load(given: str | Path, chain: tuple[str, ...], folder: Path = Path(), where: str = "") -> Scenario:
    """Read a scenario that is asked for, or that another one at `where` in `folder` extends."""
    if str(given) == BASELINE:
        return Scenario(BASELINE, {"nl": "Basisscenario", "en": "Baseline"}, baseline_parameters())
    path = _path(given, folder, where)
    if str(path) in chain or len(chain) >= _LONGEST_CHAIN:
        raise InputError(f"{where}: extends itself ({' -> '.join((*chain, str(path)))})")
    root = load_yaml(path)
    entry = root.mapping()
    problems = [
        f"{node.where}: key {key!r} is not known" + (nearest(key, _KEYS) or f"; allowed: {', '.join(_KEYS)}")
        for key, node in entry.items()
        if key not in _KEYS
    ]
    parent = Scenario.load()
    if "extends" in entry:
        node = entry["extends"]
        parent = _load(node.text(), (*chain, str(path)), path.parent, node.where)
    title, more = _title(entry.get("title"), root.where, path.stem)
    given_here = entry["parameters"].mapping() if "parameters" in entry else {}
    parameters, wrong = _changed(parent.parameters, given_here)
    problems += (*more, *wrong)
    if not problems:
        problems = _contradictions(parameters, given_here.keys())
    if problems:
        raise InputErrors(problems)
    return Scenario(path.stem, title, parameters, parent.changed | given_here.keys())


def _changed(
    parameters: Mapping[str, Parameter], given: Mapping[str, Node]
) -> tuple[dict[str, Parameter], list[str]]:
    """Parameters with those that are given anew, and what is wrong with these."""
    changed, problems = dict(parameters), []
    for name, node in given.items():
        if name not in parameters:
            problems.append(f"{node.where}: parameter {name!r} is not known{nearest(name, parameters)}")
            continue
        try:
            changed[name] = parameters[name].with_distribution(parse_distribution(node.value), node.where)
        except InputError as error:
            told = str(error)
            about = f"{node.where}: {name} (unit: {parameters[name].unit}): "
            problems.append(told if told.startswith(node.where) else about + told)
    return changed, problems


def _contradictions(parameters: Mapping[str, Parameter], given: Set[str]) -> list[str]:
    """What parameters that are given say against others, at central values."""
    problems = []
    relations = read_yaml(_RELATIONS)
    for names in (*relations["in_order"], *relations["within_one"]):
        place = next((parameters[name].origin for name in names if name in given), None)
        if place is None:
            continue
        values = [parameters[name].central for name in names]
        listed = " and ".join(f"{name} {value:g}" for name, value in zip(names, values, strict=True))
        if names in relations["in_order"] and values != sorted(values):
            problems.append(f"{place}: {listed} contradict each other; allowed: none above the next")
        if names in relations["within_one"] and sum(values) > 1 + CONSERVATION:
            problems.append(f"{place}: {listed} add up to {sum(values):g}; allowed: at most 1")
    return problems


def _path(given: str | Path, folder: Path, where: str) -> Path:
    shipped = _FOLDER / f"{given}.yaml"
    if _NAME.fullmatch(str(given)) and shipped.is_file():
        return shipped
    path = folder / given
    try:
        if str(given) and path.exists():
            return path
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({reason(error)})") from error
    names = scenario_names()
    hint = nearest(str(given), names) or f"; allowed: {', '.join(names)}, or a file"
    raise InputError(f"{where}{': ' if where else ''}scenario {str(given)!r} is not known{hint}")


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
