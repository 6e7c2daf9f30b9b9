"""Rooms over WebSocket, seen by an independent client (the `websockets` library)."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from moderation import command
from moderation.policy import Role
from podium.edge.websocket import Framer
from podium.ports import StoreUnavailable
from tests.edge.site import LATER, Visitor, site
from tests.live import ANNA, MODERATOR, ROOM, Client, FailingStore, fact


async def closed(visitor):
    """The frames until the server closes, and the close code."""
    frames = []
    try:
        while True:
            frames.append(await visitor.frame())
    except ConnectionClosed as error:
        return frames, error.rcvd.code


async def test_a_question_travels_from_the_attendee_to_the_prompter_and_back_as_a_receipt():
    async with (
        site() as here,
        here.joined() as anna,
        here.joined(token=here.token(Role.MODERATOR)) as moderator,
        here.joined(token=here.token(Role.SPEAKER, "ziemer")) as prompter,
    ):
        assert (await anna.type("welcome"))["entities"]["room"]["title"] == "Digitales Podium"
        await anna.enrol()
        ack = await anna.do("ask", "a1", text="Was sagt die Wissenschaft?", language="de")
        assert ack == {"type": "ack", "id": "a1", "seq": 2, "question": 1}
        inbox = await moderator.type("event")
        assert inbox["put"]["question/1"]["text"] == "Was sagt die Wissenschaft?"
        await moderator.do("enqueue", "m1", question=1, queue="ziemer")
        await moderator.do("air", "m2", question=1, instead=None)
        screen = await prompter.until(lambda f: f["type"] == "event" and (f["put"].get("prompt") or {}).get("on_air"))
        assert screen["put"]["prompt"]["on_air"]["text"] == "Was sagt die Wissenschaft?"
        receipt = await anna.until(lambda f: f.get("put", {}).get("receipt/1", {}).get("state") == "on_air")
        assert receipt["seq"] == 4


async def test_a_client_that_comes_back_is_told_what_it_missed():
    async with site() as here:
        async with here.joined() as anna:
            device = await anna.enrol()
            await anna.do("ask", "a1", text="Eins", language="de")
        async with here.joined(token=here.token(Role.MODERATOR)) as moderator:
            await moderator.do("approve", "m1", question=1)
        async with here.joined(device=device, since=2) as anna:
            welcome = await anna.type("welcome")
            assert not welcome["complete"]
            assert sorted(welcome["entities"]) == ["question/1", "receipt/1"]


async def test_a_vote_is_durable_before_it_is_acknowledged_and_counted_in_a_tick():
    async with site() as here, here.joined() as anna, here.joined(token=here.token(Role.MODERATOR)) as moderator:
        await anna.enrol()
        await anna.do("ask", "a1", text="Eins", language="de")
        await moderator.do("approve", "m1", question=1)
        assert (await anna.do("vote", "v1", question=1, support=True))["type"] == "ack"
        assert len(here.hub.room.votes[1]) == 1
        assert (await moderator.until(lambda f: f["type"] == "tick" and f.get("votes")))["votes"] == {"1": 1}


async def test_without_the_subprotocol_there_is_no_connection():
    async with site() as here:
        with pytest.raises(InvalidStatus) as refused:
            await here.connect(subprotocols=None)
        assert refused.value.response.status_code == 400
        assert b"podium.v1" in refused.value.response.body


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1", "http://["])
async def test_a_page_of_another_origin_may_not_connect(origin):
    async with site() as here:
        with pytest.raises(InvalidStatus) as refused:
            await here.connect(origin=origin)
        assert refused.value.response.status_code == 403


async def test_the_own_pages_may_connect_behind_a_proxy_too():
    async with site(public_url="https://podium.example") as here:
        for origin in (here.address, "https://podium.example"):
            async with here.connect(origin=origin) as socket:
                assert socket.subprotocol == "podium.v1"


async def test_nothing_is_compressed_and_so_nothing_inflates():
    async with site() as here, here.connect(compression="deflate") as socket:
        assert socket.protocol.extensions == []


async def test_an_unknown_room_is_said_before_the_end():
    async with site() as here, here.joined(room="nowhere") as visitor:
        assert await closed(visitor) == ([{"type": "bye", "code": "unknown_room"}], 1008)


async def test_silence_is_ended():
    async with site(hello_seconds=0.01) as here, here.connect() as socket:
        assert await closed(Visitor(socket)) == ([{"type": "bye", "code": "hello_first"}], 1008)


async def test_a_question_of_sixty_thousand_characters_is_too_large():
    async with site() as here, here.joined() as anna:
        await anna.type("welcome")
        await anna.say({"type": "do", "id": "a1", "command": "ask", "body": {"text": "x" * 60_000, "language": "de"}})
        frames, code = await closed(anna)
        assert [f for f in frames if f["type"] == "refused"] == [{"type": "refused", "id": "", "code": "too_large"}]
        assert frames[-1] == {"type": "bye", "code": "too_large"}
        assert code == 1009
        await fact(lambda: not here.hub.broadcast.members)


async def test_a_message_beyond_all_measure_is_not_even_read():
    async with site() as here, here.joined() as anna:
        await anna.type("welcome")
        await anna.socket.send("x" * 2_000_000)
        assert (await closed(anna))[1] == 1009


async def test_garbage_is_refused_and_the_fifth_time_shown_the_door():
    async with site() as here, here.joined() as anna:
        await anna.type("welcome")
        for garbage in ("{", b"\x00\xff", "[]", '{"type":"sing"}', "null"):
            await anna.socket.send(garbage)
        frames, code = await closed(anna)
        told = [frame for frame in frames if frame["type"] != "tick"]
        assert told == [{"type": "refused", "id": "", "code": "malformed"}] * 5 + [{"type": "bye", "code": "malformed"}]
        assert code == 1008


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\u0000\u0007", "text_not_plain"),
        ("x\u202ey", "text_not_plain"),
        ("  \n ", "text_empty"),
        ("x" * 601, "text_too_long"),
    ],
)
async def test_a_question_that_is_none_is_refused_with_its_code(text, code):
    async with site() as here, here.joined() as anna:
        await anna.enrol()
        assert (await anna.do("ask", "a1", text=text, language="de"))["code"] == code
        assert not here.hub.room.questions


async def test_a_full_disk_is_said_and_the_connection_stays():
    store = FailingStore()
    async with site(store=store) as here, here.joined() as anna:
        await anna.enrol()
        store.failure = StoreUnavailable("storage_full", "no")
        refused = await anna.do("ask", "a1", text="Eins", language="de")
        assert refused == {"type": "refused", "id": "a1", "code": "storage_full", "retry_after": 1_000}
        store.failure = None
        assert (await anna.do("ask", "a1", text="Eins", language="de"))["question"] == 1


async def test_pings_are_answered_and_a_flood_of_them_is_shown_the_door():
    async with site() as here, here.joined() as flood:
        await flood.type("welcome")
        await (await flood.socket.ping())
        with suppress(ConnectionClosed):
            for _ in range(1_000):
                await flood.socket.ping()
        frames, code = await closed(flood)
        assert frames[-1] == {"type": "bye", "code": "too_fast"}
        assert code == 1008


async def test_a_crowd_that_says_hello_at_once_takes_turns():
    async with site() as here:
        sockets = [await here.connect() for _ in range(20)]
        for socket in sockets:
            await socket.send(json.dumps({"type": "hello", "room": ROOM}))
        before, most = 0, 0
        async with asyncio.timeout(5):
            while before < len(sockets):
                await asyncio.sleep(0)
                joined = len(here.hub.broadcast.members)
                most, before = max(most, joined - before), joined
        assert most == 1
        for socket in sockets:
            socket.transport.abort()


async def test_a_revoked_link_is_cut_off():
    async with site() as here, here.joined(token=here.token(Role.MODERATOR)) as moderator:
        await moderator.type("welcome")
        await here.hub.order(command.Revoke(f"{ROOM}.1"))
        frames, code = await closed(moderator)
        assert frames[-1] == {"type": "bye", "code": "token_revoked"}
        assert code == 1008


async def test_whoever_only_listens_is_cut_off_when_the_link_expires():
    async with site() as here, here.joined(token=here.token(Role.MODERATOR)) as moderator:
        await moderator.type("welcome")
        here.clock.advance(1000 * LATER - here.clock.now())
        here.hub.broadcast.tick()
        frames, code = await closed(moderator)
        assert frames[-1] == {"type": "bye", "code": "token_expired"}
        assert code == 1008


async def test_connections_that_vanish_without_goodbye_are_forgotten():
    async with site() as here:
        sockets = await asyncio.gather(*(here.connect() for _ in range(100)))
        for socket in sockets:
            await socket.send(json.dumps({"type": "hello", "room": ROOM}))
        await fact(lambda: len(here.hub.broadcast.members) == 100)
        for socket in sockets[1:]:
            socket.transport.abort()
        await fact(lambda: len(here.hub.broadcast.members) == 1)
        await sockets[0].close()


async def test_a_server_that_stops_says_so():
    async with site() as here, here.joined() as anna:
        await anna.type("welcome")
        here.hub.broadcast.end("shutting_down", 1_000)
        frames, code = await closed(anna)
        assert frames[-1] == {"type": "bye", "code": "shutting_down", "retry_after": 1_000}
        assert code == 1001


@asynccontextmanager
async def stopped(here):
    """A visitor that reads its welcome and nothing after it, with small buffers between."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    small.setblocking(False)
    await asyncio.get_running_loop().sock_connect(small, ("127.0.0.1", here.port))
    async with here.connect(sock=small) as connection:
        slow = Visitor(connection)
        await slow.say({"type": "hello", "room": ROOM})
        await slow.type("welcome")
        connection.transport.pause_reading()
        yield slow
        connection.transport.abort()


