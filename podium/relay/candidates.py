"""Where a worker's peers are told to reach it: UDP, then TCP at the same addresses (RFC 8445 5.1.1, RFC 6544 4.1)."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

from aioice.ice import get_host_addresses

from podium.relay.answer import Candidate


class Candidates:
    """Those of the settings, or those by which this machine can be reached."""

    def __init__(self, udp: socket.socket, announced: Sequence[str]) -> None:
        host, self._port = udp.getsockname()[:2]
        self._both = udp.family == socket.AF_INET6
        self._fixed = tuple(announced) or (() if ip_address(host).is_unspecified else (host,))

    def reachable_from(self, address: str) -> tuple[Candidate, ...]:
        """First the address the peer's HTTP request came to, "" when unknown: that one it can reach."""
        hosts = tuple(dict.fromkeys(host for host in self._hosts(address) if host))
        return (
            *(Candidate(host, self._port) for host in hosts),
            *(Candidate(host, self._port, "tcp") for host in hosts),
        )

    def _hosts(self, address: str) -> tuple[str, ...]:
        return self._fixed or (
            self._own(address),
            *get_host_addresses(use_ipv4=True, use_ipv6=False),
            *(get_host_addresses(use_ipv4=False, use_ipv6=True) if self._both else ()),
        )

    def _own(self, address: str) -> str:
        """The local address as the media socket can be reached at it, "" when it cannot."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return ""
        if parsed.version == 6 and parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        if parsed.version == 6 and parsed.is_link_local:
            return ""  # means nothing without the peer's own name of the link
        if parsed.version == 4 or self._both:
            return str(parsed)
        return "127.0.0.1" if parsed.is_loopback else ""
