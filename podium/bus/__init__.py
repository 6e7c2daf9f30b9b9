"""Hints between the parts and nodes of one installation; the contract is `podium.ports.Bus`."""
