"""Parties, kinds of flow, and the checks that nothing appears or vanishes."""
