"""STUN and TURN servers as clients are told of them, with credentials that expire.

Sources: RFC 9725 section 4.6 (Link rel="ice-server"), draft-uberti-behave-turn-rest section 2.2 (credentials from a
shared secret, coturn's `use-auth-secret`), RFC 7064 and RFC 7065 (the URLs).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from podium.edge.link import link

#: A TURN server asks for them when an allocation begins: long enough for a day on stage.
CREDENTIAL_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class IceServers:
    """`urls`: of `stun:`, `turn:` and `turns:`. `secret`: shared with the TURN servers. `now`: seconds since 1970."""

    urls: tuple[str, ...]
    secret: bytes
    now: Callable[[], float]

    def links(self) -> Iterator[str]:
        """One Link per server, with fresh credentials."""
        for url in self.urls:
            if url.startswith("stun:"):
                yield link(url, rel="ice-server")
            else:
                username, credential = self._mint()
                yield link(url, rel="ice-server", username=username, credential=credential, credential_type="password")

    def _mint(self) -> tuple[str, str]:
        """A name that holds its expiry, and what only the holders of the secret can make of it.

        The rest of the name is chance: it stands for nobody, and keeps people's allocations apart in quotas.
        """
        username = f"{int(self.now()) + CREDENTIAL_SECONDS}:{secrets.token_hex(4)}"
        digest = hmac.new(self.secret, username.encode(), hashlib.sha1).digest()  # the draft and coturn say SHA-1
        return username, base64.b64encode(digest).decode()


NO_ICE_SERVERS = IceServers((), b"", float)
