"""Every row of the checklist for WHIP and WHEP servers has its test, named by its identifier."""

import re
from pathlib import Path

ROWS = {"wi": 39, "ws": 24, "we": 20, "ex": 10}


def test_every_row_has_its_test():
    here = Path(__file__).parent
    named = {
        row
        for path in (*here.glob("test_wh*.py"), here / "test_events.py")
        for name in re.findall(r"^async def test_(\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
        for row in re.findall(r"(?:^|_)(w[ise]_\d\d|ex_\d\d)(?=_)", name)
    }
    assert named == {f"{rows}_{number:02}" for rows, last in ROWS.items() for number in range(1, last + 1)}


def test_every_row_has_its_decision_in_the_protocol():
    text = (Path(__file__).parents[2] / "docs" / "PROTOCOL.md").read_text(encoding="utf-8")
    decided = re.findall(r"^\| (W[ISE]-\d\d|EX-\d\d) \|", text, re.MULTILINE)
    assert decided == [f"{rows.upper()}-{number:02}" for rows, last in ROWS.items() for number in range(1, last + 1)]
