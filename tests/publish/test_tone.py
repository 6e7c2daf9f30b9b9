"""The sound of the test card."""

import av

from podium.publish.tone import PACKETS_A_SECOND, tone_packets


def test_a_second_has_a_soft_tone_at_its_start_and_is_quiet_then() -> None:
    packets = tone_packets()
    decoder = av.CodecContext.create("libopus", "r")
    peaks = []
    for packet in packets * 2:
        for frame in decoder.decode(av.Packet(packet)):
            samples = memoryview(bytes(frame.planes[0])).cast("h" if "s16" in frame.format.name else "f")
            peaks.append(max(abs(sample) for sample in samples) / (32768 if "s16" in frame.format.name else 1))
    second = peaks[PACKETS_A_SECOND:]
    assert len(packets) == PACKETS_A_SECOND
    assert 0.03 < max(second[:7]) < 0.1
    assert max(second[8:]) < 0.005
