"""Metrics in the text format of Prometheus (version 0.0.4): what they are called, what they mean, and how they are written.

Names end in their unit; counters in `_total`. No metric and no label is about a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from podium.readiness import READY, Condition
from podium.relay.report import FeedReport, Warned, remarks
from podium.relay.reports import Known
from podium.relay.supervisor import WorkerState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]


@dataclass(slots=True)
class Family:
    """One metric with its samples: labels and value."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    samples: list[tuple[Labels, float]] = field(default_factory=list)

    def add(self, value: float | None, **labels: str) -> None:
        """One more sample; none for what nobody knows."""
        if value is not None:
            self.samples.append((labels, float(value)))


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """One room: events in its journal, questions, WebSocket connections, frames that slow ones never got."""

    events: int
    questions: int
    connections: int
    dropped: int


def written(families: Iterable[Family]) -> str:
    """The text that Prometheus reads. A family without samples is left out."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.help)}"
    yield f"# TYPE {family.name} {family.kind}"
    for labels, value in family.samples:
        inner = ",".join(f'{name}="{_quoted(text)}"' for name, text in labels.items())
        yield f"{family.name}{{{inner}}} {_number(value)}" if inner else f"{family.name} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def of_rooms(rooms: Mapping[str, RoomFigures]) -> list[Family]:
    """The web process: rooms and who is connected."""
    events = Family("podium_room_events_total", "counter", "Events in the room's journal since it began.")
    questions = Family("podium_room_questions", "gauge", "Questions in the room, whatever became of them.")
    sockets = Family("podium_room_connections", "gauge", "Open WebSocket connections of the room on this server.")
    dropped = Family(
        "podium_room_dropped_frames_total", "counter", "Frames dropped for connections that were too slow."
    )
    for room, figures in rooms.items():
        events.add(figures.events, room=room)
        questions.add(figures.questions, room=room)
        sockets.add(figures.connections, room=room)
        dropped.add(figures.dropped, room=room)
    return [events, questions, sockets, dropped]


def of_parts(parts: Mapping[str, Condition]) -> list[Family]:
    """What /readyz says."""
    ready = Family("podium_part_ready", "gauge", "1 while the part works as it should, else 0; /readyz says why.")
    for part, condition in parts.items():
        ready.add(condition == READY, part=part)
    return [ready]


LIMITS = (
    "connections",
    "connections_per_address",
    "connects",
    "connects_per_address",
    "head_seconds",
    "unread_seconds",
    "unread_megabytes",
)
"""Of the web process's door, called as the settings are."""


def of_arrivals(refused: Mapping[str, int]) -> list[Family]:
    """Whom the door of the web process has sent away."""
    family = Family(
        "podium_refused_connections_total", "counter", "Connections that were refused or cut off, by the limit."
    )
    for limit in LIMITS:
        family.add(refused.get(limit, 0), limit=limit)
    return [family]


def of_workers(workers: Sequence[WorkerState]) -> list[Family]:
    """The relay's processes. Counters begin anew when a worker is replaced."""
    up = Family("podium_relay_worker_up", "gauge", "1 while the worker serves, 0 while it starts.")
    restarts = Family("podium_relay_worker_restarts_total", "counter", "How often the worker was replaced.")
    load = Family("podium_relay_worker_load_ratio", "gauge", "Share of a core that the worker uses.")
    viewers = Family("podium_relay_worker_viewers", "gauge", "Viewers' sessions at the worker.")
    handshakes = Family("podium_relay_worker_handshakes", "gauge", "Sessions at the worker that are being connected.")
    dropped = Family("podium_relay_dropped_total", "counter", "What the worker dropped, by reason.")
    counted = {
        "packets_in": Family("podium_relay_received_packets_total", "counter", "RTP packets from publishers."),
        "bytes_in": Family("podium_relay_received_bytes_total", "counter", "Bytes of RTP from publishers."),
        "packets_out": Family("podium_relay_sent_packets_total", "counter", "RTP packets to viewers."),
        "bytes_out": Family("podium_relay_sent_bytes_total", "counter", "Bytes of RTP to viewers."),
        "nacks_in": Family("podium_relay_viewer_nacks_total", "counter", "Packets that viewers asked for again."),
        "nacks_out": Family("podium_relay_publisher_nacks_total", "counter", "Packets asked of publishers again."),
        "key_frame_requests_in": Family(
            "podium_relay_viewer_key_frame_requests_total", "counter", "Key frames that viewers asked for."
        ),
        "key_frame_requests_out": Family(
            "podium_relay_publisher_key_frame_requests_total", "counter", "Key frames asked of publishers."
        ),
        "accidents": Family("podium_relay_accidents_total", "counter", "Errors of the worker's own, in its log."),
    }
    for worker in workers:
        labels = {"worker": str(worker.number)}
        up.add(worker.process_id is not None, **labels)
        restarts.add(worker.restarts, **labels)
        load.add(worker.burden.load, **labels)
        viewers.add(worker.burden.viewers, **labels)
        handshakes.add(worker.burden.handshakes, **labels)
        for name, family in counted.items():  # from 0 on, or an alert would not see the first one
            family.add(worker.counters.get(name, 0), **labels)
        for name, value in worker.counters.items():
            if name.startswith("dropped_"):
                dropped.add(value, **labels, reason=name.removeprefix("dropped_"))
    return [up, restarts, load, viewers, handshakes, *counted.values(), dropped]


