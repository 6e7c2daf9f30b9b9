"""External engines in the programme file: what it may say, and a sentence for everything else."""

from pathlib import Path

import pytest

from podium.engines import Engine, read_engines
from podium.programme import ProgrammeRefused, read_programme

ROOM = """
title = "Smart City Dialog"
[rooms.main]
title = "Digitales Podium"
language = "de"
[rooms.main.engines.%s]
%s
"""


def engines(folder: Path, text: str, feed: str = "programme") -> dict[str, Engine]:
    path = folder / "programme.toml"
    path.write_text(ROOM % (feed, text), encoding="utf-8")
    return dict(read_engines(path, read_programme(path)))


def test_a_feed_is_pushed_with_the_token_of_a_file_and_watched_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n", encoding="ascii")
    push, watch = "https://live.example/whip/podium", "https://live.example:8889/podium/whep"
    read = engines(tmp_path, f'push = "{push}"\ntoken_file = "{tmp_path}/token"\nwatch = "{watch}"')
    assert read == {"main/programme": Engine(push, "s3cret", watch)}
    assert "s3cret" not in repr(read)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has the fields"),
        ('pull = "https://live.example/a"', "has the fields"),
        ('push = "live.example/a"', "push is an address"),
        ('watch = "https://live.example/a?b=c"', "watch is an address"),
        ('watch = "https://live.example/a; script-src *"', "watch is an address"),
        ("push = 1", "push is an address"),
        ('token_file = "/nowhere/token"', "cannot be read"),
        ("token_file = 1", "name of a file"),
        ('token_file = "/dev/null"', "holds no token"),
    ],
)
def test_a_wrong_engine_is_refused_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ProgrammeRefused, match=sentence):
        engines(tmp_path, text)


def test_an_engine_belongs_to_a_feed(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeRefused, match="no such feed"):
        engines(tmp_path, 'push = "https://live.example/a"', feed="other")
