"""Parameters and scenarios, and what is said of wrong ones."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rekening import Facts, InputError, Scenario
from rekening.assumptions import baseline_parameters, scenario_names
from rekening.assumptions.parameters import read_parameter
from rekening.assumptions.scenarios import _RELATIONS as RELATIONS
from rekening.assumptions.yamlfile import parse_yaml
from rekening.files import read_yaml

GOOD = """
distribution: {uniform: [0.2, 0.6]}
unit: ratio
reason: Because.
nl: Zo is het.
en: So it is.
minimum: 0
maximum: 1
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_parameter_says_what_it_is_in_both_languages() -> None:
    for parameter in baseline_parameters().values():
        assert parameter.sentence["nl"]
        assert parameter.sentence["en"]
        assert parameter.reason or parameter.source


def test_a_sentence_can_be_read_without_the_one_before() -> None:
    back = re.compile(
        r"\b(zo'n|daarvan|die prijs|dat geld|dat deel|such|its spread|that (?:price|money|way))\b", re.I
    )
    told = [sentence for each in baseline_parameters().values() for sentence in each.sentence.values()]
    assert [sentence for sentence in told if back.search(sentence)] == []


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_of_the_package_loads(name: str) -> None:
    scenario = Scenario.load(name)
    assert set(scenario) == set(baseline_parameters())
    assert scenario.title["nl"] != ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("distribution: {uniform: [0.2, 0.6]}", "distribution: {unifrom: [0.2, 0.6]}"),
        ("distribution: {uniform: [0.2, 0.6]}", "distribution: {uniform: [0.2, 1.6]}"),
        ("unit: ratio", "unit: ratoi"),
        ("reason: Because.", ""),
        ("nl: Zo is het.", ""),
        ("maximum: 1", "maximun: 1"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_line(change: str, message: str) -> None:
    read_parameter("share", parse_yaml(GOOD, "good.yaml"))
    with pytest.raises(InputError, match=r"bad\.yaml:\d+: (share|share is)"):
        read_parameter("share", parse_yaml(GOOD.replace(change, message), "bad.yaml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("- a\n- b\n", "name: value"),
        ("parameters: {no_such_parameter: 1}", "no_such_parameter"),
        ("extend: baseline", "did you mean 'extends'"),
        ("extends: nowhere", "nowhere"),
        ("title: {de: Hallo}", "not a language"),
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("title: !!python/object:os.system x", "not"),
        ("title: [unclosed", "not valid YAML"),
        ("title: a\ntitle: b\n", "twice"),
        ("title: \x07", "not valid YAML"),
        ("title: " + "[" * 200 + "]" * 200, "nested too deeply"),
    ],
)
def test_a_wrong_scenario_is_one_clear_message(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        Scenario.load(write(tmp_path, text))
    assert all("Traceback" not in problem for problem in caught.value.problems)


def test_a_scenario_that_extends_itself(tmp_path: Path) -> None:
    path = write(tmp_path, f"extends: {tmp_path / 'mine.yaml'}\n")
    with pytest.raises(InputError, match="extends itself"):
        Scenario.load(path)


def test_ten_megabytes_of_yaml_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="larger than"):
        Scenario.load(write(tmp_path, "title: " + "a" * 10_000_000))


def test_an_alias_bomb_is_not_expanded(tmp_path: Path) -> None:
    layers = "\n".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]" for n in range(1, 9))
    with pytest.raises(InputError, match="aliases"):
        Scenario.load(write(tmp_path, f"b0: &b0 [x]\n{layers}\n"))


def problems_of(path: Path) -> list[str]:
    try:
        Scenario.load(path)
    except InputError as error:
        return list(error.problems)
    return []


@given(st.text(max_size=200))
def test_no_text_gives_anything_but_clear_messages(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "mine.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert all(str(path) in problem for problem in problems_of(path))


def test_no_parameter_rests_on_what_was_published_after_the_default_day() -> None:
    """An answer as known on a day would otherwise know through its assumptions what came later."""
    facts = Facts.load()
    day = date(2025, 11, 3)
    for parameter in baseline_parameters().values():
        rows = [facts.row(source) for source in parameter.source if not source.startswith("https://")]
        assert all(row.published <= day for row in rows), parameter.name


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("accelerator_life_years: 3 years", "(unit: year): expected a number or one of fixed"),
        ("accelerator_life_years: {fixed: 3, unit: month}", "found entries (fixed, unit)"),
        ("accelerator_life_years: [3, 4]", "found a list"),
        ("accelerator_life_years:", "found nothing"),
        ("accelerator_life_years: yes", "found true"),
        ("accelerator_life_years: -3", "is -3; allowed: from 1 up to 15 (year)"),
        ("accelerator_life_years: 1e400", "expected a finite number, found inf"),
        ("accelerator_life_years: " + "9" * 400, "…' is not understood"),
        ("accelerator_hour_price: 1e3", "is 1000; allowed"),
        ("accelerator_utilisation: 0.6", "is 0.6 percent; write 60 for 60%"),
        ("accelerator_utilisation: 150", "is 150; allowed: from 0 up to 100 (percent)"),
        ("{liquidity_floor_months: 24, liquidity_target_months: 1}", "contradict each other"),
        ("{liquidity_floor_months: 24}", "contradict each other"),
        ("{cost_share_servers: 0.9, cost_share_network: 0.4}", "add up to"),
    ],
)
def test_a_wrong_value_is_told_in_words_with_its_line(tmp_path: Path, lines: str, told: str) -> None:
    (problem,) = problems_of(write(tmp_path, f"parameters:\n  {lines}\n"))
    assert problem.startswith(f"{tmp_path / 'mine.yaml'}:2: ")
    assert told in problem
    assert "\n" not in problem
    assert len(problem) < 400


@pytest.mark.parametrize("name", scenario_names())
def test_no_scenario_of_the_package_contradicts_itself(tmp_path: Path, name: str) -> None:
    """Relations are looked at where a scenario touches them: this one touches all, at the values it has."""
    scenario = Scenario.load(name)
    touched = {one for listed in read_yaml(RELATIONS).values() for names in listed for one in names}
    same = [
        f"  {one}: {scenario[one].distribution.quantile(np.asarray([0.5]))[0]}" for one in sorted(touched)
    ]
    assert problems_of(write(tmp_path, "\n".join([f"extends: {name}", "parameters:", *same]))) == []


def test_what_a_scenario_extends_is_found_beside_it(tmp_path: Path) -> None:
    (tmp_path / "first.yaml").write_text("parameters:\n  accelerator_life_years: 4\n", encoding="utf-8")
    second = write(tmp_path, "extends: first.yaml\nparameters:\n  rate_shift: 100\n")
    assert Scenario.load(second).changed == {"accelerator_life_years", "rate_shift"}
    (problem,) = problems_of(write(tmp_path, "\nextends: firts.yaml"))
    assert problem.startswith(f"{tmp_path / 'mine.yaml'}:2: scenario 'firts.yaml' is not known")
