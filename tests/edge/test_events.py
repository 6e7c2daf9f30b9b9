"""The extensions of WHEP over HTTP: events from the server, and the choice of a layer."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urljoin

import pytest
import pytest_asyncio
from aiohttp import ClientResponse

from podium.edge import events
from podium.edge.streams import EVENTS
from podium.relay.control import Code, FeedGone, FeedLive, Measured, Refused, Viewers
from podium.relay.report import LayerReport
from tests.edge.client import Client, Opened, problem
from tests.relay.browser import publisher, viewer
from tests.relay.offers import PLAYERS, offer
from tests.relay.rig import FEED, Rig, running_relay, until
from tests.relay.test_report import VIDEO, WELL

SSE = "urn:ietf:params:whep:ext:core:server-sent-events"
LAYER = "urn:ietf:params:whep:ext:core:layer"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with running_relay() as running:
        source = await publisher(running.http, running.whip)
        await until(lambda: bool(running.plane.reports()) and running.reports.of(FEED).live)
        yield running
        await source.close()


class Stage:
    """A viewer's session that posted, its links, and a way to listen."""

    def __init__(self, rig: Rig, opened: Opened) -> None:
        self.rig = rig
        self.opened = opened
        self.links = {rel: target for target, rel in (_link(link) for link in opened.links)}

    def url(self, rel: str) -> str:
        return urljoin(self.opened.url, self.links[rel])

    async def post(self, rel: str, body: object) -> ClientResponse:
        return await self.rig.http.post(self.url(rel), json=body)

    async def stream(self, *wanted: str) -> str:
        response = await self.post(SSE, list(wanted))
        assert response.status == 201
        return urljoin(str(response.url), response.headers["Location"])

    @asynccontextmanager
    async def listening(self, *wanted: str) -> AsyncIterator["Ear"]:
        async with self.rig.http.get(await self.stream(*wanted)) as response:
            yield Ear(response)


