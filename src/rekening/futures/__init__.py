"""The simulation: draws, kernel, runs and sweeps."""
