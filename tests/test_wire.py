import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import command
from moderation.refusal import Code, Refused
from podium import wire


def do(name: str, body: str, identifier: str = "c1") -> bytes:
    return f'{{"type":"do","id":"{identifier}","command":"{name}","body":{body}}}'.encode()


def read(data: bytes) -> command.Command:
    frame = wire.decode(data)
    assert isinstance(frame, wire.Do)
    return wire.command(frame)


def code_of(reading: Callable[[], object]) -> Code | None:
    """The code of the refusal, None when there was none."""
    try:
        reading()
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("ask", '{"text":"Wann?","language":"de"}', command.Ask("Wann?", "de")),
        ("vote", '{"question":3,"support":true}', command.Vote(3, True)),
        ("withdraw", '{"question":3}', command.Withdraw(3)),
        ("approve", '{"question":3}', command.Approve(3)),
        ("decline", '{"question":3,"reason":"other"}', command.Decline(3, "other")),
        ("enqueue", '{"question":3,"queue":"ulm"}', command.Enqueue(3, "ulm")),
        ("move", '{"question":3,"after":null}', command.Move(3, None)),
        ("air", '{"question":3,"instead":2}', command.Air(3, 2)),
        ("answer", '{"question":3}', command.Answer(3)),
    ],
)
def test_a_command_is_read(name: str, body: str, expected: command.Command) -> None:
    assert read(do(name, body)) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"type":"unknown"}',
        b'{"type":"hello"}',
        b'{"type":"hello","room":7}',
        b'{"type":"hello","room":"r","role":"moderator"}',
        b'{"type":"enrol","extra":1}',
        b'{"type":"ping","mark":"now"}',
        b'{"room":"r"}',
        b"[" * 5000,
        do("describe", "{}"),
        do("revoke", '{"link":"x"}'),
        do("approve", '{"question":3,"now":1}'),
        do("approve", '{"question":"3"}'),
        do("approve", '{"question":true}'),
        do("approve", '{"question":3.5}'),
        do("approve", "{}"),
        do("approve", "[]"),
        do("approve", "null"),
        do("move", '{"question":3}'),
        do("ask", '{"text":7,"language":"de"}'),
        do("approve", '{"question":3}', identifier=""),
        do("approve", '{"question":3}', identifier="x" * 65),
        do("approve", '{"question":3}', identifier=r"a\u0000b"),
        do("approve", '{"question":3}', identifier=r"a\u000ab"),
    ],
)
def test_what_is_not_in_the_protocol_is_malformed(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert refused.value.code is Code.MALFORMED


@pytest.mark.parametrize("data", [b" " * (wire.FRAME_LIMIT + 1), "x" * (wire.FRAME_LIMIT + 1), "ü" * wire.FRAME_LIMIT])
def test_a_frame_over_the_limit_is_not_even_read(data: str | bytes) -> None:
    with pytest.raises(Refused) as refused:
        wire.decode(data)
    assert refused.value.code is Code.TOO_LARGE


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_noise_is_refused_and_nothing_else(data: str | bytes) -> None:
    assert code_of(lambda: wire.decode(data)) in (None, Code.MALFORMED)


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=8), max_size=4))
def test_a_body_of_anything_is_refused_or_exactly_a_command(body: dict[str, object]) -> None:
    data = json.dumps({"type": "do", "id": "c", "command": "approve", "body": body}).encode()
    exactly = body.keys() == {"question"} and type(body["question"]) is int
    assert code_of(lambda: read(data)) == (None if exactly else Code.MALFORMED)


def test_frames_say_their_type_and_leave_out_what_is_absent() -> None:
    assert json.loads(wire.encode(wire.Ack("c1", 7))) == {"type": "ack", "id": "c1", "seq": 7}
    assert json.loads(wire.encode(wire.Event(7))) == {"type": "event", "seq": 7}
    refusal = wire.Refusal("c1", Code.TOO_FAST, 500)
    assert json.loads(wire.encode(refusal)) == {"type": "refused", "id": "c1", "code": "too_fast", "retry_after": 500}
