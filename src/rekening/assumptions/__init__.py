"""Parameters and scenarios: what is assumed, and why."""

from rekening.assumptions.distributions import normal_quantile
from rekening.assumptions.parameters import Parameter, baseline_parameters
from rekening.assumptions.scenarios import Scenario, scenario_names

__all__ = ["Parameter", "Scenario", "baseline_parameters", "normal_quantile", "scenario_names"]
