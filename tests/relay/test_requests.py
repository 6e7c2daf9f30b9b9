"""Few key frame requests, however many wish for one."""

from __future__ import annotations

from podium.relay.requests import ANSWER_TIME, REQUEST_INTERVAL, KeyFrameRequests


def test_wishes_for_a_key_frame_are_merged() -> None:
    requests = KeyFrameRequests()
    assert not requests.due(0.0)
    sent = []
    for step in range(100):
        requests.want()
        if requests.due(step / 100):
            sent.append(step / 100)
    assert sent == [0.0, REQUEST_INTERVAL]


def test_requests_end_with_the_key_frame_or_unanswered() -> None:
    requests = KeyFrameRequests()
    requests.want()
    assert requests.due(0.0)
    requests.arrived(0.1)
    assert not requests.due(10.0)
    assert requests.answered is True
    requests.want()
    sent = [step / 10 for step in range(100, 200) if requests.due(step / 10)]
    assert len(sent) == 4
    assert requests.answered is False
    assert sent[-1] - sent[0] > ANSWER_TIME


def test_a_publisher_whose_key_frames_come_on_time_by_chance_is_not_waited_for() -> None:
    """As FFmpeg's, every two seconds, whatever it is asked."""
    requests = KeyFrameRequests()
    told = []
    for wish in range(1, 100):
        now, following = 7.3 * wish, 7.3 * wish // 2 * 2 + 2
        requests.want()
        while now < following:
            requests.due(now)
            now += 0.05
        requests.arrived(following)
        told.append(requests.answered)
    assert told.count(True) < 10
