"""Conditions of a machine that would spoil an event, made on purpose."""

import os
import resource
from pathlib import Path

import pytest

from podium.doctor import machine
from podium.doctor.findings import Level
from podium.relay import compiled
from podium.settings import Settings


def levels(settings: Settings) -> dict[str, Level]:
    return {finding.part: finding.level for finding in machine.examine(settings)}


def test_a_folder_that_is_not_there_or_full_or_not_ours_is_a_failure_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (missing,) = machine.of_folder(tmp_path / "nowhere")
    assert (missing.level, "mkdir" in missing.advice) == (Level.FAIL, True)
    assert next(machine.of_folder(tmp_path)).level is Level.OK

    present = list(os.statvfs(tmp_path))
    for free, level in ((10**12, Level.OK), (400_000_000, Level.WARN), (1_000_000, Level.FAIL)):
        present[1], present[4] = 1, free  # f_frsize, f_bavail
        monkeypatch.setattr(os, "statvfs", lambda _folder: os.statvfs_result(present))
        assert [finding.level for finding in machine.of_folder(tmp_path)] == [Level.OK, level]

    (unwritable,) = machine.of_folder(Path("/proc"))  # a folder in which not even root can make a file
    assert unwritable.level is Level.FAIL
    assert "chown" in unwritable.advice


def test_a_programme_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert levels(settings)["programme"] is Level.FAIL
    settings.programme_file.write_text('title = "x"\n[rooms.hall]\ntitle = "Hall"\nlanguage = "de"\n', encoding="utf-8")
    finding = machine.of_programme(settings)
    assert (finding.level, finding.found) == (Level.OK, f"{settings.programme_file}: hall")


def test_a_secret_that_is_missing_damaged_or_open_to_others(tmp_path: Path) -> None:
    own, named = Settings(data=tmp_path), Settings(data=tmp_path, secret=tmp_path / "named")
    assert levels(own)["secret"] is Level.OK  # it is made at the first start
    assert levels(named)["secret"] is Level.FAIL  # this one is not
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(31))
    assert levels(own)["secret"] is Level.FAIL
    secret.write_bytes(bytes(32))
    secret.chmod(0o644)
    assert levels(own)["secret"] is Level.WARN
    secret.chmod(0o600)
    assert levels(own)["secret"] is Level.OK


@pytest.mark.parametrize(
    ("most", "level"), [(1_024, Level.WARN), (65_536, Level.OK), (resource.RLIM_INFINITY, Level.OK)]
)
def test_few_open_files_are_few_people(monkeypatch: pytest.MonkeyPatch, most: int, level: Level) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (1_024, most))
    finding = machine.of_files()
    assert (finding.level, "LimitNOFILE" in finding.advice) == (level, level is Level.WARN)


@pytest.mark.parametrize(("state", "found"), [(5, [Level.WARN]), (0, [Level.OK]), (-1, [])])
def test_a_clock_that_nothing_keeps_right_is_worth_a_word(state: int, found: list[Level]) -> None:
    assert [finding.level for finding in machine.of_clock(state)] == found
    assert machine.clock_state() in range(-1, 6)


def test_a_fan_out_in_python_is_worth_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "load", lambda: None)
    assert "scripts/compiled.py" in machine.of_fan_out().advice
    monkeypatch.setattr(compiled, "load", object)
    assert machine.of_fan_out().level is Level.OK
