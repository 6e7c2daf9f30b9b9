"""A server knows which of its parts cannot work, says why in a stable code, and asks them no more than it must."""

import os
from pathlib import Path

import pytest

from podium.ports import StoreUnavailable
from podium.readiness import READY, Code, Condition, Readiness, State, of_bus, of_disk, of_relay, of_store, worst
from podium.store.memory import MemoryStore

ROOM_ENOUGH = 10**12


async def test_a_store_that_does_not_answer_is_a_failure_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    check = of_store(store)
    assert await check() == READY

    async def busy() -> list[str]:
        raise StoreUnavailable("storage_busy", "somebody writes")

    monkeypatch.setattr(store, "rooms", busy)
    assert await check() == Condition(State.FAILED, Code.STORAGE_BUSY)

    async def silent() -> list[str]:
        raise TimeoutError

    monkeypatch.setattr(store, "rooms", silent)
    assert await check() == Condition(State.FAILED, Code.STORAGE_UNAVAILABLE)


async def test_every_code_of_the_store_is_one_of_ours() -> None:
    assert {"storage_full", "storage_busy", "storage_unavailable"} <= set(Code)


async def test_redis_is_a_matter_of_two_seconds_and_no_reason_to_send_people_away() -> None:
    assert await of_bus(lambda: True)() == READY
    assert await of_bus(lambda: False)() == Condition(State.IMPAIRED, Code.REDIS_AWAY)


@pytest.mark.parametrize(
    ("workers", "found"),
    [
        ([True, True], READY),
        ([True, False], Condition(State.IMPAIRED, Code.RELAY_WORKER_AWAY)),
        ([False, False], Condition(State.FAILED, Code.RELAY_AWAY)),
    ],
)
async def test_pictures_need_one_worker(workers: list[bool], found: Condition) -> None:
    assert await of_relay(lambda: workers)() == found


@pytest.mark.parametrize(
    ("free", "code"), [(ROOM_ENOUGH, None), (400_000_000, Code.DISK_LOW), (9_000_000, Code.DISK_FULL)]
)
async def test_a_disk_says_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: Code | None
) -> None:
    present = list(os.statvfs(tmp_path))
    present[1], present[4] = 1, free  # f_frsize, f_bavail
    monkeypatch.setattr(os, "statvfs", lambda _folder: os.statvfs_result(present))
    found = await of_disk(tmp_path, holds_questions=True)()
    assert found.code == code
    assert (found.state is State.FAILED) == (code is Code.DISK_FULL)
    # with the questions in PostgreSQL a full disk is for the operator to look at, not for people to go
    assert (await of_disk(tmp_path, holds_questions=False)()).state is not State.FAILED


async def test_a_data_folder_that_is_gone_or_cannot_be_written_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await of_disk(tmp_path / "gone", holds_questions=True)() == Condition(State.FAILED, Code.DISK_UNAVAILABLE)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    assert await of_disk(tmp_path, holds_questions=True)() == Condition(State.FAILED, Code.DISK_READ_ONLY)


async def test_parts_are_asked_once_a_second_and_changes_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    now, asked, condition = 0.0, 0, READY

    async def check() -> Condition:
        nonlocal asked
        asked += 1
        return condition

    caplog.set_level("INFO")
    readiness = Readiness({"bus": check}, lambda: now)
    for _ in range(3):
        assert await readiness.look() == {"bus": READY}
    assert asked == 1
    condition = Condition(State.IMPAIRED, Code.REDIS_AWAY)
    now = 1.0
    assert await readiness.look() == {"bus": condition}
    now = 2.0
    assert await readiness.look() == {"bus": condition}
    assert worst(readiness.known) is State.IMPAIRED
    condition, now = READY, 3.0
    assert worst(await readiness.look()) is State.READY
    assert [(record.message, record.part) for record in caplog.records] == [  # type: ignore[attr-defined]
        ("a part is not ready", "bus"),
        ("a part is ready again", "bus"),
    ]


def test_the_whole_is_as_bad_as_its_worst_part() -> None:
    impaired, failed = Condition(State.IMPAIRED, Code.DISK_LOW), Condition(State.FAILED, Code.RELAY_AWAY)
    assert worst({}) is State.READY
    assert worst({"disk": impaired, "bus": READY}) is State.IMPAIRED
    assert worst({"disk": impaired, "relay": failed, "bus": READY}) is State.FAILED
