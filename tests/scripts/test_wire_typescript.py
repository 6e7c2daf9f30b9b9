"""The pages' TypeScript is the protocol's: generated, committed, never drifting."""

import subprocess
import sys
from pathlib import Path

from podium import wire

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_typescript_is_what_the_protocol_gives():
    command = [sys.executable, str(ROOT / "scripts" / "wire_typescript.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_and_code_reaches_the_pages():
    written = (ROOT / "web" / "lib" / "wire.gen.ts").read_text(encoding="utf-8")
    for name, kind in wire.COMMANDS.items():
        assert f"readonly {name}: {kind.__name__};" in written
    for code in wire.Code:
        assert f'"{code}"' in written