async def busy(hub, *witnesses):
    """A question that goes to and fro until somebody does not read it; others see every step."""
    asker, moderator = Client(hub, ANNA), Client(hub, MODERATOR)
    await asker.done(command.Ask("ü" * 600, "de"), "a1")
    hub.leave(asker.member)
    while not hub.broadcast.dropped:
        for wanted in (command.Enqueue(1, "ulm"), command.Approve(1)):
            seq = (await moderator.done(wanted, "")).seq
            for witness in (moderator, *witnesses):
                await witness.until(lambda f, seq=seq: f["type"] == "event" and f["seq"] == seq)
    hub.leave(moderator.member)


async def test_a_client_that_stops_reading_gets_a_fresh_snapshot_and_its_neighbour_everything():
    async with site(send_buffer=4_096) as here, stopped(here) as slow, here.joined() as quick:
        await busy(here.hub, quick)
        slow.socket.transport.resume_reading()
        fresh = await slow.type("welcome")
        assert fresh["complete"]
        assert fresh["seq"] == here.hub.room.seq


async def test_a_client_that_stops_reading_and_breaks_the_rules_is_cut_off(monkeypatch):
    monkeypatch.setattr("podium.edge.websocket.CLOSE_SECONDS", 0.1)
    async with site(send_buffer=4_096) as here, stopped(here) as slow:
        await busy(here.hub)
        for _ in range(5):
            await slow.socket.send("{")
        await fact(lambda: here.kept == 0)
        assert not here.hub.broadcast.members


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_frames_are_framed_as_an_independent_implementation_reads_them(size):
    payload = b"x" * size
    reader = StreamReader()
    reader.feed_data(Framer().framed((payload,)))
    parsing = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as parsed:
        next(parsing)
    assert (parsed.value.value.opcode, parsed.value.value.fin, parsed.value.value.data) == (Opcode.TEXT, True, payload)


