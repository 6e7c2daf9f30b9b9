"""The rows of the checklist on media: each has a test of its name."""

import re
from pathlib import Path

ROWS = {*range(1, 29)}


def test_every_row_has_its_test() -> None:
    tests = Path(__file__).parents[1]
    named = {
        int(row)
        for path in tests.glob("*/test_*.py")
        for name in re.findall(r"^(?:async )?def test_(\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
        for row in re.findall(r"(?:^|_)mp_(\d\d)(?=_)", name)
    }
    assert named >= ROWS
