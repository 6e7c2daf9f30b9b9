"""What Prometheus reads."""

import re
from dataclasses import replace

from podium.metrics import Family, RoomFigures, of_arrivals, of_feeds, of_parts, of_rooms, of_workers, written
from podium.readiness import READY, Code, Condition, State
from podium.relay.placement import Burden
from podium.relay.reports import Known
from podium.relay.supervisor import WorkerState
from tests.relay.test_report import AUDIO, WELL

WORKER = WorkerState(
    number=0,
    port=8189,
    process_id=4242,
    restarts=2,
    burden=Burden(viewers=12, handshakes=1, load=0.25),
    counters={"packets_in": 100, "bytes_out": 5000, "dropped_srtp": 3, "dropped_stun": 1, "sessions": 13},
)
LINE = re.compile(r'[a-z][a-z0-9_]*(\{([a-z_]+="[^"\\\n]*",?)+\})? -?[0-9][0-9.e+-]*')


def everything() -> list[Family]:
    quiet = replace(WELL, round_trip=None, audio=replace(AUDIO, level=None, since_sound=30.0))
    feeds = {"hall/programme": Known(True, 12, WELL), "hall/signs": Known(True, 0, quiet), "hall/old": Known(False, 1)}
    rooms = {"hall": RoomFigures(events=40, questions=7, connections=250, dropped=0)}
    parts = {"store": READY, "bus": Condition(State.IMPAIRED, Code.REDIS_AWAY)}
    return [
        *of_rooms(rooms),
        *of_parts(parts),
        *of_arrivals({"connects": 3}),
        *of_workers([WORKER]),
        *of_feeds(feeds, ["hall/programme"]),
    ]


def test_samples_of_rooms_workers_and_feeds():
    text = written(everything())
    for line in (
        'podium_room_connections{room="hall"} 250',
        'podium_part_ready{part="store"} 1',
        'podium_refused_connections_total{limit="connects"} 3',
        'podium_refused_connections_total{limit="head_seconds"} 0',
        'podium_part_ready{part="bus"} 0',
        'podium_relay_worker_up{worker="0"} 1',
        'podium_relay_worker_load_ratio{worker="0"} 0.25',
        'podium_relay_received_packets_total{worker="0"} 100',
        'podium_relay_accidents_total{worker="0"} 0',  # before the first one: an alert compares
        'podium_relay_dropped_total{worker="0",reason="srtp"} 3',
        'podium_feed_viewers{room="hall",feed="programme"} 12',
        'podium_feed_speaking{room="hall",feed="programme"} 1',
        'podium_feed_speaking{room="hall",feed="signs"} 0',
        'podium_feed_round_trip_seconds{room="hall",feed="programme"} 0.03',
        f'podium_feed_codec{{room="hall",feed="programme",kind="audio",codec="{AUDIO.codec}"}} 1',
        'podium_feed_bitrate_bits_per_second{room="hall",feed="programme",kind="video"} 2500000',
        'podium_feed_audio_level_decibels{room="hall",feed="programme"} -25',
        'podium_feed_warning{room="hall",feed="programme",code="silent"} 0',
        'podium_feed_warning{room="hall",feed="signs",code="silent"} 1',
        'podium_feed_live{room="hall",feed="old"} 0',
    ):
        assert line in text.splitlines()


def test_what_nobody_knows_has_no_sample():
    text = written(everything())
    assert 'podium_feed_round_trip_seconds{room="hall",feed="signs"}' not in text
    assert 'podium_feed_audio_level_decibels{room="hall",feed="signs"}' not in text
    assert 'podium_feed_frames_per_second{room="hall",feed="old"}' not in text


def test_every_line_is_as_the_format_wants_it():
    seen: set[str] = set()
    family = ""
    for line in written(everything()).splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ", 3)[2]
            assert family not in seen
            seen.add(family)
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2:] in ([family, "gauge"], [family, "counter"])
            assert line.endswith(" counter") == family.endswith("_total")
        else:
            assert LINE.fullmatch(line)
            assert re.split(r"[{ ]", line)[0] == family


def test_labels_are_escaped():
    family = Family("podium_test", "gauge", "A \\ and\na line.")
    family.add(1.5, room='a "b"\n\\')
    assert written([family]) == (
        '# HELP podium_test A \\\\ and\\na line.\n# TYPE podium_test gauge\npodium_test{room="a \\"b\\"\\n\\\\"} 1.5\n'
    )
    assert written([Family("podium_none", "gauge", "Nothing.")]) == ""
