"""Whether this server can do its work, part by part: for load balancers, for metrics, and for the log when it changes."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from podium.ports import Store, StoreUnavailable

FRESH_SECONDS = 1.0
"""An answer is good for so long, however many ask."""
WATCH_SECONDS = 5.0
ANSWER_SECONDS = 2.0
FULL_BYTES = 10_000_000
LOW_BYTES = 500_000_000

_log = logging.getLogger(__name__)


class State(StrEnum):
    """How a part is. impaired: the server does its work, but somebody should look. failed: send people elsewhere."""

    READY = "ready"
    IMPAIRED = "impaired"
    FAILED = "failed"


class Code(StrEnum):
    """Why a part is not ready; docs/OPERATIONS.md says what to do about each."""

    STORAGE_FULL = "storage_full"
    STORAGE_BUSY = "storage_busy"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    REDIS_AWAY = "redis_away"
    RELAY_AWAY = "relay_away"
    RELAY_WORKER_AWAY = "relay_worker_away"
    SECRETS_DIFFER = "secrets_differ"
    DISK_FULL = "disk_full"
    DISK_LOW = "disk_low"
    DISK_READ_ONLY = "disk_read_only"
    DISK_UNAVAILABLE = "disk_unavailable"


@dataclass(frozen=True, slots=True)
class Condition:
    """A part's state, with the reason when it is not ready."""

    state: State = State.READY
    code: Code | None = None


READY = Condition()
Check = Callable[[], Awaitable[Condition]]


class Readiness:
    """The conditions of all parts, by their names. checks: one for each part, none of which raises."""

    def __init__(self, checks: Mapping[str, Check], now: Callable[[], float]) -> None:
        self._checks = checks
        self._now = now
        self._asked = -FRESH_SECONDS
        self._alone = asyncio.Lock()
        self.known: Mapping[str, Condition] = {}
        """As they were found last."""

    async def look(self) -> Mapping[str, Condition]:
        """The conditions, not older than FRESH_SECONDS."""
        async with self._alone:
            if self._now() - self._asked >= FRESH_SECONDS:
                found = await asyncio.gather(*(check() for check in self._checks.values()))
                self._tell(dict(zip(self._checks, found, strict=True)))
                self._asked = self._now()
        return self.known

    async def watch(self) -> NoReturn:
        """Look for ever, so that metrics and the log know without anybody asking."""
        while True:
            await self.look()
            await asyncio.sleep(WATCH_SECONDS)

    def _tell(self, found: Mapping[str, Condition]) -> None:
        for part, condition in found.items():
            if condition == self.known.get(part, READY):
                continue
            if condition == READY:
                _log.info("a part is ready again", extra={"part": part})
            else:
                said = {"part": part, "state": str(condition.state), "code": str(condition.code)}
                _log.warning("a part is not ready", extra=said)
        self.known = found


def worst(conditions: Mapping[str, Condition]) -> State:
    """The state of the whole."""
    states = {condition.state for condition in conditions.values()}
    return next((state for state in (State.FAILED, State.IMPAIRED) if state in states), State.READY)


def of_store(store: Store) -> Check:
    """Without its store a server refuses every command."""

    async def check() -> Condition:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await store.rooms()
        except StoreUnavailable as error:
            return Condition(State.FAILED, Code(error.code))
        except TimeoutError:
            return Condition(State.FAILED, Code.STORAGE_UNAVAILABLE)
        return READY

    return check


def of_bus(connected: Callable[[], bool]) -> Check:
    """Without Redis everything works, and what happens at other servers is seen two seconds later."""

    async def check() -> Condition:
        return READY if connected() else Condition(State.IMPAIRED, Code.REDIS_AWAY)

    return check


def of_secret(agrees: Callable[[], bool]) -> Check:
    """Servers with different secrets refuse each other's links; this one works."""

    async def check() -> Condition:
        return READY if agrees() else Condition(State.IMPAIRED, Code.SECRETS_DIFFER)

    return check


def of_relay(serving: Callable[[], Sequence[bool]]) -> Check:
    """serving: for each worker whether it serves. One that starts again costs some viewers a moment."""

    async def check() -> Condition:
        workers = serving()
        if all(workers):
            return READY
        if any(workers):
            return Condition(State.IMPAIRED, Code.RELAY_WORKER_AWAY)
        return Condition(State.FAILED, Code.RELAY_AWAY)

    return check


def of_disk(folder: Path, *, holds_questions: bool) -> Check:
    """The disk of the data folder; where the questions are elsewhere, it is never a reason to send people away."""
    full = State.FAILED if holds_questions else State.IMPAIRED

    async def check() -> Condition:
        try:
            disk = os.statvfs(folder)
        except OSError:
            return Condition(full, Code.DISK_UNAVAILABLE)
        if disk.f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK):
            return Condition(full, Code.DISK_READ_ONLY)
        free = disk.f_bavail * disk.f_frsize
        if free < FULL_BYTES:
            return Condition(full, Code.DISK_FULL)
        return READY if free >= LOW_BYTES else Condition(State.IMPAIRED, Code.DISK_LOW)

    return check
