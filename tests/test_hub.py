"""One room, one task: durable before acknowledged, idempotent, never slowed by anybody."""

import asyncio

import pytest

from moderation import command
from moderation.question import State
from moderation.refusal import Code, Refused
from podium import hub as hub_module
from podium import journal, wire
from podium.bus.local import LocalBus
from podium.hub import Hub
from podium.ports import Entry, StoreUnavailable
from podium.store.memory import MemoryStore
from podium.store.sqlite import open_sqlite
from tests.clock import SettableClock
from tests.live import ANNA, BEN, COLLEAGUE, MODERATOR, PATIENCE, ROOM, Client, FailingStore, HeldStore, fact, living
from tests.moderation.rooms import DESCRIBE, SPEAKERS
from tests.moderation.test_staging import HOST

ASK = command.Ask("Wann kommt der Glasfaseranschluss?", "de")


async def test_an_ack_leaves_only_after_the_commit():
    store = HeldStore()
    async with living(store) as hub:
        anna, moderator = Client(hub, ANNA), Client(hub, MODERATOR)
        await moderator.welcome()
        store.asked.clear()
        store.gate.clear()
        answer = anna.say(ASK, "a1")
        await store.asked.wait()
        assert not answer.done()
        assert not hub.room.questions
        store.gate.set()
        assert await answer == wire.Ack("a1", seq=2, question=1)
        assert (await moderator.until(lambda f: f["type"] == "event"))["put"]["question/1"]["text"] == ASK.text


async def test_five_hundred_resends_of_one_command_are_one_question():
    async with living() as hub:
        anna = Client(hub, ANNA)
        answers = await asyncio.gather(*(anna.do(ASK, "a1") for _ in range(500)))
        assert set(answers) == {wire.Ack("a1", seq=2, question=1)}
        assert list(hub.room.questions) == [1]


async def test_a_command_sent_again_after_a_restart_gets_the_first_answer():
    store = MemoryStore()
    async with living(store) as hub:
        first = await Client(hub, ANNA).done(ASK, "a1")
    async with living(store) as hub:
        assert await Client(hub, ANNA).done(ASK, "a1") == first
        assert list(hub.room.questions) == [1]


async def test_what_waits_is_committed_together():
    store = HeldStore()
    async with living(store) as hub:
        store.asked.clear()
        store.gate.clear()
        client = Client(hub, ANNA)
        first = client.say(ASK, "a1")
        await store.asked.wait()
        before = store.appends
        others = [Client(hub, BEN).say(command.Ask(f"Frage {n}", "de"), f"b{n}") for n in range(4)]
        store.gate.set()
        await asyncio.gather(first, *others)
        assert store.appends - before == 2
        assert sorted(hub.room.questions) == [1, 2, 3, 4, 5]


async def test_the_asker_reads_every_step_as_a_receipt_and_a_stranger_none():
    async with living() as hub:
        anna, ben, moderator = Client(hub, ANNA), Client(hub, BEN), Client(hub, MODERATOR)
        await anna.done(ASK, "a1")
        received = await anna.until(lambda f: f["type"] == "event")
        assert received["put"]["receipt/1"]["state"] == "submitted"
        await moderator.done(command.Enqueue(1, "ziemer"), "m1")
        queued = await anna.until(lambda f: "receipt/1" in f.get("put", {}))
        assert (queued["put"]["receipt/1"]["state"], queued["put"]["receipt/1"]["queue"]) == ("queued", "ziemer")
        seen = await ben.until(lambda f: f["type"] == "event")
        assert list(seen["put"]) == ["question/1"]


async def test_of_two_moderators_who_put_a_question_on_air_one_is_told_that_the_stage_changed():
    async with living() as hub:
        anna, one, other = Client(hub, ANNA), Client(hub, MODERATOR), Client(hub, COLLEAGUE)
        for number in (1, 2):
            await anna.done(command.Ask(f"Frage {number}", "de"), f"a{number}")
            await one.done(command.Approve(number), f"m{number}")
        answers = await asyncio.gather(one.do(command.Air(1, None), "m3"), other.do(command.Air(2, None), "n1"))
        assert answers == [wire.Ack("m3", seq=6), wire.Refusal("n1", Code.STAGE_CHANGED)]
        assert hub.room.on_air == 1


