"""What every store does, whatever keeps the journals."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podium import chain
from podium.ports import Entry, ErasableStore, StaleSeq, Store, StoreUnavailable
from podium.store.memory import MemoryStore
from podium.store.postgres import open_postgres
from podium.store.sqlite import open_sqlite
from tests.servers import Postgres

ROOM = "digitales-podium"
AT = 1_635_426_000_000


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ErasableStore]:
    store: ErasableStore
    if request.param == "memory":
        store = MemoryStore()
    elif request.param == "sqlite":
        store = await open_sqlite(tmp_path / "podium.db")
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        store = await open_postgres(postgres.url)
        postgres.administer("TRUNCATE journal")
    yield store
    await store.close()


def entry(seq: int, body: str = "{}", actor: str = "device:7f3a") -> Entry:
    return Entry(seq, AT + seq, actor, f"command-{seq}", "asked", body)


def entries(first: int, last: int) -> list[Entry]:
    return [entry(seq) for seq in range(first, last + 1)]


async def append_patiently(store: Store, room: str, actor: str) -> int:
    """Append one entry as every room does: after a StaleSeq read on and try again. The number it got."""
    seq = len(await store.read(room, 0))
    while True:
        try:
            await store.append(room, seq, [entry(seq + 1, actor=actor)])
        except StaleSeq:
            seq = (await store.read(room, seq))[-1].seq
        else:
            return seq + 1


async def test_an_empty_store_has_no_rooms_and_no_entries(store: Store) -> None:
    assert list(await store.rooms()) == []
    assert list(await store.read(ROOM, 0)) == []


async def test_entries_come_back_as_they_were_written(store: Store) -> None:
    written = [
        Entry(1, AT, "device:7f3a", "c-1", "asked", '{"text":"Wem gehören die Daten? 🏙 \\u0000"}'),
        Entry(2, 0, "system", "", "ticked", "{}"),
        Entry(3, 2**53, "link:moderation", "c-2", "declined", '{"reason":"' + "ß" * 100_000 + '"}'),
    ]
    await store.append(ROOM, 0, written)
    assert list(await store.read(ROOM, 0)) == written


async def test_every_line_is_bound_to_all_before_it_whatever_the_writer_says(store: Store) -> None:
    await store.append(ROOM, 0, entries(1, 3))
    await store.append("insights", 0, entries(1, 2))
    first = chain.examined(ROOM, await store.read(ROOM, 0))
    await store.append(ROOM, 3, [replace(line, seal="chosen", hash="chosen") for line in entries(4, 5)])
    later = chain.examined(ROOM, await store.read(ROOM, 0), wanted=first.head)
    assert (first.lines, first.broken) == (3, None)
    assert (later.lines, later.broken, later.found) == (5, None, 3)
    assert chain.examined("insights", await store.read("insights", 0)).broken is None
    assert len({line.seal for room in (ROOM, "insights") for line in await store.read(room, 0)}) == 7


async def test_reading_starts_after_since_and_ends_at_the_limit(store: Store) -> None:
    await store.append(ROOM, 0, entries(1, 7))
    assert [line.seq for line in await store.read(ROOM, 2, limit=3)] == [3, 4, 5]
    assert [line.seq for line in await store.read(ROOM, 5)] == [6, 7]
    assert list(await store.read(ROOM, 7)) == []
    assert list(await store.read(ROOM, 99)) == []


async def test_reading_returns_a_thousand_entries_unless_told_otherwise(store: Store) -> None:
    await store.append(ROOM, 0, entries(1, 1001))
    assert len(await store.read(ROOM, 0)) == 1000
    assert len(await store.read(ROOM, 0, limit=1001)) == 1001


async def test_rooms_have_separate_journals_and_are_listed_in_order(store: Store) -> None:
    for room in ("insights", "Übergabe", "digitales-podium", "A"):
        await store.append(room, 0, [entry(1, actor=room)])
    await store.append("insights", 1, entries(2, 4))
    assert list(await store.rooms()) == ["A", "digitales-podium", "insights", "Übergabe"]
    assert [line.actor for line in await store.read("Übergabe", 0)] == ["Übergabe"]
    assert len(await store.read("insights", 0)) == 4


@pytest.mark.parametrize("expected", [0, 1, 2, 4, 100])
async def test_whoever_expects_another_end_is_refused_and_nothing_is_written(store: Store, expected: int) -> None:
    await store.append(ROOM, 0, entries(1, 3))
    with pytest.raises(StaleSeq) as refusal:
        await store.append(ROOM, expected, entries(expected + 1, expected + 2))
    assert (refusal.value.room, refusal.value.expected) == (ROOM, expected)
    assert list(await store.read(ROOM, 0)) == entries(1, 3)
    await store.append(ROOM, 3, [entry(4)])


@pytest.mark.parametrize(
    ("expected", "numbers"), [(0, [0]), (0, [2]), (0, [1, 3]), (0, [1, 1]), (0, [2, 1]), (1, [1]), (-1, [0])]
)
async def test_numbers_that_do_not_follow_are_refused(store: Store, expected: int, numbers: list[int]) -> None:
    with pytest.raises(ValueError, match=r"stands where|ends at 0"):
        await store.append(ROOM, expected, [entry(number) for number in numbers])
    assert list(await store.rooms()) == []


@pytest.mark.parametrize("text", ["\0", "lone \ud800 surrogate"])
async def test_text_that_no_database_takes_is_refused(store: Store, text: str) -> None:
    with pytest.raises(ValueError):
        await store.append(ROOM, 0, [entry(1), entry(2, body=text)])
    with pytest.raises(ValueError):
        await store.append(text, 0, [entry(1)])
    assert list(await store.rooms()) == []


async def test_appending_nothing_only_checks_the_number(store: Store) -> None:
    await store.append(ROOM, 0, [])
    assert list(await store.rooms()) == []
    await store.append(ROOM, 0, [entry(1)])
    await store.append(ROOM, 1, [])
    with pytest.raises(StaleSeq):
        await store.append(ROOM, 0, [])


async def test_later_changes_to_the_callers_list_do_not_reach_the_journal(store: Store) -> None:
    group = entries(1, 2)
    await store.append(ROOM, 0, group)
    group.append(entry(3))
    assert len(await store.read(ROOM, 0)) == 2


async def test_of_many_appending_at_once_exactly_one_wins_the_number(store: Store) -> None:
    attempts = [store.append(ROOM, 0, [entry(1, actor=f"device:{device}")]) for device in range(12)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    winners = [device for device, outcome in enumerate(outcomes) if outcome is None]
    assert [type(outcome) for outcome in outcomes].count(StaleSeq) == 11
    assert [line.actor for line in await store.read(ROOM, 0)] == [f"device:{device}" for device in winners]


async def test_concurrent_appenders_leave_no_gap_and_lose_nothing(store: Store) -> None:
    async def appender(room: str, name: str) -> list[int]:
        return [await append_patiently(store, room, name) for _ in range(5)]

    rooms = [ROOM, "insights"]
    numbers = await asyncio.gather(*(appender(room, f"{room}:{name}") for room in rooms for name in range(4)))
    for room in rooms:
        journal = await store.read(room, 0)
        assert [line.seq for line in journal] == list(range(1, 21))
        assert {line.actor: 5 for line in journal} == {f"{room}:{name}": 5 for name in range(4)}
    assert sorted(number for got in numbers for number in got) == sorted([*range(1, 21)] * 2)


@pytest.mark.parametrize("steps", range(8))
async def test_a_cancelled_append_wrote_all_or_nothing_and_the_store_goes_on(store: Store, steps: int) -> None:
    """Cancelled after as many turns of the event loop as steps says."""
    appending = asyncio.create_task(store.append(ROOM, 0, entries(1, 3)))
    loop = asyncio.get_running_loop()

    def cancel_after(remaining: int) -> None:
        if remaining:
            loop.call_soon(cancel_after, remaining - 1)
        else:
            appending.cancel()

    cancel_after(steps)
    await asyncio.wait([appending])
    try:
        await store.append(ROOM, 0, entries(1, 3))
    except StaleSeq:
        pass
    else:
        assert appending.cancelled()
    await store.append(ROOM, 3, [entry(4)])
    assert list(await store.read(ROOM, 0)) == entries(1, 4)


async def test_a_cancelled_reader_leaves_the_store_usable(store: Store) -> None:
    await store.append(ROOM, 0, entries(1, 3))
    for _ in range(10):
        reading = asyncio.create_task(store.read(ROOM, 0))
        asyncio.get_running_loop().call_soon(reading.cancel)
        await asyncio.wait([reading])
    assert list(await store.read(ROOM, 0)) == entries(1, 3)


async def test_closing_waits_for_the_append_under_way(store: Store) -> None:
    appending = asyncio.create_task(store.append(ROOM, 0, entries(1, 3)))
    closing = asyncio.create_task(store.close())
    outcome, _ = await asyncio.gather(appending, closing, return_exceptions=True)
    assert outcome is None


async def test_a_closed_store_refuses_and_closes_again(store: Store) -> None:
    await store.append(ROOM, 0, [entry(1)])
    await store.close()
    await store.close()
    for call in (store.append(ROOM, 1, [entry(2)]), store.read(ROOM, 0), store.rooms()):
        with pytest.raises(StoreUnavailable) as refusal:
            await call
        assert refusal.value.code == "storage_unavailable"


unused_room = count()
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
groups = st.lists(st.builds(Entry, st.just(0), st.integers(0, 2**62), texts, texts, texts, texts), max_size=4)
appends = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(-1, 1), groups), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(appends)
async def test_journals_are_what_was_appended_in_order(
    store: Store, appends: Sequence[tuple[str, int, Sequence[Entry]]]
) -> None:
    """Each append names its room, how far its expectation is off, and what it brings."""
    rooms = {name: f"{name}-{next(unused_room)}" for name in ("a", "b")}
    journals: dict[str, list[Entry]] = {"a": [], "b": []}
    for name, mistake, group in appends:
        expected = len(journals[name]) + mistake
        numbered = [
            Entry(seq, line.at, line.actor, line.command, line.kind, line.body)
            for seq, line in enumerate(group, expected + 1)
        ]
        try:
            await store.append(rooms[name], expected, numbered)
        except (StaleSeq, ValueError):
            assert mistake
        else:
            assert not mistake
            journals[name] += numbered
    for name, journal in journals.items():
        assert list(await store.read(rooms[name], 0)) == journal
        assert chain.examined(rooms[name], await store.read(rooms[name], 0)).broken is None
        assert (rooms[name] in await store.rooms()) == bool(journal)


async def blanked(store: Store, seq: int) -> Entry:
    return chain.blanked((await store.read(ROOM, seq - 1, 1))[0], [chain.ACTOR])


async def test_what_is_rewritten_says_no_more_what_it_said_and_the_chain_holds(store: ErasableStore) -> None:
    await store.append(ROOM, 0, entries(1, 3))
    head = (await store.read(ROOM, 2))[0].hash
    await store.rewrite(ROOM, 3, [entry(4)], [await blanked(store, 2)])
    lines = await store.read(ROOM, 0)
    assert [line.actor for line in lines] == ["device:7f3a", "", "device:7f3a", "device:7f3a"]
    found = chain.examined(ROOM, lines, wanted=head)
    assert (found.broken, found.found, found.blanked) == (None, 3, {chain.ACTOR: 1})


async def test_nothing_is_rewritten_when_somebody_was_first_or_the_line_is_another(store: ErasableStore) -> None:
    await store.append(ROOM, 0, entries(1, 3))
    before = await store.read(ROOM, 0)
    line = await blanked(store, 2)
    with pytest.raises(StaleSeq):
        await store.rewrite(ROOM, 2, [entry(3)], [line])
    for wrong in (replace(line, hash="0" * 64), replace(line, seq=3), replace(line, seq=9)):
        with pytest.raises(ValueError):
            await store.rewrite(ROOM, 3, [entry(4)], [wrong])
    with pytest.raises(ValueError):
        await store.rewrite("insights", 0, [entry(1)], [line])
    after = await store.read(ROOM, 0)
    assert [(line.seq, line.actor, line.seal, line.hash) for line in after] == [
        (line.seq, line.actor, line.seal, line.hash) for line in before
    ]
