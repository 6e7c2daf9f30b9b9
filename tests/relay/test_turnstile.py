import asyncio

from podium.relay.turnstile import Turnstile
from tests.relay.rig import until


async def test_one_passes_in_a_turn_in_the_order_of_coming() -> None:
    turnstile, turns, passed = Turnstile(), [0], []
    loop = asyncio.get_running_loop()

    def turn() -> None:
        turns[0] += 1
        if len(passed) < 20:
            loop.call_soon(turn)

    async def enter(number: int) -> None:
        await turnstile.enter()
        passed.append((number, turns[0]))

    waiting = [asyncio.create_task(enter(number)) for number in range(20)]
    loop.call_soon(turn)
    await asyncio.gather(*waiting)
    assert [number for number, _ in passed] == list(range(20))
    assert len({turn for _, turn in passed}) == 20, "no two in one turn of the loop"


async def test_whoever_gives_up_costs_nobody_a_turn() -> None:
    turnstile, passed = Turnstile(), []

    async def enter(number: int) -> None:
        await turnstile.enter()
        passed.append(number)

    waiting = [asyncio.create_task(enter(number)) for number in range(5)]
    for gone in (waiting[1], waiting[3]):
        gone.cancel()
    await until(lambda: len(passed) == 3)
    assert passed == [0, 2, 4]
    await turnstile.enter()


async def test_one_that_is_cancelled_after_its_turn_came_passes_it_on() -> None:
    turnstile, passed = Turnstile(), []
    await turnstile.enter()

    async def enter(number: int) -> None:
        await turnstile.enter()
        passed.append(number)

    first, second = asyncio.create_task(enter(1)), asyncio.create_task(enter(2))
    while not turnstile._waiting:
        await asyncio.sleep(0)
    turnstile._waiting[0].add_done_callback(lambda _: first.cancel())
    await until(second.done)
    assert 2 in passed
