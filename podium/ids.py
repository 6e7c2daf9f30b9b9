"""Identifiers from the operating system's random source."""

import secrets

RANDOM_BYTES = 16


class RandomIds:
    """128 random bits each, as 22 URL-safe characters (RFC 4648 section 5, without padding)."""

    def new(self) -> str:
        """An identifier nobody can guess."""
        return secrets.token_urlsafe(RANDOM_BYTES)
