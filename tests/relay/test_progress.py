"""One note for all that got the same: a follower counts what went out while it followed, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from podium.relay.cache import Packet
from podium.relay.progress import Progress
from tests.relay.media import VP8
from tests.relay.test_delivery import Show, send


def kept(sequence: int) -> Packet:
    return Packet(sequence, 3000 * sequence, VP8, False, b"", 0.0)


def test_the_newest_is_the_one_with_the_highest_number() -> None:
    progress = Progress()
    progress.note(kept(7), 2, 100, 1.0)
    progress.note(kept(5), 1, 50, 2.0)
    assert (progress.packets, progress.octets) == (3, 150)
    assert progress.newest is not None
    assert (progress.newest.sequence, progress.at) == (7, 1.0)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_a_follower_ends_where_one_ends_that_noted_for_itself(following: list[bool]) -> None:
    show = Show()
    show.picture(b"\x10\x00" + bytes(60))
    alone, follower = show.viewer(), show.viewer()
    for delivery in (alone, follower):
        delivery.consider(show.now)
        send(delivery, delivery.replay(100), show.now)
    progress = Progress()
    follows = False
    for follow in following:
        if follow != follows:
            follower.line.follow(progress) if follow else follower.line.unfollow()
            follows = follow
        (new,) = show.picture()
        alone.line.note(new, 1, len(new.payload), show.now)
        progress.note(new, 1, len(new.payload), show.now)
        if not follow:
            follower.line.note(new, 1, len(new.payload), show.now)
    assert (follower.line.packets, follower.line.octets) == (alone.line.packets, alone.line.octets)
    (lost,) = (new.sequence + follower.line.epoch.shift for new in [new])
    assert follower.nacked([lost & 0xFFFF], show.now) == [(new, follower.line.epoch)]
