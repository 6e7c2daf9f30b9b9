"""Who comes too fast waits; who sits behind a proxy is told apart by it alone; and no address is kept."""

import asyncio
import gc
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from podium.edge import arrivals
from podium.edge.arrivals import Arrivals

LAPTOP, OFFICE, PROXY = "203.0.113.7", "198.51.100.1", "192.0.2.9"


class Time:
    now = 0

    def __call__(self) -> int:
        return self.now


def limits(time: Time, in_all: int = 100, per_address: int = 5, open_per_address: int = 100) -> Arrivals:
    return Arrivals(time, in_all, per_address, open_per_address, (ip_network("192.0.2.0/24"),))


def test_one_address_waits_and_no_other() -> None:
    time = Time()
    here = limits(time)
    assert [here.wait(LAPTOP) for _ in range(11)] == [0] * 10 + [1]
    assert here.wait(OFFICE) == 0
    assert here.refused == {"connects_per_address": 1}
    time.now = 1_000
    assert [here.wait(LAPTOP) for _ in range(6)] == [0] * 5 + [1]


def test_all_together_wait() -> None:
    here = limits(Time(), in_all=1, per_address=100)
    assert [here.wait(f"203.0.113.{number}") for number in range(11)] == [0] * 10 + [1]
    assert here.refused == {"connects": 1}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_a_subscriber_is_an_ipv4_address_or_an_ipv6_network(first: str, second: str, same: bool) -> None:
    here = limits(Time())
    for _ in range(10):
        here.wait(first)
    assert bool(here.wait(second)) == same


def test_who_is_refused_for_the_address_takes_nothing_from_all() -> None:
    here = limits(Time(), in_all=2, per_address=5)
    for _ in range(100):
        here.wait(LAPTOP)
    assert [here.wait(OFFICE) for _ in range(10)] == [0] * 10


@pytest.mark.parametrize(
    ("other", "crowded"), [(LAPTOP, True), (f"::ffff:{LAPTOP}", True), (OFFICE, False), (PROXY, False)]
)
def test_one_address_has_so_many_connections_open(other: str, crowded: bool) -> None:
    here = limits(Time(), open_per_address=2)
    for peer in (LAPTOP, LAPTOP, PROXY, PROXY, PROXY):
        here.enter(peer)
    assert here.crowded(other) == crowded
    here.leave(LAPTOP)
    assert not here.crowded(other)


async def test_behind_a_trusted_proxy_one_address_has_so_many_pages_open() -> None:
    here = limits(Time(), open_per_address=1)
    gone = asyncio.Event()

    async def stay(_request: web.Request) -> web.StreamResponse:
        await gone.wait()
        return web.Response()

    def knock(address: str) -> "asyncio.Task[web.StreamResponse]":
        request = make_mocked_request("GET", "/ws", headers={"X-Forwarded-For": address}).clone(remote=PROXY)
        return asyncio.create_task(here.entrance(stay)(request))  # type: ignore[arg-type]

    staying = knock(LAPTOP)
    await asyncio.sleep(0)
    response = await knock(LAPTOP)
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    other = knock(OFFICE)
    gone.set()
    assert [(await each).status for each in (staying, other, knock(LAPTOP))] == [200] * 3


def test_what_has_no_address_counts_in_all_only() -> None:
    here = limits(Time())
    assert [here.wait("") for _ in range(50)] == [0] * 50


async def answered(here: Arrivals, peer: str, *forwarded: str) -> web.StreamResponse:
    """What comes back when this peer knocks with these X-Forwarded-For."""

    async def handle(_request: web.Request) -> web.StreamResponse:
        return web.Response()

    headers = [("X-Forwarded-For", value) for value in forwarded]
    request = make_mocked_request("GET", "/ws", headers=headers).clone(remote=peer)  # type: ignore[arg-type]
    return await here.entrance(handle)(request)


def test_offers_have_a_pace_of_their_own_for_each_address_with_and_without_a_proxy() -> None:
    here = limits(Time())

    def offered(peer: str, *forwarded: str) -> int:
        headers = [("X-Forwarded-For", value) for value in forwarded]
        return here.offered(make_mocked_request("POST", "/whep/a/b", headers=headers).clone(remote=peer))  # type: ignore[arg-type]

    assert [here.wait(LAPTOP) for _ in range(10)] == [0] * 10
    assert [offered(LAPTOP) for _ in range(11)] == [0] * 10 + [1]
    assert offered(PROXY, LAPTOP) == 1
    assert offered(PROXY, OFFICE) == offered(PROXY) == offered("") == 0
    assert here.refused == {"connects_per_address": 2}


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        (LAPTOP, True),
        (f"{OFFICE}, {LAPTOP}", True),  # what somebody claims before the proxy's own word counts for nothing
        (f"{LAPTOP}, 192.0.2.10", True),  # through two of our proxies
        (f"{LAPTOP}, {OFFICE}", False),
        ("unknown", False),
        ("192.0.2.10", False),
        (f"{LAPTOP}, unknown", False),
    ],
)
async def test_behind_a_trusted_proxy_its_last_word_tells_people_apart(header: str, waits: bool) -> None:
    here = limits(Time())
    assert here.wait(PROXY) == 0, "the proxy itself is not counted"
    for _ in range(10):
        assert (await answered(here, PROXY, LAPTOP)).status == 200
    response = await answered(here, PROXY, header)
    assert response.status == (429 if waits else 200)
    assert ("Retry-After" in response.headers) == waits


async def test_nobody_else_is_believed_and_that_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    here = limits(Time())
    for number in range(30):
        assert (await answered(here, OFFICE, f"203.0.113.{number}")).status == 200
    assert [record.message for record in caplog.records] == [
        "X-Forwarded-For of a proxy that is not trusted is not believed: set --trusted-proxies"
    ]


def test_no_address_is_kept_and_the_hashes_are_others_after_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    wait = arrivals.Floods.wait

    def note(floods: arrivals.Floods, key: str) -> int:
        kept.append(key)
        return wait(floods, key)

    monkeypatch.setattr(arrivals.Floods, "wait", note)
    time = Time()
    here = limits(time)
    here.wait(LAPTOP)
    time.now = arrivals.SALT_SECONDS * 1000
    here.wait(LAPTOP)
    first, second = (key for key in kept if key)
    assert first != second
    assert LAPTOP not in first + second
    here.enter(LAPTOP)
    held = [value for owner in gc.get_referents(here) if isinstance(owner, dict) for value in owner.values()]
    assert not any(LAPTOP in str(value) for value in held)
