"""The judge itself: each kind of defect is found."""

import pytest

from tests.fuzz.attempt import Found, watched
from tests.fuzz.targets import Target


def hang(_: bytes) -> object:
    while True:
        pass


@pytest.mark.parametrize(
    ("run", "complaint"),
    [
        (lambda data: data[99], "raised IndexError"),
        (lambda data: [data] * 10_000, "made .* bytes of 4"),
        (hang, "takes longer"),
    ],
)
def test_defects_are_found(run: object, complaint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.attempt.LONGEST_SECONDS", 0.05)
    with watched() as attempt, pytest.raises(Found, match=complaint):
        attempt(Target("defect", run, ()), b"data")  # type: ignore[arg-type]


def test_what_is_sound_passes() -> None:
    with watched() as attempt:
        attempt(Target("sound", len, ()), b"data")  # type: ignore[arg-type]
