import os

import pytest
from aioice import stun as reference
from hypothesis import given
from hypothesis import strategies as st

from podium.relay import stun

PASSWORD = "p" * 22


def request(password: str = PASSWORD, **attributes: object) -> bytes:
    message = reference.Message(
        reference.Method.BINDING,
        reference.Class.REQUEST,
        attributes={"USERNAME": "ours:theirs", "PRIORITY": 1, "ICE-CONTROLLING": 7}
        | {name.replace("_", "-"): value for name, value in attributes.items()},
    )
    message.add_message_integrity(password.encode())
    return bytes(message)


def test_request_names_our_ufrag() -> None:
    read = stun.parse_request(request())
    assert read is not None
    assert (read.ufrag, read.nominated, read.controlled, read.priority) == ("ours", False, False, 1)
    assert stun.is_authentic(read, PASSWORD)


def test_nomination_is_seen() -> None:
    read = stun.parse_request(request(USE_CANDIDATE=None))
    assert read is not None
    assert read.nominated


def test_wrong_password_is_not_authentic() -> None:
    """MP-21."""
    read = stun.parse_request(request("q" * 22))
    assert read is not None
    assert not stun.is_authentic(read, PASSWORD)


def test_request_without_integrity_is_not_authentic() -> None:
    message = reference.Message(
        reference.Method.BINDING, reference.Class.REQUEST, attributes={"USERNAME": "ours:theirs"}
    )
    read = stun.parse_request(bytes(message))
    assert read is not None
    assert not stun.is_authentic(read, PASSWORD)


def test_success_tells_the_address_seen_and_is_signed() -> None:
    read = stun.parse_request(request())
    assert read is not None
    response = reference.parse_message(stun.success(read, PASSWORD, ("192.0.2.7", 40000)))
    assert response.message_class is reference.Class.RESPONSE
    assert response.transaction_id == read.message.transaction_id
    assert response.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.7", 40000)
    assert response.check_message_integrity(PASSWORD.encode())
    assert "FINGERPRINT" in response.attributes


def test_role_conflict_is_487() -> None:
    read = stun.parse_request(request(ICE_CONTROLLED=9))
    assert read is not None
    assert read.controlled
    response = reference.parse_message(stun.role_conflict(read, PASSWORD))
    assert response.error_code == 487
    assert response.check_message_integrity(PASSWORD.encode())


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        bytes(20),
        request()[:-1],
        request() + b"\0",
        bytes(reference.Message(reference.Method.BINDING, reference.Class.REQUEST)),
        bytes(reference.Message(reference.Method.BINDING, reference.Class.INDICATION)),
        bytes(reference.Message(reference.Method.ALLOCATE, reference.Class.REQUEST)),
    ],
    ids=["nothing", "zeroes", "cut short", "too long", "unsigned", "indication", "another method"],
)
def test_all_else_is_no_request(datagram: bytes) -> None:
    assert stun.parse_request(datagram) is None


@given(st.integers(0, 99), st.binary(max_size=8), st.integers(0, 8))
def test_damage_never_changes_what_an_authentic_request_says(position: int, noise: bytes, cut: int) -> None:
    """What follows MESSAGE-INTEGRITY, such as FINGERPRINT, is not signed and says nothing (RFC 8489, 14.5)."""
    good = request()
    meant = stun.parse_request(good)
    assert meant is not None
    start = position % len(good)
    damaged = good[:start] + noise + good[start + cut :]
    read = stun.parse_request(damaged)
    if read is not None and stun.is_authentic(read, PASSWORD):
        assert (read.ufrag, read.nominated, read.controlled) == (meant.ufrag, meant.nominated, meant.controlled)


@given(st.binary(max_size=200))
def test_noise_behind_a_stun_header_is_survived(body: bytes) -> None:
    header = b"\x00\x01" + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + os.urandom(12)
    read = stun.parse_request(header + body)
    assert read is None or not stun.is_authentic(read, PASSWORD)
