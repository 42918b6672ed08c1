"""Concentration, lock-in, the race, clearing of exposures."""
