"""The sessions of one worker: who is admitted, what becomes of them, and which feed they publish or play.

A publisher takes its feed when its transport is connected, not when it asks: an offer that never connects
interrupts nobody. The publisher before it is closed then (`taken over`). Only a standby publisher, such as a test
card, waits: it never displaces one that is not.
"""

import secrets
from collections import Counter
from collections.abc import Callable
from typing import Literal

import pylibsrtp

from podium.relay.answer import Candidate, Direction, LocalTransport, answered_setup, write_answer, write_fragment
from podium.relay.control import (
    Code,
    Event,
    FeedGone,
    FeedLive,
    Opened,
    Refused,
    Restarted,
    Role,
    SessionClosed,
    Viewers,
)
from podium.relay.halfopen import HalfOpen
from podium.relay.media import Section
from podium.relay.negotiate import REDUNDANCY, accept_publisher, accept_viewer
from podium.relay.peer import Identity, Peer, Spawn
from podium.relay.plane import MediaPlane
from podium.relay.publisher import Publisher
from podium.relay.sdp import Offer, SdpRefused, Transport, parse_fragment, parse_offer
from podium.relay.session import Session, new_etag
from podium.relay.siblings import Siblings
from podium.relay.turnstile import Turnstile
from podium.relay.udp import UdpPort
from podium.relay.viewer import Viewer

HALF_OPEN_SECONDS = 15.0
# A camera that crashed leaves its feed to a standby publisher long before it counts as ended.
STANDBY_SECONDS = 5.0
SILENT_SECONDS = 30.0
RETRY_SECONDS = 2
TAKEN_RETRY_SECONDS = 3
# Ended publishers that can still be told why; older ones are unknown.
MOST_TAKEN_OVER = 1024


