"""The golden transcripts, replayed as a client would: entities put and dropped, numbers followed."""

import json
from typing import Any

import pytest

from tests.transcripts.record import FOLDER, LISTENERS, text


def recorded(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LISTENERS)
def test_what_is_told_today_is_what_was_recorded(name: str) -> None:
    assert text(name) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LISTENERS)
def test_a_client_that_follows_the_frames_reaches_the_expected_state(name: str) -> None:
    transcript = recorded(name)
    entities: dict[str, Any] = {}
    votes: dict[str, int] = {}
    seq = 0
    for frame in transcript["frames"]:
        assert frame["seq"] >= seq
        seq = frame["seq"]
        entities |= frame.get("entities", {}) | frame.get("put", {})
        votes |= frame.get("votes", {})
        for key in frame.get("drop", ()):
            del entities[key]
    assert entities == transcript["expected"]["entities"]
    assert {number: count for number, count in votes.items() if count} == transcript["expected"]["votes"]
    assert seq == transcript["expected"]["seq"]


def test_a_declined_or_withdrawn_question_is_in_no_transcript_of_the_public() -> None:
    frames = json.dumps(recorded("public")["frames"][:10])
    assert "Will the data be open?" not in frames