def test_a_payload_for_many_is_framed_once():
    framer, payloads = Framer(), (b"event", b"tick")
    assert framer.framed(payloads) is framer.framed(payloads)
    assert framer.framed(payloads) == b"\x81\x05event\x81\x04tick"


async def test_a_hundred_sockets_lost_between_question_and_ack_leave_a_hundred_questions():
    async with site() as here:
        device = ""
        for turn in range(100):
            if turn % 4 == 0:  # as many as one person may ask in a minute
                async with here.joined() as somebody:
                    device = await somebody.enrol()
            question = {"text": f"Frage {turn}?", "language": "de"}
            async with here.joined(device=device) as lost:
                await lost.say({"type": "do", "id": f"q{turn}", "command": "ask", "body": question})
                await fact(lambda turn=turn: len(here.hub.room.questions) == turn + 1)
                lost.socket.transport.abort()  # nobody has read the ack
            async with here.joined(device=device) as again:
                ack = await again.do("ask", f"q{turn}", **question)
                assert (ack["type"], ack["question"]) == ("ack", turn + 1)
        assert [question.text for question in here.hub.room.questions.values()] == [f"Frage {n}?" for n in range(100)]


async def test_a_moderator_reads_when_a_question_came_and_is_one_still_after_a_reload():
    async with site() as here:
        token = here.token(Role.MODERATOR)
        async with here.joined() as anna, here.joined(token=token) as moderator:
            await anna.enrol()
            await moderator.type("welcome")
            now = here.clock.now()
            await anna.do("ask", "a1", text="Wann?", language="de")
            asked = await moderator.until(lambda f: f["type"] == "event" and "question/1" in f["put"])
            assert asked["put"]["question/1"]["asked_at"] == now
        async with here.joined(token=token) as reloaded:
            assert (await reloaded.type("welcome"))["role"] == "moderator"
            assert (await reloaded.do("approve", "m1", question=1))["type"] == "ack"
