"""Measures what a publisher sends: once a second, from the packets that its feed keeps anyway.

Nothing is done while a packet is forwarded. A gauge belongs to one publisher and reads the packets since the last time;
what came so late that its number had been passed is not looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from podium.relay.cache import Packet
from podium.relay.feed import Feed
from podium.relay.media import AUDIO_LEVEL, VIDEO_CONTENT_TYPE, Codec
from podium.relay.parameters import Picture, h264_announced
from podium.relay.picture import is_reordered, picture_of
from podium.relay.redundancy import RED
from podium.relay.report import SILENT_LEVEL, AudioReport, FeedReport, LayerReport, VideoReport
from podium.relay.speaker import Loudness, mean_level
from podium.relay.stream import Stream

#: Rates are of this time (seconds), loss of a longer one: it comes in bursts.
RATE_SECONDS = 3.0
LOSS_SECONDS = 10.0
#: B pictures seen within this time are there (seconds).
B_SECONDS = 10.0


class _Sample(NamedTuple):
    at: float
    pictures: int
    octets: int


class _Arrival:
    """What any stream has: rates, and what got lost on the way."""

    def __init__(self, stream: Stream, now: float) -> None:
        self.stream = stream
        self.last_packet = now
        self.codec: Codec | None = None
        self.pictures = self.octets = 0
        self.received = self.lost = self.repaired = 0
        self._began = now
        self._next = 0
        self._samples: deque[_Sample] = deque([_Sample(now, 0, 0)])
        self._losses: deque[tuple[float, int, int]] = deque()

    def fresh(self) -> Iterator[Packet]:
        """The packets since the last call."""
        for packet in self.stream.cache.walk(self._next):
            self._next = packet.sequence + 1
            if packet.arrived < self._began:
                continue  # of the publisher before
            self.last_packet = packet.arrived
            self.codec = packet.codec
            self.octets += len(packet.payload)
            yield packet

    def rates(self, now: float) -> tuple[float, int]:
        """Pictures per second and bits per second."""
        samples = self._samples
        samples.append(_Sample(now, self.pictures, self.octets))
        while len(samples) > 2 and now - samples[1].at >= RATE_SECONDS:
            samples.popleft()
        first, passed = samples[0], max(now - samples[0].at, 1e-3)
        return round((self.pictures - first.pictures) / passed, 1), round(8 * (self.octets - first.octets) / passed)

    def loss(self, now: float) -> float:
        """The share of packets of late that did not arrive, nor were repaired."""
        source = self.stream.source
        if source is None:
            return 0.0
        self.received, self.lost, self.repaired = source.received, max(0, source.lost), source.repaired
        losses = self._losses
        if losses and source.received < losses[-1][2]:
            losses.clear()  # its numbers began anew
        losses.append((now, source.lost, source.received))
        while len(losses) > 2 and now - losses[1][0] >= LOSS_SECONDS:
            losses.popleft()
        lost, received = source.lost - losses[0][1], source.received - losses[0][2]
        return round(max(0, lost) / max(1, max(0, lost) + received), 4)


class _VideoGauge:
    def __init__(self, stream: Stream, now: float) -> None:
        self._arrival = _Arrival(stream, now)
        self._picture: Picture | None = None
        self._timestamp: int | None = None
        self._key_frame: Packet | None = None
        self._interval: float | None = None
        self._b_at: float | None = None
        self._is_screen = False

    def read(self, now: float) -> VideoReport | None:
        arrival = self._arrival
        for packet in arrival.fresh():
            self._look(packet)
        frame_rate, bitrate = arrival.rates(now)
        loss = arrival.loss(now)
        if arrival.codec is None:
            return None
        known = self._picture or Picture(0, 0)
        begun = self._key_frame
        return VideoReport(
            codec=arrival.codec.name,
            width=known.width,
            height=known.height,
            profile=known.profile,
            level=known.level,
            announced=h264_announced(arrival.codec.parameter("profile-level-id", ""))
            if _is_h264(arrival.codec)
            else "",
            frame_rate=frame_rate,
            bitrate=bitrate,
            since_packet=now - arrival.last_packet,
            key_frame_interval=self._interval,
            since_key_frame=None if begun is None else now - begun.arrived,
            answers_requests=arrival.stream.requests.answered,
            b_frames=self._b_at is not None and now - self._b_at < B_SECONDS,
            screen=self._is_screen,
            loss=loss,
            received=arrival.received,
            lost=arrival.lost,
            repaired=arrival.repaired,
        )

    def _look(self, packet: Packet) -> None:
        if packet.begins_key_frame:
            self._look_at_key_frame(packet)
        begun, before = self._key_frame, self._timestamp
        if packet.marker and begun is not None and packet.timestamp == begun.timestamp:
            self._is_screen = any(
                uri == VIDEO_CONTENT_TYPE and value[:1] == b"\x01" for uri, value in packet.extensions
            )
        if packet.timestamp == before:
            return
        self._arrival.pictures += 1
        # it is shown before one that was sent earlier, or says so itself
        if (before is not None and packet.timestamp < before) or is_reordered(packet.codec.name, packet.payload):
            self._b_at = packet.arrived
        self._timestamp = packet.timestamp

    def _look_at_key_frame(self, packet: Packet) -> None:
        payloads = (packet.payload, *((packet.preface.payload,) if packet.preface is not None else ()))
        for payload in payloads:
            self._picture = picture_of(packet.codec.name, payload) or self._picture
        begun = self._key_frame
        if begun is None or packet.timestamp != begun.timestamp:
            if begun is not None:
                self._interval = (packet.timestamp - begun.timestamp) / packet.codec.clock_rate
            self._key_frame = packet


class _AudioGauge:
    def __init__(self, feed: Feed, now: float) -> None:
        self._feed = feed
        self._arrival = _Arrival(feed.streams["audio"], now)
        self._loudness = Loudness(now)
        self._heard_at: float | None = None

    def read(self, now: float) -> AudioReport | None:
        arrival, levels = self._arrival, []
        for packet in arrival.fresh():
            arrival.pictures += 1
            level = _level(packet)
            if level is not None:
                levels.append(level)
                self._loudness.hear(level, packet.arrived)
                if self._heard_at is None or level > SILENT_LEVEL:
                    self._heard_at = packet.arrived
        self._loudness.pass_to(now)
        _rate, bitrate = arrival.rates(now)
        loss = arrival.loss(now)
        if arrival.codec is None:
            return None
        codec = self._within(arrival.codec)
        return AudioReport(
            codec=codec.name,
            channels=codec.channels,
            redundant=codec is not arrival.codec,
            bitrate=bitrate,
            since_packet=now - arrival.last_packet,
            level=round(mean_level(levels), 1) if levels else None,
            since_sound=None if self._heard_at is None else now - self._heard_at,
            loss=loss,
            windows=self._loudness.taken(),
            received=arrival.received,
            lost=arrival.lost,
            repaired=arrival.repaired,
        )

    def _within(self, codec: Codec) -> Codec:
        """What is sent redundantly, when it is (RFC 2198)."""
        if codec.name.lower() != RED:
            return codec
        codecs = (each for section in self._feed.sections if section.kind == "audio" for each in section.codecs)
        return next((each for each in codecs if each.name.lower() != RED), codec)


def _level(packet: Packet) -> float | None:
    """RFC 6464 section 3: seven bits of decibels below full scale, the eighth says whether it is a voice."""
    return next((-float(value[0] & 0x7F) for uri, value in packet.extensions if uri == AUDIO_LEVEL and value), None)


def _is_h264(codec: Codec) -> bool:
    return codec.name.lower() == "h264"


class Gauge:
    """Reads one publisher of a feed. `now`: when it went live."""

    def __init__(self, feed: Feed, now: float) -> None:
        self._feed = feed
        self._began = now
        self._audio = _AudioGauge(feed, now)
        self._videos: dict[Stream, _VideoGauge] = {}

    def read(self, now: float, round_trip: float | None) -> FeedReport:
        """What has become of it; call once a second."""
        return FeedReport(now - self._began, round_trip, self._read_video(now), self._audio.read(now))

    def _read_video(self, now: float) -> VideoReport | None:
        """The largest of the pictures, with all layers of a simulcast."""
        names = {stream: name for name, stream in self._feed.encodings.items()}
        read: dict[str, VideoReport] = {}
        for stream in self._feed.pictures():
            gauge = self._videos.setdefault(stream, _VideoGauge(stream, self._began))
            report = gauge.read(now)
            if report is not None:
                read[names.get(stream, "")] = report
        if not read:
            return None
        layers = [
            LayerReport(name, each.width, each.height, each.frame_rate, each.bitrate) for name, each in read.items()
        ]
        layers.sort(key=lambda layer: (layer.width, layer.bitrate), reverse=True)
        sent = [layer.rid for layer in layers if layer.bitrate]
        return replace(read[(sent or [layers[0].rid])[0]], layers=tuple(layers) if names else ())
