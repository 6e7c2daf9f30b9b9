"""Whether to hold packets back for a moment, so that a viewer's packets leave as one message."""

from __future__ import annotations

#: Packets are held back when more than this share of the time goes into sending.
BUSY = 0.2
#: When nothing more came in that moment, so many sendings pass until it is tried again: an even stream is not held back.
VAIN_PAUSE = 64
#: How much the last sending counts in the share.
WEIGHT = 1 / 8


class Gathering:
    """Learns from each sending; times in seconds of one clock."""

    def __init__(self) -> None:
        self._busy = 0.0
        self._pause = 0
        self._ended = 0.0

    @property
    def worthwhile(self) -> bool:
        """Whether the next packet should wait for others."""
        return self._busy > BUSY and not self._pause

    def waited(self, most: int) -> None:
        """The moment is over: `most` packets of one stream have come in it, the first among them."""
        if most < 2:
            self._pause = VAIN_PAUSE

    def sent(self, began: float, ended: float) -> None:
        """A sending of everything that was there."""
        share = (ended - began) / max(ended - self._ended, 1e-6)
        self._busy += (min(1.0, share) - self._busy) * WEIGHT
        self._ended = ended
        self._pause = max(0, self._pause - 1)
