"""Identifiers nobody can guess."""

import re

from podium.ids import RandomIds


def test_identifiers_are_url_safe_and_carry_128_bits() -> None:
    identifiers = {RandomIds().new() for _ in range(1000)}
    assert len(identifiers) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", identifier) for identifier in identifiers)
