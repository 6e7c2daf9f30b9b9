"""`podium bench`: how much an operator's own server carries."""
