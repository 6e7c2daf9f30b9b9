"""`podium doctor` as an operator runs it."""

import shutil
import socket
from pathlib import Path

import pytest

from podium.__main__ import main
from podium.serving import PROGRAMME
from tests.e2e.server import free_media_port, free_port


def doctor(folder: Path, *more: str) -> int:
    ports = ("--port", str(free_port(socket.SOCK_STREAM)), "--media-port", str(free_media_port(1)))
    return main(["doctor", "--data", str(folder), *ports, "--relay-workers", "1", *more])


def test_a_machine_that_is_ready_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(PROGRAMME, tmp_path / "programme.toml")
    assert doctor(tmp_path) == 0
    said = capsys.readouterr().out
    assert "Ready" in said.splitlines()[-1]
    for part in ("programme", "data", "disk", "secret", "files", "fan-out", "port", "media port", "database"):
        assert f" {part} " in said
    assert [path.name for path in tmp_path.iterdir()] == ["programme.toml"]


def test_everything_that_is_broken_is_told_at_once_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = (
        "--database",
        f"postgresql://podium:confidential@/podium?host={tmp_path}",
        "--redis",
        f"unix://{tmp_path}/x",
    )
    assert doctor(tmp_path / "nowhere", *away, "--public-url", "http://127.0.0.1:9") == 1
    said = capsys.readouterr().out
    failed = {line.split()[1] for line in said.splitlines() if line.startswith("FAIL")}
    assert failed == {"programme", "data", "announce", "database", "redis", "public"}
    assert said.splitlines()[-1].startswith("6 to repair")
    assert said.count(" -> ") >= 6
    assert "confidential" not in said


def test_a_setting_that_cannot_be_read_is_refused_with_status_2(tmp_path: Path) -> None:
    assert doctor(tmp_path, "--announce", "podium.example") == 2
