"""The sockets of one worker: UDP, and TCP on the same port number for networks that block UDP."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from podium.relay.tcp import open_listener
from podium.relay.udp import MediaPortTaken, open_socket

#: When any port will do: tries to find one that is free for both.
TRIES = 16


@dataclass(frozen=True, slots=True)
class MediaSockets:
    """Both bound to the same port number; the TCP one does not listen yet."""

    udp: socket.socket
    tcp: socket.socket

    @property
    def port(self) -> int:
        """The port number in use."""
        return int(self.udp.getsockname()[1])

    def close(self) -> None:
        """Close both."""
        self.udp.close()
        self.tcp.close()


def open_sockets(host: str, port: int) -> MediaSockets:
    """Open both on this port; 0 takes one that is free for both. Raises MediaPortTaken."""
    for tries_left in reversed(range(1 if port else TRIES)):
        udp = open_socket(host, port)
        try:
            return MediaSockets(udp, open_listener(udp))
        except MediaPortTaken:
            udp.close()
            if not tries_left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")
