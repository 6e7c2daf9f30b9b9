"""What every test shares: how generated examples and the cases of bytes are treated."""

from hypothesis import settings

# How long one example takes says more about the machine than about Podium: nothing here is a timed test.
settings.register_profile("podium", deadline=None)
settings.load_profile("podium")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Datagrams have no readable name, and signed ones are others in every process: their size names them."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None
