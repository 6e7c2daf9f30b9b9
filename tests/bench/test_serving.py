"""The server of a measurement; started whole by scripts of bench/ only, for it costs seconds."""

import asyncio
from pathlib import Path

import pytest

from podium.bench.serving import PROGRAMME, ROOM, ServerFailed, _port
from podium.programme import read_programme


def said(text: str) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(text.encode())
    reader.feed_eof()
    return reader


def test_its_programme_is_one(tmp_path: Path):
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    assert list(read_programme(tmp_path / "programme.toml")) == [ROOM]


async def test_its_port_is_the_one_it_says():
    lines = "started\nPodium is open at http://127.0.0.1:4711, pictures at port 4712 (UDP and TCP).\n"
    assert await _port(said(lines)) == 4711


async def test_what_it_says_when_it_does_not_start_is_told():
    with pytest.raises(ServerFailed, match="disk is full"):
        await _port(said("podium: the disk is full\n"))
