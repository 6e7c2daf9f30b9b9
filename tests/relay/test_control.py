import asyncio

import msgspec
import pytest

from podium.relay.control import (
    MAX_FRAME_BYTES,
    Choose,
    Close,
    Configure,
    Done,
    FeedGone,
    FeedLive,
    Find,
    FromWorker,
    Measured,
    Open,
    Opened,
    Overlong,
    Patch,
    Ready,
    Refusal,
    Restarted,
    Role,
    SessionClosed,
    Stats,
    ToWorker,
    Viewers,
    from_worker,
    pack,
    read_frame,
    to_worker,
)
from tests.relay.test_report import WELL

REQUESTS: tuple[ToWorker, ...] = (
    Configure(("203.0.113.5",)),
    Open(1, Role.PUBLISH, "room/programme", "v=0", "127.0.0.1", standby=True),
    Patch(2, Role.PLAY, "room/programme", "s", None, "a=end-of-candidates"),
    Close(3, Role.PLAY, "room/programme", "s"),
    Find(4, Role.PUBLISH, "room/programme", "s"),
    Choose(5, "room/programme", "s", 0, "h", 1280, None),
)
ANSWERS: tuple[FromWorker, ...] = (
    Ready(),
    Opened(1, "s", '"e"', "v=0"),
    Restarted(2, '"f"', "a=ice-lite"),
    Done(3),
    Refusal(4, "relay_busy", "too many", 2),
    FeedLive("room/programme", ("audio/opus", "video/VP8")),
    FeedGone("room/programme", "silent"),
    Viewers("room/programme", 12),
    SessionClosed("s", Role.PLAY, "room/programme", "silent"),
    Stats({"packets_in": 1}),
    Measured("room/programme", WELL),
)


def reader_of(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


async def test_messages_arrive_as_they_were_sent() -> None:
    reader = reader_of(b"".join(map(pack, (*REQUESTS, *ANSWERS))))
    for request in REQUESTS:
        assert to_worker.decode(await read_frame(reader) or b"") == request
    for answer in ANSWERS:
        assert from_worker.decode(await read_frame(reader) or b"") == answer
    assert await read_frame(reader) is None


async def test_frame_cut_short_is_the_end() -> None:
    assert await read_frame(reader_of(pack(Ready())[:-1])) is None


async def test_overlong_frame_is_not_read() -> None:
    with pytest.raises(Overlong):
        await read_frame(reader_of((MAX_FRAME_BYTES + 1).to_bytes(4, "big")))


def test_each_direction_has_its_own_messages() -> None:
    with pytest.raises(msgspec.DecodeError):
        to_worker.decode(pack(Ready())[4:])
