"""A feed: the streams of one live picture with sound, which outlive the publisher that fills them."""

from __future__ import annotations

from dataclasses import replace

from podium.relay.media import MediaKind, Section
from podium.relay.redundancy import RED
from podium.relay.stream import Stream


class Feed:
    """One live picture with sound of a room. Outlives its publishers; its viewers stay when one leaves."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.live = False
        self.viewers = 0
        self.sections: tuple[Section, ...] = ()
        self.streams: dict[MediaKind, Stream] = {"audio": Stream("audio"), "video": Stream("video")}

    def section(self, kind: MediaKind) -> Section | None:
        """What the present or last publisher sends, held to the codec seen on the wire once there was a packet.

        RED stays beside it: it is a form of that codec, which viewers may take or leave.
        """
        found = next((section for section in self.sections if section.kind == kind), None)
        codec = self.streams[kind].codec
        if found is None or codec is None or codec not in found.codecs:
            return found
        return replace(found, codecs=(codec, *(other for other in found.codecs if other.name.lower() == RED)))
