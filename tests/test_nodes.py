"""Three servers on one PostgreSQL and one Redis: one event, whichever of them somebody reaches, whatever goes away."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from moderation.policy import Role
from tests.audience import Busy, Screen, film
from tests.balancer import balancer
from tests.e2e.server import ROOM
from tests.edge.site import Visitor
from tests.faults import people
from tests.nodes import Nodes
from tests.relay.rig import until
from tests.servers import Postgres, Redis

PATIENCE = 20.0
PANELLIST = "prof-dr-ziemer"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, postgres_template: Path) -> Iterator[Nodes]:
    """Three that run; a test that ends one starts it again."""
    postgres, redis = Postgres(postgres_template), Redis()
    nodes = Nodes(tmp_path_factory.mktemp("nodes"), postgres, redis)
    nodes.start()
    yield nodes
    nodes.stop()
    redis.remove()
    postgres.remove()


async def ask(visitor: Visitor, text: str) -> dict[str, Any]:
    """Ask, with the text as the command's id, until it is accepted; the ack."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await visitor.do("ask", text, text=text, language="de")
            if answer["type"] == "ack":
                return answer
            assert answer["code"].startswith("storage_"), answer


def shows(text: str) -> Callable[[dict[str, Any]], object]:
    """A frame to moderators that brings a question."""
    return lambda frame: any(entity and entity.get("text") == text for entity in entities(frame).values())


def entities(frame: dict[str, Any]) -> dict[str, Any]:
    return frame.get("put") or frame.get("entities") or {}


def names(frame: dict[str, Any]) -> list[str]:
    """Those of the moderators who are here; a killed server's are missed after a while only."""
    return [colleague["name"] for colleague in (frame.get("desk") or {}).get("colleagues") or ()]


async def test_one_event_at_three_servers_goes_on_when_one_is_killed(nodes: Nodes) -> None:
    data, outage = "Wem gehören die Daten der Stadt?", "Was geschieht, wenn ein Server ausfällt?"
    speaker = nodes.token(Role.SPEAKER, PANELLIST)

    def on_air(frame: dict[str, Any]) -> object:
        prompt = entities(frame).get("prompt") or {}
        return prompt.get("on_air") and prompt["on_air"]["text"] == data

    async with asyncio.timeout(PATIENCE), nodes.at(0) as anna, nodes.moderator(1) as moderator:
        async with nodes.at(2, token=speaker) as prompter, nodes.at(2) as ben:
            await anna.enrol()
            ack = await ask(anna, data)
            await moderator.until(shows(data))
            for command, body in (("enqueue", {"queue": PANELLIST}), ("air", {"instead": None})):
                assert (await moderator.do(command, command, question=ack["question"], **body))["type"] == "ack"
            await prompter.until(on_air)
            receipt = f"receipt/{ack['question']}"
            await anna.until(lambda frame: entities(frame).get(receipt, {}).get("state") == "on_air")
            device = await ben.enrol()
            ack = await ask(ben, outage)
            nodes.servers[2].kill()
        async with nodes.at(1, token=speaker) as prompter:
            await prompter.until(on_air)
        async with nodes.at(0, device=device, since=ack["seq"]) as ben:
            told = await ben.until(lambda frame: f"receipt/{ack['question']}" in entities(frame))
            assert entities(told)[f"receipt/{ack['question']}"]["text"] == outage
            assert await ask(ben, outage) == ack
        await moderator.until(shows(outage))
    nodes.servers[2].start()
    assert nodes.commands().count(outage) == 1


async def test_without_redis_servers_hear_of_each_other_later_and_with_it_at_once_again(nodes: Nodes) -> None:
    text = "Und ohne Redis?"
    async with asyncio.timeout(PATIENCE), nodes.at(0) as anna, nodes.moderator(1) as moderator:
        nodes.redis.kill()
        try:
            await anna.enrol()
            await ask(anna, text)
            await moderator.until(shows(text))
        finally:
            nodes.redis.start()
        await until(lambda: nodes.redis.administer("PUBSUB", "NUMSUB", "podium/0") == [b"podium/0", 3])
        async with nodes.moderator(0) as colleague:
            await colleague.say({"type": "look", "question": None, "name": "Ada"})
            await moderator.until(lambda frame: "Ada" in names(frame))
        await moderator.until(lambda frame: "desk" in frame and "Ada" not in names(frame))


async def test_a_database_that_restarts_refuses_with_a_code_and_loses_nothing(nodes: Nodes) -> None:
    before, meanwhile = "Hält das die Datenbank aus?", "Auch mitten im Neustart?"
    async with asyncio.timeout(PATIENCE), nodes.at(0) as anna, nodes.at(1) as ben, nodes.moderator(0) as moderator:
        for visitor in (anna, ben):
            await visitor.enrol()
        await ask(anna, before)
        nodes.postgres.stop()
        try:
            answer = await ben.do("ask", meanwhile, text=meanwhile, language="de")
            assert (answer["type"], answer["code"]) == ("refused", "storage_unavailable")
        finally:
            nodes.postgres.start()
        await ask(ben, meanwhile)
        await moderator.until(shows(meanwhile))
    commands = nodes.commands()
    assert [command for command in commands if command in (before, meanwhile)] == [before, meanwhile]


