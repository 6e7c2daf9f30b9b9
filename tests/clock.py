"""The time of day as a test sets it."""


class SettableClock:
    """Stands still until it is told the time; refuses to run backwards, as its port demands."""

    def __init__(self, milliseconds: int = 1_635_426_000_000) -> None:
        self._now = milliseconds

    def now(self) -> int:
        """Milliseconds since the Unix epoch, UTC: 28 October 2021, 15:00 in Berlin, unless told otherwise."""
        return self._now

    def advance(self, milliseconds: int) -> None:
        """Let this much time pass."""
        if milliseconds < 0:
            raise ValueError("time does not pass backwards")
        self._now += milliseconds
