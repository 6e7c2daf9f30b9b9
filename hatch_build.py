"""Puts what is built into the distributions: the pages, when they are older than web/, and the compiled fan-out.

The fan-out is compiled where there is a C compiler; the wheel is then one of this platform. It is never required.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def script(name: str) -> ModuleType:
    """A program of scripts/: it belongs to no package, so it is loaded by its path."""
    path = Path(__file__).resolve().parent / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class BuiltHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        """Node, as one more build requirement, only where the pages must be built and the system has no Node."""
        pages = script("pages")
        return [pages.NODE_PACKAGE] if pages.stale() and pages.find_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build both if need be and add them. An editable install runs from the tree, where `make` builds the pages."""
        if self.target_name == "wheel":
            self._compile(build_data)
        if version == "editable":
            return
        pages = script("pages")
        if pages.stale():
            pages.build()
        build_data["artifacts"].append("/podium/pages/**")

    def _compile(self, build_data: dict[str, Any]) -> None:
        compiled = script("compiled")
        reason = compiled.build()
        if reason:
            compiled.LIBRARY.unlink(missing_ok=True)
            self.app.display_warning(f"No compiled fan-out: {reason}. The relay runs without it, in Python.")
            return
        build_data["artifacts"].append("/podium/relay/libfanout.so")
        build_data["pure_python"] = False
        build_data["tag"] = compiled.wheel_tag()
