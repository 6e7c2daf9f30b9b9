"""Inputs that nobody would send in good faith, by the million: `make fuzz`."""