async def test_two_nodes_on_one_store_never_overwrite_each_other(tmp_path):
    store, other_store = await open_sqlite(tmp_path / "db"), await open_sqlite(tmp_path / "db")
    async with living(store, LocalBus()) as here, living(other_store, LocalBus()) as there:
        anna, ben = Client(here, ANNA), Client(there, BEN)
        asked = [anna.do(command.Ask(f"Hier {n}", "de"), f"a{n}") for n in range(4)]
        asked += [ben.do(command.Ask(f"Dort {n}", "de"), f"b{n}") for n in range(4)]
        answers = await asyncio.gather(*asked)
        assert sorted(answer.question for answer in answers) == [1, 2, 3, 4, 5, 6, 7, 8]
    await store.close()
    await other_store.close()


async def test_what_another_node_has_just_written_is_not_unknown_here(monkeypatch):
    monkeypatch.setattr(hub_module, "FOLLOW_PAUSE", 3600)
    store = MemoryStore()
    async with living(store) as here, living(store) as there:
        await Client(here, ANNA).done(ASK, "a1")
        one, other = Client(here, MODERATOR), Client(there, COLLEAGUE)
        await other.done(command.Approve(1), "n1")
        await one.done(command.Hold(1), "m1")
        await other.done(command.Approve(1), "n2")
        assert there.room.questions[1].state is State.APPROVED


async def test_a_hint_on_the_bus_brings_the_other_node_up_to_date():
    store, bus = MemoryStore(), LocalBus()
    async with living(store, bus) as here, living(store, bus) as there:
        moderator = Client(there, MODERATOR)
        await moderator.welcome()
        for noise in (b"", b"9" * 5_000):
            await bus.publish(f"room/{ROOM}", noise)
        await Client(here, ANNA).done(ASK, "a1")
        assert "question/1" in (await moderator.until(lambda f: f["type"] == "event"))["put"]


async def test_whoever_was_told_more_by_another_node_is_told_it_here_at_once(monkeypatch):
    monkeypatch.setattr(hub_module, "FOLLOW_PAUSE", 3600)
    store = MemoryStore()
    async with living(store) as first, living(store) as second:
        ack = await Client(first, ANNA).done(command.Ask("Eins?", "de"), "a1")
        assert second.room.seq < ack.seq, "no hint has come"
        anna = Client(second, ANNA, since=ack.seq)
        assert (await anna.until(lambda frame: "receipt/1" in frame.get("put", {})))["seq"] == ack.seq


async def test_a_link_revoked_by_another_process_is_cut_off(monkeypatch):
    monkeypatch.setattr(hub_module, "FOLLOW_PAUSE", 0.01)
    store = MemoryStore()
    async with living(store) as hub, living(store) as elsewhere:
        revoked, other = Client(hub, MODERATOR, link="m1"), Client(hub, COLLEAGUE, link="m2")
        await elsewhere.order(command.Revoke("m1"))
        assert (await revoked.until(lambda f: f["type"] == "bye"))["code"] == "token_revoked"
        assert await revoked.frame() is None
        assert revoked.member.outbox.close_code == 1008
        assert not other.member.outbox.ended


async def test_a_command_on_its_way_when_its_link_is_revoked_is_refused():
    store = MemoryStore()
    async with living(store) as hub, living(store) as elsewhere:
        await Client(hub, ANNA).done(ASK, "a1")
        moderator = Client(hub, MODERATOR, link="m1")
        await elsewhere.order(command.Revoke("m1"))
        answer = await moderator.do(command.Approve(1), "x1")
        assert answer == wire.Refusal("x1", Code.TOKEN_REVOKED)
        assert hub.room.questions[1].state is State.SUBMITTED


@pytest.mark.parametrize("code", ["storage_full", "storage_busy", "storage_unavailable"])
async def test_a_store_that_cannot_write_refuses_with_its_code_and_the_room_lives_on(code):
    store = FailingStore()
    async with living(store) as hub:
        anna = Client(hub, ANNA)
        first = await anna.done(ASK, "a1")
        store.failure = StoreUnavailable(code, "no")
        assert await anna.do(command.Ask("Noch eine", "de"), "a2") == wire.Refusal("a2", Code(code), 1_000)
        assert list(hub.room.questions) == [1]
        assert await anna.done(ASK, "a1") == first, "what is durable already is acknowledged again"
        store.failure = None
        assert (await anna.done(command.Ask("Noch eine", "de"), "a2")).question == 2


