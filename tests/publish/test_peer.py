"""The SDP a publisher sends and takes."""

import asyncio

import pytest

from podium.publish.card import Card
from podium.publish.peer import Peer, PeerError
from podium.publish.testcard import TestCard


async def test_the_offer_only_sends_one_codec_each_bundled() -> None:
    peer = Peer(TestCard(Card("Podium")), (), loopback=False)
    offer = await peer.offer()
    await peer.close()
    lines = offer.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("m=")] == ["m=audio", "m=video"]
    assert lines.count("a=sendonly") == 2
    assert [line.split()[1] for line in lines if line.startswith("a=rtpmap:")] == [
        "opus/48000/2",
        "VP8/90000",
        "rtx/90000",
    ]
    assert "a=group:BUNDLE 0 1" in lines
    assert len({line for line in lines if line.startswith("a=ice-ufrag:")}) == 1


async def test_nothing_but_this_machine_is_asked_for_candidates() -> None:
    peer = Peer(TestCard(Card("Podium")), (), loopback=True)
    offer = await peer.offer()
    await peer.close()
    candidates = [line.split() for line in offer.splitlines() if line.startswith("a=candidate:")]
    assert {candidate[7] for candidate in candidates} == {"host"}
    assert "127.0.0.1" in {candidate[4] for candidate in candidates}


async def test_an_answer_that_makes_no_sense_is_a_sentence() -> None:
    peer = Peer(TestCard(Card("Podium")), (), loopback=False)
    await peer.offer()
    with pytest.raises(PeerError, match="answer of the server cannot be used"):
        async with asyncio.timeout(5):
            await peer.connect("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n")
    await peer.close()
