"""Building the compiled fan-out: what is there is used, and nothing of it is ever an error of the installation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from podium.relay import compiled
from tests.relay.compiler import PATHS, script


def test_the_script_and_the_relay_agree_on_the_sources() -> None:
    made = script()
    assert made.checksum() == compiled.checksum()
    assert made.LIBRARY == compiled.LIBRARY
    assert made.SOURCES == compiled.SOURCES


def test_a_compiler_builds_a_library_that_loads(tmp_path: Path) -> None:
    library = tmp_path / "libfanout.so"
    assert (script().build(library) == "") is ("compiled" in PATHS)
    assert (compiled.load(library) is not None) is ("compiled" in PATHS)


def test_without_a_compiler_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert script().build(tmp_path / "libfanout.so") == "no C compiler was found"


def test_a_compiler_that_fails_leaves_no_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "cc"
    broken.write_text("#!/bin/sh\necho no headers >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("CC", str(broken))
    assert re.search("failed: no headers", script().build(tmp_path / "libfanout.so"))
    assert [path.name for path in tmp_path.iterdir()] == ["cc"]
    monkeypatch.setenv("CC", str(tmp_path / "nowhere"))
    assert script().build(tmp_path / "libfanout.so") == "no C compiler was found"


def test_only_linux_is_compiled_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert "Linux" in script().build(tmp_path / "libfanout.so")


def test_a_wheel_with_the_library_is_one_of_this_platform() -> None:
    assert re.fullmatch(r"py3-none-linux_\w+", script().wheel_tag())
