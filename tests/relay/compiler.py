"""The two ways of fanning out, for tests that hold for both: fanout.c is built here, where there is a compiler."""

from __future__ import annotations

import functools
import importlib.util
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from podium.relay import compiled

ROOT = Path(__file__).resolve().parent.parent.parent


def script() -> ModuleType:
    """scripts/compiled.py: it belongs to no package, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("compiled_script", ROOT / "scripts" / "compiled.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: Without a compiler only Python's way exists, and is all there is to test.
PATHS = ["python"] if script().compiler() is None else ["python", "compiled"]


@functools.cache
def built() -> Any:
    """The library of the present sources, in this process only."""
    folder = Path(tempfile.mkdtemp())
    try:
        assert script().build(folder / "libfanout.so") == ""
        return compiled.load(folder / "libfanout.so")
    finally:
        shutil.rmtree(folder)


def library(path: str) -> Any | None:
    """What a Fanout or a MediaPlane is given for one of PATHS."""
    return built() if path == "compiled" else None
