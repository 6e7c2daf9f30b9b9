"""What is relied on of pylibsrtp's own binding, and that our path and its public one understand each other."""

from __future__ import annotations

import pylibsrtp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.relay.srtp import (
    LONGEST,
    MOST_SENDERS,
    TRAILER_ROOM,
    Protector,
    Unprotector,
    ffi,
    protect_rtcp,
    protect_rtp,
)
from tests.relay.media import PROFILES, inbound, outbound, wire

CONTROL = bytes.fromhex("81c90007") + bytes(28)


def sealed(protector: Protector, clear: bytes) -> bytes:
    data = ffi.new("char[]", clear + bytes(TRAILER_ROOM))
    length = ffi.new("int *", len(clear))
    assert protect_rtp(protector.context, data, length) == 0
    return bytes(ffi.buffer(data, length[0]))


@pytest.mark.parametrize("profile", PROFILES)
def test_raw_and_public_sealing_are_equal(profile: str) -> None:
    protector = Protector(outbound(profile=profile))
    public = outbound(profile=profile)
    for number in range(65530, 65546):
        clear = wire(number, 3000 * number)
        assert sealed(protector, clear) == public.protect(clear)


@pytest.mark.parametrize(("profile", "trailer"), [("AES-128-GCM", 16), ("AES-256-GCM", 16), ("AES-128-CM", 10)])
def test_the_trailer_is_measured(profile: str, trailer: int) -> None:
    assert Protector(outbound(profile=profile)).trailer == trailer


@pytest.mark.parametrize("profile", PROFILES)
def test_both_ways_for_packets_longer_than_the_public_call_takes(profile: str) -> None:
    protector, unprotector = Protector(outbound(profile=profile)), Unprotector(inbound(profile=profile))
    clear = wire(1, 2, bytes(1480))
    assert unprotector.rtp(sealed(protector, clear)) == clear


def test_a_retransmission_is_sealed_to_the_same_bytes() -> None:
    protector = Protector(outbound())
    first = sealed(protector, wire(1, 1))
    sealed(protector, wire(2, 2))
    assert sealed(protector, wire(1, 1)) == first


def test_control_goes_both_ways() -> None:
    protector, unprotector = Protector(outbound()), Unprotector(inbound())
    data = ffi.new("char[]", CONTROL + bytes(TRAILER_ROOM))
    length = ffi.new("int *", len(CONTROL))
    assert protect_rtcp(protector.context, data, length) == 0
    assert unprotector.rtcp(bytes(ffi.buffer(data, length[0]))) == CONTROL


def test_forged_repeated_and_oversized_datagrams_are_refused() -> None:
    unprotector = Unprotector(inbound())
    good = outbound().protect(wire(1, 1))
    assert unprotector.rtp(good[:-1] + bytes([good[-1] ^ 1])) is None
    assert unprotector.rtp(good) is not None
    assert unprotector.rtp(good) is None
    assert unprotector.rtp(bytes(LONGEST + 1)) is None


def test_one_peer_has_so_many_senders_and_no_more() -> None:
    unprotector, peer = Unprotector(inbound()), outbound()
    forged = [peer.protect(wire(1, 1, ssrc=number))[:-1] + b"!" for number in range(MOST_SENDERS)]
    assert [unprotector.rtp(one) for one in forged] == [None] * MOST_SENDERS, "and who is nobody takes no room"
    heard = [unprotector.rtp(peer.protect(wire(2, 2, ssrc=number))) for number in range(MOST_SENDERS + 1)]
    assert [one is not None for one in heard] == [True] * MOST_SENDERS + [False]
    assert unprotector.rtcp(peer.protect_rtcp(CONTROL[:4] + b"late" + CONTROL[8:])) is None
    assert unprotector.rtp(peer.protect(wire(3, 3, ssrc=0))) is not None


@given(st.binary(max_size=100))
def test_noise_is_refused(noise: bytes) -> None:
    unprotector = Unprotector(inbound())
    assert unprotector.rtp(noise) is None
    assert unprotector.rtcp(noise) is None


def test_a_buffer_may_be_reused_after_the_call() -> None:
    unprotector, sender = Unprotector(inbound()), outbound()
    buffer = bytearray(sender.protect(wire(1, 1, b"first")))
    clear = unprotector.rtp(memoryview(buffer))
    buffer[:] = bytes(len(buffer))
    assert clear == wire(1, 1, b"first")


def test_a_session_that_cannot_protect_is_an_error() -> None:
    with pytest.raises(pylibsrtp.Error):
        Protector(pylibsrtp.Session())
