"""The real thing: a supervisor in this process, the worker in its own."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import imageio_ffmpeg
import pytest
import pytest_asyncio
from aiohttp import ClientSession, web

from podium.edge import whep, whip
from podium.relay.control import Event, FeedGone, FeedLive, Role, Stats, Viewers
from podium.relay.refused import Refused
from podium.relay.supervisor import Supervisor
from podium.relay.udp import MediaPortTaken, open_socket
from tests.relay.browser import moves, publisher, viewer
from tests.relay.offers import offer
from tests.relay.rig import FEED, TOKEN, authorise, until


@dataclass
class House:
    """Supervisor, HTTP server and client."""

    supervisor: Supervisor
    http: ClientSession
    whip: str
    whep: str
    events: list[Event] = field(default_factory=list)

    def lives(self) -> int:
        return sum(isinstance(event, FeedLive) for event in self.events)


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    events: list[Event] = []
    supervisor = Supervisor("127.0.0.1", 0, on_event=events.append)
    await supervisor.start()
    app = web.Application()
    app.add_routes([*whip.routes(supervisor, authorise), *whep.routes(supervisor, authorise)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ClientSession() as http:
        yield House(supervisor, http, f"{url}/whip/{FEED}", f"{url}/whep/{FEED}", events)
    await runner.cleanup()
    await supervisor.stop()


FFMPEG_SOURCE = (
    "-hide_banner -loglevel error -re -f lavfi -i testsrc2=size=320x240:rate=25 "
    "-f lavfi -i sine=frequency=440:sample_rate=48000 "
    "-c:v libx264 -preset ultrafast -tune zerolatency -g 50 -pix_fmt yuv420p -c:a libopus -ac 2 "
)


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
    await until(lambda: Viewers(FEED, 1) in house.events)
    await until(lambda: any(isinstance(event, Stats) and event.counters["packets_out"] for event in house.events))
    assert house.supervisor.feeds[FEED].live
    await watcher.close()
    await source.close()


@pytest.mark.parametrize("options", ["-profile:v baseline", "-profile:v high"])
async def test_viewer_decodes_what_ffmpeg_publishes(house: House, options: str) -> None:
    """WI-24, MP-06: FFmpeg is the DTLS server, sends one key frame in two seconds and answers no PLI."""
    process = await ffmpeg(house, options)
    await until(lambda: house.lives() == 1)
    watcher = await viewer(house.http, house.whep)
    await until(lambda: moves(watcher.frames, 5) and watcher.sounds > 10)
    assert watcher.sizes == {(320, 240)}
    late = await viewer(house.http, house.whep)
    await until(lambda: len(late.frames) > 5)
    process.terminate()
    await process.wait()
    await until(lambda: any(isinstance(event, FeedGone) for event in house.events))
    await watcher.close()
    await late.close()


async def test_killed_worker_is_restarted_on_the_same_port(house: House) -> None:
    """MP-28."""
    port, worker = house.supervisor.port, house.supervisor.worker_id
    source = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 1)
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    await until(lambda: FeedGone(FEED, "relay_restarted") in house.events)
    with pytest.raises(Refused) as refused:
        await house.supervisor.open(Role.PUBLISH, FEED, offer("obs"), "127.0.0.1")
    assert (refused.value.code, refused.value.retry_after) == ("relay_unavailable", 1)
    async with house.http.post(
        house.whep, data=offer("firefox_play"), headers={"Content-Type": "application/sdp"}
    ) as r:
        assert (r.status, r.headers["Retry-After"]) == (503, "1")
    await until(lambda: house.supervisor.worker_id not in (None, worker))
    assert house.supervisor.port == port
    again = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 2)
    await source.close()
    await again.close()


async def test_worker_ends_with_its_supervisor(house: House) -> None:
    worker = house.supervisor.worker_id
    assert worker is not None
    os.kill(worker, signal.SIGINT)  # Ctrl-C in the terminal is not for the worker
    await house.supervisor.open(Role.PUBLISH, FEED, offer("obs"), "127.0.0.1")
    await house.supervisor.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


async def test_taken_media_port_is_a_sentence() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        supervisor = Supervisor("127.0.0.1", taken.getsockname()[1], on_event=print)
        with pytest.raises(MediaPortTaken, match="choose another media port"):
            await supervisor.start()
