"""The publisher against a WHIP server that receives and decodes real RTP."""

import time

import pytest
from aiohttp import web

from podium.publish import timecode
from podium.publish.card import Card, Panellist
from podium.publish.publisher import Publisher
from podium.publish.testcard import TestCard
from podium.publish.whip import WhipError
from tests.publish.endpoint import Session, WhipEndpoint, running

CARD = Card("Smart City Dialog", (Panellist("Prof. Dr. Ziemer", "HafenCity Universität Hamburg"),))


def publisher_of(endpoint: WhipEndpoint, said: list[str] | None = None, token: str | None = None) -> Publisher:
    say = (said if said is not None else []).append
    return Publisher(TestCard(CARD), endpoint.url, token, say=say, check_seconds=0.1, first_pause=0.1)


async def shown_time(session: Session) -> int:
    """The time on the time strip of the next picture, in milliseconds modulo 2**40."""
    frame = await session.picture()
    luma, stride = bytes(frame.planes[0]), frame.planes[0].line_size
    shown = timecode.read(lambda x, y: luma[y * stride + x])
    assert shown is not None
    return shown


async def test_pictures_show_the_time_and_move_on() -> None:
    async with WhipEndpoint() as endpoint, running(publisher_of(endpoint).run()):
        session = await endpoint.next_session()
        times = [await shown_time(session) for _ in range(10)]
        latency = (time.time_ns() // 1_000_000 - times[-1]) % timecode.MODULUS
    assert times == sorted(set(times))
    assert latency < 5_000


async def test_a_tone_sounds_and_falls_silent() -> None:
    async with WhipEndpoint() as endpoint, running(publisher_of(endpoint).run()):
        session = await endpoint.next_session()
        peaks = []
        while len(peaks) < 60:
            frame = await session.sound()
            samples = memoryview(bytes(frame.planes[0])).cast("h")
            peaks.append(max(abs(sample) for sample in samples))
    assert 1_000 < max(peaks) < 4_000
    assert sum(peak < 50 for peak in peaks) > 40


async def test_a_key_frame_comes_when_asked_for() -> None:
    async with WhipEndpoint() as endpoint, running(publisher_of(endpoint).run()):
        session = await endpoint.next_session()
        video = session.packets["video"]
        await session.until(lambda: len({packet.timestamp for packet in video}) > 5)
        await session.ask_for_key_frame()
        before = video[-1].timestamp
        await session.until(lambda: any(is_key(packet) and packet.timestamp > before for packet in video))
        pictures = {packet.timestamp for packet in video if packet.timestamp > before}
    assert len(pictures) < 25


async def test_a_server_that_was_killed_gets_the_stream_again() -> None:
    said: list[str] = []
    async with WhipEndpoint() as endpoint, running(publisher_of(endpoint, said).run()):
        first = await endpoint.next_session()
        before = await shown_time(first)
        await endpoint.vanish()
        await endpoint.listen()
        second = await endpoint.next_session()
        after = await shown_time(second)
        await second.sound()
    assert after > before
    assert is_key(second.packets["video"][0])
    assert [sentence.split(":")[0] for sentence in said if sentence.startswith("live")] == ["live", "live"]


async def test_a_session_that_the_server_ends_is_followed_by_another() -> None:
    said: list[str] = []
    async with WhipEndpoint() as endpoint, running(publisher_of(endpoint, said).run()):
        first = await endpoint.next_session()
        await first.picture()
        await first.connection.close()
        await (await endpoint.next_session()).picture()
    assert said[1] == "The media connection to the server is lost. Trying again."


async def test_a_feed_that_somebody_else_has_taken_is_not_taken_back() -> None:
    async with WhipEndpoint() as endpoint, running(publisher_of(endpoint).run()) as run:
        session = await endpoint.next_session()
        await session.picture()
        await endpoint.take_over({})
        with pytest.raises(WhipError, match=r"refuses \(410\): somebody else has taken over\.$"):
            await run


async def test_a_standby_publisher_comes_back_when_it_may() -> None:
    said: list[str] = []
    async with WhipEndpoint() as endpoint, running(publisher_of(endpoint, said).run()):
        session = await endpoint.next_session()
        await session.picture()
        await endpoint.take_over({"Retry-After": "0"})
        await (await endpoint.next_session()).picture()
    assert said[1].endswith("refuses (410): somebody else has taken over. Trying again.")


async def test_the_session_is_deleted_on_stop() -> None:
    async with WhipEndpoint() as endpoint:
        async with running(publisher_of(endpoint).run()):
            session = await endpoint.next_session()
            await session.picture()
        assert session.deleted.is_set()


async def test_a_busy_server_is_asked_again_when_it_said() -> None:
    async def busy(request: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "0"})

    said: list[str] = []
    async with WhipEndpoint() as endpoint:
        endpoint.answers = [busy, busy]
        async with running(publisher_of(endpoint, said).run()):
            await (await endpoint.next_session()).picture()
    assert said[0] == f"127.0.0.1:{endpoint.port} refuses (503): the server is busy. Trying again."


async def test_a_redirect_is_followed_with_the_token() -> None:
    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/whip"})

    async with WhipEndpoint() as endpoint:
        endpoint.answers = [moved]
        async with running(publisher_of(endpoint, token="secret").run()):
            await endpoint.next_session()
    assert [request.headers["Authorization"] for request in endpoint.requests] == ["Bearer secret"] * 2


async def test_a_refusal_ends_it_with_the_servers_words() -> None:
    async def refused(request: web.Request) -> web.Response:
        problem = {"title": "Forbidden", "detail": "This link is for moderators."}
        return web.json_response(problem, status=403, content_type="application/problem+json")

    async with WhipEndpoint() as endpoint:
        endpoint.answers = [refused]
        with pytest.raises(WhipError, match=r"refuses \(403\): This link is for moderators\.$"):
            await publisher_of(endpoint).run()


def is_key(packet: object) -> bool:
    """Whether an RTP packet of VP8 begins a key frame (RFC 7741): S bit set, P bit of the payload clear."""
    payload: bytes = packet.payload  # type: ignore[attr-defined]
    # aiortc writes the descriptor with a picture number of two bytes.
    return bool(payload[0] & 0x10) and not payload[4] & 1
