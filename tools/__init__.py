"""Checks and generators used while working on the project."""
