"""Peers whose way to the relay changes: media goes on in the same session."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from podium.relay.control import SessionClosed
from podium.relay.peer import MOVE_AFTER_SECONDS
from tests.relay.browser import moves, publisher, viewer
from tests.relay.proxy import led_through, running_proxy
from tests.relay.rig import Rig, running_relay, until


@pytest_asyncio.fixture
async def rig(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    monkeypatch.setattr("aioice.ice.CONSENT_INTERVAL", 0.1)  # browsers check every 2.5 s at most, aioice every 5
    async with running_relay() as relay:
        yield relay


@pytest.mark.parametrize("role", ["viewer", "publisher"])
async def test_mp_22_media_goes_on_after_a_nat_gave_a_peer_another_address(rig: Rig, role: str) -> None:
    async with running_proxy(rig.media_port) as proxy:

        def reads(answer: str) -> str:
            return led_through(answer, proxy.port)

        there = {"reads": reads} if role == "publisher" else {}
        here = {"reads": reads} if role == "viewer" else {}
        source = await publisher(rig.http, rig.whip, **there)  # type: ignore[arg-type]
        await until(lambda: bool(rig.events))
        watcher = await viewer(rig.http, rig.whep, **here)  # type: ignore[arg-type]
        await until(lambda: moves(watcher.frames))
        before = {session.peer.address for session in rig.sessions._sessions.values()}
        proxy.rebind()
        rig.time.ahead += MOVE_AFTER_SECONDS + 0.1
        seen = len(watcher.frames)
        await until(lambda: moves(watcher.frames[seen:], 20))
        after = {session.peer.address for session in rig.sessions._sessions.values()}
        assert len(before & after) == 1, "one has moved"
        assert [event for event in rig.events if isinstance(event, SessionClosed)] == []
        assert len(rig.sessions) == 2
        await watcher.close()
        await source.close()
