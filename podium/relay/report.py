"""What a producer needs to know of a feed, and what in it deserves attention.

Times are seconds, rates bits per second, shares 0 to 1, levels decibels below full scale (0 loudest, RFC 6464). None
means that nobody can tell: the publisher does not send what it would be read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from podium.relay.parameters import is_decodable

#: Below this nobody hears anything; a quiet room with an open microphone is louder (decibels).
SILENT_LEVEL = -70
#: So long without sound, without a picture or without a key frame is worth a word (seconds).
SILENT_SECONDS = 10.0
STILL_SECONDS = 3.0
KEY_FRAME_SECONDS = 12.0
#: More than this share of packets lost, and fewer pictures than this in a second, is seen by everybody.
NOTICED_LOSS = 0.02
FEWEST_FRAMES = 12.0
#: A stream's first seconds tell nothing yet.
SETTLING_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class LayerReport:
    """One encoding of a simulcast; `rid` as in the publisher's SDP, width and height 0 while unknown."""

    rid: str
    width: int
    height: int
    frame_rate: float
    bitrate: int


@dataclass(frozen=True, slots=True)
class VideoReport:
    """The picture. profile: of the stream itself; announced: the one of the SDP, "" when neither has any.

    key_frame_interval: the time between the last two; answers_requests: whether it sends a key frame when asked.
    """

    codec: str
    width: int
    height: int
    profile: str
    level: str
    announced: str
    frame_rate: float
    bitrate: int
    since_packet: float
    key_frame_interval: float | None
    since_key_frame: float | None
    answers_requests: bool | None
    b_frames: bool
    screen: bool
    received: int
    lost: int
    loss: float
    repaired: int
    layers: tuple[LayerReport, ...] = ()


@dataclass(frozen=True, slots=True)
class AudioReport:
    """The sound. level: the mean of the last second; since_sound: how long nothing was to be heard.

    windows: how loud somebody spoke in each half second since the report before, None for silence (see speaker).
    """

    codec: str
    channels: int
    redundant: bool
    bitrate: int
    since_packet: float
    level: float | None
    since_sound: float | None
    received: int
    lost: int
    loss: float
    repaired: int
    windows: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedReport:
    """One feed while it is published."""

    live_seconds: float
    round_trip: float | None
    video: VideoReport | None
    audio: AudioReport | None


class Warned(StrEnum):
    """What a publisher is told, most urgent first. Stable: pages and alerts know these names."""

    NO_PICTURE = "no_picture"
    NO_SOUND = "no_sound"
    SILENT = "silent"
    LOSS = "loss"
    LOW_FRAME_RATE = "low_frame_rate"
    B_FRAMES = "b_frames"
    PROFILE_MISMATCH = "profile_mismatch"
    NO_KEY_FRAME = "no_key_frame"


@dataclass(frozen=True, slots=True)
class Remark:
    """One of `Warned` with what belongs into its sentence: seconds, a share, a rate or a profile's name."""

    code: Warned
    value: float | str | None = None


def remarks(report: FeedReport) -> tuple[Remark, ...]:
    """What deserves attention now, most urgent first."""
    if report.live_seconds < SETTLING_SECONDS:
        return ()
    found = [*_of_video(report.video), *_of_audio(report.audio)]
    loss = max((part.loss for part in (report.video, report.audio) if part is not None), default=0.0)
    if loss > NOTICED_LOSS:
        found.append(Remark(Warned.LOSS, round(loss, 4)))
    order = list(Warned)
    return tuple(sorted(found, key=lambda warning: order.index(warning.code)))


def _of_video(video: VideoReport | None) -> list[Remark]:
    if video is None:
        return []
    if video.since_packet > STILL_SECONDS:
        return [Remark(Warned.NO_PICTURE, round(video.since_packet, 1))]
    found: list[Remark] = []
    if 0 < video.frame_rate < FEWEST_FRAMES and not video.screen:
        found.append(Remark(Warned.LOW_FRAME_RATE, video.frame_rate))
    if video.b_frames:
        found.append(Remark(Warned.B_FRAMES))
    if video.profile and video.announced and not is_decodable(video.profile, video.announced):
        found.append(Remark(Warned.PROFILE_MISMATCH, video.profile))
    waited = video.since_key_frame
    if waited is not None and waited > KEY_FRAME_SECONDS and video.answers_requests is False:
        found.append(Remark(Warned.NO_KEY_FRAME, round(waited, 1)))
    return found


def _of_audio(audio: AudioReport | None) -> list[Remark]:
    if audio is None:
        return []
    if audio.since_packet > STILL_SECONDS:
        return [Remark(Warned.NO_SOUND, round(audio.since_packet, 1))]
    if audio.since_sound is not None and audio.since_sound > SILENT_SECONDS:
        return [Remark(Warned.SILENT, round(audio.since_sound, 1))]
    return []
