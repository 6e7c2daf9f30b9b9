"""A feed: the streams of one live picture with sound, which outlive the publisher that fills them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from podium.relay.choice import Layer
from podium.relay.media import MediaKind, Section
from podium.relay.redundancy import RED
from podium.relay.stream import Stream


def layer_names(section: Section) -> tuple[str, ...]:
    """The layers of a simulcast by restriction id, by number when only SSRCs tell them apart; none for one encoding."""
    if section.layers:
        return section.layers
    return tuple(map(str, range(len(section.ssrcs)))) if section.kind == "video" and len(section.ssrcs) > 1 else ()


class Feed:
    """One live picture with sound of a room. Outlives its publishers; its viewers stay when one leaves.

    `encodings` are the layers of the present simulcast by name, empty without one. `streams["video"]` is always one of
    the pictures: the layer that came first, and the only picture of a publisher without a simulcast.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.live = False
        self.viewers = 0
        self.sections: tuple[Section, ...] = ()
        self.streams: dict[MediaKind, Stream] = {"audio": Stream("audio"), "video": Stream("video")}
        self.encodings: dict[str, Stream] = {}
        self._layers: tuple[Layer, ...] = ()

    def begin(self, sections: Sequence[Section]) -> None:
        """A publisher has the feed from now on. Layers with the names of the last one's go on with their numbers."""
        self.sections = tuple(sections)
        self.live = True
        names = {name for section in sections if section.kind == "video" for name in layer_names(section)}
        self.encodings = {name: stream for name, stream in self.encodings.items() if name in names}
        self.streams["video"].on_demand = bool(names)
        for stream in (*self.pictures(), self.streams["video"]):
            stream.cache.key_frame = None  # whoever comes now does not begin with a picture of who has left
        self._layers = ()

    def stream(self, kind: MediaKind, layer: str = "") -> Stream:
        """Where packets of this layer go; "" without a simulcast."""
        if not layer:
            return self.streams[kind]
        if layer not in self.encodings:
            first = self.streams["video"]
            free = first.source is None and first not in self.encodings.values()
            self.encodings[layer] = first if free else Stream("video")
            self.encodings[layer].on_demand = True
        return self.encodings[layer]

    def pictures(self) -> tuple[Stream, ...]:
        """Every encoding of the picture that a viewer may get."""
        return tuple(self.encodings.values()) or (self.streams["video"],)

    def measure(self, now: float) -> None:
        """About twice a second: the rates of all streams, and which layers arrive."""
        for stream in (*self.pictures(), self.streams["audio"]):
            stream.measure(now)
        latest = max((stream.newest.arrived for stream in self.pictures() if stream.newest is not None), default=now)
        names = self.encodings or {"": self.streams["video"]}
        arriving = [
            Layer(name, stream.bitrate, stream.width, stream.height, stream.frame_rate)
            for name, stream in names.items()
            if stream.is_arriving(latest)
        ]
        self._layers = tuple(sorted(arriving, key=lambda layer: (layer.width * layer.height, layer.bitrate)))

    def layers(self) -> tuple[Layer, ...]:
        """The encodings of the picture that arrive, the smallest first, as last measured; "" names the only one."""
        return self._layers

    def layer_of(self, stream: Stream) -> str | None:
        """The name of the layer in this stream; None when it is no picture of the present publisher."""
        if not self.encodings:
            return "" if stream is self.streams["video"] else None
        return next((name for name, known in self.encodings.items() if known is stream), None)

    def section(self, kind: MediaKind) -> Section | None:
        """What the present or last publisher sends, held to the codec seen on the wire once there was a packet.

        RED stays beside it: it is a form of that codec, which viewers may take or leave.
        """
        found = next((section for section in self.sections if section.kind == kind), None)
        codec = self.streams[kind].codec
        if found is None or codec is None or codec not in found.codecs:
            return found
        return replace(found, codecs=(codec, *(other for other in found.codecs if other.name.lower() == RED)))
