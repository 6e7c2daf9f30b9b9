"""Role links and device tokens: JSON Web Tokens (RFC 7519) signed with HS256 by this installation's secret."""

import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from moderation.policy import Role
from moderation.refusal import Code, Refused
from podium.ports import Clock
from podium.whole import make

SECRET_BYTES = 32
LINK = "podium.link"
DEVICE = "podium.device"
"""The audience (RFC 7519 section 4.1.3) of each kind of token: one is never taken for the other."""

_ALGORITHM = "HS256"
_LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class Link:
    """What a role link allows. id: by which it can be revoked. expires: seconds since the Unix epoch.

    standby: its publisher takes a feed only while nobody else has it.
    """

    room: str
    role: Role
    panellist: str | None
    expires: int
    id: str
    standby: bool = False


class SecretUnusable(Exception):
    """The secret cannot be read or created. The text is a sentence for the operator."""


def secret_in(folder: Path) -> bytes:
    """The installation's secret, 32 random bytes in `secret`, mode 0600; created when missing."""
    path = folder / "secret"
    try:
        make(path, secrets.token_bytes(SECRET_BYTES))
    except OSError as error:
        raise SecretUnusable(f"The secret {path} cannot be written ({error.strerror}).") from error
    return secret_at(path)


def secret_at(path: Path) -> bytes:
    """The secret in a file that somebody else has made. Raises SecretUnusable."""
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise SecretUnusable(f"The secret {path} cannot be read ({error.strerror}).") from error
    if len(secret) != SECRET_BYTES:
        raise SecretUnusable(
            f"The secret {path} is damaged: it has {len(secret)} bytes instead of {SECRET_BYTES}. "
            "Restore it from a copy; or delete it, then all links and device tokens become invalid."
        )
    return secret


def metrics_token_in(folder: Path) -> str:
    """The token that reads the metrics: text in `metrics.token`, mode 0600; created when missing."""
    path = folder / "metrics.token"
    try:
        make(path, f"{secrets.token_urlsafe(SECRET_BYTES)}\n".encode())
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SecretUnusable(f"The file {path} cannot be read or written ({reason}).") from error
    if not token:
        raise SecretUnusable(f"The file {path} is empty. Delete it, then a new token is written.")
    return token


class Tokens:
    """Signs and reads tokens."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    @property
    def fingerprint(self) -> bytes:
        """Sixteen bytes that are the same for the same secret, and from which nobody learns it."""
        return hmac.digest(self._secret, b"podium fingerprint", "sha256")[:16]

    def seal(self, message: bytes) -> bytes:
        """What only the holders of the secret can make of a message between nodes: 32 bytes (RFC 2104, SHA-256)."""
        return hmac.digest(self._secret, b"podium nodes\0" + message, "sha256")

    def sign_link(self, link: Link) -> str:
        """The token of a role link."""
        claims: dict[str, Any] = {"room": link.room, "role": link.role, "exp": link.expires, "jti": link.id}
        if link.panellist is not None:
            claims["panellist"] = link.panellist
        if link.standby:
            claims["standby"] = True
        return self._sign(LINK, claims)

    def read_link(self, token: str) -> Link:
        """What the token allows. Refused with token_invalid or token_expired; whether it is revoked the room knows."""
        claims = self._read(LINK, token)
        try:
            link = Link(
                room=claims["room"],
                role=Role(claims["role"]),
                panellist=claims.get("panellist"),
                expires=int(claims["exp"]),
                id=claims["jti"],
                standby=claims.get("standby", False),
            )
        except (KeyError, ValueError, TypeError):
            raise Refused(Code.TOKEN_INVALID) from None
        if link.expires * 1000 <= self._clock.now():
            raise Refused(Code.TOKEN_EXPIRED)
        return link

    def sign_device(self, identifier: str) -> str:
        """The token of a device; it does not expire."""
        return self._sign(DEVICE, {"sub": identifier})

    def read_device(self, token: str) -> str:
        """The device's identifier; Refused(token_invalid)."""
        identifier = self._read(DEVICE, token).get("sub")
        if not isinstance(identifier, str) or not identifier:
            raise Refused(Code.TOKEN_INVALID)
        return identifier

    def _sign(self, audience: str, claims: dict[str, Any]) -> str:
        return jwt.encode({"aud": audience} | claims, self._secret, algorithm=_ALGORITHM)

    def _read(self, audience: str, token: str) -> dict[str, Any]:
        if len(token) > _LONGEST:
            raise Refused(Code.TOKEN_INVALID)
        try:
            # the time comes from the clock of the house, so the expiry is looked at above
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=audience,
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except (jwt.InvalidTokenError, UnicodeError, ValueError):
            raise Refused(Code.TOKEN_INVALID) from None
        return claims
