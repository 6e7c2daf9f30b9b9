"""What waits to be sent on one connection: bounded, so that a slow client costs nobody but itself."""

from collections import deque
from collections.abc import Callable

FRAMES = 256
BYTES = 1_048_576
"""More waiting frames, or bytes of news, than this, and the client is behind. A welcome may be larger by itself."""


class Outbox:
    """Frames for one client, oldest first.

    News of the room are dropped once the client is behind; when it reads again it gets one fresh snapshot in
    their place. Answers to its own frames are never dropped: a client that lets too many of them wait is cut off.

    fresh: makes the snapshot at the moment it is sent; set before the first news. direct: sends frames at once if
    the connection takes them, so that a room with thousands wakes no task for each; what it does not take waits. wake: called
    whenever there may be something to take: nothing runs for a connection where nothing waits.
    dropped: how many frames of news were not sent. close_code: set once the connection shall close (RFC 6455
    section 7.4).
    """

    def __init__(self, frames: int = FRAMES, size: int = BYTES) -> None:
        self.fresh: Callable[[], bytes] | None = None
        self.direct: Callable[[tuple[bytes, ...]], bool] | None = None
        self.wake: Callable[[], None] | None = None
        self.dropped = 0
        self.close_code: int | None = None
        self._frames = frames
        self._size = size
        self._waiting: deque[tuple[bytes, bool]] | tuple[()] = ()  # an empty deque has room for 64, times thousands
        self._bytes = 0
        self._behind = False

    @property
    def ended(self) -> bool:
        """Whether the connection is about to close: nothing it says counts any more."""
        return self.close_code is not None

    def tell(self, frames: tuple[bytes, ...]) -> None:
        """News of the room: dropped when the client is behind. The same tuple for many is framed once."""
        if not (self._waiting or self._behind or self.ended) and self.direct is not None and self.direct(frames):
            return
        for frame in frames:
            self._tell(frame)

    def answer(self, frame: bytes) -> None:
        """An answer to the client's own frame. When too many wait, the connection ends (RFC 6455: 1008)."""
        if self.ended:
            return
        if len(self._waiting) >= 2 * self._frames:
            self.end(None, 1008)
        else:
            self._put(frame)

    def end(self, last: bytes | None, close_code: int, *, at_once: bool = False) -> None:
        """Close after what waits (or, at once, without it) and the last frame; close_code: RFC 6455 section 7.4."""
        if self.ended:
            return
        if at_once:
            self._waiting = ()
            self._bytes = 0
            self._behind = False
        if last is not None:
            self._put(last)
        self.close_code = close_code
        self._arouse()

    def take(self) -> bytes | None:
        """The next frame to send; None when nothing waits, which is the end of a connection that has ended."""
        if self._waiting:
            frame, news = self._waiting.popleft()
            self._bytes -= len(frame) if news else 0
            return frame
        self._waiting = ()
        if self._behind and not self.ended:
            assert self.fresh is not None
            self._behind = False
            return self.fresh()
        return None

    def _tell(self, frame: bytes) -> None:
        if self._behind or self.ended:
            self.dropped += 1
        elif self._full(frame):
            answers = [(waiting, news) for waiting, news in self._waiting if not news]
            self.dropped += len(self._waiting) - len(answers) + 1
            self._waiting = deque(answers)
            self._bytes = 0
            self._behind = True
            self._arouse()
        else:
            self._wait(frame, news=True)

    def _full(self, frame: bytes) -> bool:
        return len(self._waiting) >= self._frames or self._bytes + len(frame) > self._size

    def _put(self, frame: bytes) -> None:
        if self._waiting or self.direct is None or not self.direct((frame,)):
            self._wait(frame, news=False)

    def _wait(self, frame: bytes, *, news: bool) -> None:
        if isinstance(self._waiting, tuple):
            self._waiting = deque()
        self._waiting.append((frame, news))
        self._bytes += len(frame) if news else 0
        self._arouse()

    def _arouse(self) -> None:
        if self.wake is not None:
            self.wake()
