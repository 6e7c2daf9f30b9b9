"""Ports and addresses: whether they are free, ours, and lead to this machine. Nobody is asked but whom settings name."""

import contextlib
import errno
import http.client
import os
import socket
import time
from collections.abc import Iterator
from ipaddress import ip_address

from podium.doctor.findings import Finding, fail, ok, warn
from podium.relay.ports import MediaSockets, open_sockets
from podium.relay.udp import MediaPortTaken
from podium.settings import SettingRefused, Settings

PATIENCE = 1.0
_TOKEN_BYTES = 16
_FREE_IT = "Stop the program that uses it (ss -ltnp), or choose another --port."
_NO_ADDRESS = "This machine has no such address: --host is one of its own, or 0.0.0.0 for all."
_REASONS = {
    errno.EACCES: "Ports below 1024 belong to root: take a higher one behind a proxy, or grant CAP_NET_BIND_SERVICE.",
    errno.EADDRNOTAVAIL: _NO_ADDRESS,
}


def examine(settings: Settings) -> Iterator[Finding]:
    """All of it."""
    runs = answers(settings)
    pages = of_pages(settings, runs=runs)
    yield pages
    if settings.public_url and not settings.announce and is_loopback(settings.host):
        advice = "Name the address that browsers reach: --announce 203.0.113.7; several are separated by commas."
        yield fail("announce", "people come from elsewhere, and pictures are offered on this machine alone", advice)
    if pages.advice == _NO_ADDRESS:  # nor is there a media port at it
        return
    try:
        ports = settings.media_ports(len(os.sched_getaffinity(0)))
    except SettingRefused as refused:
        yield fail("media port", *str(refused).split(". ", 1))
        return
    for port in ports:
        yield from of_media(settings, port if settings.media_port else 0, runs=runs)


def answers(settings: Settings) -> bool:
    """Whether a Podium answers at the pages' port."""
    connection = http.client.HTTPConnection(_at_home(settings.host), settings.port, timeout=PATIENCE)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().read(8) == b"ok\n"
    return False


def of_pages(settings: Settings, *, runs: bool) -> Finding:
    """The TCP port of the pages."""
    name = f"{settings.port}/tcp on {settings.host}"
    if runs:
        return ok("port", f"{name}: Podium runs here")
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        unknown = isinstance(error, socket.gaierror)
        advice = _NO_ADDRESS if unknown else _REASONS.get(error.errno or 0, _FREE_IT)
        return fail("port", f"{name} cannot be opened ({error.strerror})", advice)
    return ok("port", f"{name} is free")


def of_media(settings: Settings, port: int, *, runs: bool) -> Iterator[Finding]:
    """A media port, over UDP and TCP, and whether the announced addresses lead to it."""
    name = f"{port}/udp and {port}/tcp"
    try:
        sockets = open_sockets(settings.media_host, port)
    except MediaPortTaken as taken:
        if runs:
            yield ok("media port", f"{name}: in use while Podium runs")
        else:
            advice = "Stop the program that uses it (ss -lunp, ss -ltnp), or choose another --media-port."
            yield fail("media port", str(taken), advice)
        return
    with contextlib.closing(sockets):
        yield ok("media port", f"{name} are free")
        for address in settings.announce:
            yield of_announced(address, sockets)


def of_announced(address: str, sockets: MediaSockets) -> Finding:
    """Whether a datagram and a connection to an announced address come out at these sockets."""
    ways = [name for name, comes in (("UDP", _datagram_comes), ("TCP", _connection_comes)) if comes(address, sockets)]
    shown = f"{address} port {sockets.port}"
    if len(ways) == 2:
        return ok("announce", f"{shown} leads here over UDP and TCP")
    missing = "neither UDP nor TCP" if not ways else f"{ways[0]} only"
    advice = (
        f"Open {sockets.port}/udp and {sockets.port}/tcp in the firewall and forward them to this machine; a router that "
        "cannot be reached from inside is no fault: then try from outside (nc -vz, nc -vzu)."
    )
    return warn("announce", f"{shown} leads here over {missing}, seen from this machine", advice)


def is_loopback(host: str) -> bool:
    """Whether nobody else can reach it."""
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _datagram_comes(address: str, sockets: MediaSockets) -> bool:
    wanted = os.urandom(_TOKEN_BYTES)
    sockets.udp.settimeout(PATIENCE)
    until = time.monotonic() + PATIENCE
    with socket.socket(_family(address), socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        sender.sendto(wanted, (address, sockets.port))
        while sockets.udp.recv(2048) != wanted:  # pages of before may still send
            if time.monotonic() > until:
                return False
        return True
    return False


def _connection_comes(address: str, sockets: MediaSockets) -> bool:
    sockets.tcp.listen()
    sockets.tcp.settimeout(PATIENCE)
    with contextlib.suppress(OSError), socket.create_connection((address, sockets.port), PATIENCE) as ours:
        accepted, _ = sockets.tcp.accept()
        with accepted:
            return bool(accepted.getpeername()[1] == ours.getsockname()[1])
    return False


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET


def _at_home(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
