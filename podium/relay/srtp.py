"""SRTP on buffers of our own, by the libsrtp that pylibsrtp carries (RFC 3711, RFC 7714).

`pylibsrtp.Session.protect` copies each packet twice and takes no more than 1,356 bytes. Its binding does neither, but is
no public interface: tests/relay/test_srtp.py states what is relied on. `allow_repeat_tx` must be set on the outbound
session, so that a retransmission may repeat its number.
"""

from __future__ import annotations

from collections.abc import Callable

import pylibsrtp
from pylibsrtp import _binding

ffi = _binding.ffi
_lib = _binding.lib

#: Senders (SSRC) heard of one peer: libsrtp keeps a state for each, in a list that it goes through for every packet.
MOST_SENDERS = 64
#: The longest datagram that is taken in, and room behind a packet for what protection appends.
LONGEST = 2048
TRAILER_ROOM = 160

Call = Callable[[object, object, object], int]

protect_rtp: Call = _lib.srtp_protect
protect_rtcp: Call = _lib.srtp_protect_rtcp


def address_of(pointer: object) -> int:
    """Where a pointer of the binding points, for code that has its own types."""
    return int(ffi.cast("uintptr_t", pointer))


#: Where `protect_rtp` is in memory, for fanout.c.
protect_rtp_address = address_of(ffi.addressof(_lib, "srtp_protect"))


class Unprotector:
    """Opens what one peer sends."""

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session
        self._context = session._srtp[0]
        self._data = ffi.new("char[]", LONGEST)
        self._view = ffi.buffer(self._data)
        self._length = ffi.new("int *")
        self._senders: set[bytes] = set()

    def rtp(self, datagram: bytes | bytearray | memoryview) -> bytes | None:
        """The RTP packet in the clear; None when it is not authentic, repeated, too long or of one sender too many."""
        return self._open(_lib.srtp_unprotect, datagram, 8)

    def rtcp(self, datagram: bytes | bytearray | memoryview) -> bytes | None:
        """The RTCP packet in the clear; None when it is not authentic, repeated, too long or of one sender too many."""
        return self._open(_lib.srtp_unprotect_rtcp, datagram, 4)

    def _open(self, call: Call, datagram: bytes | bytearray | memoryview, at: int) -> bytes | None:
        """`at`: where its SSRC is."""
        size, sender = len(datagram), bytes(datagram[at : at + 4])
        is_new = sender not in self._senders
        if size > LONGEST or (is_new and len(self._senders) >= MOST_SENDERS):
            return None
        view, length = self._view, self._length
        view[:size] = datagram
        length[0] = size
        if call(self._context, self._data, length):
            return None
        if is_new:
            self._senders.add(sender)
        clear: bytes = view[: length[0]]
        return clear


class Protector:
    """Seals what goes to one peer. `context` and `trailer` (bytes that sealing RTP appends) are for the fan-out."""

    def __init__(self, session: pylibsrtp.Session) -> None:
        self._session = session
        self.context = session._srtp[0]
        self.trailer = self._measure()

    def _measure(self) -> int:
        """Seal one packet to see by how much it grows: the session does not tell its profile."""
        packet = ffi.new("char[]", bytes.fromhex("800000000000000000000000") + bytes(TRAILER_ROOM))
        length = ffi.new("int *", 12)
        if protect_rtp(self.context, packet, length):
            raise pylibsrtp.Error("the outbound session does not protect")
        self._session.remove_stream(0)
        return int(length[0]) - 12
