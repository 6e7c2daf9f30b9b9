"""Servers with different secrets find out, say so once, and stop saying so when the other one is gone or repaired."""

import asyncio

from podium.accord import FORGET_SECONDS, MOST, Accord
from podium.bus.local import LocalBus
from podium.clock import SystemClock
from podium.readiness import READY, Code, Condition, State, of_secret
from podium.tokens import Tokens
from tests.live import fact

OURS, THEIRS = bytes(32), bytes(range(32))


def fingerprint(secret: bytes) -> bytes:
    return Tokens(secret, SystemClock()).fingerprint


async def test_servers_on_one_bus_find_out_that_their_secrets_differ() -> None:
    bus, now = LocalBus(), 0.0
    first, second, other = (Accord(bus, fingerprint(secret), lambda: now) for secret in (OURS, OURS, THEIRS))
    check = of_secret(lambda: first.agrees)
    alike = [asyncio.create_task(accord.run()) for accord in (first, second)]
    await asyncio.sleep(0)
    await fact(lambda: first.agrees and second.agrees)
    assert await check() == READY
    different = asyncio.create_task(other.run())
    await fact(lambda: not first.agrees and not second.agrees)
    assert await check() == Condition(State.IMPAIRED, Code.SECRETS_DIFFER)
    for task in (*alike, different):
        task.cancel()
    await asyncio.wait((*alike, different))
    now = FORGET_SECONDS
    assert first.agrees


def test_a_server_that_was_repaired_agrees_at_once() -> None:
    here = Accord(LocalBus(), fingerprint(OURS), lambda: 0.0)
    here.heard(b"the-node" + fingerprint(THEIRS))
    assert not here.agrees
    here.heard(b"the-node" + fingerprint(OURS))
    assert here.agrees


def test_noise_of_whoever_can_write_to_redis_is_bounded_and_passed_over() -> None:
    here = Accord(LocalBus(), fingerprint(OURS), lambda: 0.0)
    for message in (b"", b"short", b"the-node" + bytes(3), bytes(1_000)):
        here.heard(message)
    assert here.agrees
    for number in range(MOST + 10):
        here.heard(number.to_bytes(8, "big") + fingerprint(THEIRS))
    assert len(here._differing) == MOST


def test_the_fingerprint_tells_nothing_of_the_secret() -> None:
    assert fingerprint(OURS) != fingerprint(THEIRS)
    assert len(fingerprint(THEIRS)) == 16
    assert fingerprint(THEIRS) not in THEIRS