class Ear:
    """What comes out of an event stream."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def event(self) -> tuple[str, object]:
        """The next event: its name and what its one line of data says."""
        async with asyncio.timeout(20):
            return await self._event()

    async def _event(self) -> tuple[str, object]:
        fields: list[tuple[str, str]] = []
        while True:
            line = (await self.response.content.readline()).decode()
            assert line, "the stream has ended"
            name, _, value = line.rstrip("\n").partition(": ")
            if line == "\n" and dict(fields).keys() == {"event", "data"}:
                assert [name for name, _ in fields] == ["event", "data"]
                return fields[0][1], json.loads(fields[1][1])
            fields = [*fields, (name, value)] if line != "\n" else []


def _link(header: str) -> tuple[str, str]:
    target, *attributes = header.split("; ")
    found = dict(attribute.split("=", 1) for attribute in attributes)
    return target.strip("<>"), found["rel"].strip('"')


@pytest.fixture
def client(rig: Rig) -> Client:
    return Client(rig.http, rig.whep, publishes=False)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(rig: Rig, client: Client) -> Stage:
    return Stage(rig, await client.open(offer("chromium_play")))


async def test_ex_01_the_answer_says_where_to_ask_for_events(stage: Stage) -> None:
    [link] = [link for link in stage.opened.links if SSE in link]
    assert link.endswith('; events="active,inactive,layers,reconnect,viewercount"')
    assert stage.url(SSE).startswith(f"{stage.opened.url}/events")


async def test_ex_02_a_stream_is_created_and_read(stage: Stage) -> None:
    response = await stage.post(SSE, ["active", "viewercount"])
    assert response.status == 201
    async with stage.rig.http.get(urljoin(str(response.url), response.headers["Location"])) as stream:
        assert (stream.status, stream.content_type) == (200, "text/event-stream")
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.headers["Access-Control-Allow-Origin"] == "*"


async def test_ex_02_without_a_body_all_events_come(stage: Stage) -> None:
    response = await stage.rig.http.post(stage.url(SSE))
    assert response.status == 201
    async with stage.rig.http.get(urljoin(str(response.url), response.headers["Location"])) as stream:
        ear = Ear(stream)
        named = set[str]()
        layers = (LayerReport("h", 1280, 720, 30.0, 1_500_000),)
        stage.rig.tell(Measured(FEED, replace(WELL, video=replace(VIDEO, layers=layers))))
        while not named >= {"active", "viewercount", "layers"}:
            named.add((await ear.event())[0])


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ('["active","scte35"]', "application/json", 400, "event_unknown"),
        ('{"events":["active"]}', "application/json", 400, "events_malformed"),
        ('["active"', "application/json", 400, "events_malformed"),
        ("[1]", "application/json", 400, "events_malformed"),
        ('["active"]', "text/plain", 415, "media_type_unsupported"),
    ],
)
async def test_ex_03_what_is_no_list_of_events_is_refused(
    stage: Stage, body: str, content_type: str, status: int, code: str
) -> None:
    before = len(stage.rig.streams or ())
    response = await stage.rig.http.post(stage.url(SSE), data=body, headers={"Content-Type": content_type})
    await problem(response, status, code)
    assert len(stage.rig.streams or ()) == before


async def test_ex_04_a_stream_that_was_deleted_is_gone(stage: Stage) -> None:
    url = await stage.stream("active")
    async with stage.rig.http.get(url) as stream:
        assert (await stage.rig.http.delete(url)).status == 200
        await stream.content.read()  # it ends
    for method in ("GET", "DELETE"):
        await problem(await stage.rig.http.request(method, url), 404, "stream_unknown")


async def test_ex_04_all_streams_end_with_the_session(stage: Stage) -> None:
    url = await stage.stream(*EVENTS)
    async with stage.listening(*EVENTS) as ear:
        assert (await stage.opened.ask("DELETE")).status == 200
        assert b"reconnect" not in await ear.response.content.read()
    await problem(await stage.rig.http.get(url), 404, "session_unknown")
    await problem(await stage.post(SSE, ["active"]), 404, "session_unknown")


async def test_ex_04_a_session_that_ended_unnoticed_ends_its_stream_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise Refused(Code.UNAVAILABLE, "it hangs", 1)

    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.01)
    async with stage.listening("inactive") as ear:
        with monkeypatch.context() as hanging:
            hanging.setattr(stage.rig.sessions, "find", fail)
            for _ in range(3):  # a comment keeps proxies awake, also while the worker does not answer
                assert await ear.response.content.readuntil(b":\n\n")
        session = stage.rig.sessions._sessions.pop(stage.opened.url.rpartition("/")[2])
        await ear.response.content.read()
    stage.rig.sessions._sessions[session.id] = session
    assert (await stage.opened.ask("DELETE")).status == 200


async def test_ex_05_an_event_is_a_name_and_one_line_of_json(stage: Stage) -> None:
    async with stage.listening("viewercount") as ear:
        assert await ear.event() == ("viewercount", {"viewercount": stage.rig.reports.of(FEED).viewers})
        stage.rig.tell(Viewers(FEED, 77))
        assert await ear.event() == ("viewercount", {"viewercount": 77})
        stage.rig.tell(Viewers(FEED, 0))


async def test_ex_06_active_comes_at_once_and_inactive_when_it_ends(stage: Stage) -> None:
    async with stage.listening("active", "inactive") as ear:
        assert await ear.event() == ("active", {})
        stage.rig.tell(FeedGone(FEED, "closed"))
        assert await ear.event() == ("inactive", {})
        stage.rig.tell(FeedLive(FEED, ("video/VP8",)))
        assert await ear.event() == ("active", {})


@pytest.mark.parametrize("name", PLAYERS)
async def test_ex_07_layers_are_listed_by_the_m_line_of_the_picture(rig: Rig, client: Client, name: str) -> None:
    kinds = re.findall(r"^m=(\w+)", offer(name), re.MULTILINE)
    stage = Stage(rig, await client.open(offer(name)))
    rig.tell(FeedLive(FEED, ("video/VP8",)))
    layers = (LayerReport("h", 1280, 720, 30.0, 1_500_000), LayerReport("l", 320, 180, 30.0, 0))
    async with stage.listening("layers") as ear:
        stage.rig.tell(Measured(FEED, replace(WELL, video=replace(VIDEO, layers=layers))))
        assert await ear.event() == (
            "layers",
            {
                str(kinds.index("video")): [
                    {"rid": "h", "width": 1280, "height": 720, "bitrate": 1_500_000},
                    {"rid": "l", "width": 320, "height": 180},
                ]
            },
        )


async def test_ex_08_the_answer_says_where_to_choose_a_layer(stage: Stage) -> None:
    assert stage.url(LAYER) == f"{stage.opened.url}/layer"
    assert SSE in stage.links  # the one needs the other


@pytest.mark.parametrize(
    "wish", [{}, {"maxWidth": 320, "maxHeight": 180}, {"mediaId": "1"}, {"mediaId": "1", "maxWidth": 640}, {"new": 1}]
)
async def test_ex_09_a_connected_viewer_chooses_by_size_or_leaves_it_to_the_server(
    rig: Rig, wish: dict[str, object]
) -> None:
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: watcher.connection.connectionState == "connected" and len(watcher.frames) > 0)
    response = await rig.http.post(f"{watcher.session}/layer", json=wish)
    assert response.status == 200
    assert await watcher.delete() == 200
    await watcher.close()


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"rid": "h"}, 422, "layer_unknown"),  # no simulcast
        ({"encodingId": "h"}, 422, "layer_unknown"),  # as Broadcast Box's players say it
        ({"mediaId": "0"}, 422, "layer_unknown"),  # the sound
        ({"mediaId": "7"}, 422, "layer_unknown"),
        ({"temporalLayerId": 0}, 422, "layer_unknown"),
        ({"maxSpatialLayerId": 0}, 422, "layer_unknown"),
        ({"mediaId": 0}, 400, "layer_malformed"),
        ({"mediaId": "video"}, 400, "layer_malformed"),
        ({"mediaId": "9" * 5000}, 400, "layer_malformed"),
        ({"maxWidth": -1}, 400, "layer_malformed"),
        ({"maxHeight": 1 << 80}, 400, "layer_malformed"),
        ([], 400, "layer_malformed"),
    ],
)
async def test_ex_09_what_cannot_be_is_refused(rig: Rig, wish: object, status: int, code: str) -> None:
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: watcher.connection.connectionState == "connected" and len(watcher.frames) > 0)
    await problem(await rig.http.post(f"{watcher.session}/layer", json=wish), status, code)
    assert await watcher.delete() == 200
    await watcher.close()


async def test_ex_09_a_session_on_its_way_is_asked_to_come_again(stage: Stage) -> None:
    response = await stage.post(LAYER, {"maxWidth": 320})
    await problem(response, 409, "session_connecting")
    assert response.headers["Retry-After"] == "2"


async def test_ex_10_a_session_that_the_server_ends_is_told_to_come_again(rig: Rig) -> None:
    watcher = await viewer(rig.http, rig.whep)
    await until(lambda: len(watcher.frames) > 0)
    response = await rig.http.post(f"{watcher.session}/events", json=["reconnect"])
    async with rig.http.get(urljoin(str(response.url), response.headers["Location"])) as stream:
        session = rig.sessions._sessions[watcher.session.rpartition("/")[2]]
        rig.sessions.end(session, "codec changed")
        assert await Ear(stream).event() == ("reconnect", {"url": f"/whep/{FEED}"})
        assert await stream.content.read() == b""
    await watcher.close()


@pytest.mark.parametrize(("rel", "methods"), [(SSE, "POST, OPTIONS"), (LAYER, "POST, OPTIONS")])
async def test_pages_of_other_hosts_may_ask_too(stage: Stage, rel: str, methods: str) -> None:
    headers = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    response = await stage.rig.http.options(stage.url(rel), headers=headers)
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Methods"] == methods
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    await problem(await stage.rig.http.put(stage.url(rel)), 405, "method_not_allowed")
