"""A peer's secure transport: aiortc's DTLS on our own socket. The only module that imports aiortc.

`RTCDtlsTransport` needs of the transport beneath it `_send`, `_recv` and `role`, and runs unchanged on `Peer`.
The private names of aiortc 1.16 used here (`_set_role`, `_srtp_profiles`, `_rx_srtp`, `_tx_srtp`, `_ssl`,
`_set_state`, `_validate_peer_identity`, `_create_ssl_context`) are pinned by tests/relay/test_peer.py.
Sources: RFC 5764 (DTLS-SRTP), RFC 8842 (setup), RFC 7675 (consent).
"""

import asyncio
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, Literal, Protocol, cast

import pylibsrtp
from aiortc import RTCCertificate, RTCIceTransport
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AEAD_AES_256_GCM,
    SRTP_AES128_CM_SHA1_80,
    SRTP_PROFILES,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
    State,
)
from OpenSSL import SSL, crypto

from podium.relay.turnstile import Turnstile
from podium.relay.udp import Address, UdpPort

# FFmpeg loses a second when the first ClientHello follows its binding request at once.
CLIENT_HELLO_DELAY_SECONDS = 0.15
# A peer that still sends from its selected address is not moved by a check from elsewhere, unless that is nominated.
MOVE_AFTER_SECONDS = 3.0
_DTLS_QUEUE = 32
_DIGESTS = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}

