"""What a publisher may send, by the loss it suffers: for those that take REMB and know no transport-wide feedback."""

from __future__ import annotations

#: Bits per second, and how the allowance follows loss.
HIGHEST_BITRATE = 10_000_000
LOWEST_BITRATE = 300_000
TOLERATED_LOSS = 0.10
LOSS_STEP_DOWN = 0.85
STEP_UP = 1.08


class Allowance:
    """Bits per second: down below what arrives when much is lost, up again step by step."""

    def __init__(self) -> None:
        self.bitrate = HIGHEST_BITRATE

    def update(self, loss: float, arriving: float) -> None:
        """`loss` (0 to 1) and bits per second since the last update."""
        if loss > TOLERATED_LOSS:
            self.bitrate = max(LOWEST_BITRATE, int(LOSS_STEP_DOWN * min(self.bitrate, arriving)))
        else:
            self.bitrate = min(HIGHEST_BITRATE, int(self.bitrate * STEP_UP))
