"""Similar questions: to moderators all of them, to the audience public ones alone."""

import asyncio

from hypothesis import given

from moderation import command
from moderation.question import MERGE_TARGETS
from podium.duplicates import Duplicates
from podium.meaning import Meaning
from tests.live import ANNA, BEN, MODERATOR, Client, living
from tests.meanings import first_words, meaning
from tests.moderation.rooms import ASKERS, done, played, steps, with_questions


async def test_questions_that_mean_the_same_are_suggested_both_ways() -> None:
    duplicates = Duplicates(meaning())
    room = with_questions("Glasfaser wann?", "Radweg wo?", "Glasfaser bald?")
    await duplicates.follow(room)
    assert duplicates.similar(room) == {1: (3,), 3: (1,)}
    room = done(room, command.Merge(3, into=1))
    assert duplicates.similar(room) == {}, "what is decided needs no suggestion"
    room = done(room, command.Separate(3))
    assert duplicates.similar(room) == {1: (3,), 3: (1,)}


async def test_no_more_than_three_are_suggested() -> None:
    duplicates = Duplicates(meaning())
    room = with_questions("Glasfaser 1?", "Glasfaser 2?", "Glasfaser 3?", "Glasfaser 4?")
    room = done(room, command.Ask("Glasfaser 5?", "de"), who=ASKERS[1])
    await duplicates.follow(room)
    assert {len(others) for others in duplicates.similar(room).values()} == {3}


async def test_an_edited_or_redacted_text_is_compared_anew_and_the_old_one_forgotten() -> None:
    duplicates = Duplicates(meaning())
    room = with_questions("Glasfaser wann?", "Radweg wo?", "Glasfaser bald?")
    await duplicates.follow(room)
    edited = done(room, command.Edit(2, "Glasfaser wo?"))
    await duplicates.follow(edited)
    assert set(duplicates.similar(edited)) == {1, 2, 3}
    redacted = done(edited, command.Redact(1, whole=True), command.Redact(2, ("Glasfaser wo?",)))
    await duplicates.follow(redacted)
    assert duplicates.similar(redacted) == {1: (2,), 2: (1,)}, "both are nothing but redacted"
    assert "wann" not in repr(vars(duplicates))


async def test_without_the_model_nothing_is_suggested() -> None:
    def load():
        raise ImportError

    duplicates, room = Duplicates(Meaning(load)), with_questions("Glasfaser wann?", "Glasfaser wann?")
    await duplicates.follow(room)
    assert duplicates.similar(room) == {}
    assert await duplicates.seek("Glasfaser wann?", lambda: room) == ()


@given(steps)
def test_the_audience_is_never_pointed_to_a_question_that_is_not_public(script) -> None:
    encode = first_words()

    async def check() -> None:
        same = Meaning(lambda: lambda texts: encode(["Frage"] * len(texts)))  # everything is like everything
        duplicates = Duplicates(same)
        for _, _, room in played(script)[-6:]:
            await duplicates.follow(room)
            found = await duplicates.seek("Frage nach allem", lambda room=room: room)
            assert all(room.questions[number].is_public for number in found)
            suggested = duplicates.similar(room)
            assert all(
                room.questions[n].state in MERGE_TARGETS for near in suggested.items() for n in (near[0], *near[1])
            )
        same.close()

    asyncio.run(check())


async def test_who_types_is_told_of_public_questions_and_moderators_of_all() -> None:
    async with living(meaning=meaning()) as hub:
        anna, ben, moderator = Client(hub, ANNA), Client(hub, BEN), Client(hub, MODERATOR)
        await anna.done(command.Ask("Glasfaser wann?", "de"), "a1")
        await anna.done(command.Ask("Glasfaser bald?", "de"), "a2")
        told = await moderator.until(lambda f: f.get("desk", {}).get("similar"))
        assert told["desk"]["similar"] == {"1": [2], "2": [1]}
        hub.seek(ben.member, 1.0, "Glasfaser in der Weststadt?")
        assert (await ben.until(lambda f: f["type"] == "found"))["questions"] == []
        await moderator.done(command.Approve(2), "m1")
        hub.seek(ben.member, 2.0, "Glasfaser in der Weststadt?")
        assert await ben.until(lambda f: f["type"] == "found") == {"type": "found", "mark": 2.0, "questions": [2]}
        hub.seek(ben.member, 3.0, "Glas")
        assert (await ben.until(lambda f: f["type"] == "found"))["questions"] == [], "too short to say anything"
        await moderator.done(command.Merge(1, into=2), "m2")
        gone = await moderator.until(lambda f: "similar" in f.get("desk", {}))
        assert gone["desk"]["similar"] == {"1": [], "2": []}


async def test_of_several_texts_of_one_person_the_last_is_answered() -> None:
    async with living(meaning=meaning()) as hub:
        ben = Client(hub, BEN)
        for mark in (1.0, 2.0, 3.0):
            hub.seek(ben.member, mark, "Glasfaser in der Weststadt?")
        assert (await ben.until(lambda f: f["type"] == "found"))["mark"] == 3.0


async def test_where_nothing_is_compared_the_answer_is_none() -> None:
    async with living() as hub:
        ben = Client(hub, BEN)
        hub.seek(ben.member, 1.0, "Glasfaser in der Weststadt?")
        assert await ben.until(lambda f: f["type"] == "found") == {"type": "found", "mark": 1.0, "questions": []}
