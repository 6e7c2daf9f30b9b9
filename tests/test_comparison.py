"""Who types and who moderates is told of similar questions, in a room that lives."""

from moderation import command
from podium import comparison as comparison_module
from podium.comparison import Comparison
from podium.outbox import Outbox
from tests.live import ANNA, BEN, MODERATOR, Client, living
from tests.meanings import meaning


async def test_who_types_is_told_of_public_questions_and_moderators_of_all() -> None:
    async with living(meaning=meaning()) as hub:
        anna, ben, moderator = Client(hub, ANNA), Client(hub, BEN), Client(hub, MODERATOR)
        await anna.done(command.Ask("Glasfaser wann?", "de"), "a1")
        await anna.done(command.Ask("Glasfaser bald?", "de"), "a2")
        told = await moderator.until(lambda f: f.get("desk", {}).get("similar"))
        assert told["desk"]["similar"] == {"1": [2], "2": [1]}
        hub.comparison.seek(ben.member.outbox, 1.0, "Glasfaser in der Weststadt?")
        assert (await ben.until(lambda f: f["type"] == "found"))["questions"] == []
        await moderator.done(command.Approve(2), "m1")
        hub.comparison.seek(ben.member.outbox, 2.0, "Glasfaser in der Weststadt?")
        assert await ben.until(lambda f: f["type"] == "found") == {"type": "found", "mark": 2.0, "questions": [2]}
        hub.comparison.seek(ben.member.outbox, 3.0, "Glas")
        assert (await ben.until(lambda f: f["type"] == "found"))["questions"] == [], "too short to say anything"
        await moderator.done(command.Merge(1, into=2), "m2")
        gone = await moderator.until(lambda f: "similar" in f.get("desk", {}))
        assert gone["desk"]["similar"] == {"1": [], "2": []}


async def test_of_several_texts_of_one_person_the_last_is_answered() -> None:
    async with living(meaning=meaning()) as hub:
        ben = Client(hub, BEN)
        for mark in (1.0, 2.0, 3.0):
            hub.comparison.seek(ben.member.outbox, mark, "Glasfaser in der Weststadt?")
        assert (await ben.until(lambda f: f["type"] == "found"))["mark"] == 3.0


async def test_where_nothing_is_compared_the_answer_is_none() -> None:
    async with living() as hub:
        ben = Client(hub, BEN)
        hub.comparison.seek(ben.member.outbox, 1.0, "Glasfaser in der Weststadt?")
        assert await ben.until(lambda f: f["type"] == "found") == {"type": "found", "mark": 1.0, "questions": []}


def test_when_many_wait_one_more_is_answered_at_once_with_nothing(monkeypatch) -> None:
    monkeypatch.setattr(comparison_module, "SOUGHT", 1)
    comparison, first, second = Comparison(meaning()), Outbox(), Outbox()
    sent = []
    second.direct = lambda frames: not sent.extend(frames)
    comparison.seek(first, 1.0, "Glasfaser in der Weststadt?")
    comparison.seek(second, 2.0, "Glasfaser in der Weststadt?")
    assert sent == [b'{"type":"found","mark":2.0,"questions":[]}']
