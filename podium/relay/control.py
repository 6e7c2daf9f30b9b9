"""What the web process and a relay worker say to each other.

Frames on a Unix stream socket: four bytes of length, big endian, then one MessagePack array. Requests carry a
number and get exactly one reply with the same number; events come when they come. The channel is the worker's
life: when it closes, the worker ends.
"""

import asyncio
from enum import StrEnum

import msgspec

from podium.relay.report import FeedReport

_LENGTH_BYTES = 4
MAX_FRAME_BYTES = 4 * 1024 * 1024


class Code(StrEnum):
    """Why the relay refuses, besides what podium.relay.sdp.SdpCode lists. Stable; clients may rely on it."""

    UNAVAILABLE = "relay_unavailable"
    BUSY = "relay_busy"
    NO_PUBLISHER = "feed_not_live"
    FEED_TAKEN = "feed_taken"
    SESSION_UNKNOWN = "session_unknown"
    SESSION_CONNECTING = "session_connecting"
    LAYER_UNKNOWN = "layer_unknown"
    TAKEN_OVER = "taken_over"
    FAILED = "relay_failed"
    PRECONDITION_REQUIRED = "precondition_required"
    PRECONDITION_FAILED = "precondition_failed"


class Refused(Exception):
    """A request that is not met.

    code: of Code or podium.relay.sdp.SdpCode. detail: one sentence for a developer.
    retry_after: seconds to wait before another try, None when trying again does not help.
    """

    def __init__(self, code: str, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class Role(StrEnum):
    """What a session does to its feed."""

    PUBLISH = "publish"
    PLAY = "play"


class Configure(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """The first message to a worker. `addresses` are announced instead of those the requests came to.

    node: the names of the worker's sessions begin with it.
    """

    addresses: tuple[str, ...]
    node: str = ""


class SiblingEnded(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """Another worker has ended, and with it the publishers that it had."""

    worker: int


class Open(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """Answer an offer. `address` is the local address the HTTP request came to: the peer can reach it.

    A standby publisher never displaces one that is not.
    """

    number: int
    role: Role
    feed: str
    offer: str
    address: str
    standby: bool = False


class Patch(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """A trickle fragment or an ICE restart for a session; `condition` is the If-Match header or None."""

    number: int
    role: Role
    feed: str
    session: str
    condition: str | None
    fragment: str


class Close(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """End a session."""

    number: int
    role: Role
    feed: str
    session: str


class Find(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """Is there such a session?"""

    number: int
    role: Role
    feed: str
    session: str


class Choose(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """A viewer's wish for a layer, by name or by the size that is looked at; without either the relay chooses.

    media: the index of an m-line, None for the first picture.
    """

    number: int
    feed: str
    session: str
    media: int | None
    rid: str | None
    max_width: int | None
    max_height: int | None


class Call(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """Write an offer to another server: to publish here what it sends, or to play to it what is live here."""

    number: int
    role: Role
    feed: str


class Answered(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """What the other server answered to an offer."""

    number: int
    call: str
    answer: str


class Opened(msgspec.Struct, tag=True, frozen=True, array_like=True):
    number: int
    session: str
    etag: str
    answer: str


class Restarted(msgspec.Struct, tag=True, frozen=True, array_like=True):
    number: int
    etag: str
    fragment: str


class Called(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """The offer, and the name that the session will have."""

    number: int
    session: str
    offer: str


class Done(msgspec.Struct, tag=True, frozen=True, array_like=True):
    number: int


class Refusal(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """A request that is not met: a stable code, a sentence for developers, seconds to wait before another try."""

    number: int
    code: str
    detail: str
    retry_after: int | None = None


class Ready(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """The worker serves its media port."""


class FeedLive(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """Media of a publisher may be watched now; `codecs`: what it may send, as `kind/name`. pulled: its publisher is at another server."""

    feed: str
    codecs: tuple[str, ...]
    pulled: bool = False


class FeedGone(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """The feed's publisher has ended: `closed`, `silent`, `failed` or `relay_restarted`."""

    feed: str
    reason: str


class Viewers(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """How many connected viewers a feed has; at most once a second, and only when it changed."""

    feed: str
    count: int


class SessionClosed(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """A session has ended: a viewer's however it came (`closed`: by a request), a publisher's without a request."""

    session: str
    role: Role
    feed: str
    reason: str


class Stats(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """Once a second. Totals since the worker began: packets, bytes, drops by reason, sessions. And what it bears now.

    load: share of a core in the last seconds, 0 to 1. viewers: sessions that play. handshakes: sessions that are
    being connected.
    """

    counters: dict[str, int]
    load: float = 0.0
    viewers: int = 0
    handshakes: int = 0


class Measured(msgspec.Struct, tag=True, frozen=True, array_like=True):
    """What a publisher of this worker sends, once a second."""

    feed: str
    report: FeedReport


Request = Open | Patch | Close | Find | Choose | Call | Answered
Reply = Opened | Restarted | Called | Done | Refusal
Event = FeedLive | FeedGone | Viewers | SessionClosed | Stats | Measured
ToWorker = Configure | SiblingEnded | Request
FromWorker = Ready | Reply | Event

_encoder = msgspec.msgpack.Encoder()
to_worker = msgspec.msgpack.Decoder(ToWorker)
from_worker = msgspec.msgpack.Decoder(FromWorker)


class Overlong(Exception):
    """The other end announced a frame beyond MAX_FRAME_BYTES: it is not one of ours."""


def pack(message: ToWorker | FromWorker) -> bytes:
    """One frame."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """The body of the next frame, None at the end of the channel. Raises Overlong."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        if length > MAX_FRAME_BYTES:
            raise Overlong(f"{length} bytes")
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
