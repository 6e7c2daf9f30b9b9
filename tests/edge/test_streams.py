"""Who listens to a feed, and what waits for them."""

from dataclasses import replace

import pytest

from podium.edge.streams import EVENTS, MOST_PER_SESSION, UNREAD_SECONDS, Streams
from podium.relay.control import Event, FeedGone, FeedLive, Measured, Refused, Role, SessionClosed, Viewers
from podium.relay.report import LayerReport
from podium.relay.reports import Reports
from tests.relay.test_report import VIDEO, WELL

FEED = "hall/programme"
LIVE, GONE = FeedLive(FEED, ("video/VP8",)), FeedGone(FEED, "closed")


class Hall:
    """Streams with a clock in hand."""

    def __init__(self, *events: Event) -> None:
        self.now = 0.0
        self.reports = Reports()
        self.streams = Streams(self.reports, lambda: self.now)
        self.tell(*events)

    def tell(self, *events: Event) -> None:
        for event in events:
            self.reports.take(event)
            self.streams.take(event)

    def listen(self, *wanted: str, session: str = "s", video: str = "0") -> str:
        return self.streams.create(session, FEED, wanted or EVENTS, video)

    def heard(self, name: str, session: str = "s") -> list[tuple[str, str]]:
        return self.streams.find(session, name).taken()


def layered(*layers: tuple[str, int]) -> Measured:
    found = tuple(LayerReport(rid, 640, 360, 30.0, bitrate) for rid, bitrate in layers)
    return Measured(FEED, replace(WELL, video=replace(VIDEO, layers=found)))


def test_ex_06_a_stream_begins_with_active_and_never_with_inactive() -> None:
    hall = Hall(LIVE, Viewers(FEED, 3))
    assert hall.heard(hall.listen()) == [("active", "{}"), ("viewercount", '{"viewercount":3}')]
    quiet = Hall()
    assert quiet.heard(quiet.listen()) == [("viewercount", '{"viewercount":0}')]


def test_ex_05_only_what_was_asked_for_comes() -> None:
    hall = Hall()
    name = hall.listen("inactive")
    hall.tell(LIVE, Viewers(FEED, 3), GONE, FeedLive("hall/other", ()), FeedGone("hall/other", "closed"))
    assert hall.heard(name) == [("inactive", "{}")]


def test_only_the_newest_of_each_kind_waits() -> None:
    hall = Hall()
    name = hall.listen()
    hall.tell(LIVE, GONE, LIVE, *(Viewers(FEED, count) for count in range(1, 500)))
    assert hall.heard(name) == [("active", "{}"), ("viewercount", '{"viewercount":499}')]
    assert hall.heard(name) == []


def test_ex_07_layers_are_told_by_the_m_line_of_the_picture_when_they_change() -> None:
    hall = Hall(LIVE)
    name = hall.listen("layers", video="1")
    hall.tell(layered(("h", 9), ("l", 1)))
    assert hall.heard(name) == [
        (
            "layers",
            '{"1":[{"rid":"h","width":640,"height":360,"bitrate":9},{"rid":"l","width":640,"height":360,"bitrate":1}]}',
        )
    ]
    hall.tell(layered(("h", 8), ("l", 1)))
    assert hall.heard(name) == []
    hall.tell(layered(("h", 0), ("l", 1)))  # a layer without a bitrate is inactive
    assert '{"rid":"h","width":640,"height":360},' in hall.heard(name)[0][1]
    assert '"rid":"l"' in hall.heard(hall.listen("layers"))[0][1]  # who comes later hears it too


@pytest.mark.parametrize(
    ("reason", "heard"),
    [
        ("codec changed", [("reconnect", '{"url":"/whep/hall/programme"}')]),
        ("relay_stopped", [("reconnect", '{"url":"/whep/hall/programme"}')]),
        ("closed", []),
        ("peer_closed", []),
    ],
)
def test_ex_10_a_session_that_the_server_ends_is_told_where_to_come_again(
    reason: str, heard: list[tuple[str, str]]
) -> None:
    hall = Hall()
    name = hall.listen("reconnect")
    stream = hall.streams.find("s", name)
    hall.tell(SessionClosed("s", Role.PLAY, FEED, reason))
    assert (stream.over, stream.taken()) == (True, heard)


def test_ex_04_streams_end_with_their_session_and_by_request() -> None:
    hall = Hall()
    first, second, others = hall.listen(), hall.listen(), hall.listen(session="other")
    hall.streams.delete("s", first)
    hall.streams.end("s")
    for name in (first, second):
        with pytest.raises(Refused) as refused:
            hall.streams.find("s", name)
        assert refused.value.code == "stream_unknown"
    assert hall.streams.find("other", others)
    with pytest.raises(Refused):
        hall.streams.find("s", others)  # a stream belongs to its session
    assert len(hall.streams) == 1


def test_a_session_has_a_few_streams_at_most_and_unread_ones_make_room() -> None:
    hall = Hall()
    first, *_ = [hall.listen() for _ in range(MOST_PER_SESSION)]
    hall.streams.find("s", first).begin()
    with pytest.raises(Refused) as refused:
        hall.listen()
    assert (refused.value.code, refused.value.retry_after) == ("relay_busy", 60)
    hall.now = UNREAD_SECONDS + 1
    hall.listen()
    assert len(hall.streams) == 2
    assert hall.streams.find("s", first)  # it is read


def test_the_next_reader_takes_the_stream_over() -> None:
    hall = Hall()
    name = hall.listen()
    stream = hall.streams.find("s", name)
    before, after = stream.begin(), stream.begin()
    stream.leave(before, 1.0)
    assert stream.reads
    stream.leave(after, 2.0)
    assert (stream.reads, stream.unread_since) == (False, 2.0)


def test_when_the_server_stops_players_are_told_to_come_again() -> None:
    hall = Hall()
    stream = hall.streams.find("s", hall.listen("reconnect"))
    hall.streams.close()
    assert (stream.taken(), stream.over, len(hall.streams)) == ([("reconnect", "{}")], True, 0)
