"""When a publisher is asked for a key frame: the wishes of all viewers merged into few requests (RFC 4585, 6.3.1)."""

from __future__ import annotations

#: At most one key frame request in this time, whoever asks (seconds).
REQUEST_INTERVAL = 0.5
#: Requests that go out for one wish, when the publisher does not answer.
MOST_REQUESTS = 4
#: A key frame within this time of the first request is taken as the answer to it (seconds).
ANSWER_TIME = 0.5


class KeyFrameRequests:
    """Merges the wishes of all viewers into at most one request per `REQUEST_INTERVAL`.

    `answered` learns whether this publisher sends a key frame when asked (browsers do, OBS and FFmpeg do not; theirs
    come on time by chance now and then). In doubt it does not: then viewers wait for nothing, and begin in the cache.
    """

    def __init__(self) -> None:
        self.answered: bool | None = None
        self._left = 0
        self._sent: float | None = None
        self._unanswered_since: float | None = None
        self._latest_answered = False

    def want(self) -> None:
        """Somebody needs a key frame."""
        self._left = MOST_REQUESTS

    def due(self, now: float) -> bool:
        """Whether to send a request now; a True counts as sent."""
        if not self._left or (self._sent is not None and now - self._sent < REQUEST_INTERVAL):
            return False
        if self._unanswered_since is None:
            self._unanswered_since = now
        elif now - self._unanswered_since >= ANSWER_TIME:
            self.answered = self._latest_answered = False
        self._left -= 1
        self._sent = now
        return True

    def arrived(self, now: float) -> None:
        """A key frame began."""
        if self._unanswered_since is not None:
            answers = now - self._unanswered_since < ANSWER_TIME
            self.answered = answers and (self._latest_answered or self.answered is None)
            self._latest_answered = answers
        self._unanswered_since = None
        self._left = 0
