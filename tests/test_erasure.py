"""What was redacted is nowhere any more: not in the file, not in an export, not in what anybody is told."""

import asyncio
import json
import sqlite3
from datetime import UTC
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moderation import command
from moderation.apply import fold
from moderation.room import Room
from podium import chain, erasure, journal, views, wire
from podium.bus.local import LocalBus
from podium.export.log import log, log_to_csv, log_to_json
from podium.export.page import to_html
from podium.export.record import record, to_json
from podium.export.table import to_csv
from podium.store.memory import MemoryStore
from podium.store.sqlite import open_sqlite
from tests.live import ANNA, BEN, MODERATOR, ROOM, Client, fact, living
from tests.moderation.rooms import SYSTEM, described, played, steps

SECRETS = ("Xaver Quittenbaum", "0731 4711815", "Hinterm Mond 7", "GEHEIMANTWORT", "GEHEIMNOTIZ")


@given(st.lists(steps, min_size=1, max_size=3))
def test_the_blanked_journal_tells_the_same_room(scripts) -> None:
    script = [step for script in scripts for step in (*script, (SYSTEM, command.Purge()))][:-1]
    history = played(script)
    entries = [journal.entry(happened) for _, happened, _ in history]
    lines = chain.chained(chain.start(ROOM), entries, [bytes([place % 256]) * 16 for place in range(len(entries))])
    kept = list(lines)
    for place, (_, happened, _) in enumerate(history):
        for line in erasure.blanked(kept[:place], happened.event):
            kept[line.seq - kept[0].seq] = line
    assert [line.hash for line in kept] == [line.hash for line in lines]
    if history:
        assert fold(described(), journal.events(kept)) == history[-1][2]


async def everything_happens(hub) -> None:
    anna, moderator = Client(hub, ANNA), Client(hub, MODERATOR)
    text = "Warum zahlt Xaver Quittenbaum, Hinterm Mond 7, keine Miete? Tel. 0731 4711815"
    await anna.done(command.Ask(text, "de", "Xaver Quittenbaum", "Hinterm Mond 7"), "a1")
    await anna.done(command.Ask("Bleibt diese Frage?", "de"), "a2")
    for number, wanted in enumerate(
        (
            command.Edit(1, "Warum zahlt Xaver Quittenbaum (0731 4711815) nichts?"),
            command.Decline(1, "personal_data", "GEHEIMNOTIZ"),
            command.Approve(1),
            command.Defer(1, "Xaver Quittenbaum", "GEHEIMNOTIZ"),
            command.Reply(1, "GEHEIMANTWORT"),
            command.Reply(1, "GEHEIMANTWORT an Xaver Quittenbaum"),
        )
    ):
        await moderator.done(wanted, f"m{number}")


async def test_after_a_redaction_no_file_export_or_log_holds_a_trace(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path / "db")
    async with living(store) as hub:
        for number in range(300):  # so that pages have been split and merged
            await hub.order(command.Revoke(f"link-{number}-{'x' * (number % 97)}"))
        await everything_happens(hub)
        assert any(b"Quittenbaum" in path.read_bytes() for path in tmp_path.iterdir())
        before = chain.examined(ROOM, await journal.read_all(store, ROOM))
        moderator = Client(hub, MODERATOR)
        await moderator.done(command.Redact(1, passages=SECRETS, name=True), "r1")
        found = {
            (path.name, secret)
            for path in tmp_path.iterdir()
            for secret in SECRETS
            if secret.encode() in path.read_bytes()
        }
        assert found == set()
        lines = await journal.read_all(store, ROOM)
        finding = chain.examined(ROOM, lines, wanted=before.head)
        assert (finding.broken, finding.found) == (None, before.lines), "the chain holds, a head noted before is found"
        assert finding.blanked["text"] == 4
        written = [
            *(
                form(record(ROOM, room, lines, public=public, zone=UTC))
                for room in (hub.room, fold(Room(), journal.events(lines[:-1])))
                for form in (to_csv, to_json, to_html)
                for public in (True, False)
            ),
            *(form(log(ROOM, lines, zone=UTC)) for form in (log_to_csv, log_to_json)),
            *(
                wire.encode(wire.Event(1, views.snapshot(ROOM, hub.room, a))).decode()
                for a in views.audiences(hub.room)
            ),
            wire.encode(wire.Event(1, views.receipts(hub.room, ANNA.actor))).decode(),
            repr(hub.room),
        ]
        assert [secret for secret in SECRETS for text in written if secret in text] == []
        assert list(hub.room.questions) == [1, 2]
        assert hub.room.questions[2].text == "Bleibt diese Frage?"
        room = hub.room
    await store.close()
    store = await open_sqlite(tmp_path / "db")
    async with living(store) as hub:
        assert hub.room == room, "after a restart the room is the same"
    await store.close()