async def test_a_server_cut_off_from_what_all_share_refuses_with_a_code_and_catches_up(nodes: Nodes) -> None:
    apart, together = "Was gilt auf der anderen Seite?", "Und was gilt hier?"
    async with asyncio.timeout(PATIENCE), nodes.at(0) as anna, nodes.at(2) as ben, nodes.moderator(2) as moderator:
        for visitor in (anna, ben):
            await visitor.enrol()
        nodes.wire.cut()
        try:
            assert (await ask(anna, apart))["type"] == "ack"
            answer = await ben.do("ask", together, text=together, language="de")
            assert answer["type"] == "refused"
            assert answer["code"] in ("storage_busy", "storage_unavailable")
            async with nodes.at(2) as late:
                assert "room" in entities(await late.type("welcome"))
        finally:
            nodes.wire.heal()
        await ask(ben, together)
        for text in (apart, together):
            await moderator.until(shows(text))
    assert sorted(nodes.commands()[-2:]) == sorted([apart, together])


async def test_a_rolling_restart_delays_questions_and_pictures_and_loses_nothing(nodes: Nodes) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(asyncio.timeout(55))
        port = await stack.enter_async_context(balancer([server.port for server in nodes.servers]))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        feed = f"http://127.0.0.1:{port}/{{}}/{ROOM}/programme"
        screens = [Screen(http, feed.format("whep")) for _ in range(3)]
        async with nodes.at(0) as anna:
            await anna.enrol()
            asked = await ask(anna, "Was bleibt von einem Neustart?")
        async with nodes.moderator(0) as moderator:
            assert (await moderator.do("approve", "approve-rolling", question=asked["question"]))["type"] == "ack"
        busy = Busy(port, nodes.token(Role.MODERATOR), asked["question"], "rolling")
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        doing = [
            tasks.create_task(film(http, feed.format("whip"), nodes.token(Role.STUDIO))),
            tasks.create_task(busy.decide()),
            *(tasks.create_task(screen.watch()) for screen in screens),
        ]
        try:
            for server in nodes.servers:
                before = len(busy.acked), [screen.pictures for screen in screens]
                await until(lambda before=before: len(busy.acked) > before[0] + 3)  # type: ignore[misc]
                for screen, pictures in zip(screens, before[1], strict=True):
                    await until(lambda screen=screen, pictures=pictures: screen.pictures > pictures + 5)  # type: ignore[misc]
                await asyncio.to_thread(server.terminate)
                await asyncio.to_thread(server.start)
        finally:
            for task in doing:
                task.cancel()
    busy.compare(nodes.journal())
    assert busy.longest < 2
    assert max(screen.longest for screen in screens) < 5


async def test_whatever_is_killed_at_whatever_moment_nothing_acknowledged_is_lost_doubled_or_reordered(
    nodes: Nodes,
) -> None:
    async with asyncio.timeout(55), people(nodes, "kills") as faults:
        kinds = ["worker", "redis", "postgres", "web", "postgres", "redis", "worker"]
        await faults.kill(kinds, random.Random())
        assert faults.killed.total() >= 5


async def test_pictures_go_on_at_every_server_while_redis_and_the_database_are_away(nodes: Nodes) -> None:
    async with asyncio.timeout(55), aiohttp.ClientSession() as http, nodes.at(1) as anna, asyncio.TaskGroup() as tasks:
        camera = f"{nodes.servers[0].base}/whip/{ROOM}/programme"
        screens = [Screen(http, f"{server.base}/whep/{ROOM}/programme") for server in nodes.servers]
        doing = [tasks.create_task(film(http, camera, nodes.token(Role.STUDIO)))]
        doing += [tasks.create_task(screen.watch()) for screen in screens]
        try:
            await anna.enrol()
            for screen in screens:
                await until(lambda screen=screen: screen.pictures > 10)  # type: ignore[misc]
            nodes.redis.kill()
            nodes.postgres.stop()
            try:
                answer = await anna.do("ask", "away", text="Geht das Bild weiter?", language="de")
                assert (answer["type"], answer["code"]) == ("refused", "storage_unavailable")
                for screen, seen in [(screen, screen.pictures) for screen in screens]:
                    await until(lambda screen=screen, seen=seen: screen.pictures > seen + 50)  # type: ignore[misc]
            finally:
                nodes.redis.start()
                nodes.postgres.start()
            assert (await ask(anna, "Geht das Bild weiter?"))["type"] == "ack"
            assert [screen.sessions for screen in screens] == [1, 1, 1]
        finally:
            for task in doing:
                task.cancel()
