from podium.relay.control import FeedGone, FeedLive, SessionClosed, Viewers
from podium.relay.control import Role as Does
from podium.relay.feeds import Feeds

FEED = "hall/programme"


def test_viewers_of_all_workers_are_one_audience() -> None:
    feeds = Feeds()
    assert feeds.note(0, Viewers(FEED, 3)) == [Viewers(FEED, 3)]
    assert feeds.note(1, Viewers(FEED, 4)) == [Viewers(FEED, 7)]
    assert feeds.note(0, Viewers(FEED, 0)) == [Viewers(FEED, 4)]
    assert feeds.states[FEED].watching == {1: 4}
    assert not feeds.states[FEED].live


def test_a_publisher_that_moves_to_another_worker_is_no_end() -> None:
    feeds = Feeds()
    feeds.note(0, FeedLive(FEED, ("video/VP8",)))
    assert feeds.note(1, FeedLive(FEED, ("video/VP8",))) == [FeedLive(FEED, ("video/VP8",))]
    assert feeds.note(0, FeedGone(FEED, "taken over")) == []
    assert feeds.states[FEED].live
    assert feeds.note(1, FeedGone(FEED, "closed")) == [FeedGone(FEED, "closed")]
    assert FEED not in feeds.states


def test_with_a_worker_go_its_publishers_and_viewers() -> None:
    feeds = Feeds()
    feeds.note(0, FeedLive(FEED, ()))
    feeds.note(0, Viewers(FEED, 2))
    feeds.note(1, Viewers(FEED, 5))
    feeds.note(1, Viewers("hall/camera", 1))
    assert feeds.forget(0) == [FeedGone(FEED, "relay_restarted"), Viewers(FEED, 5)]
    assert feeds.forget(0) == []


def test_other_events_pass() -> None:
    closed = SessionClosed("0-a", Does.PLAY, FEED, "silent")
    assert Feeds().note(0, closed) == [closed]
