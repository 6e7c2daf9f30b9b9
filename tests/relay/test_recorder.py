"""MP-26: a feed recorded by a viewer behind a lossy network."""

import statistics
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from podium.relay.control import FeedGone
from tests.relay.browser import RATE, Peer
from tests.relay.proxy import led_through, running_proxy
from tests.relay.recorder import Recorder, marked_publisher, read
from tests.relay.rig import Rig, running_relay, until
from tests.relay.weather import Weather

LOSSY = Weather(loss=0.02, delay=0.01)
PICTURES = 40
LIP_SYNC = 0.045
SHORT_SILENCE = 0.2
MILLISECOND = 0.001


@pytest_asyncio.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running_relay() as relay:
        yield relay


async def test_mp_26_a_recording_under_loss_is_whole_in_step_and_survives_a_reconnect(rig: Rig, tmp_path: Path) -> None:
    async with running_proxy(rig.media_port) as proxy:
        first = await marked_publisher(rig.http, rig.whip)
        await until(lambda: bool(rig.events))
        tap = Peer(rig.http, reads=lambda answer: led_through(answer, proxy.port))
        recorder = Recorder(tap)
        for kind in ("audio", "video"):
            tap.connection.addTransceiver(kind, direction="recvonly")
        assert await tap.post(rig.whep) == 201
        video = recorder.video
        await until(lambda: len(video.frames) > 5 and len(recorder.audio.frames) > 5)
        proxy.change(LOSSY, seed=4)
        await until(lambda: len(video.frames) > PICTURES and recorder.is_placed())
        assert await first.delete() == 200
        await first.close()
        await until(lambda: any(isinstance(event, FeedGone) for event in rig.events))
        recorder.next_publisher()
        before = len(video.frames)
        second = await marked_publisher(rig.http, rig.whip)
        await until(lambda: len(video.frames) > before + PICTURES and recorder.is_placed())
        assert proxy.counters["lost"] > 0
        await recorder.close()
        await second.close()
    path = tmp_path / "recording.mkv"
    recorder.save(path)
    recording = read(path)
    assert len(recording.pictures) == len(video.frames)
    breaks = sorted(recording.gaps(recording.pictures))
    assert breaks[-2] <= 2 / RATE + MILLISECOND, "no more than one picture is missing, but where the publisher went"
    breaks = sorted(recording.gaps(recording.sounds))
    assert breaks[-2] <= SHORT_SILENCE + MILLISECOND, (
        "lost sound is not asked for again, and aiortc drops its neighbours with it"
    )
    offsets = recording.offsets()
    assert len(offsets) >= 5
    assert abs(statistics.median(offsets)) < LIP_SYNC
