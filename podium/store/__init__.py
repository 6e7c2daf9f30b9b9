"""The journals of all rooms; the contract is `podium.ports.Store`."""
