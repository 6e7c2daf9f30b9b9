"""What a person sees of `podium publish`: help, sentences, exit status."""

import argparse
import asyncio
import os
import signal
from pathlib import Path

import pytest
from aiohttp import web

from podium.publish.card import Panellist
from podium.publish.command import add_arguments, panellist, run
from tests.publish.endpoint import DEADLINE, WhipEndpoint
from tests.publish.samples import make


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="podium publish")
    add_arguments(parser)
    return parser.parse_args(arguments)


async def test_a_film_is_played_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = make(tmp_path / "film.mp4", "mpeg4", "aac", seconds=0.2)
    async with WhipEndpoint() as endpoint:
        status = await run(parsed(str(film), "--once", "--to", endpoint.url))
    assert status == 0
    assert capsys.readouterr().out.splitlines() == [
        "The picture is encoded anew as VP8: it is MPEG4, which cannot be passed on.",
        "The sound (AAC) is encoded anew as Opus.",
        f"live: sending 160x96 VP8 + Opus to {endpoint.url}",
        "ended: everything has been played",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_stops_when_told_to(number: signal.Signals, capsys: pytest.CaptureFixture[str]) -> None:
    async with WhipEndpoint() as endpoint, asyncio.timeout(DEADLINE):
        running = asyncio.ensure_future(run(parsed("testcard", "--to", endpoint.url)))
        session = await endpoint.next_session()
        await session.picture()
        os.kill(os.getpid(), number)
        assert await running == 0
        assert session.deleted.is_set()
    assert capsys.readouterr().out.splitlines()[-1] == "stopped"


@pytest.mark.parametrize(
    ("media", "sentence"),
    [
        ("missing.mp4", "There is no file {path}."),
        ("folder", "{path} is a folder, not a media file."),
        ("text.mp4", "{path} is no media file that can be read"),
        ("empty.mp4", "{path} is no media file that can be read"),
    ],
)
async def test_what_cannot_be_played_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], media: str, sentence: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.mp4").write_text("Guten Tag. " * 100)
    (tmp_path / "empty.mp4").write_bytes(b"")
    path = tmp_path / media
    assert await run(parsed(str(path), "--to", "http://127.0.0.1:9/whip")) == 1
    said = capsys.readouterr().err
    assert said.startswith("podium publish: " + sentence.format(path=path))
    assert "Traceback" not in said


async def test_a_wrong_address_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(parsed("testcard", "--to", "localhost:8080/whip")) == 1
    assert "localhost:8080/whip is no WHIP address" in capsys.readouterr().err
    assert await run(parsed("testcard", "--to", "http://[x")) == 1
    assert "http://[x is no WHIP address" in capsys.readouterr().err


async def test_a_refusal_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async def refused(request: web.Request) -> web.Response:
        return web.Response(status=401)

    async with WhipEndpoint() as endpoint:
        endpoint.answers = [refused]
        assert await run(parsed("testcard", "--to", endpoint.url)) == 1
    assert "refuses (401): the token is missing, wrong or expired." in capsys.readouterr().err


def test_a_panellist_is_a_name_and_perhaps_a_role() -> None:
    assert panellist("Prof. Dr. Ziemer | HafenCity Universität Hamburg") == Panellist(
        "Prof. Dr. Ziemer", "HafenCity Universität Hamburg"
    )
    assert panellist("Vertretung der Stadt Ulm") == Panellist("Vertretung der Stadt Ulm")
    with pytest.raises(argparse.ArgumentTypeError, match="has no name"):
        panellist("|BMI")
