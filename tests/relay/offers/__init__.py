"""Offers of real clients, each file as its client sends it; `rfc9725` is the shape of the RFC's own example."""

from pathlib import Path

PUBLISHERS = ("chromium_publish", "ffmpeg", "gstreamer", "obs", "pion_publish", "rfc9725")
PLAYERS = ("chromium_play", "firefox_play", "gstreamer_play", "pion_play")


def offer(name: str) -> str:
    """The text of one offer, with the line ends of SDP."""
    path = Path(__file__).parent / f"{name}.sdp"
    return path.read_text(encoding="utf-8").replace("\n", "\r\n")


def edited(name: str, *changes: tuple[str, str]) -> str:
    """An offer with each first text replaced by the second, wherever it stands."""
    text = offer(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text