# The shorter key first: the fan-out encrypts every packet for every viewer.
PROFILES = [
    profile
    for profile in (SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM, SRTP_AES128_CM_SHA1_80)
    if profile in SRTP_PROFILES
]

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Identity(RTCCertificate):
    """The worker's certificate, shared by all its peers together with one prepared SSL context."""

    _context: SSL.Context | None = None

    @property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint as `AB:CD:...`."""
        return next(entry.value for entry in self.getFingerprints() if entry.algorithm == "sha-256")

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
        return self._context


def create_identity() -> Identity:
    """A fresh P-256 certificate."""
    return Identity.generateCertificate()


class PeerOwner(Protocol):
    """Who is told what becomes of a peer."""

    def connected(self, inbound: pylibsrtp.Session, outbound: pylibsrtp.Session) -> None:
        """DTLS is done and the certificate is the one of the offer; media may flow."""

    def moved(self, address: Address) -> None:
        """The peer is to be reached at `address` from now on."""

    def media(self, datagram: bytes) -> None:
        """SRTP or SRTCP from the peer, still protected."""

    def closed(self, reason: str) -> None:
        """The peer ended it (`peer_closed`) or its handshake failed (`handshake_failed`)."""


class Peer:
    """One remote end: its address, its DTLS association and when it was last heard."""

    role = "controlled"

    def __init__(
        self,
        port: UdpPort,
        identity: Identity,
        *,
        ufrag: str,
        password: str,
        fingerprints: tuple[tuple[str, str], ...],
        setup: Literal["active", "passive"],
        owner: PeerOwner,
        spawn: Spawn,
        counters: Counter[str],
        now: Callable[[], float],
        turnstile: Turnstile,
        controls: bool = False,
    ) -> None:
        self.controls = controls
        self.ufrag = ufrag
        self.password = password
        self.address: Address | None = None
        self.connected = False
        self._closing = False
        self._port = port
        self._fingerprints = fingerprints
        self._setup = setup
        self._owner = owner
        self._spawn = spawn
        self._counters = counters
        self._now = now
        self._turnstile = turnstile
        self._heard_at = now()
        self._selected_heard_at = -math.inf
        self._claim = 0  # the priority with which the selected address is nominated
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(_DTLS_QUEUE)
        self._next_flight: list[bytes | None] = []
        self._started = False
        self._dtls = _Dtls(cast(RTCIceTransport, self), [identity])
        self._dtls._srtp_profiles = PROFILES
        self._dtls._set_role("client" if setup == "active" else "server")
        port.admit(ufrag, self)

    def silent_for(self) -> float:
        """Seconds since anything came from an address of this peer."""
        return self._now() - self._heard_at

    def restart(self, ufrag: str, password: str) -> None:
        """New ICE credentials; DTLS and media go on, checks with the old ones are no longer answered."""
        self._port.dismiss(self.ufrag)
        self.ufrag, self.password = ufrag, password
        self._port.admit(ufrag, self)
        self._selected_heard_at = -math.inf  # the next check selects its address

    def close(self) -> None:
        """Say goodbye (close_notify), answer no more checks, free all. Idempotent; `owner.closed` is not called."""
        if self._closing:
            return
        self._closing = True
        self._port.dismiss(self.ufrag)
        self._spawn(self._stop())

    # what UdpPort calls

    def checked(self, address: Address, nominated: bool, priority: int) -> None:
        """Who nominates all its pairs at once, as Firefox does, means the one of the highest priority (RFC 5245, 8.1.1.2)."""
        now = self._now()
        self._heard_at = now
        wins = nominated and priority >= self._claim
        if (
            address == self.address
            or self.address is None
            or wins
            or now - self._selected_heard_at > MOVE_AFTER_SECONDS
        ):
            moved, self.address = address != self.address, address
            self._selected_heard_at = now
            self._claim = priority if nominated else 0
            if moved:
                self._owner.moved(address)
        if not self._started:
            self._started = True
            self._spawn(self._handshake())

    def lost(self, address: Address) -> None:
        if address == self.address:
            self._selected_heard_at = -math.inf  # the next check selects its address

    def dtls(self, datagram: bytes) -> None:
        self._heard_at = self._now()
        try:
            self._queue.put_nowait(datagram)
        except asyncio.QueueFull:
            self._counters["dropped_dtls"] += 1

    def media(self, datagram: bytes) -> None:
        self._heard_at = self._now()
        if self.connected:
            self._owner.media(datagram)
        else:
            self._counters["dropped_before_handshake"] += 1

    # what RTCDtlsTransport calls

    async def _send(self, datagram: bytes) -> None:
        if self.address is None:
            raise ConnectionError("no address yet")
        self._port.send(datagram, self.address)

    async def _recv(self) -> bytes:
        if not self._next_flight:
            self._next_flight.append(await self._queue.get())
        if not self.connected:
            await self._turnstile.enter()  # may be cancelled by a timer of DTLS: the datagram stays for the next call
        datagram = self._next_flight.pop()
        if datagram is None:
            raise ConnectionError("closed")
        return datagram

    async def _handshake(self) -> None:
        if self._setup == "active":
            await asyncio.sleep(CLIENT_HELLO_DELAY_SECONDS)
        if self._is_closing():
            return
        parameters = RTCDtlsParameters([RTCDtlsFingerprint(*entry) for entry in self._fingerprints])
        await self._dtls.start(parameters)
        if self._is_closing():
            return
        if self._dtls.state != "connected":
            self._owner.closed("handshake_failed")
            return
        self.connected = True
        self._dtls.on("statechange", self._changed)
        self._owner.connected(self._dtls._rx_srtp, self._dtls._tx_srtp)

    def _is_closing(self) -> bool:
        return self._closing  # a call, because the answer may change while a handshake waits

    def _changed(self) -> None:
        if self._dtls.state == "closed" and not self._closing:
            self._owner.closed("peer_closed")

    async def _stop(self) -> None:
        try:
            await self._dtls.stop()
        finally:
            self._port.forget(self)
            while self._queue.full():
                self._queue.get_nowait()
            self._queue.put_nowait(None)  # ends a handshake that still waits


class _Dtls(RTCDtlsTransport):
    def _validate_peer_identity(self, remoteParameters: RTCDtlsParameters) -> None:  # noqa: N803 - aiortc's name
        """Compare digests of the DER as sent, without parsing it: FFmpeg's serial numbers may be zero or negative."""
        certificate = self._ssl.get_peer_certificate() if self._ssl else None
        known = [entry for entry in remoteParameters.fingerprints if entry.algorithm in _DIGESTS]
        if certificate is not None and known:
            der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
            if all(_fingerprint(der, entry.algorithm) == entry.value for entry in known):
                return
        self._set_state(State.FAILED)


def _fingerprint(der: bytes, algorithm: str) -> str:
    return _DIGESTS[algorithm](der).digest().hex(":").upper()