def of_feeds(feeds: Mapping[str, Known], speaking: Iterable[str]) -> list[Family]:
    """What publishers send. Feeds that are neither live nor watched have no samples."""
    heard = frozenset(speaking)
    live = Family("podium_feed_live", "gauge", "1 while somebody publishes the feed.")
    viewers = Family("podium_feed_viewers", "gauge", "Connected viewers of the feed.")
    speaks = Family("podium_feed_speaking", "gauge", "1 for the feed that has the floor of its room.")
    measured = _Measured()
    for name, known in feeds.items():
        room, _, feed = name.partition("/")
        labels = {"room": room, "feed": feed}
        live.add(known.live, **labels)
        viewers.add(known.viewers, **labels)
        speaks.add(name in heard, **labels)
        if known.report is not None:
            measured.add(known.report, labels)
    return [live, viewers, speaks, *measured.families()]


class _Measured:
    """The families of one report after the other."""

    def __init__(self) -> None:
        described: tuple[tuple[str, Literal["counter", "gauge"], str], ...] = (
            ("podium_feed_live_seconds", "gauge", "For how long the present publisher has been live."),
            ("podium_feed_round_trip_seconds", "gauge", "Round trip to the publisher; absent while unknown."),
            ("podium_feed_codec", "gauge", "1 for the codec in which the feed arrives, by kind."),
            ("podium_feed_bitrate_bits_per_second", "gauge", "What arrives of the feed, by kind."),
            ("podium_feed_loss_ratio", "gauge", "Share of packets lost of late, after repair, by kind."),
            ("podium_feed_packets_total", "counter", "Packets of the feed that arrived, by kind."),
            ("podium_feed_lost_packets_total", "counter", "Packets of the feed that never arrived, by kind."),
            ("podium_feed_repaired_packets_total", "counter", "Packets of the feed that came when asked for again."),
            ("podium_feed_frames_per_second", "gauge", "Pictures of the feed per second."),
            ("podium_feed_width_pixels", "gauge", "Width of the picture."),
            ("podium_feed_height_pixels", "gauge", "Height of the picture."),
            ("podium_feed_key_frame_interval_seconds", "gauge", "Time between the last two key frames."),
            ("podium_feed_audio_level_decibels", "gauge", "Level below full scale; absent when not sent (RFC 6464)."),
            ("podium_feed_silent_seconds", "gauge", "For how long nothing was to be heard; absent when unknown."),
            ("podium_feed_warning", "gauge", "1 while the warning of this code is given to the publisher."),
        )
        self._families = {name: Family(name, kind, text) for name, kind, text in described}

    def families(self) -> list[Family]:
        return list(self._families.values())

    def add(self, report: FeedReport, labels: Labels) -> None:
        def put(name: str, value: float | None, **more: str) -> None:
            self._families[f"podium_feed_{name}"].add(value, **labels, **more)

        put("live_seconds", report.live_seconds)
        put("round_trip_seconds", report.round_trip)
        for kind, part in (("video", report.video), ("audio", report.audio)):
            if part is not None:
                put("codec", 1, kind=kind, codec=part.codec)
                put("bitrate_bits_per_second", part.bitrate, kind=kind)
                put("loss_ratio", part.loss, kind=kind)
                put("packets_total", part.received, kind=kind)
                put("lost_packets_total", part.lost, kind=kind)
                put("repaired_packets_total", part.repaired, kind=kind)
        if report.video is not None:
            put("frames_per_second", report.video.frame_rate)
            put("width_pixels", report.video.width)
            put("height_pixels", report.video.height)
            put("key_frame_interval_seconds", report.video.key_frame_interval)
        if report.audio is not None:
            put("audio_level_decibels", report.audio.level)
            put("silent_seconds", report.audio.since_sound)
        given = {remark.code for remark in remarks(report)}
        for code in Warned:
            put("warning", code in given, code=code.value)
