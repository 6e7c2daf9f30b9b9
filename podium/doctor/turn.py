"""STUN and TURN servers: whether they answer, and whether there is a secret to make credentials of."""

import contextlib
import os
import socket
import ssl
from collections.abc import Iterator

from podium.doctor.findings import Finding, fail, ok, warn
from podium.settings import Settings

PATIENCE = 2.0
PORTS = {"stun": 3478, "turn": 3478, "turns": 5349}
# A binding request without attributes, and its magic cookie (RFC 8489, section 5).
_BINDING = b"\x00\x01\x00\x00\x21\x12\xa4\x42"
_SUCCESS = b"\x01\x01"
_TRANSACTION_BYTES = 12


def examine(settings: Settings) -> Iterator[Finding]:
    """Those that the settings name."""
    if any(server.startswith("turn") for server in settings.ice_servers):
        yield of_secret(settings)
    for server in settings.ice_servers:
        yield of_server(server)


def of_secret(settings: Settings) -> Finding:
    """The file that Podium shares with the TURN servers."""
    path, advice = settings.turn_secret, "Name the file with coturn's static-auth-secret: --turn-secret FILE"
    if path is None:
        return fail("turn", "a TURN server takes credentials, and there is no secret to make them of", advice)
    try:
        content = path.read_bytes().strip()
    except OSError as error:
        return fail("turn", f"{path} cannot be read ({error.strerror})", advice)
    return ok("turn", f"{path} can be read") if content else fail("turn", f"{path} is empty", advice)


def of_server(server: str) -> Finding:
    """An address like turn:turn.example:3478?transport=tcp."""
    scheme, _, rest = server.partition(":")
    authority, _, query = rest.partition("?")
    host, port = _split(authority, PORTS[scheme])
    advice = "Start it, open its port in the firewall, and look at the address: --ice-servers"
    try:
        if scheme == "turns":
            _binding_over_stream(host, port, secured=True)
        elif query == "transport=tcp":
            _binding_over_stream(host, port, secured=False)
        else:
            _binding_over_udp(host, port)
    except ssl.SSLCertVerificationError as error:
        return fail("turn", f"{server} shows a certificate that browsers refuse: {error.verify_message}", advice)
    except OSError as error:
        return warn("turn", f"{server} does not answer ({error.strerror or type(error).__name__})", advice)
    return ok("turn", f"{server} answers")


def _split(authority: str, port: int) -> tuple[str, int]:
    host, _, given = authority.rpartition(":")
    if host and given.isdigit() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(given)
    return authority.strip("[]"), port


def _binding_over_udp(host: str, port: int) -> None:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    request = _BINDING + os.urandom(_TRANSACTION_BYTES)
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(PATIENCE)
        asking.connect(address)
        asking.send(request)
        while not _answers(asking.recv(2048), request):
            pass


def _binding_over_stream(host: str, port: int, *, secured: bool) -> None:
    request = _BINDING + os.urandom(_TRANSACTION_BYTES)
    with contextlib.ExitStack() as stack:
        asking = stack.enter_context(socket.create_connection((host, port), PATIENCE))
        if secured:
            asking = stack.enter_context(ssl.create_default_context().wrap_socket(asking, server_hostname=host))
        asking.sendall(request)
        if not _answers(asking.recv(2048), request):
            raise ConnectionError


def _answers(answer: bytes, request: bytes) -> bool:
    return answer[:2] == _SUCCESS and answer[8:20] == request[8:20]
