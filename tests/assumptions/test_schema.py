"""The JSON Schema of a scenario file accepts what is read and refuses what is not."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

import rekening.assumptions
from rekening.assumptions import baseline_parameters
from rekening.assumptions.schema import scenario_schema


@pytest.fixture(scope="module")
def validator():
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_shipped_scenarios_are_valid(validator):
    files = list(Path(rekening.assumptions.__file__).parent.glob("scenarios/*.yaml"))
    assert files
    for file in files:
        validator.validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def test_every_parameter_is_known(validator):
    assert set(validator.schema["properties"]["parameters"]["properties"]) == set(baseline_parameters())
    validator.validate({"parameters": {"accelerator_life_years": {"triangular": [3, 4, 5]}}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"parameter": {}},
        {"parameters": {"accelerator_life_yeers": 3}},
        {"parameters": {"accelerator_life_years": -3}},
        {"parameters": {"accelerator_utilisation": 101}},
        {"parameters": {"accelerator_life_years": {"triangular": [3, 4]}}},
        {"parameters": {"accelerator_life_years": "three"}},
        {"title": {"de": "Szenario"}},
    ],
)
def test_what_cannot_be_read_is_refused(validator, wrong):
    assert not validator.is_valid(wrong)
