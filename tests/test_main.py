"""The command line: help that can be acted on, sentences instead of stack traces."""

import tomllib
from pathlib import Path

import pytest

from podium import __main__ as command_line
from podium import logs

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


@pytest.fixture(autouse=True)
def unlogged(monkeypatch):
    """The log of this process stays as pytest has it."""
    monkeypatch.setattr(logs, "configure", lambda _form: None)


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["serve"],
        ["demo"],
        ["doctor"],
        ["invite"],
        ["publish"],
        ["export"],
        ["bench", "audience"],
        ["verify"],
        ["purge"],
        ["backup"],
        ["restore"],
    ],
)
def test_every_command_explains_itself_with_examples(command, capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main([*command, "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "examples:" in printed
    assert f"podium {' '.join(command)}" in printed


def test_help_names_every_setting_its_default_and_the_environment(capsys):
    with pytest.raises(SystemExit):
        command_line.main(["serve", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert "--media-port PORT Port of the live pictures, UDP and TCP; open it in the firewall" in printed
    assert "counted from here. (default: 8189)" in printed
    assert "PODIUM_NAME" in printed


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["serve", "--port", "http"], "--port is “http”: a port is a number"),
        (["serve", "--data", "/nonexistent/podium"], "There is no programme: /nonexistent/podium/programme.toml"),
        (["demo", "--data", "/dev/null"], "The data folder /dev/null cannot be used"),
        (["invite"], "say for which --room and which --role"),
        (["invite", "--room", "x", "--role", "studio", "--data", "/nonexistent"], "cannot be read"),
        (["invite", "--room", "x", "--role", "host", "--data", "/nonexistent"], "cannot be read"),
        (["invite", "--revoke", "x", "--data", "/dev/null"], "The data folder /dev/null cannot be used"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(words, sentence, capsys):
    assert command_line.main(words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert len(said.err.splitlines()) == 1


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit, match=r"^0$"):
        command_line.main(["--version"])
    declared = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["version"]
    assert capsys.readouterr().out == f"podium {declared}\n"


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main(["fly"])
    assert ended.value.code == 2
    assert "invalid choice: 'fly'" in capsys.readouterr().err
