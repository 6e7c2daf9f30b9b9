"""What a load balancer reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web

from podium.edge.health import Health
from podium.readiness import READY, Code, Condition, Readiness, State


@asynccontextmanager
async def asked(path: str, **parts: Condition) -> AsyncIterator[tuple[int, web.Response]]:
    """The answer at a path of a server with these parts."""

    def check(condition: Condition):
        async def answer() -> Condition:
            return condition

        return answer

    app = web.Application()
    readiness = Readiness({name: check(condition) for name, condition in parts.items()}, lambda: 1.0)
    app.add_routes(Health(readiness).routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as http, http.get(f"http://127.0.0.1:{runner.addresses[0][1]}{path}") as response:
        yield response
    await runner.cleanup()


async def test_who_lives_says_so_whatever_its_parts_do() -> None:
    async with asked("/healthz", store=Condition(State.FAILED, Code.STORAGE_FULL)) as response:
        assert (response.status, await response.text()) == (200, "ok\n")


async def test_a_part_that_only_needs_a_look_sends_nobody_away() -> None:
    async with asked("/readyz", store=READY, bus=Condition(State.IMPAIRED, Code.REDIS_AWAY)) as response:
        assert response.status == 200
        assert await response.json() == {
            "status": "impaired",
            "parts": {"store": {"state": "ready"}, "bus": {"state": "impaired", "code": "redis_away"}},
        }


async def test_without_a_part_that_it_needs_a_server_is_taken_out_of_the_rotation() -> None:
    async with asked("/readyz", store=Condition(State.FAILED, Code.STORAGE_UNAVAILABLE), bus=READY) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        body = await response.json()
    assert body["status"] == "not_ready"
    assert body["parts"]["store"] == {"state": "failed", "code": "storage_unavailable"}
