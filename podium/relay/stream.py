"""A feed's streams in numbers of their own, which no publisher's coming and going breaks.

A `Stream` takes what a `Source` (one SSRC) brings and gives it one unbroken line of sequence numbers and timestamps;
when the publisher reconnects, the next source is spliced on at a key frame. Viewers only ever see that line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from podium.relay.cache import Packet, PacketCache
from podium.relay.keyframe import detector
from podium.relay.media import FORWARDED_EXTENSIONS, Codec, MediaKind, Section
from podium.relay.parametersets import ParameterSets, parameter_sets
from podium.relay.picture import picture_of
from podium.relay.pictureid import UNMOVED, following, shifted
from podium.relay.redundancy import RED, primary
from podium.relay.requests import KeyFrameRequests
from podium.relay.rtp import RtpPacket
from podium.relay.source import Source

#: Packets held while the first packet of the opening key frame may still be under way.
HELD_EARLY = 16
#: A layer that sends nothing for this time, or for some pictures, is off while others go on (seconds).
PAUSE = 1.0
LONGEST_PAUSE = 4.0
#: Rates are of about this time (seconds).
RATE_SECONDS = 1.5
#: SSRCs and numbers are random, a stream's own number line begins here.
FIRST_SEQUENCE = 1 << 20
FIRST_TIMESTAMP = 1 << 40


class Stream:
    """One encoding of a feed's audio or video: its source, its cache and its number line.

    `watchers` are the viewers that get it or wait for it.
    """

    def __init__(self, kind: MediaKind, *, cache: PacketCache | None = None) -> None:
        self.kind = kind
        self.cache = cache if cache is not None else PacketCache()
        self.requests = KeyFrameRequests()
        self.codec: Codec | None = None
        self.source: Source | None = None
        self.received = 0
        self.refused = 0
        self.watchers = 0
        self.on_demand = False
        self._section: Section | None = None
        self._codecs: dict[int, Codec] = {}
        self._parameter_sets: dict[int, ParameterSets] = {}  # by payload type
        self._shift: int | None = None
        self._time_shift = 0
        self._restarts = 0
        self._spliced = 0  # the first number of the present source
        self._early: deque[tuple[int, int, RtpPacket]] = deque(maxlen=HELD_EARLY)
        self.newest: Packet | None = None
        self._pictures = UNMOVED
        self._octets = self._pictures_begun = 0
        self._sampled: tuple[float, int, int] | None = None
        self.bitrate = self.frame_rate = 0.0
        self.width = self.height = 0

    @property
    def waiting(self) -> bool:
        """Whether a source is there whose first usable packet has not come."""
        return self.source is not None and self._shift is None

    @property
    def is_wanted(self) -> bool:
        """Whether key frames are worth asking for: a layer of a simulcast (`on_demand`) that nobody watches needs none."""
        return self.watchers > 0 or not self.on_demand

    @property
    def opens_anywhere(self) -> bool:
        """Whether a viewer may begin with any packet: audio, and video whose key frames cannot be told."""
        return self.kind == "audio" or (self.codec is not None and detector(self.codec.name) is None)

    def attach(self, source: Source, section: Section) -> None:
        """Continue with another source from its next key frame (audio: from its next packet) on."""
        self.source = source
        self.requests = KeyFrameRequests()
        self._section = section
        self._codecs = {codec.payload_type: codec for codec in reversed(section.codecs)}
        known = {codec.payload_type: parameter_sets(codec) for codec in section.codecs}
        self._parameter_sets = {number: sets for number, sets in known.items() if sets is not None}
        self._restarts = source.restarts
        self._unsplice()

    def detach(self) -> None:
        """The source is gone. Cache and numbers stay for the viewers and for the next source."""
        self.source = None
        self._unsplice()

    def _unsplice(self) -> None:
        self._shift = None
        self._early.clear()

    def take(self, arrived: RtpPacket, now: float) -> list[Packet]:
        """Number a packet of the present source and keep it. Returns what is new to viewers, mostly one packet.

        Nothing for duplicates, for payload types that were not agreed on and while the opening key frame is awaited.
        """
        source = self.source
        assert source is not None
        codec = self._codecs.get(arrived.payload_type)
        if codec is None:
            self.refused += 1
            return []
        extended = source.receive(arrived.sequence, now)
        if extended is None:
            self.refused += 1
            return []
        timestamp = source.timestamp(arrived.timestamp)
        source.measure(timestamp, now)
        if source.restarts != self._restarts:
            self._restarts = source.restarts
            self._unsplice()
        begins = self._begins_key_frame(codec, arrived)
        if self._shift is None:
            return self._open(extended, timestamp, arrived, codec, begins, now)
        kept = self._keep(extended, timestamp, arrived, codec, begins, now)
        return [] if kept is None else [kept]

    def _begins_key_frame(self, codec: Codec, arrived: RtpPacket) -> bool:
        if self.kind == "audio":
            return False
        test = detector(codec.name)
        return test is not None and test(arrived.media)

    def _open(
        self, extended: int, timestamp: int, arrived: RtpPacket, codec: Codec, begins: bool, now: float
    ) -> list[Packet]:
        """Splice the source on here, if a viewer can begin here; else remember what may belong behind it."""
        self.codec = codec
        if not begins and not self.opens_anywhere:
            self._early.append((extended, timestamp, arrived))
            if self.is_wanted or self.newest is None:
                self.requests.want()
            return []
        newest = self.newest
        leading: list[Packet] = []
        if newest is None:
            self._shift = FIRST_SEQUENCE - extended
            self._time_shift = FIRST_TIMESTAMP - timestamp
        else:
            assert self.cache.highest is not None
            self._shift = self.cache.highest + 1 - extended
            passed = max(1, round((now - newest.arrived) * codec.clock_rate))
            self._time_shift = newest.timestamp + passed - timestamp
            if not codec.matches(newest.codec):
                self.cache.clear()
            both = {codec.name.lower(), newest.codec.name.lower()}
            self._pictures = following(newest.payload, UNMOVED, arrived.payload) if both == {"vp8"} else UNMOVED
            leading = self._lead(timestamp, arrived, codec, now)
        self._spliced = extended + self._shift
        early = sorted((held for held in self._early if held[0] > extended), key=lambda held: held[0])
        self._early.clear()
        taken = [self._keep(extended, timestamp, arrived, codec, begins, now)]
        for at, when, packet in early:
            held_codec = self._codecs.get(packet.payload_type)
            if held_codec is not None:
                begins = self._begins_key_frame(held_codec, packet)
                taken.append(self._keep(at, when, packet, held_codec, begins, now))
        return [*leading, *(packet for packet in taken if packet is not None)]

    def _lead(self, timestamp: int, arrived: RtpPacket, codec: Codec, now: float) -> list[Packet]:
        """The parameter sets of a publisher that took over and has them in its SDP only: who watches has the old ones."""
        sets = self._parameter_sets.get(codec.payload_type)
        payload = None if sets is None or sets.learn(arrived.payload) else sets.payload()
        if payload is None:
            return []
        assert self.cache.highest is not None
        assert self._shift is not None
        leading = Packet(self.cache.highest + 1, timestamp + self._time_shift, codec, False, payload, now)
        self.cache.add(leading)
        self._shift += 1
        return [leading]

    def _keep(
        self, extended: int, timestamp: int, arrived: RtpPacket, codec: Codec, begins: bool, now: float
    ) -> Packet | None:
        assert self._shift is not None
        assert self._section is not None
        is_moved = self._pictures != UNMOVED and codec.name.lower() == "vp8"
        packet = Packet(
            sequence=extended + self._shift,
            timestamp=timestamp + self._time_shift,
            codec=codec,
            marker=arrived.marker,
            payload=shifted(arrived.payload, self._pictures) if is_moved else arrived.payload,
            arrived=now,
            begins_key_frame=begins,
            csrcs=arrived.csrcs,
            extensions=_forwarded(arrived.extensions, self._section.extensions),
            padding=arrived.padding,
        )
        sets = self._parameter_sets.get(codec.payload_type)
        if sets is not None and not sets.learn(arrived.payload) and begins:
            packet.preface = _preface(sets, packet)
        elif codec.name.lower() == RED:
            packet.primary = self._primary(packet, arrived.media)
        before = self.cache.key_frame
        if not self.cache.add(packet):
            self.refused += 1
            return None
        if begins:
            self._look_at(packet, before, now)
        self._octets += len(packet.payload)
        if self.newest is None or packet.sequence > self.newest.sequence:
            self._pictures_begun += self.newest is None or packet.timestamp != self.newest.timestamp
            self.newest = packet
        self.codec = codec if packet.primary is None else packet.primary.codec
        self.received += 1
        return packet

    def _look_at(self, opening: Packet, before: int | None, now: float) -> None:
        if self.cache.key_frame != before:
            self.requests.arrived(now)
        for packet in (opening, opening.preface):
            picture = None if packet is None else picture_of(packet.codec.name, packet.payload)
            if picture is not None and picture.width:
                self.width, self.height = picture.width, picture.height

    def _primary(self, packet: Packet, media: bytes) -> Packet | None:
        """The same sound without redundancy, for viewers that know no RED."""
        found = primary(media)
        codec = None if found is None else self._codecs.get(found[0])
        if found is None or codec is None:
            return None
        return replace(packet, codec=codec, payload=found[1], padding=False, rendered={})

    def is_arriving(self, now: float) -> bool:
        """Whether packets came of late: a viewer can be sent here. Few pictures a second are no pause."""
        if self.source is None or self.waiting or self.newest is None:
            return False
        pause = min(LONGEST_PAUSE, max(PAUSE, 3 / max(self.frame_rate, 0.1)))
        return now - self.newest.arrived < pause

    def measure(self, now: float) -> None:
        """About twice a second: bits and pictures per second, of the last seconds more than of those before."""
        if self._sampled is not None:
            at, octets, pictures = self._sampled
            passed = max(1e-3, now - at)
            weight = 1.0 if not self.bitrate else min(1.0, passed / RATE_SECONDS)
            self.bitrate += (8 * (self._octets - octets) / passed - self.bitrate) * weight
            self.frame_rate += ((self._pictures_begun - pictures) / passed - self.frame_rate) * weight
        self._sampled = now, self._octets, self._pictures_begun

    def kept(self) -> list[RtpPacket]:
        """The group of pictures as the present source sent it, for a relay that has nothing yet.

        Nothing when an earlier source began it, or when its picture numbers were moved to go on with an earlier one's.
        """
        source, section, first = self.source, self._section, self.cache.key_frame
        if source is None or section is None or self._shift is None or self._pictures != UNMOVED:
            return []
        if first is None or first < self._spliced:
            return []
        identifiers = {uri: identifier for identifier, uri in section.extensions.items()}
        opening = self.cache.get(first)
        leading = [] if opening is None or opening.preface is None else [opening.preface]
        return [
            RtpPacket(
                marker=packet.marker,
                payload_type=packet.codec.payload_type,
                sequence=packet.sequence - self._shift & 0xFFFF,
                timestamp=packet.timestamp - self._time_shift & 0xFFFFFFFF,
                ssrc=source.ssrc,
                payload=packet.payload,
                csrcs=packet.csrcs,
                extensions=tuple((identifiers[uri], value) for uri, value in packet.extensions),
                padding=packet.padding,
            )
            for packet in (*leading, *self.cache.walk(first))
        ]

    def lose(self) -> None:
        """Packets are given up: whoever watches needs a key frame, nobody else may begin with the torn picture."""
        if self.is_wanted:
            self.requests.want()
        if not self.watchers:
            self.cache.key_frame = None

    def clock(self, now: float) -> tuple[int, int] | None:
        """(NTP 32.32, timestamp in the stream's numbers) that are the same instant, brought forward to `now`.

        From the source's last sender report (RFC 3550, 6.4.1); None before there is one. None is invented for a
        publisher that never sends any: players then play sound and picture as they come, no further apart than they
        arrived, whereas times of our own for one of them and the publisher's for the other would pull them apart.
        """
        source = self.source
        if source is None or self._shift is None or source.sender_report is None:
            return None
        report, at = source.sender_report
        passed = now - at
        timestamp = source.timestamp_near(report.timestamp) + self._time_shift
        ntp = report.ntp + source.ntp_shift + round(passed * (1 << 32)) & (1 << 64) - 1
        return ntp, timestamp + round(passed * source.clock_rate)


def _preface(sets: ParameterSets, opening: Packet) -> Packet | None:
    payload = sets.payload()
    if payload is None:
        return None
    return Packet(opening.sequence - 1, opening.timestamp, opening.codec, False, payload, opening.arrived)


def _forwarded(elements: tuple[tuple[int, bytes], ...], uris: Mapping[int, str]) -> tuple[tuple[str, bytes], ...]:
    found = []
    for identifier, value in elements:
        uri = uris.get(identifier)
        if uri is not None and uri in FORWARDED_EXTENSIONS:
            found.append((uri, value))
    return tuple(found)
