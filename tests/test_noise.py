"""Whatever a client sends, the room lives, and every command gets an answer."""

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import command
from moderation.policy import Role, Who
from moderation.room import Room
from podium import wire
from podium.admission import Admission
from podium.ids import RandomIds
from podium.session import Send, Session, Submit
from podium.tokens import Link, Tokens
from tests.clock import SettableClock
from tests.live import ANNA, ROOM, Client, living

# Characters that break something somewhere: NUL, surrogates, overrides, noncharacters, beyond the basic plane.
characters = st.sampled_from([*string.printable, "\0", "\ud800", "\udfff", "\u202e", "\ufeff", "\uffff", "\U0001f600"])
texts = st.text(characters, max_size=80)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.integers(0, 3),
    st.floats(),
    texts,
    st.sampled_from(["ask", "ulm", "panel", "other", "de"]),
    st.lists(st.integers(), max_size=2),
)
FIELDS = ("text", "language", "name", "affiliation", "addressee", "question", "support", "reason", "note", "queue",
          "after", "instead", "link")  # fmt: skip
bodies = st.dictionaries(st.sampled_from(FIELDS), values, max_size=6)
likely = {
    "ask": st.fixed_dictionaries(
        {"text": texts, "language": texts},
        optional={"name": texts | st.none(), "affiliation": texts | st.none(), "addressee": texts | st.none()},
    ),
    "vote": st.fixed_dictionaries({"question": st.integers(), "support": st.booleans()}),
    "decline": st.fixed_dictionaries(
        {"question": st.just(1), "reason": texts | st.just("other")}, optional={"note": texts}
    ),
    "enqueue": st.fixed_dictionaries({"question": st.just(1), "queue": texts | st.just("ulm")}),
    "move": st.fixed_dictionaries({"question": st.just(1), "after": st.integers() | st.none()}),
    "air": st.fixed_dictionaries({"question": st.just(1), "instead": st.integers() | st.none()}),
}
commands = st.one_of(
    *(st.tuples(st.just(name), body) for name, body in likely.items()),
    st.tuples(st.sampled_from([*wire.COMMANDS, "describe", "revoke"]) | texts, bodies),
)


TOKENS = Tokens(bytes(32), SettableClock())
ROOMS = {ROOM: Room()}


def session(role: Role) -> Session:
    """A connection that has joined."""
    opened = Session(Admission(TOKENS, RandomIds(), ROOMS.get), SettableClock())
    hello = {"type": "hello", "room": ROOM}
    if role is Role.MODERATOR:
        hello["token"] = TOKENS.sign_link(Link(ROOM, role, None, 2_000_000_000, "m1"))
    list(opened.received(json.dumps(hello)))
    return opened


@given(
    st.lists(st.tuples(st.sampled_from(["a2", "\0"]) | texts, commands), max_size=8),
    st.sampled_from([Role.ATTENDEE, Role.MODERATOR]),
)
@settings(max_examples=40)
async def test_no_command_brings_a_room_down(script, role):
    who = ANNA if role is Role.ATTENDEE else Who(Role.MODERATOR, "link:m1")
    async with living() as hub:
        await Client(hub, ANNA).done(command.Ask("Eins", "de"), "a1")
        client = Client(hub, who)
        for identifier, (name, body) in script:
            frame = json.dumps({"type": "do", "id": identifier, "command": name, "body": body})
            for effect in session(role).received(frame):
                match effect:
                    case Submit(given_id, wanted):
                        wire.encode(await client.do(wanted, given_id))
                    case Send(answer):
                        wire.encode(answer)
        assert (await client.welcome())["seq"] >= 2


@given(
    st.binary(max_size=200)
    | texts
    | st.recursive(values, lambda v: st.lists(v) | st.dictionaries(texts, v)).map(json.dumps)
)
def test_no_message_is_more_than_a_session_can_answer(data):
    for opened in (session(Role.ATTENDEE), Session(Admission(TOKENS, RandomIds(), ROOMS.get), SettableClock())):
        for effect in opened.received(data):
            if isinstance(effect, Send):
                wire.encode(effect.frame)


@pytest.mark.parametrize("field", ["room", "token", "device"])
@pytest.mark.parametrize("text", ["\0", "\ud800", "\uffff" * 500, "." * 5_000, "a.b.c"])
def test_no_hello_is_more_than_a_session_can_answer(field, text):
    hello = {"type": "hello", "room": ROOM} | {field: text}
    opened = Session(Admission(TOKENS, RandomIds(), ROOMS.get), SettableClock())
    first, *_ = opened.received(json.dumps(hello))
    assert first.frame.code in ("unknown_room", "token_invalid", "malformed")
    assert wire.encode(first.frame)
