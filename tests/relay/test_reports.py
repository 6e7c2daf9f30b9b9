"""What the web process knows of all feeds."""

from __future__ import annotations

from dataclasses import replace

from podium.relay.control import Event, FeedGone, FeedLive, Measured, Viewers
from podium.relay.reports import NOTHING, Reports
from tests.relay.test_report import AUDIO, WELL

LIVE = FeedLive("hall/ulm", ("video/VP8",))


def told(*events: Event) -> Reports:
    reports = Reports()
    for event in events:
        reports.take(event)
    return reports


def spoken(feed: str, *windows: float | None) -> Measured:
    return Measured(feed, replace(WELL, audio=replace(AUDIO, windows=windows)))


def test_a_feed_is_known_from_its_start_to_its_end() -> None:
    reports = told(LIVE)
    assert (reports.of("hall/ulm").live, reports.of("hall/ulm").report) == (True, None)
    reports.take(Measured("hall/ulm", WELL))
    reports.take(Viewers("hall/ulm", 12))
    assert (reports.of("hall/ulm").viewers, reports.of("hall/ulm").report) == (12, WELL)
    reports.take(FeedGone("hall/ulm", "closed"))
    assert (reports.of("hall/ulm").live, reports.of("hall/ulm").report) == (False, None)
    reports.take(Viewers("hall/ulm", 0))
    assert reports.feeds == {}
    assert reports.of("hall/ulm") == NOTHING


def test_a_report_that_comes_after_the_end_is_not_kept() -> None:
    assert told(Measured("hall/ulm", WELL)).feeds == {}


def test_a_new_publisher_is_not_described_by_what_the_last_one_sent() -> None:
    assert told(LIVE, Measured("hall/ulm", WELL), LIVE).of("hall/ulm").report is None


def test_mp_17_one_feed_of_a_room_has_the_floor() -> None:
    reports = told(LIVE, FeedLive("hall/hamburg", ()), FeedLive("other/ulm", ()))
    reports.take(spoken("hall/ulm", -20.0, -20.0))
    reports.take(spoken("other/ulm", -40.0, -40.0))
    speaking = [feed for feed in reports.feeds if reports.is_speaking(feed)]
    assert speaking == ["hall/ulm", "other/ulm"]
    reports.take(spoken("hall/ulm", None, None))
    reports.take(spoken("hall/hamburg", -20.0, -20.0))
    assert reports.is_speaking("hall/hamburg")
    assert not reports.is_speaking("hall/ulm")
    reports.take(FeedGone("hall/hamburg", "closed"))
    assert not reports.is_speaking("hall/hamburg")


def test_silence_and_video_without_sound_give_nobody_the_floor() -> None:
    reports = told(LIVE, Measured("hall/ulm", replace(WELL, audio=None)), spoken("hall/ulm", None, None))
    assert not reports.is_speaking("hall/ulm")
    assert not reports.is_speaking("nowhere/at-all")
