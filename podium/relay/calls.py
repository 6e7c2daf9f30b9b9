"""Sessions that this server asks another one for: it offers, it asks (ICE, controlling), and the other answers.

A pulled feed is published here by what the other server plays; a pushed one is played to the other server, which takes
it for a publisher. Sources: RFC 9725, draft-ietf-wish-whep-03, RFC 8445 (checks), RFC 7675 (consent).
"""

import asyncio
import math
import secrets
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from podium.relay.answer import LocalTransport, write_offer
from podium.relay.control import Called, Code, Refused, Role
from podium.relay.detour import Detour
from podium.relay.media import Section
from podium.relay.negotiate import PULLED, accept_pulled, accept_viewer, pushed
from podium.relay.peer import Spawn
from podium.relay.plane import MediaPlane
from podium.relay.sdp import SdpRefused, candidates, parse_offer
from podium.relay.session import Session, new_name
from podium.relay.sessions import RETRY_SECONDS, Sessions
from podium.relay.stun import Remote
from podium.relay.tcp import TcpPort
from podium.relay.udp import UdpPort

#: Offers that wait for their answer; one more takes the place of the oldest.
MOST_WAITING = 64
#: Between checks until one is answered, and afterwards (seconds).
CHECK_SECONDS, CONSENT_SECONDS = 0.2, 1.0
#: A server that has answered no check for so long is gone (RFC 7675 allows 30).
SILENT_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    role: Role
    feed: str
    sections: tuple[Section, ...]
    local: LocalTransport


class Calls:
    """The offers of one worker, and the checks of the sessions that came of them."""

    def __init__(self, sessions: Sessions, plane: MediaPlane, port: UdpPort, tcp: TcpPort, spawn: Spawn) -> None:
        self._sessions = sessions
        self._plane = plane
        self._port = port
        self._tcp = tcp
        self._spawn = spawn
        self._waiting: dict[str, _Waiting] = {}

    def offer(self, number: int, role: Role, feed: str) -> Called:
        """An offer to pull a feed (Role.PUBLISH) or to push one that is live. Raises Refused."""
        sections = PULLED if role is Role.PUBLISH else self._pushed(feed)
        call, local = new_name(self._sessions), self._sessions.local("")
        self._waiting[call] = _Waiting(role, feed, sections, local)
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        direction: Literal["recvonly", "sendonly"] = "recvonly" if role is Role.PUBLISH else "sendonly"
        return Called(number, call, write_offer(sections, local, direction, secrets.randbits(62)))

    def answered(self, call: str, text: str) -> None:
        """Begin the session, by the name of its call. Raises Refused."""
        waiting = self._waiting.pop(call, None)
        if waiting is None:
            raise Refused(Code.SESSION_UNKNOWN, "there is no such call, or it has been answered")
        try:
            answer = parse_offer(text)
            if waiting.role is Role.PUBLISH:
                sections = accept_pulled(answer)
            else:
                ssrcs = [
                    (sent.ssrcs[0], (*sent.repair_ssrcs, 0)[0])
                    for answered in answer.sections
                    for sent in waiting.sections
                    if sent.kind == answered.kind
                ]
                sections = accept_viewer(answer, waiting.sections, ssrcs)
        except SdpRefused as refused:
            raise Refused(refused.code, refused.detail) from refused
        pulled = waiting.role is Role.PUBLISH
        session = Session(
            self._sessions,
            waiting.role,
            waiting.feed,
            sections,
            answer.transport,
            "",
            standby=False,
            pulled=pulled,
            name=call,
        )
        setup: Literal["active", "passive"] = "passive" if answer.transport.setup == "active" else "active"
        self._sessions.begin(session, waiting.local, answer.transport, setup, controls=True)
        remote = Remote(answer.transport.ufrag, answer.transport.password, waiting.local.ufrag)
        self._spawn(self._check(session, remote, candidates(text)))

    def _pushed(self, name: str) -> tuple[Section, ...]:
        feed = self._plane.feeds().get(name)
        if feed is None or not feed.live:
            raise Refused(Code.NO_PUBLISHER, "nobody publishes this feed now", RETRY_SECONDS)
        sent = [section for kind in ("audio", "video") if (section := feed.section(kind)) is not None]
        return pushed(sent, [(secrets.randbits(31) + 1, secrets.randbits(31) + 1) for _ in sent])

    async def _check(self, session: Session, remote: Remote, ways: tuple[tuple[str, int], ...]) -> None:
        """Ask until the session ends: every candidate until one answers, then that one, for consent."""
        try:
            detour = Detour(self._port, self._tcp, session.peer, remote, ways)
        except OSError:  # no more descriptors
            self._sessions.end(session, "failed")
            return
        with closing(detour):
            asked_at = -math.inf
            while session.id in self._sessions:
                now = self._sessions.now()
                if session.peer.silent_for() > SILENT_SECONDS:
                    self._sessions.end(session, "silent")
                elif session.peer.address is None or now - asked_at > CONSENT_SECONDS:
                    asked_at = now
                    detour.ask()
                await asyncio.sleep(CHECK_SECONDS)
