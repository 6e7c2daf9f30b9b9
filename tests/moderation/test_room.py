import pytest

from moderation.refusal import Code, Refused
from tests.moderation.rooms import described, with_questions


def test_a_room_knows_its_panel_and_its_questions() -> None:
    room = with_questions("Wann?")
    assert room.panellist("ulm").name == "Vertretung der Stadt Ulm"
    assert room.question(1).text == "Wann?"


def test_strangers_are_refused_by_code() -> None:
    with pytest.raises(Refused) as panellist:
        described().panellist("nobody")
    with pytest.raises(Refused) as question:
        described().question(1)
    assert (panellist.value.code, question.value.code) == (Code.UNKNOWN_PANELLIST, Code.UNKNOWN_QUESTION)
