"""Several worker processes with real peers: everybody sees every feed, and one that dies takes nobody with it."""

import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from yarl import URL

from podium.edge.media import Terms
from podium.relay import placement
from podium.relay.control import FeedGone, Viewers
from tests.relay.browser import Peer, moves, publisher, viewer
from tests.relay.house import House, running_house
from tests.relay.offers import offer
from tests.relay.rig import FEED, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patched:
        # who goes where is not to depend on what else this machine does
        patched.setattr(placement, "FULL_LOAD", 1_000.0)
        async with running_house(workers=2, most_viewers=4) as running:
            yield running


@pytest_asyncio.fixture(loop_scope="module")
async def house(shared: House) -> House:
    """A feed of its own for each test, at workers that have nothing else to do."""
    await shared.quiet()
    return shared.another()


def worker_of(peer: Peer) -> int:
    """By the session's name, which begins with its worker's number."""
    return int(peer.session.rpartition("/")[2].partition("-")[0])


async def one_viewer_each(house: House) -> dict[int, Peer]:
    """A playing viewer at each of two workers."""
    peers = [await viewer(house.http, house.whep) for _ in range(2)]
    found = {worker_of(peer): peer for peer in peers}
    assert sorted(found) == [0, 1], "the second viewer goes to the worker that has none"
    for peer in peers:
        await until(lambda peer=peer: moves(peer.frames) and peer.sounds > 5)  # type: ignore[misc]
    return found


async def goes_on(peer: Peer) -> None:
    """Ten more pictures come."""
    seen = len(peer.frames)
    await until(lambda: moves(peer.frames[seen:]))


async def status(house: House, peer: Peer) -> int:
    async with house.http.get(peer.session) as response:
        return response.status


async def test_mp_28_a_killed_worker_costs_its_own_viewers_a_reconnect_and_nobody_else_anything(house: House) -> None:
    """Its viewers' sessions are unknown, so that they connect again; the publisher and all others do not notice."""
    source = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 1)
    peers = await one_viewer_each(house)
    await until(lambda: Viewers(house.feed, 2) in house.events)
    home, other = house.home(), 1 - house.home()
    process = house.process(other)
    assert process is not None
    os.kill(process, signal.SIGKILL)
    await until(lambda: house.events[-1] == Viewers(house.feed, 1) or Viewers(house.feed, 1) in house.events)
    await goes_on(peers[home])
    again = await viewer(house.http, house.whep)
    await goes_on(again)
    await until(lambda: house.process(other) not in (None, process))
    assert await status(house, peers[other]) == 404
    assert await status(house, peers[home]) == 204
    assert not any(isinstance(event, FeedGone) for event in house.events)
    late = await viewer(house.http, house.whep)
    assert worker_of(late) == other, "the restarted worker has the fewest viewers"
    await until(lambda: moves(late.frames))
    assert house.lives() == 1, "the publisher stayed"
    for peer in (*peers.values(), again, late, source):
        await peer.close()


async def test_mp_28_when_the_publishers_worker_is_killed_viewers_elsewhere_keep_their_sessions(house: House) -> None:
    source = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 1)
    peers = await one_viewer_each(house)
    home, other = house.home(), 1 - house.home()
    process = house.process(home)
    assert process is not None
    os.kill(process, signal.SIGKILL)
    await until(lambda: FeedGone(house.feed, "relay_restarted") in house.events)
    again = await publisher(house.http, house.whip)  # at once: the sibling takes it
    await until(lambda: house.lives() == 2)
    assert house.home() == other
    await goes_on(peers[other])
    assert await status(house, peers[other]) == 204
    await until(lambda: house.process(home) not in (None, process))
    late = await viewer(house.http, house.whep)
    assert worker_of(late) == home
    await until(lambda: moves(late.frames))
    for peer in (*peers.values(), again, late, source):
        await peer.close()


async def test_a_publisher_that_takes_over_is_seen_at_all_workers(house: House) -> None:
    first = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 1)
    peers = await one_viewer_each(house)
    home = house.home()
    second = await publisher(house.http, house.whip)
    assert worker_of(second) == home, "whoever takes a feed over meets whom it displaces"
    await until(lambda: house.lives() == 2)
    async with house.http.get(first.session, headers=first.headers) as response:
        assert response.status == 410
    for peer in peers.values():
        await goes_on(peer)
    for peer in (*peers.values(), first, second):
        await peer.close()


async def test_a_worker_that_hangs_is_ended_and_replaced(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podium.relay.process.SILENT_SECONDS", 1.5)
    monkeypatch.setattr("podium.relay.process.STOP_SECONDS", 0.1)
    process = house.process(1)
    assert process is not None
    before = [worker.restarts for worker in house.supervisor.workers]
    counters = house.supervisor.workers[1].counters
    await until(lambda: house.supervisor.workers[1].counters is not counters)  # from now on it is not waited for longer
    os.kill(process, signal.SIGSTOP)
    await until(lambda: house.process(1) not in (None, process))
    assert [worker.restarts for worker in house.supervisor.workers] == [before[0], before[1] + 1]


async def test_viewers_are_refused_when_all_workers_are_full_and_publishers_are_not(house: House) -> None:
    source = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 1)
    headers = {"Content-Type": "application/sdp"}
    sessions = []
    while len(sessions) < 8:
        async with house.http.post(house.whep, data=offer("chromium_play"), headers=headers) as response:
            if response.status == 409:
                continue  # this worker hears of the new feed in a moment
            assert response.status == 201
            sessions.append(response.url.join(URL(response.headers["Location"])))

    def all_are_there() -> bool:  # by what the workers said last, which may be from before
        return sum(worker.burden.viewers for worker in house.supervisor.workers) == 8

    await until(all_are_there)
    async with house.http.post(house.whep, data=offer("chromium_play"), headers=headers) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        assert (await response.json())["code"] == "relay_busy"
    again = await publisher(house.http, house.whip)
    await until(lambda: house.lives() == 2)
    await until(all_are_there)
    for session in sessions:
        await house.http.delete(session)
    for peer in (source, again):
        await peer.close()


async def test_a_viewer_beyond_all_workers_is_sent_to_the_second_server() -> None:
    """307 keeps method, body and path (RFC 9725 section 4.5); publishers stay."""
    terms = Terms(overflow="https://second.example")
    async with running_house(terms, most_viewers=1) as full:
        source = await publisher(full.http, full.whip)
        await until(lambda: full.lives() == 1)
        headers = {"Content-Type": "application/sdp"}
        seen = []
        for _ in range(2):
            posted = full.http.post(full.whep, data=offer("chromium_play"), headers=headers, allow_redirects=False)
            async with posted as response:
                seen.append((response.status, response.headers["Location"].partition("/whep/")[0]))
        assert seen == [(201, ""), (307, "https://second.example")]
        assert response.headers["Location"] == f"https://second.example/whep/{FEED}"
        await source.close()
