"""How fast people may come, and how many of one address may be here: of which only a keyed hash is kept, in memory."""

import hashlib
import logging
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import hdrs, web

from podium.edge.floods import Floods
from podium.edge.problem import problem
from podium.settings import Settings

SALT_SECONDS = 600
"""After which addresses are hashed anew, so that nobody can follow one for longer."""
BURST_SECONDS = 10
"""As many seconds' worth may come at once: an event begins for everybody in the same minute."""
ADDRESS_BURST_SECONDS = 2
"""The same for one address: what comes at once is served before whoever comes next."""
CROWDED_RETRY_SECONDS = 5
IPV6_PREFIX = 64
"""Bits of an IPv6 address that one subscriber has in common."""
LONGEST = 1024

Network = IPv4Network | IPv6Network
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log = logging.getLogger(__name__)


class Arrivals:
    """Counts connects, and offers to watch. in_all, per_address: a second. open_per_address: connections that may be open at once.

    now: milliseconds of a clock that does not run backwards. The hashes of who is here have a key of this process and
    go with the connection; those of who came have one that lasts for minutes.
    """

    def __init__(
        self,
        now: Callable[[], int],
        in_all: int,
        per_address: int,
        open_per_address: int,
        trusted_proxies: Sequence[Network] = (),
    ) -> None:
        self._now = now
        self._per_address = per_address
        self._open_per_address = open_per_address
        self._here: Counter[str] = Counter()
        self._key = os.urandom(32)
        self._trusted = tuple(trusted_proxies)
        self._all = Floods(now, BURST_SECONDS * in_all, in_all)
        self._salted = -SALT_SECONDS * 1000
        self._forget()
        self._told = False
        self.refused: Counter[str] = Counter()
        """How many were refused, by reason."""

    @classmethod
    def by(cls, settings: Settings, now: Callable[[], int]) -> "Arrivals":
        """With the limits that the operator has set."""
        return cls(
            now,
            settings.connects,
            settings.connects_per_address,
            settings.connections_per_address,
            settings.trusted_proxies,
        )

    def wait(self, peer: str) -> int:
        """Count a connection from this address ("" for none): 0 when it is in time, else the seconds to wait.

        Who comes through a proxy that is trusted is counted by `entrance` instead.
        """
        address = self._counted(peer)
        # what is refused for its address does not count in all: nobody may use up what is there for everybody
        if address is not None and (wait := self._wait_of(address)):
            return wait
        if wait := self._all.wait(""):
            self.refused["connects"] += 1
        return wait

    def crowded(self, peer: str) -> bool:
        """Whether this address has as many connections open as one may."""
        address = self._counted(peer)
        if address is None or self._here[_hashed(address, self._key)] < self._open_per_address:
            return False
        self.refused["connections_per_address"] += 1
        return True

    def enter(self, peer: str) -> None:
        """A connection of this address is open, until `leave`."""
        if (address := self._counted(peer)) is not None:
            self._here[_hashed(address, self._key)] += 1

    def leave(self, peer: str) -> None:
        """It is gone."""
        if (address := self._counted(peer)) is not None:
            hashed = _hashed(address, self._key)
            self._here[hashed] -= 1
            if not self._here[hashed]:
                del self._here[hashed]

    def offered(self, request: web.Request) -> int:
        """Count an offer to watch: 0 when whoever sends it is in time, else the seconds to wait.

        One connection carries any number of them, and nobody may use up what a feed has for all its viewers.
        """
        address = self._behind_proxy(request) or self._counted(request.remote or "")
        return 0 if address is None else self._wait_of(address, offers=True)

    def entrance(self, handle: Handler) -> Handler:
        """The handler, for whom no proxy has sent too often, or too many: 429 or 503 with Retry-After for the others."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            address = self._behind_proxy(request)
            if address is None:
                return await handle(request)
            peer = str(address)
            if wait := self._wait_of(address):
                return problem("too_many_requests", "too many connections of one address", {"Retry-After": str(wait)})
            if self.crowded(peer):
                retry = {"Retry-After": str(CROWDED_RETRY_SECONDS)}
                return problem("too_many_connections", "this address has as many connections open as one may", retry)
            self.enter(peer)
            try:
                return await handle(request)
            finally:
                self.leave(peer)

        return guarded

    def _behind_proxy(self, request: web.Request) -> IPv4Address | IPv6Address | None:
        """Whom a trusted proxy names: the last address in X-Forwarded-For that is no trusted proxy's own."""
        named = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, ()))
        peer = _parsed(request.remote or "")
        if not named or peer is None:
            return None
        if not self._trusts(peer):
            if not self._told:
                self._told = True
                _log.warning("X-Forwarded-For of a proxy that is not trusted is not believed: set --trusted-proxies")
            return None
        for name in reversed(named[-LONGEST:].split(",")):
            address = _parsed(name.strip())
            if address is None or not self._trusts(address):
                return address
        return None

    def _wait_of(self, address: IPv4Address | IPv6Address, *, offers: bool = False) -> int:
        if self._now() - self._salted >= SALT_SECONDS * 1000:
            self._forget()
        wait = (self._offers if offers else self._addresses).wait(_hashed(address, self._salt))
        if wait:
            self.refused["connects_per_address"] += 1
        return wait

    def _forget(self) -> None:
        self._salted, self._salt = self._now(), os.urandom(32)
        pace = ADDRESS_BURST_SECONDS * self._per_address, self._per_address
        self._addresses, self._offers = Floods(self._now, *pace), Floods(self._now, *pace)

    def _counted(self, peer: str) -> IPv4Address | IPv6Address | None:
        """The address, unless there is none or it is a trusted proxy's, who brings many."""
        address = _parsed(peer)
        return None if address is None or self._trusts(address) else address

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._trusted)


def _parsed(name: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if address.version == 6 else address


def _hashed(address: IPv4Address | IPv6Address, key: bytes) -> str:
    packed = address.packed if address.version == 4 else address.packed[: IPV6_PREFIX // 8]
    return hashlib.blake2b(packed, key=key, digest_size=16).hexdigest()
