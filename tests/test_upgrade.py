"""A data folder of the first version, as that version left it (tests/first_database.sqlite), goes on with this one.

The file was written by the program of 22 November 2026, before the hash chain (schema 0001): three questions, one on
air, one approved with a vote, one declined.
"""

import shutil
from pathlib import Path

import pytest
import websockets

from moderation.policy import Role
from moderation.question import State
from podium import chain
from podium.app import running
from podium.doctor import services
from podium.relay.process import WorkerProcess
from podium.serving import PROGRAMME
from podium.settings import Settings
from podium.store.checkup import Schema, sqlite_checkup
from podium.store.sqlite import DATABASE
from podium.tokens import Link
from tests.edge.site import LATER, Visitor

FIRST = Path(__file__).parent / "first_database.sqlite"
ROOM = "digitales-podium"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    async def never(_process: WorkerProcess) -> None:
        """Pictures are not what is upgraded."""

    monkeypatch.setattr(WorkerProcess, "start", never)
    shutil.copy(FIRST, tmp_path / DATABASE)
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    (tmp_path / "secret").write_bytes(bytes(range(32)))
    return Settings(data=tmp_path, port=0, media_port=0, relay_workers=1)


async def test_nothing_of_the_first_version_is_lost_and_its_devices_and_links_stay_valid(settings: Settings) -> None:
    database = settings.data / DATABASE
    assert sqlite_checkup(database).schema is Schema.OLDER
    (finding,) = [finding async for finding in services.of_database(settings, float)]
    assert "podium backup" in finding.advice

    async with running(settings) as server:
        hub, tokens = server.hubs[ROOM], server.house.tokens
        first, second, third = (hub.room.questions[number] for number in (1, 2, 3))
        assert (first.text, first.state) == ("Wem gehören die Daten der Stadt?", State.ON_AIR)
        assert (second.text, second.state) == ("Wann kommt der Glasfaseranschluss?", State.APPROVED)
        assert (third.text, third.state) == ("Was kostet das?", State.DECLINED)
        lines = await server.house.store.read(ROOM, 0)
        assert [line.seq for line in lines][:10] == list(range(1, 11))
        assert chain.examined(ROOM, lines).broken is None

        address = f"ws://127.0.0.1:{server.settings.port}/ws"
        async with (
            websockets.connect(address, subprotocols=["podium.v1"], proxy=None) as by_anna,
            websockets.connect(address, subprotocols=["podium.v1"], proxy=None) as by_moderator,
        ):
            anna, moderator = Visitor(by_anna), Visitor(by_moderator)
            await anna.say({"type": "hello", "room": ROOM, "device": tokens.sign_device("anna"), "since": 5})
            welcome = await anna.type("welcome")
            assert welcome["entities"]["receipt/1"]["state"] == "on_air"
            assert welcome["votes"]["2"] == 1
            assert welcome["voted"] == [2]
            link = Link(ROOM, Role.MODERATOR, None, LATER, "m1")
            await moderator.say({"type": "hello", "room": ROOM, "token": tokens.sign_link(link)})
            assert (await anna.do("ask", "new", text="Und jetzt?", language="de"))["question"] == 4
            assert (await moderator.do("approve", "m9", question=4))["type"] == "ack"
    assert sqlite_checkup(database).schema is Schema.CURRENT
    async with running(settings) as server:
        assert server.hubs[ROOM].room.questions[4].state is State.APPROVED
