"""An operator fills a room: against a server that runs in this process, with real sockets and processes."""

import argparse
import asyncio
import gc
import os
import signal
from dataclasses import replace

import pytest

from moderation.policy import Role
from podium.bench import audience, measurement
from podium.bench.audience import place_of, run, wanted
from podium.bench.measurement import BenchRefused, Wanted
from tests.edge.site import ROOM, Site, site

LOAD = Wanted(
    attendees=12, seconds=1.5, joins=100, votes=20, questions=4, cuts=4, moderators=2, prompters=2, processes=2,
    links=(), servers=(), elsewhere=False, live_room=False,
)  # fmt: skip
HOST = f"http://127.0.0.1:1/host/{ROOM}#h"


def links(here: Site) -> tuple[str, ...]:
    return (
        f"{here.address}/host/{ROOM}#{here.token(Role.HOST)}",
        f"{here.address}/prompt/{ROOM}#{here.token(Role.SPEAKER, 'panel')}",
    )


async def test_a_full_room_is_measured_and_left_without_a_question_that_anybody_reads(monkeypatch):
    monkeypatch.setattr(measurement, "AIR_PAUSE", 0.5)
    said: list[str] = []
    async with site() as here:
        status = await run(replace(LOAD, links=links(here)), said.append, said.append)
        text = "\n".join(said)
        assert status == 0, text
        assert "12 joined in" in text
        assert "question to each inbox" in text
        assert "host to each prompter" in text
        assert "vote to the tally" in text
        assert "lost: 0 (" in text
        assert "doubled: 0 (" in text
        asked = here.hub.room.questions.values()
        assert asked
        assert [question.text for question in asked if question.is_public] == []
        again: list[str] = []
        assert await run(replace(LOAD, links=links(here)), again.append, again.append) == 2
        assert "The room has" in again[-1]
        assert "--live-room" in again[-1]


async def test_ctrl_c_ends_it_and_takes_the_questions_back():
    said: list[str] = []
    acting = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        if "they ask and vote" in line:
            acting.set()

    async with site() as here:
        load = replace(LOAD, seconds=600, links=links(here))
        running = asyncio.create_task(run(load, say, said.append))
        await acting.wait()
        while not any(question.is_public for question in here.hub.room.questions.values()):
            await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGINT)
        assert await running == 2
        assert said[-1] == "ended before it was measured."
        assert [question.text for question in here.hub.room.questions.values() if question.is_public] == []


@pytest.mark.parametrize(
    ("load", "sentence"),
    [
        (replace(LOAD, links=("http://127.0.0.1:1/r/x",)), "--link is the link of a host"),
        (replace(LOAD, links=(HOST, "http://127.0.0.1:1/prompt/other#s")), "belong to one room"),
        (replace(LOAD, links=(f"http://127.0.0.1:1/prompt/{ROOM}#s",)), "who see the inbox"),
        (replace(LOAD, links=(f"https://podium.example/host/{ROOM}#h",)), "say where it listens"),
        (replace(LOAD, links=(f"http://192.0.2.1/host/{ROOM}#h",)), "not this machine's loopback"),
        (replace(LOAD, links=(f"http://127.0.0.1:99999/host/{ROOM}#h",)), "--link is the link of a host"),
        (replace(LOAD, links=(HOST,), servers=("http://[",)), "say where it listens"),
    ],
)
def test_what_is_not_the_operators_own_is_refused(load, sentence):
    with pytest.raises(BenchRefused, match=sentence):
        place_of(load)


def test_another_machine_is_an_explicit_wish_and_links_of_a_proxy_name_the_server():
    elsewhere = place_of(replace(LOAD, links=(f"http://192.0.2.1:81/host/{ROOM}#h",), elsewhere=True))
    assert (elsewhere.host, elsewhere.port, elsewhere.tokens) == ("192.0.2.1", 81, {Role.HOST: "h"})
    behind = place_of(
        replace(
            LOAD,
            links=(f"https://podium.example/moderate/{ROOM}#m",),
            servers=("http://127.0.0.1:8080", "http://127.0.0.2:8081"),
        )
    )
    assert (behind.nodes, behind.room) == ((("127.0.0.1", 8080), ("127.0.0.2", 8081)), ROOM)


async def test_a_server_that_is_not_there_is_a_sentence():
    said: list[str] = []
    unheard: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unheard.append(context))
    assert await run(replace(LOAD, links=(HOST,)), said.append, said.append) == 2
    assert "does not let the staff in" in said[-1]
    await asyncio.sleep(0)  # the loop still holds the turn in which they were refused
    gc.collect()
    assert unheard == []


async def test_a_server_without_a_link_to_it_is_not_passed_over():
    said: list[str] = []
    assert await run(replace(LOAD, servers=("http://127.0.0.1:1",)), said.append, said.append) == 2
    assert said == ["--server says where the server of a --link listens: name the link, too."]


def test_limits_are_safe(capsys):
    parser = argparse.ArgumentParser()
    audience.add_arguments(parser)
    assert wanted(parser.parse_args([])).attendees == 500
    for words in (
        ["--attendees", "1000000"],
        ["--attendees", "many"],
        ["--joins", "0"],
        ["--questions", "50"],
        ["--seconds", "86400"],
    ):
        with pytest.raises(SystemExit):
            parser.parse_args(words)
        assert "at most" in capsys.readouterr().err
