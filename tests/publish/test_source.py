"""Everything that can be published is a source."""

from pathlib import Path

from podium.publish.card import Card
from podium.publish.mediafile import MediaFile
from podium.publish.publisher import describe
from podium.publish.source import Source
from podium.publish.testcard import TestCard
from tests.publish.samples import BASELINE, make


async def test_sources_say_what_they_send(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mp4", "libx264", "aac", options=BASELINE)
    music = make(tmp_path / "music.ogg", None, "libopus")
    sources: list[Source] = [
        TestCard(Card("Podium")),
        MediaFile(str(film), once=True),
        MediaFile(str(music), once=True),
    ]
    assert [(source.name, describe(source)) for source in sources] == [
        ("the test card", "1280x720 VP8 + Opus"),
        ("film.mp4", "160x96 H.264 + Opus"),
        ("music.ogg", "Opus"),
    ]
    for source in sources:
        source.close()