async def test_a_file_that_an_earlier_version_wrote_keeps_no_remains(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path / "db")
    async with living(store) as hub:
        await everything_happens(hub)
    await store.close()
    with sqlite3.connect(tmp_path / "db") as old:  # deletes without wiping, as SQLite does unless told otherwise
        old.execute("PRAGMA secure_delete=OFF")
        old.execute("CREATE TABLE left_over (body TEXT)")
        old.executemany("INSERT INTO left_over SELECT body FROM journal WHERE seq > ?", [(0,)] * 100)
        old.execute("DROP TABLE left_over")
    old.close()
    assert b"Quittenbaum" in (tmp_path / "db").read_bytes()
    store = await open_sqlite(tmp_path / "db")
    async with living(store) as hub:
        await Client(hub, MODERATOR).done(command.Redact(1, passages=SECRETS, name=True), "r1")
        assert not any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir() for secret in SECRETS)
    await store.close()


async def test_what_waits_beside_a_redaction_is_in_the_journal_before_it() -> None:
    store = MemoryStore()
    async with living(store) as hub:
        anna, moderator = Client(hub, ANNA), Client(hub, MODERATOR)
        await asyncio.gather(
            anna.done(command.Ask("Wo wohnt Jo?", "de"), "a1"),
            moderator.done(command.Edit(1, "Wo wohnt denn Jo?"), "m1"),
            moderator.done(command.Redact(1, ("Jo",)), "m2"),
            moderator.done(command.Approve(1), "m3"),
        )
        assert hub.room.questions[1].text == "Wo wohnt denn […]?"
        lines = await journal.read_all(store, ROOM)
        assert "Jo?" not in json.dumps([line.body for line in lines])
        assert chain.examined(ROOM, lines).broken is None


async def test_two_nodes_agree_on_what_is_left() -> None:
    store, bus = MemoryStore(), LocalBus()
    async with living(store, bus) as here, living(store, bus) as there:
        await everything_happens(here)
        await fact(lambda: there.room.seq == here.room.seq)
        await Client(there, MODERATOR).done(command.Redact(1, passages=SECRETS), "r1")
        await fact(lambda: here.room.seq == there.room.seq)
        assert here.room == there.room
        assert "Quittenbaum" not in repr(here.room)


async def test_after_a_purge_nobody_of_the_audience_is_known_anywhere_and_all_numbers_stay(tmp_path: Path) -> None:
    store = await open_sqlite(tmp_path / "db")
    async with living(store) as hub:
        await everything_happens(hub)
        ben, moderator = Client(hub, BEN), Client(hub, MODERATOR)
        await moderator.done(command.Approve(2), "p1")
        await ben.done(command.Vote(2, support=True), "v1")
        await Client(hub, ANNA).done(command.Vote(2, support=True), "v2")
        await moderator.done(command.Block(1), "b1")
        before = chain.examined(ROOM, await journal.read_all(store, ROOM))
        votes = views.votes(hub.room)
        await hub.order(command.Purge())
        lines = await journal.read_all(store, ROOM)
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir()) + repr(hub.room).encode()
        assert not any(name in kept for name in (b"device:", b"anna", b"ben", b'"name":"Xaver'))
        found = chain.examined(ROOM, lines, wanted=before.head)
        assert (found.broken, found.found) == (None, before.lines)
        assert views.votes(hub.room) == votes == {"2": 2}
        assert list(hub.room.questions) == [1, 2]
        assert "link:m1" in log_to_csv(log(ROOM, lines, zone=UTC)), "what moderators did stays told"
        length = len(lines)
        await hub.order(command.Purge())
        assert len(await journal.read_all(store, ROOM)) == length, "nothing is left to forget"
        await ben.done(command.Vote(2, support=True), "v3")
        assert views.votes(hub.room) == {"2": 3}, "who comes later is somebody new"
        room = hub.room
    await store.close()
    store = await open_sqlite(tmp_path / "db")
    async with living(store) as hub:
        assert hub.room == room
    await store.close()
