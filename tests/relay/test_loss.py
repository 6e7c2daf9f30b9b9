"""Bad networks between the relay and its peers: what is lost is asked for again, and the picture goes on."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from aiortc import RTCRtpReceiver

from tests.relay.browser import Peer, missed, moves, publisher, viewer
from tests.relay.proxy import Proxy, led_through, running_proxy
from tests.relay.rig import Rig, running_relay, until
from tests.relay.weather import Weather

RATE = 60
NEARLY_ALL = 0.97
ROUGH = Weather(loss=0.05, duplicate=0.02, reorder=0.02, delay=0.02)
STORM = Weather(loss=0.10, duplicate=0.05, reorder=0.05, delay=0.05)


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running_relay() as relay:
        yield relay


def through(proxy: Proxy) -> Callable[[str], str]:
    return lambda answer: led_through(answer, proxy.port)


def without_asking_again(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiortc asks for lost packets whatever the answer says."""

    async def nothing(_ssrc: int, _lost: list[int]) -> None:
        return

    receivers: list[RTCRtpReceiver] = peer.connection.getReceivers()
    for receiver in receivers:
        monkeypatch.setattr(receiver, "_send_rtcp_nack", nothing)


async def test_a_viewer_that_asks_again_sees_nearly_all_of_a_lossy_picture(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MP-01: and one that does not ask stands still."""
    source = await publisher(rig.http, rig.whip, kinds="video", rate=RATE)
    await until(lambda: bool(rig.events))
    async with running_proxy(rig.media_port) as one, running_proxy(rig.media_port) as two:
        asking = await viewer(rig.http, rig.whep, kinds="video", reads=through(one))
        silent = await viewer(rig.http, rig.whep, kinds="video", reads=through(two))
        without_asking_again(silent, monkeypatch)
        await until(lambda: moves(asking.frames) and moves(silent.frames))
        seen = len(asking.frames), len(silent.frames)
        for proxy in (one, two):
            proxy.change(ROUGH, seed=2)
        await until(lambda: len(asking.frames) - seen[0] >= 75)
        lost = sum(missed(asking.frames[seen[0] :]))
        assert 75 / (75 + lost) >= NEARLY_ALL
        assert len(silent.frames) - seen[1] < 60, "without NACK the picture stands still"
        assert rig.counters["nacks_in"] + rig.plane.counters()["nacks_in"] > 0
        for peer in (asking, silent):
            await peer.close()
    await source.close()


async def test_mp_03_what_a_publisher_loses_is_asked_for_and_the_viewer_misses_nearly_nothing(rig: Rig) -> None:
    async with running_proxy(rig.media_port) as proxy:
        source = await publisher(rig.http, rig.whip, kinds="video", rate=RATE, reads=through(proxy))
        await until(lambda: bool(rig.events))
        watcher = await viewer(rig.http, rig.whep, kinds="video")
        await until(lambda: moves(watcher.frames))
        seen = len(watcher.frames)
        proxy.change(ROUGH, seed=3)
        await until(lambda: len(watcher.frames) - seen >= 75)
        assert 75 / (75 + sum(missed(watcher.frames[seen:]))) >= NEARLY_ALL
        assert proxy.counters["lost"] > 0
        assert rig.plane.counters()["nacks_out"] > 0
        await watcher.close()
        await source.close()


async def test_a_connection_comes_about_in_a_storm(rig: Rig) -> None:
    """Checks, the DTLS handshake and the first key frame all suffer."""
    source = await publisher(rig.http, rig.whip, kinds="video", rate=RATE)
    await until(lambda: bool(rig.events))
    async with running_proxy(rig.media_port, STORM, seed=5) as proxy:
        watcher = await viewer(rig.http, rig.whep, kinds="video", reads=through(proxy))
        await until(lambda: moves(watcher.frames))
        assert proxy.counters["lost"] > 0
        await watcher.close()
    await source.close()
