"""`podium doctor`: one line for everything that was looked at; status 0 when an event could begin."""

from collections.abc import AsyncIterator, Callable

from podium.doctor import machine, network, services, turn
from podium.doctor.findings import Finding, Level
from podium.settings import Settings

FAILED = 1


async def doctor(settings: Settings, say: Callable[[str], None]) -> int:
    """Say what is found; the exit status."""
    counts = dict.fromkeys(Level, 0)
    async for finding in findings(settings):
        counts[finding.level] += 1
        say(str(finding))
    if counts[Level.FAIL]:
        say(f"\n{counts[Level.FAIL]} to repair, {counts[Level.WARN]} to look at.")
        return FAILED
    say(f"\nReady, {counts[Level.WARN]} to look at." if counts[Level.WARN] else "\nReady.")
    return 0


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Everything that can be said without stopping anything."""
    for finding in machine.examine(settings):
        yield finding
    for finding in network.examine(settings):
        yield finding
    async for finding in services.examine(settings):
        yield finding
    for finding in turn.examine(settings):
        yield finding
