"""Reads a media file into packets on one time line: passed through where the plan says so, else encoded anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import av
import av.error
from av.container import InputContainer
from av.frame import Frame

from podium.publish import h264
from podium.publish.encode import AUDIO_FRAME, AUDIO_RATE, VIDEO_CLOCK, AudioEncoder, VideoEncoder, opus_packet
from podium.publish.probe import FASTEST, LARGEST, Plan, open_media
from podium.publish.source import FormatChanged, MediaError, MediaPacket

BIT_RATE_FULL = 2_500_000
"""Bits per second of a 1280x720 picture that is encoded anew; smaller ones get their share by area."""
BIT_RATE_LEAST = 300_000
COARSEST = 48
BATCH_SECONDS = 0.25
GAP_SECONDS = 0.06
"""Sound packets follow each other without a gap if the file's own times say so to within this."""

_ROTATE = {90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock"}

Kind = Literal["audio", "video"]


@dataclass(frozen=True)
class Timed:
    """A packet and when it is due: seconds from the beginning of the first round, rising through all rounds."""

    kind: Kind
    packet: MediaPacket
    due: float
    key: bool


class Reader:
    """The packets of a file, round after round, in the order of the file. For one thread at a time."""

    def __init__(self, plan: Plan, *, once: bool) -> None:
        self._plan = plan
        self._once = once
        self._video_encoder: VideoEncoder | None = None
        self._items = self._rounds()

    def read(self, from_key_frame: bool) -> list[Timed]:
        """The next quarter of a second; nothing at the end. Raises MediaError and FormatChanged.

        `from_key_frame` leaves out everything before the next key frame.
        """
        waiting = from_key_frame and self._plan.video_format is not None
        if waiting:
            self.request_key_frame()
        batch: list[Timed] = []
        for item in self._items:
            if waiting and item.key:
                waiting = False
                batch = [sound for sound in batch if sound.due > item.due - AUDIO_FRAME / AUDIO_RATE]
            if not waiting or item.kind == "audio":
                batch.append(item)
            if not waiting and item.due - batch[0].due >= BATCH_SECONDS:
                break
        return batch

    def request_key_frame(self) -> None:
        """Make the next encoded picture a key frame."""
        if self._video_encoder:
            self._video_encoder.request_key_frame()

    def _rounds(self) -> Iterator[Timed]:
        begin = 0.0
        while True:
            with open_media(self._plan.path) as container:
                latest = begin
                for item in _Round(self, self._plan, container, begin).items():
                    latest = max(latest, item.due)
                    yield item
                if latest <= begin and not self._once:
                    raise MediaError(f"{self._plan.path} is too short to be played over and over.")
                begin = max(latest + 0.02, begin + _length(container))
            if self._once:
                return

    def encoder(self) -> VideoEncoder:
        """The encoder of the picture, the same for all rounds."""
        if self._video_encoder is None:
            picture = self._plan.video_format
            assert picture
            share = picture.width * picture.height / (LARGEST[0] * LARGEST[1])
            bit_rate = max(BIT_RATE_LEAST, round(BIT_RATE_FULL * share))
            self._video_encoder = VideoEncoder(picture.width, picture.height, FASTEST, bit_rate, COARSEST)
        return self._video_encoder


class _Round:
    """One round through the file; its first moment is at `begin` seconds."""

    def __init__(self, reader: Reader, plan: Plan, container: InputContainer, begin: float) -> None:
        self._reader = reader
        self._plan = plan
        self._container = container
        self._begin = begin
        self._video = None if plan.video_stream is None else container.streams[plan.video_stream]
        self._audio = None if plan.audio_stream is None else container.streams[plan.audio_stream]
        starts = [
            float(stream.start_time * stream.time_base)
            for stream in (self._video, self._audio)
            if stream and stream.start_time is not None and stream.time_base
        ]
        self._shift = begin - min(starts, default=0.0)
        self._picture_due = begin - 1 / FASTEST
        self._sound_due = begin
        self._sound_expected: float | None = None
        extradata = (self._video and self._video.codec_context.extradata) or b""
        self._sets = h264.parameter_sets(extradata)
        self._length_size = h264.length_size(extradata)
        self._audio_encoder = AudioEncoder()

    def items(self) -> Iterator[Timed]:
        streams = [stream for stream in (self._video, self._audio) if stream]
        try:
            for packet in self._container.demux(streams):
                if self._video and packet.stream.index == self._video.index:
                    yield from self._passed_video(packet) if self._plan.pass_video else self._encoded_video(packet)
                else:
                    yield from self._passed_audio(packet) if self._plan.pass_audio else self._encoded_audio(packet)
        except av.error.FFmpegError as error:
            raise MediaError(f"{self._plan.path} cannot be read further ({error.strerror}).") from error

    def _passed_video(self, packet: MediaPacket) -> Iterator[Timed]:
        if not packet.size:
            return
        due = self._due(packet)
        if due is None:
            due = self._picture_due + 1 / self._rate()
        if due < self._picture_due:
            raise FormatChanged("The file has B-frames further on, so it begins again, encoded anew as VP8.")
        self._picture_due = due
        data = bytes(packet)
        if self._plan.video_format and self._plan.video_format.codec == "H264":
            data = h264.annex_b(data, self._length_size) if self._length_size else data
            data = h264.with_parameter_sets(data, self._sets)
        yield Timed("video", _video_packet(data, due), due, packet.is_keyframe)

    def _encoded_video(self, packet: MediaPacket) -> Iterator[Timed]:
        assert self._plan.video_format
        picture = self._plan.video_format
        for frame in _decoded(packet):
            assert isinstance(frame, av.VideoFrame)
            due = self._shown_at(frame)
            if due is None:
                due = self._picture_due + 1 / self._rate()
            # Pictures that come faster than the encoder is meant for are left out.
            if due < self._picture_due + 0.9 / FASTEST:
                continue
            self._picture_due = due
            if self._plan.rotation:
                frame = _turned(frame, self._plan.rotation)
            frame = frame.reformat(picture.width, picture.height, "yuv420p")
            for encoded in self._reader.encoder().encode(frame, round(due * VIDEO_CLOCK)):
                yield Timed("video", encoded, due, encoded.is_keyframe)

    def _passed_audio(self, packet: MediaPacket) -> Iterator[Timed]:
        if packet.size:
            length = float((packet.duration or 0) * (packet.time_base or 0)) or AUDIO_FRAME / AUDIO_RATE
            due = self._sound_at(self._due(packet))
            self._sound_expected = due + length
            yield Timed("audio", opus_packet(bytes(packet), round(due * AUDIO_RATE)), due, False)

    def _encoded_audio(self, packet: MediaPacket) -> Iterator[Timed]:
        for frame in _decoded(packet):
            assert isinstance(frame, av.AudioFrame)
            at = self._shown_at(frame)
            for data in self._audio_encoder.encode(frame):
                due = self._sound_at(at)
                self._sound_expected = due + AUDIO_FRAME / AUDIO_RATE
                at = self._sound_expected
                yield Timed("audio", opus_packet(data, round(due * AUDIO_RATE)), due, False)

    def _sound_at(self, at: float | None) -> float:
        """When the next sound packet is due, if the file says `at`: without rounding, gaps of it or steps back."""
        expected = self._sound_expected
        if expected is None:
            return self._begin if at is None else max(at, self._begin)
        if at is None or at - expected < GAP_SECONDS:
            return expected
        return at

    def _due(self, packet: MediaPacket) -> float | None:
        if packet.pts is None or packet.time_base is None:
            return None
        return float(packet.pts * packet.time_base) + self._shift

    def _shown_at(self, frame: Frame) -> float | None:
        return None if frame.time is None else frame.time + self._shift

    def _rate(self) -> float:
        rate = self._video.average_rate if isinstance(self._video, av.VideoStream) else None
        return float(rate or 25)


def _decoded(packet: MediaPacket) -> list[av.VideoFrame | av.AudioFrame]:
    try:
        return [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame | av.AudioFrame)]
    except av.error.InvalidDataError:
        return []  # A damaged packet: the next good one goes on.


def _turned(frame: av.VideoFrame, rotation: int) -> av.VideoFrame:
    graph = av.filter.Graph()
    graph.link_nodes(
        graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, VIDEO_CLOCK)
        ),
        *(graph.add(*step.split("=")) for step in _ROTATE[rotation % 360].split(",")),
        graph.add("buffersink"),
    ).configure()
    graph.push(frame)
    turned = graph.pull()
    assert isinstance(turned, av.VideoFrame)
    return turned


def _video_packet(data: bytes, due: float) -> MediaPacket:
    packet = av.Packet(data)
    packet.pts = packet.dts = round(due * VIDEO_CLOCK)
    packet.time_base = Fraction(1, VIDEO_CLOCK)
    return packet


def _length(container: InputContainer) -> float:
    return container.duration / av.time_base if container.duration else 0.0
