"""One session of WHIP or WHEP: what ties its peer to its place in the media plane."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Protocol

import pylibsrtp

from podium.relay.control import Role
from podium.relay.media import Section
from podium.relay.peer import Peer
from podium.relay.publisher import Publisher
from podium.relay.sdp import Transport
from podium.relay.udp import Address
from podium.relay.viewer import Viewer


class Registry(Protocol):
    """Whoever keeps the sessions: podium.relay.sessions.Sessions."""

    @property
    def name(self) -> str:
        """Of node and worker: the name of each of its sessions begins with it."""

    def now(self) -> float: ...

    def attach(self, session: Session, inbound: pylibsrtp.Session, outbound: pylibsrtp.Session) -> None:
        """Its transport is connected."""

    def end(self, session: Session, reason: str = "") -> None:
        """Its transport has ended."""


class Session:
    """One publisher or viewer from its POST to its end; the owner of its peer."""

    peer: Peer

    def __init__(
        self,
        registry: Registry,
        role: Role,
        feed: str,
        sections: Sequence[Section],
        remote: Transport,
        address: str,
        *,
        standby: bool,
        pulled: bool = False,
        name: str = "",
    ) -> None:
        self.id = name or new_name(registry)
        self.role = role
        self.feed = feed
        self.sections = sections
        self.etag = new_etag()
        self.remote = (remote.ufrag, remote.password)
        self.address = address
        self.standby = standby
        self.pulled = pulled
        self.opened_at = registry.now()
        self.handle: Publisher | Viewer | None = None
        self._registry = registry

    @property
    def is_checked(self) -> bool:
        """Whether its peer has sent an authenticated check, or is one that we have called ourselves."""
        return self.peer.address is not None or self.peer.controls

    def connected(self, inbound: pylibsrtp.Session, outbound: pylibsrtp.Session) -> None:
        self._registry.attach(self, inbound, outbound)

    def moved(self, address: Address) -> None:
        if self.handle is not None:
            self.handle.address = address

    def media(self, datagram: bytes) -> None:
        if self.handle is not None:
            self.handle.receive(datagram)

    def closed(self, reason: str) -> None:
        self._registry.end(self, reason)


def new_name(registry: Registry) -> str:
    """A session's name, which nobody can guess."""
    return f"{registry.name}-{secrets.token_urlsafe(18)}"


def new_etag() -> str:
    """Names one ICE session (RFC 9725 section 4.3.1)."""
    return f'"{secrets.token_urlsafe(9)}"'
