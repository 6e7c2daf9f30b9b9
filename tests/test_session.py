"""A connection from its first frame to its last, without a socket."""

import json

import pytest

from moderation import command
from moderation.policy import TEXT_LIMIT, Role, Who
from moderation.refusal import Code
from moderation.room import Room
from podium import wire
from podium.admission import Admission, Entry
from podium.ids import RandomIds
from podium.session import Close, Effect, Find, Identify, Join, Look, Report, Seek, Send, Session, Submit
from podium.tokens import Link, Tokens
from tests.clock import SettableClock

ROOM = "digitales-podium"
HELLO = {"type": "hello", "room": ROOM}
ASK = {"type": "do", "id": "a1", "command": "ask", "body": {"text": "Wann?", "language": "de"}}
PING = {"type": "ping", "mark": 12.5}


class Visitor:
    """Says frames to a session and reads what it does."""

    def __init__(self) -> None:
        self.clock = SettableClock()
        self.tokens = Tokens(bytes(32), self.clock)
        self.session = Session(Admission(self.tokens, RandomIds(), {ROOM: Room()}.get), self.clock)

    def says(self, frame: object) -> list[Effect]:
        return self.sends(json.dumps(frame))

    def sends(self, data: str | bytes) -> list[Effect]:
        return list(self.session.received(data))


def joined(**hello: object) -> Visitor:
    visitor = Visitor()
    visitor.says({**HELLO, **hello})
    return visitor


def moderator() -> Visitor:
    visitor = Visitor()
    token = visitor.tokens.sign_link(Link(ROOM, Role.MODERATOR, None, 2_000_000_000, "m1"))
    visitor.says({**HELLO, "token": token})
    return visitor


def bye(code: Code) -> list[Effect]:
    return [Send(wire.Bye(code)), Close(1008)]


def test_hello_joins_the_room_from_the_number_last_seen():
    entry = Entry(ROOM, Who(Role.ATTENDEE, ""), None)
    assert Visitor().says({**HELLO, "since": 7}) == [Join(entry, 7)]


@pytest.mark.parametrize("frame", [ASK, PING, {"type": "enrol"}], ids=["do", "ping", "enrol"])
def test_anything_before_hello_ends_the_connection(frame):
    assert Visitor().says(frame) == bye(Code.HELLO_FIRST)


def test_silence_ends_the_connection_and_a_joined_one_may_be_silent():
    assert list(Visitor().session.late()) == bye(Code.HELLO_FIRST)
    assert list(joined().session.late()) == []


def test_an_unknown_room_is_said_and_the_connection_ends():
    assert Visitor().says({"type": "hello", "room": "nowhere"}) == bye(Code.UNKNOWN_ROOM)


def test_a_bad_token_is_said_and_the_connection_ends():
    assert Visitor().says({**HELLO, "token": "x"}) == bye(Code.TOKEN_INVALID)


def test_nothing_is_heard_after_the_end():
    visitor = Visitor()
    visitor.says(PING)
    assert visitor.says(HELLO) == []


def test_ping_is_answered_with_the_time():
    visitor = joined()
    assert visitor.says(PING) == [Send(wire.Pong(12.5, visitor.clock.now()))]


def test_a_command_is_handed_to_the_room():
    assert joined().says(ASK) == [Submit("a1", command.Ask("Wann?", "de"))]


def test_a_device_enrols_once_and_is_told_the_same_token_again():
    visitor = joined()
    identify, device = visitor.says({"type": "enrol"})
    assert isinstance(identify, Identify)
    assert identify.who.actor == f"device:{visitor.tokens.read_device(device.frame.token)}"
    assert visitor.says({"type": "enrol"}) == [device]


def test_a_device_that_is_known_keeps_its_token():
    token = Visitor().tokens.sign_device("d1")
    assert joined(device=token).says({"type": "enrol"}) == [Send(wire.Device(token))]


def test_a_role_link_needs_no_device():
    assert moderator().says({"type": "enrol"}) == [Send(wire.Refusal("", Code.NOT_ALLOWED))]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        "[]",
        "{",
        '{"type": "sing"}',
        b"\xff\xfe",
        "\ud800",
        '{"type":"ping","mark":"x"}',
        '{"type":"ping","mark":1,"role":"moderator"}',
        "[" * 9_000,
        json.dumps(HELLO),
    ],
)
def test_what_cannot_be_read_is_refused_as_malformed(data):
    assert joined().sends(data) == [Send(wire.Refusal("", Code.MALFORMED))]


@pytest.mark.parametrize(
    "change",
    [
        {"command": "explode"},
        {"command": "describe"},
        {"command": "revoke", "body": {"link": "m1"}},
        {"body": {}},
        {"body": {"text": 5, "language": "de"}},
        {"body": {"text": "Wann?", "language": "de", "author": "device:other"}},
        {"body": []},
        {"body": None},
    ],
)
def test_a_command_that_cannot_be_read_is_refused_with_its_id(change):
    assert joined().says({**ASK, **change}) == [Send(wire.Refusal("a1", Code.MALFORMED))]


