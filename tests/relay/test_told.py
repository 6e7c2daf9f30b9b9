"""What a publisher hears about loss, rate and arrivals."""

from __future__ import annotations

from podium.relay import rtcp
from podium.relay.allowance import HIGHEST_BITRATE
from podium.relay.media import TRANSPORT_SEQUENCE, Codec, Section
from podium.relay.told import REPORT_INTERVAL, START_SECONDS
from tests.relay.far import Far
from tests.relay.media import DELTA, KEY


def allowed(heard: list[rtcp.Message]) -> int:
    return next(message.bitrate for message in reversed(heard) if isinstance(message, rtcp.Remb))


def test_the_allowed_rate_follows_loss_down_and_up_again(far: Far) -> None:
    far.send(0, 0, KEY)
    assert allowed(far.turn(0.1)) > 0.99 * HIGHEST_BITRATE
    far.turn(START_SECONDS)
    for number in range(2, 400, 2):
        far.send(number, number, DELTA)
    down = allowed(far.turn(REPORT_INTERVAL))
    assert down < 0.1 * HIGHEST_BITRATE
    rates = []
    for turn in range(60):
        far.send(400 + turn, 400 + turn, DELTA)
        rates.append(allowed(far.turn(REPORT_INTERVAL)))
    assert rates == sorted(rates)
    assert rates[-1] > 0.99 * HIGHEST_BITRATE


def test_arrivals_are_told_to_who_wants_to_know_them_and_no_bound_besides() -> None:
    codec = Codec(96, "VP8", 90000, feedback=frozenset({"nack", "transport-cc", "goog-remb"}))
    far = Far(Section("video", "0", (codec,), {5: TRANSPORT_SEQUENCE}, (), {96: 97}))
    far.send(1, 1, KEY, extensions=((5, b"\x00\x63"),))
    far.send(9, 1, b"\x00\x00\x03", payload_type=97, ssrc=8, extensions=((5, b"\x00\x64"),))
    far.send(2, 2, DELTA, extensions=((5, b"\x00\x66"),))
    heard = far.turn(1.0)
    assert not any(isinstance(message, rtcp.Remb) for message in heard)
    feedback = [compound for compound in far.compounds if b"\x8f\xcd" in compound or b"\xaf\xcd" in compound]
    assert len(feedback) == 1
    body = feedback[0][max(feedback[0].find(b"\x8f\xcd"), feedback[0].find(b"\xaf\xcd")) + 4 :]
    assert (body[8:10], body[10:12]) == (b"\x00\x63", b"\x00\x04"), "four numbers from 99 on, padding too"
    far.compounds.clear()
    far.turn(1.0)
    assert not any(b"\x8f\xcd" in compound or b"\xaf\xcd" in compound for compound in far.compounds)
    far.close()