async def test_a_slow_client_gets_a_snapshot_and_its_neighbour_every_event():
    async with living() as hub:
        slow, quick, moderator = Client(hub, ANNA, frames=4), Client(hub, BEN), Client(hub, MODERATOR)
        await quick.welcome()
        await Client(hub, ANNA).done(ASK, "a1")
        for turn in range(10):
            await moderator.done(command.Enqueue(1, "ulm"), f"q{turn}")
            await moderator.done(command.Approve(1), f"p{turn}")
        seen = [await quick.until(lambda f: f["type"] == "event") for _ in range(20)]
        assert [frame["seq"] for frame in seen] == list(range(3, 23))
        first = await slow.frame()
        assert first is not None
        assert first["type"] == "welcome"
        fresh = await slow.welcome()
        assert (fresh["seq"], fresh["complete"]) == (22, True)
        assert fresh["entities"]["question/1"]["state"] == "approved"
        assert hub.broadcast.dropped > 0


async def test_the_votes_of_a_moment_are_one_event_with_their_net_effect():
    async with living() as hub:
        moderator, watcher = Client(hub, MODERATOR), Client(hub, BEN)
        await Client(hub, ANNA).done(ASK, "a1")
        await moderator.done(command.Approve(1), "m1")
        seq = hub.room.seq
        anna, ben = Client(hub, ANNA), Client(hub, BEN)
        votes = [
            anna.do(command.Vote(1, support=True), "v1"),
            ben.do(command.Vote(1, support=True), "v2"),
            ben.do(command.Vote(1, support=False), "v3"),
            ben.do(command.Vote(7, support=True), "v4"),
        ]
        answers = await asyncio.gather(*votes)
        assert answers[:3] == [wire.Ack(identifier, seq + 1) for identifier in ("v1", "v2", "v3")]
        assert answers[3] == wire.Refusal("v4", Code.UNKNOWN_QUESTION)
        assert hub.room.votes[1] == {"device:anna"}
        assert (await watcher.until(lambda f: f.get("votes") and f["type"] == "tick"))["votes"] == {"1": 1}


async def test_votes_go_along_with_the_next_commit(monkeypatch):
    monkeypatch.setattr(hub_module, "VOTE_MOMENT", 3_600)
    async with living() as hub:
        anna, moderator = Client(hub, ANNA), Client(hub, MODERATOR)
        await anna.done(ASK, "a1")
        await moderator.done(command.Approve(1), "m1")
        vote = anna.say(command.Vote(1, support=True), "v1")
        await moderator.done(command.Enqueue(1, "ulm"), "m2")
        assert await vote == wire.Ack("v1", seq=5)


async def test_too_many_waiting_commands_are_refused_as_busy(monkeypatch):
    monkeypatch.setattr(hub_module, "INBOX", 2)
    store = HeldStore()
    async with living(store) as hub:
        store.asked.clear()
        store.gate.clear()
        anna = Client(hub, ANNA)
        taken = anna.say(ASK, "a0")
        await store.asked.wait()
        waiting = [anna.say(command.Ask(f"Frage {n}", "de"), f"a{n}") for n in (1, 2, 3)]
        assert await waiting[2] == wire.Refusal("a3", Code.BUSY, 1_000)
        store.gate.set()
        await asyncio.gather(taken, *waiting)


async def test_who_waits_when_the_server_stops_is_told_so():
    store = HeldStore()
    async with living(store) as hub:
        anna = Client(hub, ANNA)
        await anna.done(ASK, "a1")
        store.asked.clear()
        store.gate.clear()
        in_store = anna.say(command.Ask("Noch eine", "de"), "a2")
        await store.asked.wait()
        waiting = anna.say(command.Ask("Und noch eine", "de"), "a3")
    assert await waiting == wire.Refusal("a3", Code.SHUTTING_DOWN, 1_000)
    assert not in_store.done(), "nobody knows whether it is durable, so nothing is said"
    assert (await anna.frame())["type"] == "bye"
    assert anna.member.outbox.close_code == 1001