class Sessions:
    """All sessions of a worker. Requests return or raise Refused; what happens later goes to `emit`."""

    def __init__(
        self,
        port: UdpPort,
        plane: MediaPlane,
        identity: Identity,
        *,
        candidates: Callable[[str], tuple[Candidate, ...]],
        emit: Callable[[Event], None],
        spawn: Spawn,
        counters: Counter[str],
        now: Callable[[], float],
        name: str = "0",
        siblings: Siblings | None = None,
    ) -> None:
        self.now = now
        self.name = name
        self._siblings = siblings
        self._port = port
        self._plane = plane
        self._identity = identity
        self._turnstile = Turnstile()
        self._candidates = candidates
        self._emit = emit
        self._spawn = spawn
        self._counters = counters
        self._sessions: dict[str, Session] = {}
        self._half_open: HalfOpen[Session] = HalfOpen(now)
        self._publishers: dict[str, Session] = {}
        self._taken_over: dict[tuple[str, str], int | None] = {}  # (feed, name): seconds to wait, None for good
        self._told_viewers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._sessions

    @property
    def viewers(self) -> int:
        """Sessions that play, connected or about to be: an offer without a peer is nobody yet."""
        return sum(session.role is Role.PLAY and session.is_checked for session in self._sessions.values())

    @property
    def handshakes(self) -> int:
        """Sessions that are being connected."""
        return self._half_open.handshakes

    def open(
        self, number: int, role: Role, feed: str, offer_text: str, address: str, *, standby: bool = False
    ) -> Opened:
        """Answer an offer. `address`: the local one its request came to. Raises Refused."""
        giving_way = self._half_open.giving_way()
        if giving_way is None:
            raise Refused(Code.BUSY, "too many sessions are being set up at once", RETRY_SECONDS)
        if standby and self._is_taken(feed):
            raise Refused(Code.FEED_TAKEN, "another publisher has this feed", TAKEN_RETRY_SECONDS)
        try:
            offer = parse_offer(offer_text)
            sections = accept_publisher(offer) if role is Role.PUBLISH else self._viewer_sections(feed, offer)
        except SdpRefused as refused:
            raise Refused(refused.code, refused.detail) from refused
        for oldest in giving_way:
            self.end(oldest, "never_connected")
        local = self.local(address)
        session = Session(self, role, feed, sections, offer.transport, address, standby=standby)
        self.begin(session, local, offer.transport, answered_setup(offer))
        direction: Direction = "recvonly" if role is Role.PUBLISH else "sendonly"
        answer = write_answer(offer, sections, local, direction, secrets.randbits(62))
        return Opened(number, session.id, session.etag, answer)

    def begin(
        self,
        session: Session,
        local: LocalTransport,
        remote: Transport,
        setup: Literal["active", "passive"],
        *,
        controls: bool = False,
    ) -> None:
        """Both ends of the session are known: it waits for its peer. setup: our DTLS role."""
        session.peer = Peer(
            self._port,
            self._identity,
            ufrag=local.ufrag,
            password=local.password,
            fingerprints=remote.fingerprints,
            setup=setup,
            owner=session,
            spawn=self._spawn,
            counters=self._counters,
            now=self.now,
            turnstile=self._turnstile,
            controls=controls,
        )
        self._sessions[session.id] = session
        self._half_open.add(session)

    def patch(
        self, number: int, role: Role, feed: str, identifier: str, condition: str | None, text: str
    ) -> Restarted | None:
        """Take a trickle fragment (None) or restart ICE (RFC 9725 sections 4.3.2 and 4.3.3). Raises Refused.

        `condition` is the If-Match header; the RFC's example quotes the star, so both spellings are taken.
        """
        session = self.find(role, feed, identifier)
        if condition is None:
            raise Refused(Code.PRECONDITION_REQUIRED, "If-Match with the session's ETag, or * to restart ICE")
        tags = [tag.strip() for tag in condition.split(",")]
        if session.etag not in tags and not {"*", '"*"'} & set(tags):
            raise Refused(Code.PRECONDITION_FAILED, "the ETag is not of the present ICE session")
        try:
            fragment = parse_fragment(text)
        except SdpRefused as refused:
            raise Refused(refused.code, refused.detail) from refused
        remote = (fragment.ufrag, fragment.password)
        if remote in (("", ""), session.remote):
            return None  # candidates: a lite agent answers checks and sends none
        local = self.local(session.address)
        session.peer.restart(local.ufrag, local.password)
        session.etag = new_etag()
        session.remote = remote
        return Restarted(number, session.etag, write_fragment(session.sections, local))

    def find(self, role: Role, feed: str, identifier: str) -> Session:
        """The session of that name on that feed. Raises Refused."""
        session = self._sessions.get(identifier)
        if session is None and role is Role.PUBLISH and (feed, identifier) in self._taken_over:
            wait = self._taken_over[feed, identifier]
            raise Refused(Code.TAKEN_OVER, "another publisher has taken this feed over", wait)
        if session is None or session.role is not role or session.feed != feed:
            raise Refused(Code.SESSION_UNKNOWN, "there is no such session, or it has ended")
        return session

    def choose(
        self,
        feed: str,
        identifier: str,
        media: int | None,
        rid: str | None,
        max_width: int | None,
        max_height: int | None,
    ) -> None:
        """A viewer's wish for a layer; see control.Choose. Raises Refused."""
        session = self.find(Role.PLAY, feed, identifier)
        kinds = [section.kind for section in session.sections]
        if media is not None and (media >= len(kinds) or kinds[media] != "video"):
            raise Refused(Code.LAYER_UNKNOWN, "this m-line is not a picture")
        if not isinstance(session.handle, Viewer):
            raise Refused(Code.SESSION_CONNECTING, "the session is not connected yet", RETRY_SECONDS)
        if not session.handle.choose(rid, max_width, max_height):
            raise Refused(Code.LAYER_UNKNOWN, "the publisher sends no layer of this name")

    def attach(self, session: Session, inbound: pylibsrtp.Session, outbound: pylibsrtp.Session) -> None:
        """Give a connected session its place in the media plane; a publisher takes its feed now."""
        publishes = session.role is Role.PUBLISH
        if publishes and session.standby and self._is_taken(session.feed):
            self._end_taken_over(session)
            return
        if publishes:
            previous, self._publishers[session.feed] = self._publishers.get(session.feed), session
            if previous is not None:
                self._end_taken_over(previous)
        join = self._plane.publish if publishes else self._plane.play
        session.handle = join(
            session.feed,
            session.sections,
            address=session.peer.address,
            on_closed=lambda reason: self.end(session, reason),
        )
        session.handle.connected(inbound, outbound)
        self._half_open.discard(session)
        self._counters["sessions_connected"] += 1
        if publishes:
            codecs = dict.fromkeys(
                f"{section.kind}/{codec.name}"
                for section in session.sections
                for codec in section.codecs
                if codec.name.lower() != REDUNDANCY
            )
            self._emit(FeedLive(session.feed, tuple(codecs), session.pulled))
            if self._siblings is not None and isinstance(session.handle, Publisher):
                self._siblings.publish(session.handle)

    def end(self, session: Session, reason: str = "") -> None:
        """Free a session; with a reason, which is none of the client's doing, tell it. Idempotent."""
        if self._sessions.pop(session.id, None) is None:
            return
        self._half_open.discard(session)
        session.peer.close()
        if session.handle is not None:
            session.handle.close()
        if self._siblings is not None and isinstance(session.handle, Publisher):
            self._siblings.withdraw(session.handle)
        if self._publishers.get(session.feed) is session:
            del self._publishers[session.feed]
            self._emit(FeedGone(session.feed, reason or "closed"))
        if reason:
            self._emit(SessionClosed(session.id, session.role, session.feed, reason))

    def _end_taken_over(self, session: Session) -> None:
        """End a publisher whose feed another one has; it may ask why. A standby one may come back later."""
        self._taken_over[session.feed, session.id] = TAKEN_RETRY_SECONDS if session.standby else None
        if len(self._taken_over) > MOST_TAKEN_OVER:
            del self._taken_over[next(iter(self._taken_over))]
        self.end(session, "taken over")

    def sweep(self) -> None:
        """Once a second: end what never connected or fell silent, tell changed viewer counts."""
        now = self.now()
        for session in list(self._sessions.values()):
            if session in self._half_open and now - session.opened_at > HALF_OPEN_SECONDS:
                self.end(session, "never_connected")
            elif session not in self._half_open and session.peer.silent_for() > SILENT_SECONDS:
                self.end(session, "silent")
        counts = {name: feed.viewers for name, feed in self._plane.feeds().items() if feed.viewers}
        for name in sorted(counts.keys() | self._told_viewers.keys()):
            if counts.get(name, 0) != self._told_viewers.get(name, 0):
                self._emit(Viewers(name, counts.get(name, 0)))
        self._told_viewers = counts

    def close(self) -> None:
        """End all, with a goodbye to each peer."""
        for session in list(self._sessions.values()):
            self.end(session, "relay_stopped")

    def _viewer_sections(self, name: str, offer: Offer) -> tuple[Section, ...]:
        feed = self._plane.feeds().get(name)
        if feed is None or not feed.live:  # a publisher here, or the shadow of a sibling's
            raise Refused(Code.NO_PUBLISHER, "nobody publishes this feed now", RETRY_SECONDS)
        ssrcs = [(secrets.randbits(31) + 1, secrets.randbits(31) + 1) for _ in offer.sections]
        sent = [section for kind in ("audio", "video") if (section := feed.section(kind)) is not None]
        return accept_viewer(offer, sent, ssrcs)

    def _is_taken(self, feed: str) -> bool:
        publisher = self._publishers.get(feed)
        if publisher is None or publisher.standby:
            return False
        return publisher.peer.silent_for() < STANDBY_SECONDS

    def local(self, address: str) -> LocalTransport:
        """Our end of a new session, as whoever came to this address of ours reaches it."""
        return LocalTransport(
            secrets.token_hex(8), secrets.token_hex(16), self._identity.fingerprint, self._candidates(address)
        )
