"""Puts the built pages into the wheel and the source distribution, building them first when they are older than web/."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def pages_script() -> ModuleType:
    """scripts/pages.py: it belongs to no package, so it is loaded by its path."""
    path = Path(__file__).resolve().parent / "scripts" / "pages.py"
    spec = importlib.util.spec_from_file_location("pages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class PagesHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        """Node, as one more build requirement, only where the pages must be built and the system has no Node."""
        pages = pages_script()
        return [pages.NODE_PACKAGE] if pages.stale() and pages.find_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages if need be and add them. An editable install runs from the tree, where `make` builds them."""
        if version == "editable":
            return
        pages = pages_script()
        if pages.stale():
            pages.build()
        build_data["artifacts"].append("/podium/pages/**")
