"""Publishing and watching through a worker process."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator

import imageio_ffmpeg
import pytest
import pytest_asyncio

from podium.relay.control import (
    Configure,
    FeedGone,
    Open,
    Refusal,
    Role,
    Stats,
    Viewers,
    from_worker,
    pack,
    read_frame,
)
from podium.relay.plane import MediaPlane
from podium.relay.ports import open_sockets
from podium.relay.sessions import Sessions
from podium.relay.worker import Inheritance, Worker, spare_collector
from tests.relay.browser import moves, publisher, viewer
from tests.relay.house import House, running_house
from tests.relay.rig import FEED, TOKEN, until

FFMPEG_SOURCE = (
    "-hide_banner -loglevel error -re -f lavfi -i testsrc2=size=320x240:rate=25 "
    "-f lavfi -i sine=frequency=440:sample_rate=48000 "
    "-c:v libx264 -preset ultrafast -tune zerolatency -g 50 -pix_fmt yuv420p -c:a libopus -ac 2 "
)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[House]:
    async with running_house() as running:
        yield running


@pytest.fixture
def house(shared: House) -> House:
    """A feed of its own for each test."""
    return shared.another()


async def ffmpeg(house: House, options: str = "") -> asyncio.subprocess.Process:
    arguments = f"{FFMPEG_SOURCE} {options} -f whip -authorization {TOKEN} {house.whip}".split()
    return await asyncio.create_subprocess_exec(
        imageio_ffmpeg.get_ffmpeg_exe(), *arguments, stdin=asyncio.subprocess.DEVNULL
    )


async def test_publisher_and_viewer_through_the_worker(house: House) -> None:
    source = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 1)
    watcher = await viewer(house.http, house.whep)
    await until(lambda: moves(watcher.frames) and watcher.sounds > 10)
    await until(lambda: Viewers(house.feed, 1) in house.events)
    await until(lambda: any(isinstance(event, Stats) and event.counters["packets_out"] for event in house.events))
    assert house.supervisor.feeds[house.feed].live
    await watcher.close()
    await source.close()


async def test_a_fault_at_one_request_is_answered_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Sessions, "open", fail)
    monkeypatch.setattr(MediaPlane, "reports", fail)
    monkeypatch.setattr("podium.relay.worker.SWEEP_SECONDS", 0.01)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    media = open_sockets("127.0.0.1", 0)
    with media.udp, media.tcp:
        near, far = await asyncio.open_connection(sock=ours), await asyncio.open_connection(sock=theirs)
        work = asyncio.create_task(Worker(Inheritance(media.udp, media.tcp), *far).run())
        near[1].write(pack(Configure(())) + pack(Open(1, Role.PUBLISH, FEED, "v=0", "")))
        refusal: Refusal | None = None
        accidents = 0
        while refusal is None or accidents < 3:
            frame = await asyncio.wait_for(read_frame(near[0]), 10)
            assert frame is not None
            message = from_worker.decode(frame)
            if isinstance(message, Refusal):
                refusal = message
            elif isinstance(message, Stats):
                accidents = message.counters.get("accidents", 0)
        near[1].close()
        await asyncio.wait_for(work, 10)
        far[1].close()
    assert refusal.code == "relay_failed"
    assert "a fault of ours" in caplog.text


async def test_viewers_decode_what_ffmpeg_publishes_and_see_the_next_one_when_it_is_killed(house: House) -> None:
    """WI-24, MP-06: FFmpeg is the DTLS server, sends one key frame in two seconds and answers no PLI."""
    first = await ffmpeg(house, "-profile:v baseline")
    await until(lambda: house.lives() == 1)
    watcher = await viewer(house.http, house.whep)
    await until(lambda: moves(watcher.frames, 5) and watcher.sounds > 10)
    assert watcher.sizes == {(320, 240)}
    late = await viewer(house.http, house.whep)
    await until(lambda: len(late.frames) > 5)
    first.kill()
    await first.wait()
    second = await ffmpeg(house, "-profile:v baseline")
    await until(lambda: house.lives() == 2)
    seen = len(watcher.frames)
    await until(lambda: len(watcher.frames) > seen + 10)
    for peer in (watcher, late):
        await peer.close()
    second.terminate()
    await second.wait()


async def test_a_viewer_decodes_the_high_profile_of_an_ffmpeg_that_ends(house: House) -> None:
    process = await ffmpeg(house, "-profile:v high")
    await until(lambda: house.lives() == 1)
    watcher = await viewer(house.http, house.whep)
    await until(lambda: moves(watcher.frames, 5) and watcher.sounds > 10)
    process.terminate()
    await process.wait()
    await until(lambda: any(isinstance(event, FeedGone) for event in house.events))
    await watcher.close()


async def test_the_collector_leaves_what_is_loaded_alone() -> None:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        spare_collector()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] > 700
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
