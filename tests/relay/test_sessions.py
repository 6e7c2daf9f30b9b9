"""A publisher and its viewers through the whole relay, over loopback, with aiortc as the other end."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from podium.relay.control import FeedGone, FeedLive, Refused, Role, SessionClosed, Viewers
from podium.relay.sessions import (
    HALF_OPEN_SECONDS,
    SILENT_SECONDS,
    STANDBY_SECONDS,
    TAKEN_RETRY_SECONDS,
)
from tests.relay.browser import Peer, moves, publisher, viewer
from tests.relay.offers import offer
from tests.relay.rig import FEED, STANDBY_TOKEN, TOKEN, Rig, running_relay, until


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running_relay() as relay:
        yield relay


def lives(rig: Rig) -> int:
    return sum(isinstance(event, FeedLive) for event in rig.events)


def reasons(rig: Rig) -> list[str]:
    return [event.reason for event in rig.events if isinstance(event, FeedGone | SessionClosed)]


async def live_publisher(rig: Rig, codec: str = "VP8", kinds: str = "audio video") -> Peer:
    count = lives(rig)
    source = await publisher(rig.http, rig.whip, codec, kinds=kinds)
    await until(lambda: lives(rig) == count + 1)
    return source


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_viewer_sees_and_hears_what_is_published(rig: Rig, codec: str) -> None:
    source = await live_publisher(rig, codec)
    assert rig.events == [FeedLive(FEED, ("audio/opus", f"video/{codec}"))]
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames) and watcher.sounds > 10)
    assert watcher.sizes == {(160, 120)}
    await watcher.close()
    await source.close()


@pytest.mark.parametrize("kind", ["audio", "video"])
async def test_feed_of_one_kind(rig: Rig, kind: str) -> None:
    source = await live_publisher(rig, kinds=kind)
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames) if kind == "video" else watcher.sounds > 10)
    await watcher.close()
    await source.close()


async def test_viewer_may_want_the_sound_only(rig: Rig) -> None:
    source = await live_publisher(rig)
    watcher = await viewer(rig.http, rig.whep, kinds="audio")
    await until(lambda: watcher.sounds > 10)
    await watcher.close()
    await source.close()


async def test_late_joiner_sees_the_picture(rig: Rig) -> None:
    source = await live_publisher(rig)
    first = await viewer(rig.http, rig.whep)
    await until(lambda: moves(first.frames, 30))
    second = await viewer(rig.http, rig.whep)
    await until(lambda: moves(second.frames))
    for peer in (first, second, source):
        await peer.close()


async def test_viewer_keeps_its_session_when_the_publisher_reconnects(rig: Rig) -> None:
    """MP-09."""
    source = await live_publisher(rig)
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames))
    assert await source.delete() == 200
    await source.close()
    await until(lambda: FeedGone(FEED, "closed") in rig.events)
    again = await live_publisher(rig)
    seen = len(watcher.frames)
    await until(lambda: moves(watcher.frames[seen:]))
    assert len(rig.sessions) == 2
    await watcher.close()
    await again.close()


async def test_viewer_goes_on_when_the_next_publisher_has_another_codec(rig: Rig) -> None:
    """MP-10: no end and no garbage, the viewer agreed on both codecs."""
    source = await live_publisher(rig, "VP8")
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames))
    again = await live_publisher(rig, "H264")
    seen = len(watcher.frames)
    await until(lambda: moves(watcher.frames[seen:]))
    for peer in (watcher, again, source):
        await peer.close()


async def test_second_publisher_takes_over_once_connected(rig: Rig) -> None:
    first = await live_publisher(rig)
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {TOKEN}"}
    silent = await rig.http.post(rig.whip, data=offer("obs"), headers=headers)
    assert silent.status == 201
    assert len(rig.sessions) == 2  # who only asks displaces nobody
    second = await live_publisher(rig)
    assert reasons(rig) == ["taken over"]
    await until(lambda: first.connection.connectionState == "closed")
    assert await first.delete() == 410
    await first.close()
    await second.close()


async def session_says(rig: Rig, peer: Peer) -> tuple[int, str, str | None]:
    """Status, code and Retry-After of a GET on a publisher's session."""
    async with rig.http.get(peer.session, headers=peer.headers) as response:
        body = await response.json(content_type=None)
        return response.status, body["code"], response.headers.get("Retry-After")


