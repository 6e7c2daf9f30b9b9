"""Who was known is found again in whatever form a file tells of them."""

import json
from pathlib import Path

import pytest

from podium import traces
from podium.ports import Entry
from podium.traces import Known

ASKED = Entry(1, 0, "device:anna", "a1", "QuestionAsked", json.dumps({"name": "Zoë <Bär>", "affiliation": None}))
DECIDED = Entry(2, 0, "link:m", "m1", "QuestionApproved", json.dumps({"name": "Hall"}))
ANNA = Known(frozenset({"device:anna"}), frozenset({"Zoë <Bär>"}))


def test_the_audience_is_known_by_devices_and_names_and_nobody_else_is() -> None:
    assert traces.known([ASKED, DECIDED]) == ANNA
    assert ANNA.without(Known(frozenset({"device:anna"}))) == Known(names=ANNA.names)


@pytest.mark.parametrize(
    ("content", "devices", "names"),
    [
        ("actor=device:anna;", 1, 0),
        ("device:annaa1QuestionAsked device:anna", 1, 0),
        ("device:bert, device:ann", 0, 0),
        ('{"name": "Zo\\u00eb <B\\u00e4r>"}', 0, 1),
        ("<td>Zoë &lt;Bär&gt;</td>", 0, 1),
    ],
)
def test_a_file_tells_of_somebody(content: str, devices: int, names: int) -> None:
    assert traces.devices_in(content.encode(), ANNA) == devices
    assert traces.names_in(content.encode(), ANNA) == names


def test_folders_are_looked_at_whole_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "in/b"):
        (tmp_path / name).touch()
    assert list(traces.files([tmp_path])) == [tmp_path / "a", tmp_path / "in" / "b"]
    with pytest.raises(OSError, match="nowhere"):
        list(traces.files([tmp_path / "nowhere"]))