async def test_a_tick_tells_who_is_there_and_what_is_watched_on_all_nodes():
    store, bus = MemoryStore(), LocalBus()
    async with living(store, bus) as here, living(store, bus) as there:
        anna, _ = Client(here, ANNA), Client(there, BEN)
        await anna.until(lambda f: f["type"] == "tick" and f["attending"] == 2)
        there.watch("programme", 3)
        here.watch("programme", 2)
        await anna.until(lambda f: f["type"] == "tick" and f.get("viewers") == {"programme": 5})


async def test_a_tick_tells_who_is_there_and_what_is_live():
    async with living() as hub:
        anna = Client(hub, ANNA)
        Client(hub, BEN)
        Client(hub, MODERATOR)
        hub.watch("programme", 3)
        tick = await anna.until(lambda f: f["type"] == "tick" and f.get("viewers"))
        assert (tick["attending"], tick["viewers"]) == (2, {"programme": 3})
        hub.watch("programme", None)
        assert (await anna.until(lambda f: f["type"] == "tick" and "viewers" in f))["viewers"] == {}


async def test_a_skipped_event_reaches_the_public_as_a_number_alone():
    async with living() as hub:
        ben = Client(hub, BEN)
        await Client(hub, ANNA).done(ASK, "a1")
        tick = await ben.until(lambda f: f["seq"] == 2)
        assert tick["type"] == "tick"


async def test_everything_of_a_large_journal_is_loaded(monkeypatch):
    monkeypatch.setattr("podium.history.PAGE", 3)
    store = MemoryStore()
    async with living(store) as hub:
        for number in range(8):
            await Client(hub, ANNA).do(command.Ask(f"Frage {number}", "de"), f"a{number}")
    again = Hub(ROOM, store, LocalBus(), SettableClock())
    await again.load()
    assert again.room == hub.room


async def test_a_journal_from_a_newer_version_is_not_served():
    store = MemoryStore()
    await store.append(ROOM, 0, [Entry(1, 0, "system", "", "QuestionTeleported", "{}")])
    with pytest.raises(journal.UnknownEvent, match="QuestionTeleported"):
        await Hub(ROOM, store, LocalBus(), SettableClock()).load()


@pytest.mark.parametrize(("kind", "body"), [("QuestionTeleported", "{}"), ("QuestionApproved", '{"question":7}')])
async def test_an_unreadable_event_while_running_refuses_writing_and_keeps_the_room(kind, body):
    store = MemoryStore()
    async with living(store) as hub:
        await store.append(ROOM, 1, [Entry(2, 0, "system", "", kind, body)])
        answer = await Client(hub, ANNA).do(ASK, "a1")
        assert answer == wire.Refusal("a1", Code.STORAGE_UNAVAILABLE, 1_000)
        assert (await Client(hub, BEN).welcome())["seq"] == 1


class ReplicatedStore(MemoryStore):
    """Goes on as a replica that had not got everything."""

    async def lose(self, count: int) -> None:
        del self._journals[ROOM][-count:]


async def test_a_room_whose_journal_was_replaced_by_a_shorter_one_begins_again_with_that():
    store, bus, clock = ReplicatedStore(), LocalBus(), SettableClock()
    async with living(store, bus, clock) as one, living(store, bus, clock) as other:
        one.watch("programme", 7)
        anna, seq = Client(one, ANNA), 0
        for number in range(3):
            seq = (await anna.done(command.Ask(f"Verlorene Frage {number}?", "de"), f"a{number}")).seq
        await fact(lambda: other.room.seq == seq)
        await store.lose(3)
        clock.advance(1_000)
        refused = await anna.do(command.Ask("Und diese?", "de"), "a4")
        assert refused == wire.Refusal("a4", Code.SHUTTING_DOWN, 1_000)
        await anna.until(lambda frame: frame == {"type": "bye", "code": "shutting_down", "retry_after": 0})
        welcome = await Client(one, BEN, since=seq).welcome()
        assert (welcome["seq"], welcome["complete"], welcome["viewers"]) == (1, True, {"programme": 7})
        for number in range(4):  # the journal is longer again than what the other knows of the one before
            await Client(one, BEN).done(command.Ask(f"Frage {number}?", "de"), f"b{number}")
        await fact(lambda: other.room == one.room)
        assert [question.text for question in other.room.questions.values()] == [f"Frage {n}?" for n in range(4)]
        late = await Client(one, BEN, since=seq).welcome()
        assert late["complete"], "what was told up to this number was of the journal before"


