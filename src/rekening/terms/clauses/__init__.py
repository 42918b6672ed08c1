"""The reading of clauses: concepts, rules over them, and the values they add up to."""
