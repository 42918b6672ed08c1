"""The form of a scenario file as a JSON Schema, for editors that complete and check as one types."""

from __future__ import annotations

from typing import Any

from rekening.assumptions.parameters import Parameter, baseline_parameters
from rekening.assumptions.scenarios import scenario_names

__all__ = ["scenario_schema"]

_NUMBERS = {"fixed": 1, "uniform": 2, "triangular": 3, "normal": 2, "lognormal": 2}


def scenario_schema() -> dict[str, Any]:
    """Describe a scenario file: its keys, every parameter with its unit, bounds and sentence.

    JSON Schema, draft 2020-12; made from the baseline, so that it knows every parameter there is.
    """
    parameters = {name: _parameter(parameter) for name, parameter in baseline_parameters().items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rekening scenario",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "extends": {
                "type": "string",
                "description": "Scenario or file that this one changes.",
                "examples": scenario_names(),
            },
            "title": {
                "oneOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"nl": {"type": "string"}, "en": {"type": "string"}},
                    },
                ]
            },
            "parameters": {"type": "object", "additionalProperties": False, "properties": parameters},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    bounds = {
        key: value
        for key, value in (("minimum", parameter.minimum), ("maximum", parameter.maximum))
        if value is not None
    }
    number = {"type": "number", **bounds}
    kinds: list[dict[str, Any]] = [
        {
            "type": "object",
            "additionalProperties": False,
            "required": [kind],
            "properties": {
                kind: {"type": "number"}
                if count == 1
                else {"type": "array", "items": {"type": "number"}, "minItems": count, "maxItems": count}
            },
        }
        for kind, count in _NUMBERS.items()
    ]
    return {
        "description": f"{parameter.sentence['en']} Unit: {parameter.unit}.",
        "anyOf": [number, *kinds],
    }
