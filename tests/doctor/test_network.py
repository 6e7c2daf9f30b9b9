"""Ports that are taken, addresses that lead elsewhere: on real sockets of the loopback."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web

from podium.doctor import network
from podium.doctor.findings import Finding, Level
from podium.edge.health import Health
from podium.readiness import Readiness
from podium.settings import Settings
from tests.e2e.server import free_media_port, free_port


def settings(**changed: object) -> Settings:
    ports = {"port": free_port(socket.SOCK_STREAM), "media_port": free_media_port(1), "relay_workers": 1}
    return Settings(**(ports | changed))  # type: ignore[arg-type]


def examined(wanted: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in network.examine(wanted)}


@contextmanager
def taken(port: int, kind: socket.SocketKind) -> Iterator[None]:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", port))
        if kind is socket.SOCK_STREAM:
            other.listen()
        yield


def test_free_ports_are_fine() -> None:
    found = examined(settings())
    assert {part: finding.level for part, finding in found.items()} == {"port": Level.OK, "media port": Level.OK}


def test_a_port_of_another_program_is_a_failure_that_says_how_to_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "PATIENCE", 0.05)  # it never answers
    wanted = settings()
    with taken(wanted.port, socket.SOCK_STREAM):
        finding = examined(wanted)["port"]
    assert finding.level is Level.FAIL
    assert "ss -ltnp" in finding.advice


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_media_port_has_to_be_free_over_udp_and_tcp(kind: socket.SocketKind) -> None:
    wanted = settings()
    with taken(wanted.media_port, kind):
        finding = examined(wanted)["media port"]
    assert (finding.level, str(wanted.media_port) in finding.found) == (Level.FAIL, True)


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    for host in ("192.0.2.1", "localhost:80"):
        assert "one of its own" in network.of_pages(settings(host=host), runs=False).advice
    assert "media port" not in examined(settings(host="localhost:80"))


@pytest.mark.parametrize(
    ("ports", "found", "advice"),
    [
        ({"media_port": 65_534, "relay_workers": 4}, "no 4 ports from 65534 on", "a lower --media-port"),
        ({"port": 8190, "media_port": 8189, "relay_workers": 2}, "cannot both have the port 8190/tcp", "another port"),
    ],
)
def test_ports_with_which_the_server_would_not_start_are_a_failure(
    ports: dict[str, int], found: str, advice: str
) -> None:
    finding = examined(settings(**ports))["media port"]
    assert (finding.level, found in finding.found, advice in finding.advice) == (Level.FAIL, True, True)


async def test_a_podium_that_runs_is_no_other_program() -> None:
    app = web.Application()
    app.add_routes(Health(Readiness({}, lambda: 1.0)).routes())
    runner = web.AppRunner(app)
    await runner.setup()
    wanted = settings()
    await web.TCPSite(runner, "127.0.0.1", wanted.port).start()
    with taken(wanted.media_port, socket.SOCK_DGRAM):
        found = await asyncio.to_thread(examined, wanted)
    await runner.cleanup()
    assert [finding.level for finding in found.values()] == [Level.OK, Level.OK]
    assert "runs here" in found["port"].found


def test_announced_addresses_are_tried_over_udp_and_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined(settings(announce=("127.0.0.1",)))["announce"]
    assert (found.level, found.found.partition(" leads ")[2]) == (Level.OK, "here over UDP and TCP")
    # nobody routes 240.0.0.0/4: whatever is sent there is lost
    monkeypatch.setattr(network, "PATIENCE", 0.05)
    found = examined(settings(announce=("240.0.0.1",)))["announce"]
    assert (found.level, "neither UDP nor TCP" in found.found) == (Level.WARN, True)
    assert "firewall" in found.advice


def test_an_audience_from_elsewhere_needs_an_announced_address() -> None:
    found = examined(settings(public_url="https://podium.example"))["announce"]
    assert (found.level, "--announce" in found.advice) == (Level.FAIL, True)


def test_what_is_loopback() -> None:
    assert [
        host for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "podium.example") if network.is_loopback(host)
    ] == [
        "127.0.0.1",
        "::1",
        "localhost",
    ]
