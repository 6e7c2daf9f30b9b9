"""What Podium consists of: every locked package of the pages is in their list, and both lists have a make target."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("python", "pages", "status", "said"),
    [
        ("exit 0", "echo found 0 vulnerabilities", 0, []),
        (
            "echo aiohttp 1.0 CVE-1; exit 1",
            "exit 0",
            1,
            ["aiohttp 1.0 CVE-1", "Known weaknesses are listed above, of:"],
        ),
        (
            "exit 0",
            "echo npm error 405 >&2; echo undefined; exit 1",
            1,
            ["405", "Not known, because", " web/package-lock.json"],
        ),
    ],
)
def test_a_weakness_and_no_answer_are_told_apart(
    tmp_path: Path, python: str, pages: str, status: int, said: list[str]
) -> None:
    for name, script in ((".cache/audit/bin/pip-audit", python), (".venv/bin/python", pages)):
        program = tmp_path / name
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(ROOT / "scripts" / "components", tmp_path / "scripts")
    done = subprocess.run([script, "audit"], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert all(words in done.stdout + done.stderr for words in said)
    assert ("Not known" in done.stderr) == ("405" in said)
    assert ("Known weaknesses" in done.stderr) == (python != "exit 0")


def test_each_part_is_told_by_name() -> None:
    done = subprocess.run([ROOT / "scripts" / "components"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for part in ("audit", "sbom"):
        assert f"scripts/components {part}" in done.stdout
        assert f"\n{part}: " in makefile
        assert f"scripts/components {part}\n" in makefile
