"""How a firm earns, spends and finds money."""
