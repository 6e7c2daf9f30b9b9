"""What Podium consists of: every locked package of the pages is in their list, and both lists have a make target."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_list_of_the_pages_holds_every_locked_package() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "pages.py", "sbom"], capture_output=True, check=True)
    listed = json.loads(done.stdout)
    assert listed["bomFormat"] == "CycloneDX"
    locked = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    needed = {
        (name.rpartition("node_modules/")[2], package["version"])
        for name, package in locked.items()
        if name and not package.get("optional") and not package.get("link")
    }
    assert needed <= {
        (f"{part['group']}/{part['name']}" if part.get("group") else part["name"], part["version"])
        for part in listed["components"]
    }


def test_each_part_is_told_by_name() -> None:
    done = subprocess.run([ROOT / "scripts" / "components"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for part in ("audit", "sbom"):
        assert f"scripts/components {part}" in done.stdout
        assert f"\n{part}: " in makefile
        assert f"scripts/components {part}\n" in makefile