async def test_a_room_ends_at_whatever_moment_its_journal_is_replaced():
    for turns in range(12):
        store = ReplicatedStore()
        async with living(store) as hub, asyncio.timeout(PATIENCE):
            await Client(hub, ANNA).done(ASK, "a1")
            await store.lose(1)
            Client(hub, BEN, since=9)
            for _ in range(turns):
                await asyncio.sleep(0)


async def test_a_journal_that_is_empty_all_at_once_refuses_writing_and_keeps_the_room():
    store = ReplicatedStore()
    async with living(store) as hub:
        await store.lose(1)
        answer = await Client(hub, ANNA).do(ASK, "a1")
        assert answer == wire.Refusal("a1", Code.STORAGE_UNAVAILABLE, 1_000)
        assert (await Client(hub, BEN).welcome())["seq"] == 1


async def test_an_order_that_is_refused_says_why():
    store = FailingStore()
    async with living(store) as hub:
        store.failure = StoreUnavailable("storage_full", "no")
        with pytest.raises(Refused, match="storage_full"):
            await hub.order(command.Revoke("x"))
        await hub.order(DESCRIBE)


async def test_a_member_that_leaves_is_counted_no_more():
    async with living() as hub:
        anna, ben = Client(hub, ANNA), Client(hub, BEN)
        hub.leave(ben.member)
        hub.leave(ben.member)
        await anna.until(lambda f: f["type"] == "tick" and f["attending"] == 1)
        await fact(lambda: len(hub.broadcast.members) == 1)


async def test_colleagues_see_who_is_here_and_looks_at_what_and_the_audience_does_not():
    async with living() as hub:
        anna, one = Client(hub, ANNA), Client(hub, MODERATOR)
        assert (await anna.welcome())["desk"] is None
        await anna.done(ASK, "a1")
        me = (await one.welcome())["desk"]["me"]
        other = Client(hub, COLLEAGUE)
        hub.look(other.member, 1, "Sibel")
        seen = await one.until(lambda f: any(c["question"] == 1 for c in f.get("desk", {}).get("colleagues", ())))
        assert [(c["id"] == me, c["name"]) for c in seen["desk"]["colleagues"]] == [(True, None), (False, "Sibel")]
        hub.look(other.member, 7, "Sibel")
        await one.until(lambda f: all(c["question"] is None for c in f.get("desk", {}).get("colleagues", ({},))[1:]))
        hub.leave(other.member)
        await one.until(lambda f: len(f.get("desk", {}).get("colleagues", ())) == 1)
        await anna.done(command.Withdraw(1), "a2")
        told = await anna.until(lambda f: f["type"] == "tick" and f["seq"] == hub.room.seq)
        assert "desk" not in told


async def test_colleagues_at_another_node_are_seen_too():
    store, bus = MemoryStore(), LocalBus()
    async with living(store, bus) as here, living(store, bus) as there:
        one, other = Client(here, MODERATOR), Client(there, COLLEAGUE)
        there.look(other.member, None, "Sibel")
        await one.until(lambda f: any(c["name"] == "Sibel" for c in f.get("desk", {}).get("colleagues", ())))


async def test_the_host_sees_a_prompter_come_and_go_and_finds_it_from_any_node():
    store, bus = MemoryStore(), LocalBus()
    async with living(store, bus) as here, living(store, bus) as there:
        host, prompter = Client(here, HOST), Client(there, SPEAKERS[1])
        there.report(prompter.member, wire.Screen("Laptop vorn", 1280, 720, "card", 12))
        told = await host.until(lambda f: any(s["width"] == 1280 for s in f.get("desk", {}).get("screens", ())))
        (screen,) = told["desk"]["screens"]
        assert (screen["place"], screen["name"], screen["gone"]) == ("ulm", "Laptop vorn", None)
        here.locate(screen["id"])
        await prompter.until(lambda f: f["type"] == "shout")
        there.leave(prompter.member)
        await host.until(lambda f: any(s["gone"] is not None for s in f.get("desk", {}).get("screens", ())))