async def test_a_session_whose_feed_was_taken_over_says_so(rig: Rig) -> None:
    """Or a publisher would take the feed back, and the two would go on forever."""
    card = Peer(rig.http, STANDBY_TOKEN)
    card.connection.addTransceiver("audio", direction="sendonly")
    assert await card.post(rig.whip) == 201
    await until(lambda: lives(rig) == 1)
    first = await live_publisher(rig)
    second = await live_publisher(rig)
    assert await session_says(rig, first) == (410, "taken_over", None)
    assert await session_says(rig, card) == (410, "taken_over", str(TAKEN_RETRY_SECONDS)), "a standby one may come back"
    await second.delete()
    assert await session_says(rig, second) == (404, "session_unknown", None)
    for peer in (card, first, second):
        await peer.close()


async def test_of_sessions_taken_over_only_the_latest_are_remembered(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podium.relay.sessions.MOST_TAKEN_OVER", 1)
    peers = [await live_publisher(rig) for _ in range(3)]
    assert await session_says(rig, peers[0]) == (404, "session_unknown", None)
    assert await session_says(rig, peers[1]) == (410, "taken_over", None)
    for peer in peers:
        await peer.close()


async def test_standby_publisher_waits_for_the_other_one(rig: Rig) -> None:
    camera = await live_publisher(rig)
    card = Peer(rig.http, STANDBY_TOKEN)
    card.connection.addTransceiver("audio", direction="sendonly")
    assert await card.post(rig.whip) == 409
    await camera.delete()
    assert await card.post(rig.whip) == 201
    await until(lambda: lives(rig) == 2)
    again = await live_publisher(rig)
    assert reasons(rig) == ["closed", "taken over"]
    for peer in (camera, card, again):
        await peer.close()


async def test_standby_publisher_takes_the_feed_of_one_that_crashed(rig: Rig) -> None:
    camera = await live_publisher(rig)
    with pytest.raises(Refused) as refused:
        rig.sessions.open(0, Role.PUBLISH, FEED, offer("obs"), "127.0.0.1", standby=True)
    assert refused.value.code == "feed_taken"
    rig.time.ahead += STANDBY_SECONDS + 1
    assert rig.sessions.open(0, Role.PUBLISH, FEED, offer("obs"), "127.0.0.1", standby=True)
    await camera.close()


async def test_deleted_session_is_told_goodbye_and_freed(rig: Rig) -> None:
    source = await live_publisher(rig)
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames))
    assert await watcher.delete() == 200
    await until(lambda: watcher.connection.connectionState == "closed")  # WS-04
    assert len(rig.sessions) == 1
    assert reasons(rig) == ["closed"]
    await watcher.close()
    await source.close()


async def test_viewer_that_closes_is_freed(rig: Rig) -> None:
    source = await live_publisher(rig)
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames))
    rig.sessions.sweep()
    assert Viewers(FEED, 1) in rig.events
    await watcher.close()
    await until(lambda: len(rig.sessions) == 1)
    rig.sessions.sweep()
    assert Viewers(FEED, 0) in rig.events
    await source.close()


async def test_silent_peer_is_freed(rig: Rig) -> None:
    source = await live_publisher(rig)
    rig.time.ahead += SILENT_SECONDS + 1
    rig.sessions.sweep()
    assert FeedGone(FEED, "silent") in rig.events
    assert len(rig.sessions) == 0
    await source.close()


async def test_session_that_never_connects_is_reaped(rig: Rig) -> None:
    """WI-36."""
    rig.sessions.open(0, Role.PUBLISH, FEED, offer("obs"), "127.0.0.1")
    rig.time.ahead += HALF_OPEN_SECONDS + 1
    rig.sessions.sweep()
    assert len(rig.sessions) == 0
    assert reasons(rig) == ["never_connected"]


async def test_media_goes_on_through_an_ice_restart(rig: Rig) -> None:
    source = await live_publisher(rig)
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: moves(watcher.frames))
    headers = {"Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*"}
    body = "a=ice-ufrag:another\r\na=ice-pwd:anotherpasswordof22chars\r\n"
    assert (await rig.http.patch(watcher.session, data=body, headers=headers)).status == 200
    seen = len(watcher.frames)
    await until(lambda: moves(watcher.frames[seen:]))
    await watcher.close()
    await source.close()
