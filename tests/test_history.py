"""A journal as a hub reads it: whole, in pages, and known again when the database was replaced."""

import pytest

from moderation.event import Happened
from moderation.stage_event import NoticeShown
from podium import chain, journal
from podium.history import History, Superseded
from podium.ports import StoreUnavailable
from podium.store.memory import MemoryStore

ROOM = "digitales-podium"


def said(seq, at):
    return Happened(seq, at, "link:h1", f"c{seq}", NoticeShown("break", None, None))


async def kept(*moments):
    """A store whose journal has a line of each moment."""
    store = MemoryStore()
    lines = [journal.entry(said(seq, at)) for seq, at in enumerate(moments, 1)]
    await store.append(ROOM, 0, lines)
    return store


async def seen(store):
    """The history of a room that has seen all of it."""
    history = History(ROOM, store)
    room, history.last = await history.fold()
    assert room.seq == history.last.seq
    return history


@pytest.mark.parametrize("page", [1, 2, 3, 1_000])
async def test_the_whole_journal_is_folded_and_followed_whatever_comes_at_once(monkeypatch, page):
    monkeypatch.setattr("podium.history.PAGE", page)
    store = await kept(10, 20, 30)
    history = await seen(store)
    assert history.last == said(3, 30)
    assert list(await history.following()) == []
    await store.append(ROOM, 3, [journal.entry(said(4, 40))])
    assert [line.seq for line in await history.following()] == [4]


async def test_who_has_seen_nothing_follows_from_the_first_line():
    assert [line.seq for line in await History(ROOM, await kept(10, 20)).following()] == [1, 2]


async def test_a_last_line_whose_words_were_taken_out_is_known_again():
    store = await kept(10, 20)
    history = await seen(store)
    (_, last) = await store.read(ROOM, 0, 2)
    await store.rewrite(ROOM, 2, (), [chain.blanked(last, ("actor", "kind"))])
    assert list(await history.following()) == []


@pytest.mark.parametrize("now", [(10,), (10, 25), (10, 25, 35, 45)])
async def test_a_journal_in_the_place_of_another_is_told_with_its_room(now):
    history = await seen(await kept(10, 20, 30))
    history._store = await kept(*now)
    with pytest.raises(Superseded) as superseded:
        await history.following()
    assert (superseded.value.room.seq, superseded.value.last) == (len(now), said(len(now), now[-1]))


async def test_an_empty_journal_in_the_place_of_another_is_no_journal():
    history = await seen(await kept(10, 20))
    history._store = MemoryStore()
    with pytest.raises(StoreUnavailable, match="the journal is empty, and was not"):
        await history.following()
