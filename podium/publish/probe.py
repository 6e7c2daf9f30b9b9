"""Looks into a media file and decides what can be passed through and what must be encoded anew."""

from dataclasses import dataclass, replace
from fractions import Fraction

import av
import av.error
from av.container import InputContainer

from podium.publish import h264
from podium.publish.source import MediaError, VideoFormat

LOOK_SECONDS = 10
LOOK_PACKETS = 400
LARGEST = (1280, 720)
FASTEST = 30
"""A picture that is encoded anew has at most this size and rate: cheap enough for a laptop."""


@dataclass(frozen=True)
class Plan:
    """How to play a file. `remarks` are sentences on what is encoded anew and why; stream numbers are the file's."""

    path: str
    video_stream: int | None
    audio_stream: int | None
    video_format: VideoFormat | None
    pass_video: bool
    pass_audio: bool
    rotation: int
    remarks: tuple[str, ...]


def open_media(path: str) -> InputContainer:
    """Open a file to read. Raises MediaError."""
    try:
        return av.open(path, "r")
    except FileNotFoundError:
        raise MediaError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise MediaError(f"{path} is a folder, not a media file.") from None
    except PermissionError:
        raise MediaError(f"{path} may not be read.") from None
    except av.error.FFmpegError as error:
        raise MediaError(f"{path} is no media file that can be read ({error.strerror}).") from None


def probe(path: str) -> Plan:
    """Plan how to play the file at `path`. Raises MediaError."""
    with open_media(path) as container:
        video = next((stream for stream in container.streams.video if _is_film(stream)), None)
        audio = next(iter(container.streams.audio), None)
        if video is None and audio is None:
            raise MediaError(f"{path} has neither picture nor sound.")
        remarks: list[str] = []
        pass_audio = audio is not None and audio.codec_context.name in ("opus", "libopus") and audio.channels <= 2
        if audio is not None and not pass_audio:
            remarks.append(f"The sound ({_codec(audio)}) is encoded anew as Opus.")
        plan = Plan(
            path=path,
            video_stream=video.index if video else None,
            audio_stream=audio.index if audio else None,
            video_format=None,
            pass_video=False,
            pass_audio=pass_audio,
            rotation=0,
            remarks=tuple(remarks),
        )
        return _with_video(plan, container, video) if video else plan


def encoded_anew(plan: Plan, why: str) -> Plan:
    """The same plan with the picture encoded anew as VP8."""
    assert plan.video_format
    width, height = fitted(plan.video_format.width, plan.video_format.height)
    return replace(
        plan,
        video_format=VideoFormat("VP8", width, height),
        pass_video=False,
        remarks=(f"The picture is encoded anew as VP8: {why}.", *plan.remarks),
    )


def fitted(width: int, height: int) -> tuple[int, int]:
    """The size in which a picture of this size is encoded: no larger than 1280x720 or 720x1280, and even."""
    longest, shortest = LARGEST
    scale = min(1.0, longest / max(width, height), shortest / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _with_video(plan: Plan, container: InputContainer, video: av.VideoStream) -> Plan:
    context = video.codec_context
    aspect = video.sample_aspect_ratio or Fraction(1)
    width, height = round(context.width * aspect), context.height
    if not width or not height:
        raise MediaError(f"{plan.path} has a picture that cannot be read.")
    reordered, rotation = _look(container, video)
    if rotation % 180:
        width, height = height, width
    is_h264 = context.name == "h264"
    profile = h264.profile_level_id(h264.parameter_sets(context.extradata or b"")) if is_h264 else None
    held = VideoFormat("H264", width, height, profile) if profile else VideoFormat("VP8", width, height)
    planned = replace(plan, video_format=held, pass_video=True, rotation=rotation)
    if context.name not in ("vp8", "libvpx") and not profile:
        return encoded_anew(planned, f"it is {_codec(video)}, which cannot be passed on")
    if reordered:
        return encoded_anew(planned, "it has B-frames, which browsers do not play live")
    if is_h264 and context.pix_fmt not in ("yuv420p", "yuvj420p"):
        return encoded_anew(planned, f"browsers do not play its colour format {context.pix_fmt} live")
    if rotation:
        return encoded_anew(planned, "it must be turned upright")
    if aspect != 1:
        return encoded_anew(planned, "its pixels are not square")
    return planned


def _look(container: InputContainer, video: av.VideoStream) -> tuple[bool, int]:
    """Whether the pictures are stored in another order than shown (B-frames), and the turn in degrees."""
    reordered = False
    rotation: int | None = None
    latest: int | None = None
    try:
        for number, packet in enumerate(container.demux(video)):
            if rotation is None:
                rotation = next((frame.rotation for frame in packet.decode()), None)
            if packet.pts is not None and video.time_base:
                reordered = reordered or (latest is not None and packet.pts < latest)
                latest = packet.pts if latest is None else max(latest, packet.pts)
                if packet.pts * video.time_base > LOOK_SECONDS + (video.start_time or 0) * video.time_base:
                    break
            elif packet.size and video.codec_context.has_b_frames:
                reordered = True
            if (reordered and rotation is not None) or number >= LOOK_PACKETS:
                break
    except av.error.FFmpegError:
        if rotation is None:
            raise MediaError(f"{container.name} has a picture that cannot be decoded.") from None
    return reordered, round((rotation or 0) / 90) * 90 % 360


def _is_film(stream: av.VideoStream) -> bool:
    return not stream.disposition & av.stream.Disposition.attached_pic


def _codec(stream: av.VideoStream | av.AudioStream) -> str:
    return stream.codec_context.codec.canonical_name.upper()