@pytest.mark.parametrize("identifier", ["", "x" * 65, "\0", "\n", "\u202e"])
def test_an_id_that_could_harm_a_store_or_a_log_is_refused(identifier):
    assert joined().says({**ASK, "id": identifier}) == [Send(wire.Refusal(identifier[:64], Code.MALFORMED))]


def test_the_fifth_unreadable_frame_ends_the_connection():
    visitor = joined()
    refused = Send(wire.Refusal("", Code.MALFORMED))
    assert [visitor.sends("{") for _ in range(5)] == [[refused]] * 4 + [[refused, *bye(Code.MALFORMED)]]


@pytest.mark.parametrize("text", ["x" * 100_000, "ü" * 9_000, b"x" * 16_385])
def test_a_frame_over_the_limit_ends_the_connection_with_1009(text):
    refused, goodbye = Send(wire.Refusal("", Code.TOO_LARGE)), Send(wire.Bye(Code.TOO_LARGE))
    assert joined().sends(text) == [refused, goodbye, Close(1009)]


def test_an_expired_link_ends_its_connection_at_the_next_frame():
    visitor = Visitor()
    expires = visitor.clock.now() // 1000 + 60
    token = visitor.tokens.sign_link(Link(ROOM, Role.MODERATOR, None, expires, "m1"))
    visitor.says({**HELLO, "token": token})
    assert visitor.says(PING) != bye(Code.TOKEN_EXPIRED)
    visitor.clock.advance(60_000)
    assert visitor.says(PING) == bye(Code.TOKEN_EXPIRED)


def test_whoever_talks_too_fast_is_told_how_long_to_wait():
    visitor = joined()
    answers = [visitor.says({**ASK, "id": f"a{n}"}) for n in range(21)]
    assert all(isinstance(answer, Submit) for (answer,) in answers[:20])
    assert answers[20] == [Send(wire.Refusal("a20", Code.TOO_FAST, 100))]
    visitor.clock.advance(100)
    assert visitor.says(ASK) == [Submit("a1", command.Ask("Wann?", "de"))]


def test_whoever_goes_on_too_fast_is_shown_the_door():
    visitor = joined()
    last = [visitor.says(PING) for _ in range(20 + 201)][-1]
    assert last == bye(Code.TOO_FAST)


def test_pings_of_the_websocket_have_the_same_pace():
    visitor = joined()
    assert [list(visitor.session.beat()) for _ in range(20 + 200)] == [[]] * 220
    assert list(visitor.session.beat()) == bye(Code.TOO_FAST)
    assert not visitor.session.beat()


def test_a_moderator_looks_at_a_question_under_a_name():
    assert moderator().says({"type": "look", "question": 57, "name": " Sibel  A. "}) == [Look(57, "Sibel A.")]
    assert moderator().says({"type": "look"}) == [Look(None, None)]
    refusal = [Send(wire.Refusal("", Code.TEXT_TOO_LONG))]
    assert moderator().says({"type": "look", "question": None, "name": "x" * 81}) == refusal


def speaker():
    visitor = Visitor()
    token = visitor.tokens.sign_link(Link(ROOM, Role.SPEAKER, "ulm", 2_000_000_000, "p1"))
    visitor.says({"type": "hello", "room": ROOM, "token": token})
    return visitor


SCREEN = {"type": "screen", "name": " Laptop  vorn", "width": 1280, "height": 720, "mode": "card", "round_trip": 12}


def test_a_prompter_says_how_it_is_and_staff_asks_where_it_is():
    assert speaker().says(SCREEN) == [Report(wire.Screen("Laptop vorn", 1280, 720, "card", 12))]
    reading = {"line": 7, "share": 0.5, "speed": 120, "running": True, "left": 60_000}
    (told,) = speaker().says(SCREEN | {"mode": "script", "look": "?ground=light", "reading": reading})
    assert told == Report(wire.Screen("Laptop vorn", 1280, 720, "script", 12, "?ground=light", wire.Reading(**reading)))
    assert moderator().says({"type": "locate", "screen": "a.1"}) == [Find("a.1")]


@pytest.mark.parametrize(
    "wrong", [{"width": -1}, {"mode": "other"}, {"round_trip": 10**9}, {"name": "x" * 81}, {"look": "x" * 201}]
)
def test_a_prompter_that_says_nonsense_is_refused(wrong):
    assert speaker().says(SCREEN | wrong) == [Send(wire.Refusal("", Code.MALFORMED))]


def test_nobody_else_says_so():
    refused = [Send(wire.Refusal("", Code.NOT_ALLOWED))]
    assert moderator().says(SCREEN) == refused
    assert speaker().says({"type": "locate", "screen": "a.1"}) == refused
    assert joined().says(SCREEN) == refused


def test_nobody_else_looks():
    assert joined().says({"type": "look", "question": 57}) == [Send(wire.Refusal("", Code.NOT_ALLOWED))]


def test_anybody_may_seek_while_typing_and_no_more_than_a_question_is_compared():
    assert joined().says({"type": "seek", "mark": 3, "text": "Glasfaser?"}) == [Seek(3.0, "Glasfaser?")]
    [seek] = joined().says({"type": "seek", "mark": 3, "text": "x" * 10_000})
    assert isinstance(seek, Seek)
    assert len(seek.text) == TEXT_LIMIT
