"""Similar questions: to moderators all of them, to the audience public ones alone."""

import asyncio

from hypothesis import given

from moderation import command
from moderation.question import MERGE_TARGETS
from podium.duplicates import KEPT, Duplicates
from podium.meaning import Unavailable
from tests.meanings import Said, first_words, meaning
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
    class Nobody:
        async def vectors(self, texts):
            raise Unavailable

    duplicates, room = Duplicates(Nobody()), with_questions("Glasfaser wann?", "Glasfaser wann?")
    await duplicates.follow(room)
    assert duplicates.similar(room) == {}
    assert await duplicates.seek("Glasfaser wann?", lambda: room) == ()


async def test_where_hundreds_ask_the_same_little_is_remembered_and_open_ones_are_found_still() -> None:
    duplicates = Duplicates(meaning())
    room = with_questions(*["Glasfaser?"] * 150)
    assert await duplicates.follow(room), "whoever types meanwhile gets a turn"
    assert await duplicates.follow(room)
    assert not await duplicates.follow(room)
    assert {len(others) for others in duplicates.similar(room).values()} == {3}
    assert max(map(len, duplicates._near.values())) == KEPT
    while len(room.questions) - sum(q.state not in MERGE_TARGETS for q in room.questions.values()) > 4:
        others = next(iter(duplicates.similar(room).items()))
        room = done(room, *(command.Merge(other, into=others[0]) for other in others[1]))
        await duplicates.follow(room)
    assert {len(others) for others in duplicates.similar(room).values()} <= {2, 3}


@given(steps)
def test_the_audience_is_never_pointed_to_a_question_that_is_not_public(script) -> None:
    encode = first_words()

    async def check() -> None:
        duplicates = Duplicates(Said(lambda texts: encode(["Frage"] * len(texts))))  # everything is like everything
        for _, _, room in played(script)[-6:]:
            await duplicates.follow(room)
            found = await duplicates.seek("Frage nach allem", lambda room=room: room)
            assert all(room.questions[number].is_public for number in found)
            suggested = duplicates.similar(room)
            assert all(
                room.questions[n].state in MERGE_TARGETS for near in suggested.items() for n in (near[0], *near[1])
            )

    asyncio.run(check())
