"""The documents say what the code says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_tables_in_the_documents_are_those_of_the_code() -> None:
    checked = subprocess.run(
        [sys.executable, "scripts/documents.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr
