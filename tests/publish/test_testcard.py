"""The test card as a source: picture and sound on the grid of full seconds."""

import math
import time
from itertools import pairwise

from podium.publish.card import Card
from podium.publish.source import Source
from podium.publish.testcard import TestCard
from podium.publish.tone import tone_packets
from tests.publish.samples import rises


async def test_pictures_and_sounds_follow_on_their_grids() -> None:
    card: Source = TestCard(Card("Podium"))
    card.start()
    pictures = [(await card.video()).pts or 0 for _ in range(5)]
    sounds = [(await card.audio()).pts or 0 for _ in range(10)]
    card.close()
    assert rises(pictures)
    assert {number % 3_600 for number in pictures} == {0}
    assert {later - earlier for earlier, later in pairwise(sounds)} == {960}


async def test_the_sound_is_that_of_this_part_of_the_second() -> None:
    tones = tone_packets()
    card = TestCard(Card("Podium"))
    before = time.time()
    card.start()
    packet = await card.audio()
    after = time.time()
    assert packet.pts is not None
    assert bytes(packet) == tones[packet.pts // 960 % 50]
    # No sound before its moment, and none of the time before the start; a millisecond for the two clocks.
    assert before % 1 - 0.001 <= packet.pts / 48_000 <= after - math.floor(before) + 0.001


async def test_it_starts_again_with_a_key_frame() -> None:
    card = TestCard(Card("Podium"))
    first = [(await card.video()).is_keyframe for _ in range(3)]
    card.start()
    assert first == [True, False, False]
    assert (await card.video()).is_keyframe


async def test_a_key_frame_comes_when_asked_for() -> None:
    card = TestCard(Card("Podium"))
    await card.video()
    card.request_key_frame()
    assert (await card.video()).is_keyframe
