"""A clock whose hands the test turns, in the place of an event loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Call:
    """Something that is to be called; also its handle."""

    at: float
    function: Callable[..., None]
    arguments: tuple[Any, ...]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class Hands:
    """What the plane needs of an event loop. Time passes in `run` only."""

    def __init__(self) -> None:
        self.now = 100.0
        self._calls: list[Call] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, function: Callable[..., None], *arguments: Any) -> Call:
        self._calls.append(Call(self.now + seconds, function, arguments))
        return self._calls[-1]

    def call_soon(self, function: Callable[..., None], *arguments: Any) -> Call:
        return self.call_later(0.0, function, *arguments)

    @property
    def waiting(self) -> int:
        return sum(not call.cancelled for call in self._calls)

    def run(self, seconds: float = 0.0) -> None:
        """Let so much time pass."""
        end = self.now + seconds + 1e-9
        while due := [call for call in self._calls if call.at <= end]:
            call = min(due, key=lambda each: each.at)
            self._calls.remove(call)
            self.now = max(self.now, call.at)
            if not call.cancelled:
                call.function(*call.arguments)
        self.now = end

    def hang(self, seconds: float) -> None:
        """The machine is busy with something else for so long: what was due meanwhile is called late."""
        self.now += seconds
        self.run()
